/* The points of rounds: a check-in is counted (R4, R5, R7, R8), a missing one is told (R6). */
#include <math.h>

#include "daemon/core/checkin.h"
#include "daemon/ledger/absent.h"
#include "daemon/ledger/field.h"
#include "daemon/ledger/round.h"
#include "daemon/store/alert.h"
#include "daemon/store/route.h"

static GwId place_of(GwTx *tx, GwId checkpoint_id) {
  GwCheckpointRow checkpoint = {0};
  return gw_store_checkpoint_get(tx->db, checkpoint_id, &checkpoint, NULL) ? checkpoint.place_id : 0;
}

/* One cause, one alert: while the desk is told that the round has not begun, its points say the same once
 * more.  Each stays MISSED in the records. */
static gboolean is_told(GwTx *tx, const GwRoundRow *round, gboolean *ret, GError **error) {
  g_autofree char *key = g_strdup_printf("round:%" G_GINT64_FORMAT, round->id);
  g_autoptr(GError) failed = NULL;
  GwAlertRow open;
  *ret = round->life.started_at_us == 0 && gw_store_alert_open(tx->db, key, &open, &failed);
  return !failed || gw_absent(&failed, error);
}

static gboolean raise_missed(GwTx *tx, const GwRoundRow *round, const GwRoundPointRow *point, int priority,
                             GError **error) {
  gboolean told = FALSE;
  if (!is_told(tx, round, &told, error) || told)
    return told;
  g_autofree char *key = g_strdup_printf("point:%" G_GINT64_FORMAT, point->id);
  g_autofree char *words = g_strdup_printf("%s · %s", round->name, point->name);
  const GwCondition condition = {
      .rule_kind = "point_missed",
      .key = key,
      .category = "point_missed",
      .subject = "round_point",
      .subject_id = point->id,
      .place_id = place_of(tx, point->checkpoint_id),
      .words = words,
      .priority = priority,
      .lat = point->lat,
      .lon = point->lon,
      .since_us = tx->now_us,
  };
  GwId alert_id = 0;
  return gw_condition_raise(tx, &condition, &alert_id, error);
}

static gboolean apply_effects(GwTx *tx, const GwRoundRow *round, const GwRoundPointRow *point,
                              const GwEffects *effects, GError **error) {
  g_autofree char *key = g_strdup_printf("point:%" G_GINT64_FORMAT, point->id);
  for (guint i = 0; i < effects->n; i++) {
    const GwEffect *e = &effects->item[i];
    if (e->kind == GW_EFFECT_RAISE && !raise_missed(tx, round, point, e->priority, error))
      return FALSE;
    if (e->kind == GW_EFFECT_CLEAR && !gw_condition_clear(tx, key, error))
      return FALSE;
    if (e->kind == GW_EFFECT_WITHDRAW && !gw_condition_withdraw(tx, key, e->why, error))
      return FALSE;
  }
  return gw_tx_apply_timers(tx, effects, "round_point", point->id, error);
}

/* Writes what core decided: point, append-only record, journal, alert.  Consumes nothing. */
static gboolean write_decision(GwTx *tx, const GwRoundRow *round, GwRoundPointRow *point,
                               const GwPointDecision *d, GError **error) {
  point->life = d->next;
  point->rev++;
  if (!gw_store_round_point_update(tx->db, point, error) ||
      !apply_effects(tx, round, point, &d->effects, error))
    return FALSE;
  if (!d->kind)
    return TRUE;
  gw_tx_touch(tx, "round", round->id);
  json_t *body = json_pack("{s:I, s:s, s:s, s:s, s:s, s:o, s:o}", "round_id", (json_int_t)round->id, "name",
                           point->name, "state", gw_point_state_to_string(d->next.state), "timing",
                           gw_point_timing_to_string(d->next.timing), "row", d->row, "checkin_id",
                           gw_json_id(point->checkin_id), "flags", json_loads(point->flags, 0, NULL));
  const int severity = d->next.state == GW_POINT_MISSED && !round->life.volunteer ? 3 : 0;
  const gint64 seq = gw_tx_journal(tx, d->kind, "round_point", point->id, point->rev,
                                   place_of(tx, point->checkpoint_id), severity, 0, body, error);
  if (seq == 0)
    return FALSE;
  const GwUsec at_us = d->next.done_at_us > 0 ? d->next.done_at_us : tx->now_us;
  return !d->record ||
         gw_store_round_record(tx->db, point->id, d->record, at_us, point->checkin_id, seq, error);
}

/* The round object holds its points: its rev goes with them. */
static gboolean round_changed(GwTx *tx, GwRoundRow *round, GError **error) {
  round->rev++;
  return gw_store_round_update(tx->db, round, error);
}

gboolean gw_round_point_due(GwTx *tx, const GwTimer *timer, GError **error) {
  g_auto(GwRoundPointRow) point = {0};
  g_auto(GwRoundRow) round = {0};
  if (!gw_store_round_point_get(tx->db, timer->subject_id, &point, error) ||
      !gw_store_round_get(tx->db, point.round_id, &round, error))
    return !(error && *error); /* withdrawn with its route meanwhile */
  if (!gw_point_table_row(point.life.state, GW_POINT_DO_WINDOW_DUE))
    return TRUE;
  const GwPointMove move = {
      .input = GW_POINT_DO_WINDOW_DUE,
      .volunteer = round.life.volunteer,
      .round_ends_at_us = round.life.ends_at_us,
      .has_unknown = gw_round_is_unknown(tx, round.unit_id),
  };
  GwPointDecision d;
  if (!gw_point_decide(&point.life, &move, tx->now_us, &d, error))
    return FALSE;
  return (!d.kind || round_changed(tx, &round, error)) && write_decision(tx, &round, &point, &d, error);
}

/* ---- counting ---- */

/* The points of all rounds that a check-in could be for, side by side. */
typedef struct Candidates {
  GArray *rounds; /* GwRoundRow */
  GArray *rows;   /* GwRoundPointRow, strings lent to `points` */
  GArray *points; /* GwCheckinPoint, same index as rows */
  GArray *owner;  /* guint: index into rounds */
} Candidates;

static void clear_round(gpointer row) {
  gw_round_row_clear(row);
}

static void clear_point(gpointer row) {
  gw_round_point_row_clear(row);
}

static void candidates_init(Candidates *c) {
  c->rounds = g_array_new(FALSE, FALSE, sizeof(GwRoundRow));
  g_array_set_clear_func(c->rounds, clear_round);
  c->rows = g_array_new(FALSE, FALSE, sizeof(GwRoundPointRow));
  g_array_set_clear_func(c->rows, clear_point);
  c->points = g_array_new(FALSE, FALSE, sizeof(GwCheckinPoint));
  c->owner = g_array_new(FALSE, FALSE, sizeof(guint));
}

static void candidates_clear(Candidates *c) {
  g_array_unref(c->points);
  g_array_unref(c->owner);
  g_array_unref(c->rows);
  g_array_unref(c->rounds);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Candidates, candidates_clear)

static gboolean gather_points(GwTx *tx, Candidates *c, GwId round_id, GError **error) {
  g_autoptr(GArray) points = gw_store_round_points(tx->db, round_id, error);
  if (!points)
    return FALSE;
  const guint owner = c->rounds->len - 1;
  for (guint i = 0; i < points->len; i++) {
    GwRoundPointRow *row = &g_array_index(points, GwRoundPointRow, i);
    const GwCheckinPoint point = {
        row->checkpoint_id,  row->tag,          {row->lat, row->lon}, row->radius_m,
        row->life.due_at_us, row->life.from_us, row->life.to_us,      row->life.state};
    g_array_append_val(c->points, point);
    g_array_append_val(c->rows, *row);
    g_array_append_val(c->owner, owner);
    *row = (GwRoundPointRow){0}; /* its strings belong to c->rows now */
  }
  return TRUE;
}

/* A round whose opening timer has not run yet (it falls due this very second) opens first. */
static gboolean gather(GwTx *tx, Candidates *c, GwId unit_id, GwUsec at_us, GError **error) {
  g_autoptr(GArray) ids = gw_store_round_ids_at(tx->db, unit_id, at_us, error);
  for (guint i = 0; ids && i < ids->len; i++) {
    GwRoundRow round = {0};
    if (!gw_store_round_get(tx->db, g_array_index(ids, GwId, i), &round, error))
      return FALSE;
    g_array_append_val(c->rounds, round);
    GwRoundRow *kept = &g_array_index(c->rounds, GwRoundRow, c->rounds->len - 1);
    if (!gw_round_move(tx, kept, &(GwRoundMove){.input = GW_ROUND_DO_OPEN_DUE}, TRUE, error) ||
        !gather_points(tx, c, kept->id, error))
      return FALSE;
  }
  return ids != NULL;
}

static void set_flags(GwCheckinRow *checkin, guint flags) {
  json_t *names = json_array();
  for (guint bit = 0; bit < 32; bit++)
    if (flags & (1u << bit))
      json_array_append_new(names, json_string(gw_checkin_flag_to_string((GwCheckinFlag)bit)));
  g_free(checkin->flags);
  char *text = json_dumps(names, JSON_COMPACT);
  checkin->flags = g_strdup(text);
  free(text);
  json_decref(names);
}

static gboolean finish_round(GwTx *tx, GwRoundRow *round, GError **error) {
  GwRoundMove move = {.input = GW_ROUND_DO_ALL_DONE};
  if (!gw_store_round_counts(tx->db, round->id, &move.points, &move.points_done, error))
    return FALSE;
  return move.points_done < move.points || gw_round_move(tx, round, &move, TRUE, error);
}

/* R4, R7, R8; what core will not count (done already, too late) stays a check-in without a point. */
static gboolean count_at(GwTx *tx, GwRoundRow *round, GwRoundPointRow *point, GwCheckinRow *checkin,
                         GwUsec at_us, GError **error) {
  const GwPointMove move = {
      .input = GW_POINT_DO_CHECK_IN,
      .device_at_us = at_us,
      .volunteer = round->life.volunteer,
      .round_ends_at_us = round->life.ends_at_us,
  };
  GwPointDecision d;
  if (!gw_round_move(tx, round, &(GwRoundMove){.input = GW_ROUND_DO_SIGN}, TRUE, error))
    return FALSE;
  if (!gw_point_decide(&point->life, &move, tx->now_us, &d, NULL))
    return TRUE;
  checkin->point_id = point->id;
  point->checkin_id = checkin->id;
  g_free(point->flags);
  point->flags = g_strdup(checkin->flags);
  return round_changed(tx, round, error) && write_decision(tx, round, point, &d, error) &&
         finish_round(tx, round, error);
}

static GwCheckinBefore look_back(GwTx *tx, const GwCheckinRow *checkin, GwUsec at_us) {
  GwCheckinBefore before = {0};
  before.has_last = gw_store_checkin_last(tx->db, checkin->reader_id, checkin->unit_id, checkin->id, at_us,
                                          &before.last_at_us, &before.last_at.lat, &before.last_at.lon);
  before.tag_by_other =
      *checkin->tag && gw_store_checkin_tag_by_other(tx->db, checkin->tag, at_us, checkin->reader_id,
                                                     checkin->user_id, checkin->id);
  return before;
}

/* Off any round: the flags are reckoned from the checkpoint itself. */
static gboolean flag_alone(GwTx *tx, const GwCheckin *said, const GwCheckinBefore *before,
                           GwCheckinRow *checkin, GError **error) {
  GwCheckpointRow checkpoint = {0};
  if (checkin->checkpoint_id == 0 ||
      !gw_store_checkpoint_get(tx->db, checkin->checkpoint_id, &checkpoint, error))
    return !(error && *error);
  const GwCheckinPoint point = {.checkpoint_id = checkpoint.id,
                                .at = {checkpoint.lat, checkpoint.lon},
                                .radius_m = checkpoint.radius_m};
  set_flags(checkin, gw_checkin_flags(said, &point, before));
  return TRUE;
}

gboolean gw_round_count(GwTx *tx, GwCheckinRow *checkin, GwUsec at_us, GwUsec skew_us, GError **error) {
  g_auto(Candidates) c;
  candidates_init(&c);
  if (checkin->unit_id > 0 && !gather(tx, &c, checkin->unit_id, at_us, error))
    return FALSE;
  const gboolean has_fix = isfinite(checkin->lat) && isfinite(checkin->lon);
  const GwCheckin said = {
      .checkpoint_id = checkin->checkpoint_id,
      .tag = checkin->tag,
      .has_fix = has_fix,
      .at = {has_fix ? checkin->lat : 0, has_fix ? checkin->lon : 0},
      .accuracy_m = checkin->accuracy_m,
      .wants_fix = g_strcmp0(checkin->source, "phone") == 0 || g_strcmp0(checkin->source, "code") == 0,
      .at_us = at_us,
      .skew_us = skew_us,
  };
  if (checkin->checkpoint_id == 0 && *checkin->tag)
    checkin->checkpoint_id = gw_store_checkpoint_by_tag(tx->db, checkin->tag);
  const GwCheckinBefore before = look_back(tx, checkin, at_us);
  const int i = gw_checkin_match(&said, (const GwCheckinPoint *)(gpointer)c.points->data, c.points->len);
  if (i < 0)
    return flag_alone(tx, &said, &before, checkin, error) &&
           (checkin->unit_id == 0 || gw_round_unit_lives(tx, checkin->unit_id, error));
  GwRoundPointRow *point = &g_array_index(c.rows, GwRoundPointRow, i);
  checkin->checkpoint_id = point->checkpoint_id;
  set_flags(checkin, gw_checkin_flags(&said, &g_array_index(c.points, GwCheckinPoint, i), &before));
  GwRoundRow *round = &g_array_index(c.rounds, GwRoundRow, g_array_index(c.owner, guint, i));
  return count_at(tx, round, point, checkin, at_us, error);
}
