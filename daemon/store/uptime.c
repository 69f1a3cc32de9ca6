#include "daemon/store/uptime.h"

#include <jansson.h>
#include <string.h>

/* The first row at or after a time: times never decrease along the journal. */
GW_SQL(UPTIME_FIRST_SEQ, "select coalesce((select seq from journal where at_us >= :at_us order by at_us, seq limit 1),"
                         " (select coalesce(max(seq), 0) + 1 from journal))");
#define SETTINGS "('camera.added','camera.changed','camera.imported','camera.removed','camera.restored')"
#define STATES "('camera.state','camera.states_summed')"
GW_SQL(UPTIME_CAMERAS, "select id from camera order by id");
GW_SQL(UPTIME_STATE_BEFORE, "select seq, json_extract(body, '$.state') from journal where subject = 'camera' and subject_id = :id"
                            " and seq < :seq and kind in " STATES " order by seq desc limit 1");
GW_SQL(UPTIME_UNWATCHED_BEFORE,
       "select seq from journal where subject = 'camera' and subject_id = :id and seq < :seq and kind in " SETTINGS
       " and (json_extract(body, '$.enabled') = 0 or json_extract(body, '$.removed') = 1) order by seq desc limit 1");
GW_SQL(UPTIME_STARTED_BEFORE, "select coalesce(max(seq), 0) from journal where kind = 'center.started' and seq < :seq");
GW_SQL(UPTIME_DOWN_BEFORE, "select seq, body from journal where kind = 'worker.down' and seq > :low and seq < :seq");
GW_SQL(UPTIME_ROWS,
       "select seq, at_us, kind, subject_id, case when kind in " STATES " then json_extract(body, '$.state')"
       " when kind in " SETTINGS " then iif(json_extract(body, '$.enabled') = 0 or json_extract(body, '$.removed') = 1, 'off', '')"
       " else body end from journal where seq >= :seq and at_us < :to_us and kind in"
       " ('camera.state','camera.states_summed','camera.added','camera.changed','camera.imported','camera.removed',"
       "  'camera.restored','worker.down','center.started') order by seq");
GW_SQL(UPTIME_STARTED_AFTER, "select seq from journal where kind = 'center.started' and at_us >= :at_us order by seq limit 1");
/* Until when the run before a start is known to have lived: its last row, or its last sample. */
GW_SQL(UPTIME_ALIVE, "select max(coalesce((select at_us from journal where seq = :seq - 1), 0),"
                     " coalesce((select max(at_us) from sample where at_us < (select at_us from journal where seq = :seq)), 0))");
GW_SQL(UPTIME_BLINDED,
       "select first_at_us, coalesce(ended_at_us, :to_us) from finding where camera_id = :id and first_at_us < :to_us"
       " and (ended_at_us is null or ended_at_us > :from_us)"
       " and kind in ('black','washed','covered','sprayed','defocused','moved','frozen') order by first_at_us");

typedef enum Sort { UNKNOWN, DOWN, LIVE } Sort;

typedef struct Span {
  GwUsec from_us, to_us;
} Span;

typedef struct Camera {
  GwUptime sum;
  Sort sort;
  gint64 seq; /* of the row that said so */
  GwUsec since_us;
  GArray *online; /* Span, in order */
} Camera;

typedef struct Fold {
  GwDb *db;
  GwUsec from_us, to_us;
  gint64 seq;        /* first row of the span */
  GPtrArray *all;    /* Camera*, by id */
  GHashTable *by_id; /* GwId* -> Camera*, lent */
} Fold;

static void camera_free(gpointer p) {
  Camera *camera = p;
  g_array_unref(camera->online);
  g_free(camera);
}

static gboolean ask_int(GwDb *db, const GwSql *sql, const char *name, gint64 value, gint64 *ret, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, sql);
  gw_bind_int(s, name, value);
  GwStep step = gw_step(s, error);
  *ret = step == GW_STEP_ROW ? gw_col_int(s, 0) : 0;
  return step != GW_STEP_FAILED;
}

static Sort sort_of(const char *state) {
  return strcmp(state, "live") == 0 ? LIVE : *state && strcmp(state, "unknown") != 0 ? DOWN : UNKNOWN;
}

/* ---- how it stood when the span began ---- */

static gboolean load_state(Fold *fold, Camera *camera, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(fold->db, &UPTIME_STATE_BEFORE);
  gw_bind_id(s, ":id", camera->sum.camera_id);
  gw_bind_int(s, ":seq", fold->seq);
  GwStep step = gw_step(s, error);
  if (step == GW_STEP_ROW) {
    camera->seq = gw_col_int(s, 0);
    camera->sort = sort_of(gw_col_text(s, 1));
  }
  return step != GW_STEP_FAILED;
}

static gboolean load_unwatched(Fold *fold, Camera *camera, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(fold->db, &UPTIME_UNWATCHED_BEFORE);
  gw_bind_id(s, ":id", camera->sum.camera_id);
  gw_bind_int(s, ":seq", fold->seq);
  GwStep step = gw_step(s, error);
  if (step == GW_STEP_ROW && gw_col_int(s, 0) > camera->seq)
    camera->sort = UNKNOWN;
  return step != GW_STEP_FAILED;
}

static gboolean load_cameras(Fold *fold, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(fold->db, &UPTIME_CAMERAS);
  GwStep step;
  while ((step = gw_step(s, error)) == GW_STEP_ROW) {
    Camera *camera = g_new0(Camera, 1);
    camera->sum.camera_id = gw_col_int(s, 0);
    camera->since_us = fold->from_us;
    camera->online = g_array_new(FALSE, FALSE, sizeof(Span));
    g_ptr_array_add(fold->all, camera);
    g_hash_table_insert(fold->by_id, &camera->sum.camera_id, camera);
  }
  for (guint i = 0; step == GW_STEP_DONE && i < fold->all->len; i++)
    if (!load_state(fold, fold->all->pdata[i], error) || !load_unwatched(fold, fold->all->pdata[i], error))
      return FALSE;
  return step == GW_STEP_DONE;
}

/* ---- the rows ---- */

/* What it was until now is counted, and it is something else from now on. */
static void turn(Camera *camera, GwUsec at_us, GwUsec from_us, Sort sort) {
  const GwUsec since_us = MAX(camera->since_us, from_us);
  if (camera->sort != UNKNOWN && at_us > since_us) {
    camera->sum.watched_us += at_us - since_us;
    if (camera->sort == LIVE) {
      const Span span = {since_us, at_us};
      camera->sum.online_us += at_us - since_us;
      g_array_append_val(camera->online, span);
    }
  }
  camera->since_us = MAX(camera->since_us, at_us);
  camera->sort = sort;
}

static void turn_id(Fold *fold, GwId id, GwUsec at_us, Sort sort) {
  Camera *camera = g_hash_table_lookup(fold->by_id, &id);
  if (camera)
    turn(camera, at_us, fold->from_us, sort);
}

static void turn_all(Fold *fold, GwUsec at_us, Sort sort) {
  for (guint i = 0; i < fold->all->len; i++)
    turn(fold->all->pdata[i], at_us, fold->from_us, sort);
}

/* seq > 0: only cameras whose state was told before that row. */
static void worker_down(Fold *fold, const char *body, GwUsec at_us, gint64 seq) {
  json_t *said = json_loads(body, 0, NULL), *ids = json_object_get(said, "camera_ids");
  const char *job = json_string_value(json_object_get(said, "job"));
  if (!job) /* rows of before there were several name the job as the worker */
    job = json_string_value(json_object_get(said, "worker"));
  if (json_is_array(ids)) {
    size_t i;
    json_t *id;
    json_array_foreach(ids, i, id) {
      GwId camera_id = json_integer_value(id);
      Camera *camera = g_hash_table_lookup(fold->by_id, &camera_id);
      if (camera && camera->seq < seq)
        turn(camera, at_us, fold->from_us, UNKNOWN);
    }
  } else if (g_strcmp0(job, "cameras") == 0) {
    for (guint i = 0; i < fold->all->len; i++)
      if (((Camera *)fold->all->pdata[i])->seq < seq)
        turn(fold->all->pdata[i], at_us, fold->from_us, UNKNOWN);
  }
  json_decref(said);
}

static gint64 oldest_known(const Fold *fold) {
  gint64 oldest = G_MAXINT64;
  for (guint i = 0; i < fold->all->len; i++) {
    const Camera *camera = fold->all->pdata[i];
    if (camera->sort != UNKNOWN)
      oldest = MIN(oldest, camera->seq);
  }
  return oldest;
}

/* Since a camera was heard of last, its worker may have died, or the center may have started anew. */
static gboolean load_gone(Fold *fold, GError **error) {
  gint64 started = 0;
  if (!ask_int(fold->db, &UPTIME_STARTED_BEFORE, ":seq", fold->seq, &started, error))
    return FALSE;
  for (guint i = 0; i < fold->all->len; i++) {
    Camera *camera = fold->all->pdata[i];
    if (camera->seq < started)
      camera->sort = UNKNOWN;
  }
  g_autoptr(GwStmt) s = gw_stmt(fold->db, &UPTIME_DOWN_BEFORE);
  gw_bind_int(s, ":low", MAX(oldest_known(fold), started));
  gw_bind_int(s, ":seq", fold->seq);
  GwStep step;
  while ((step = gw_step(s, error)) == GW_STEP_ROW)
    worker_down(fold, gw_col_text(s, 1), fold->from_us, gw_col_int(s, 0));
  return step == GW_STEP_DONE;
}

static gboolean started(Fold *fold, gint64 seq, GwUsec at_us, GError **error) {
  GwUsec alive_us = 0;
  if (!ask_int(fold->db, &UPTIME_ALIVE, ":seq", seq, &alive_us, error))
    return FALSE;
  turn_all(fold, MIN(alive_us, at_us), UNKNOWN);
  return TRUE;
}

static gboolean fold_row(Fold *fold, GwStmt *s, GError **error) {
  const gint64 seq = gw_col_int(s, 0);
  const GwUsec at_us = gw_col_int(s, 1);
  const char *kind = gw_col_text(s, 2), *said = gw_col_text(s, 4);
  if (strcmp(kind, "center.started") == 0)
    return started(fold, seq, at_us, error);
  if (strcmp(kind, "worker.down") == 0)
    worker_down(fold, said, at_us, G_MAXINT64);
  else if (g_str_has_prefix(kind, "camera.state"))
    turn_id(fold, gw_col_int(s, 3), at_us, sort_of(said));
  else if (strcmp(said, "off") == 0)
    turn_id(fold, gw_col_int(s, 3), at_us, UNKNOWN);
  return TRUE;
}

static gboolean fold_rows(Fold *fold, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(fold->db, &UPTIME_ROWS);
  gw_bind_int(s, ":seq", fold->seq);
  gw_bind_int(s, ":to_us", fold->to_us);
  GwStep step;
  while ((step = gw_step(s, error)) == GW_STEP_ROW)
    if (!fold_row(fold, s, error))
      return FALSE;
  return step == GW_STEP_DONE;
}

/* The center went off within the span and came back after it: the span ends where it went off. */
static gboolean cut_end(Fold *fold, GError **error) {
  gint64 seq = 0;
  GwUsec alive_us = 0;
  if (!ask_int(fold->db, &UPTIME_STARTED_AFTER, ":at_us", fold->to_us, &seq, error))
    return FALSE;
  if (seq == 0)
    return TRUE;
  if (!ask_int(fold->db, &UPTIME_ALIVE, ":seq", seq, &alive_us, error))
    return FALSE;
  fold->to_us = MIN(fold->to_us, alive_us);
  return TRUE;
}

/* ---- what blinded it ---- */

static GwUsec overlap_us(const GArray *online, GwUsec from_us, GwUsec to_us) {
  GwUsec sum_us = 0;
  for (guint i = 0; i < online->len; i++) {
    const Span *span = &g_array_index(online, Span, i);
    sum_us += MAX(0, MIN(span->to_us, to_us) - MAX(span->from_us, from_us));
  }
  return sum_us;
}

/* Findings in the order of their beginnings; where two overlap, the second counts from the end of the first. */
static gboolean take_blinded(Fold *fold, Camera *camera, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(fold->db, &UPTIME_BLINDED);
  gw_bind_id(s, ":id", camera->sum.camera_id);
  gw_bind_int(s, ":from_us", fold->from_us);
  gw_bind_int(s, ":to_us", fold->to_us);
  camera->sum.seeing_us = camera->sum.online_us;
  GwUsec done_us = fold->from_us;
  GwStep step;
  while ((step = gw_step(s, error)) == GW_STEP_ROW) {
    const GwUsec from_us = MAX(gw_col_int(s, 0), done_us), to_us = gw_col_int(s, 1);
    if (to_us > from_us)
      camera->sum.seeing_us -= overlap_us(camera->online, from_us, to_us);
    done_us = MAX(done_us, to_us);
  }
  return step == GW_STEP_DONE;
}

static gboolean add_up(Fold *fold, GArray *ret, GError **error) {
  if (!cut_end(fold, error) || !ask_int(fold->db, &UPTIME_FIRST_SEQ, ":at_us", fold->from_us, &fold->seq, error))
    return FALSE;
  if (fold->to_us <= fold->from_us)
    return TRUE;
  if (!load_cameras(fold, error) || !load_gone(fold, error) || !fold_rows(fold, error))
    return FALSE;
  turn_all(fold, fold->to_us, UNKNOWN);
  for (guint i = 0; i < fold->all->len; i++) {
    Camera *camera = fold->all->pdata[i];
    if (!take_blinded(fold, camera, error))
      return FALSE;
    if (camera->sum.watched_us > 0)
      g_array_append_val(ret, camera->sum);
  }
  return TRUE;
}

GArray *gw_uptime_add_up(GwDb *db, GwUsec from_us, GwUsec to_us, GError **error) {
  Fold fold = {.db = db,
               .from_us = from_us,
               .to_us = to_us,
               .all = g_ptr_array_new_with_free_func(camera_free),
               .by_id = g_hash_table_new(g_int64_hash, g_int64_equal)};
  g_autoptr(GArray) ret = g_array_new(FALSE, FALSE, sizeof(GwUptime));
  gboolean ok = add_up(&fold, ret, error);
  g_hash_table_unref(fold.by_id);
  g_ptr_array_unref(fold.all);
  return ok ? g_steal_pointer(&ret) : NULL;
}
