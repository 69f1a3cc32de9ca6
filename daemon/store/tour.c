#include "daemon/store/tour.h"

#include "daemon/store/ids.h"

GW_SQL(TOUR_BY_ID, "select id, rev, name, tiles, dwell_s, per_shift, selector, enabled, removed_at_us from tour"
                   " where id = :id");
GW_SQL(TOUR_INSERT, "insert into tour (name, tiles, dwell_s, per_shift, selector, enabled)"
                    " values (:name, :tiles, :dwell_s, :per_shift, :selector, :enabled)");
GW_SQL(TOUR_UPDATE, "update tour set rev = :rev, name = :name, tiles = :tiles, dwell_s = :dwell_s,"
                    " per_shift = :per_shift, selector = :selector, enabled = :enabled,"
                    " removed_at_us = :removed_at_us where id = :id");
GW_SQL(TOUR_IDS, "select id from tour where removed_at_us is null order by id");
/* A place that was changed lives on in the row that took over from it. */
GW_SQL(TOUR_CAMERAS,
       "with recursive chosen (selector) as (select selector from tour where id = :id),"
       " version (id) as ("
       "  select j.value from chosen, json_each(chosen.selector, '$.places') j"
       "  union select p.id from version v join place p on p.replaces_id = v.id),"
       " below (id) as (select id from version union select p.id from below b join place p on p.parent_id = b.id)"
       " select c.id from camera c, chosen where c.enabled = 1 and c.removed_at_us is null and ("
       "  (json_type(selector, '$.cameras') is null and json_type(selector, '$.places') is null)"
       "  or c.id in (select j.value from chosen, json_each(chosen.selector, '$.cameras') j)"
       "  or c.place_id in (select id from below)) order by c.code");
GW_SQL(TOUR_ARE_CAMERAS, "select count(*) = sum(c.id is not null) from json_each(:ids) j left join camera c on c.id = j.value");
GW_SQL(TOUR_ARE_PLACES, "select count(*) = sum(p.id is not null) from json_each(:ids) j left join place p on p.id = j.value");

#define RUN                                                                                                  \
  "select r.id, r.rev, r.tour_id, r.shift_id, r.state, r.due_from_us, r.due_to_us, r.user_id, r.pages,"      \
  " r.started_at_us, r.ended_at_us, json_array_length(r.pages),"                                             \
  " (select count(*) from tour_look l where l.run_id = r.id) from tour_run r"
GW_SQL(TOUR_RUN_BY_ID, RUN " where r.id = :id");
GW_SQL(TOUR_RUN_INSERT, "insert into tour_run (tour_id, shift_id, state, due_from_us, due_to_us, user_id, pages, started_at_us)"
                        " values (:tour_id, :shift_id, :state, :due_from, :due_to, :user_id, :pages, :started_at)");
GW_SQL(TOUR_RUN_UPDATE, "update tour_run set rev = :rev, state = :state, user_id = :user_id, pages = :pages,"
                        " started_at_us = :started_at, ended_at_us = :ended_at where id = :id");
GW_SQL(TOUR_RUN_DELETE, "delete from tour_run where id = :id");
GW_SQL(TOUR_RUN_DUE, "select id from tour_run where tour_id = :tour_id and shift_id = :shift_id and state in ('due','running')"
                     " and due_from_us <= :now and due_to_us > :now order by state = 'running' desc, id limit 1");
GW_SQL(TOUR_RUN_EXTRA,
       "select id from tour_run where tour_id = :tour_id and state = 'running' and due_to_us is null order by id desc limit 1");
GW_SQL(TOUR_RUNS_OPEN, "select id from tour_run where state in ('due','running') and tour_id = :tour_id order by id");
GW_SQL(TOUR_RUNS_OF_SHIFT, "select id from tour_run where shift_id = :shift_id order by id");
GW_SQL(TOUR_WINDOWS, "select due_from_us, due_to_us from tour_run where shift_id = :shift_id and tour_id = :tour_id"
                     " and due_to_us is not null");
GW_SQL(TOUR_SHIFT_BEFORE, "select id, starts_at_us, ends_at_us from shift where ends_at_us <= :at order by starts_at_us desc limit 1");

GW_SQL(TOUR_LOOK_INSERT, "insert into tour_look (run_id, page, user_id, at_us, looked_us, seen, unseen)"
                         " values (:run_id, :page, :user_id, :at, :looked_us, :seen, :unseen)");
GW_SQL(TOUR_LOOK_HAS, "select 1 from tour_look where run_id = :run_id and page = :page");
GW_SQL(TOUR_NEXT_PAGE, "select j.key from tour_run r, json_each(r.pages) j where r.id = :id"
                       " and not exists (select 1 from tour_look l where l.run_id = r.id and l.page = j.key) order by j.key limit 1");
GW_SQL(TOUR_BEFORE, "select coalesce(max(at_us), 0) from journal where subject = 'tour_run' and subject_id = :id"
                    " and kind in ('tour.started', 'tour.looked')");
GW_SQL(TOUR_CAMERA_LIVE,
       "select 1 from camera c where c.id = :id and c.state = 'live' and c.enabled = 1 and c.removed_at_us is null"
       " and not exists (select 1 from finding f where f.camera_id = c.id and f.kind = 'frozen' and f.ended_at_us is null)");

void gw_tour_row_clear(GwTourRow *row) {
  g_clear_pointer(&row->name, g_free);
  g_clear_pointer(&row->selector, g_free);
}

void gw_tour_run_row_clear(GwTourRunRow *row) {
  g_clear_pointer(&row->pages, g_free);
}

/* ---- tours ---- */

gboolean gw_store_tour_get(GwDb *db, GwId id, GwTourRow *ret, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &TOUR_BY_ID);
  gw_bind_id(s, ":id", id);
  if (!gw_step_row(s, error))
    return FALSE;
  *ret = (GwTourRow){
      .id = gw_col_int(s, 0),
      .rev = gw_col_int(s, 1),
      .name = g_strdup(gw_col_text(s, 2)),
      .tiles = (guint)gw_col_int(s, 3),
      .dwell_s = (guint)gw_col_int(s, 4),
      .per_shift = (guint)gw_col_int(s, 5),
      .selector = g_strdup(gw_col_text(s, 6)),
      .enabled = gw_col_int(s, 7) != 0,
      .removed_at_us = gw_col_int(s, 8),
  };
  return TRUE;
}

static void bind_tour(GwStmt *s, const GwTourRow *row) {
  gw_bind_text(s, ":name", row->name);
  gw_bind_int(s, ":tiles", row->tiles);
  gw_bind_int(s, ":dwell_s", row->dwell_s);
  gw_bind_int(s, ":per_shift", row->per_shift);
  gw_bind_text(s, ":selector", row->selector);
  gw_bind_int(s, ":enabled", row->enabled);
}

gboolean gw_store_tour_insert(GwDb *db, GwTourRow *row, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &TOUR_INSERT);
  bind_tour(s, row);
  if (!gw_step_done(s, error))
    return FALSE;
  row->id = gw_db_last_id(db);
  row->rev = 1;
  return TRUE;
}

gboolean gw_store_tour_update(GwDb *db, GwTourRow *row, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &TOUR_UPDATE);
  row->rev++;
  bind_tour(s, row);
  gw_bind_int(s, ":rev", row->rev);
  gw_bind_at(s, ":removed_at_us", row->removed_at_us);
  gw_bind_id(s, ":id", row->id);
  return gw_step_done(s, error);
}

GArray *gw_store_tour_ids(GwDb *db, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &TOUR_IDS);
  return gw_store_read_ids(s, error);
}

GArray *gw_store_tour_cameras(GwDb *db, GwId tour_id, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &TOUR_CAMERAS);
  gw_bind_id(s, ":id", tour_id);
  return gw_store_read_ids(s, error);
}

static gboolean all_there(GwDb *db, const GwSql *sql, const char *ids, gboolean *ret, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, sql);
  gw_bind_text(s, ":ids", ids);
  if (!gw_step_row(s, error))
    return FALSE;
  *ret = gw_col_int(s, 0) != 0;
  return TRUE;
}

gboolean gw_store_tour_are_cameras(GwDb *db, const char *ids, gboolean *ret, GError **error) {
  return all_there(db, &TOUR_ARE_CAMERAS, ids, ret, error);
}

gboolean gw_store_tour_are_places(GwDb *db, const char *ids, gboolean *ret, GError **error) {
  return all_there(db, &TOUR_ARE_PLACES, ids, ret, error);
}

/* ---- runs ---- */

gboolean gw_store_tour_run_get(GwDb *db, GwId id, GwTourRunRow *ret, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &TOUR_RUN_BY_ID);
  gw_bind_id(s, ":id", id);
  if (!gw_step_row(s, error))
    return FALSE;
  *ret = (GwTourRunRow){
      .id = gw_col_int(s, 0),
      .rev = gw_col_int(s, 1),
      .tour_id = gw_col_int(s, 2),
      .shift_id = gw_col_int(s, 3),
      .pages = g_strdup(gw_col_text(s, 8)),
      .life = {.from_us = gw_col_int(s, 5),
               .to_us = gw_col_int(s, 6),
               .user_id = gw_col_int(s, 7),
               .started_at_us = gw_col_int(s, 9),
               .ended_at_us = gw_col_int(s, 10),
               .pages = (guint)gw_col_int(s, 11),
               .looked = (guint)gw_col_int(s, 12)},
  };
  return gw_tour_state_from_string(gw_col_text(s, 4), &ret->life.state); /* the table's CHECK has the same words */
}

static void bind_run(GwStmt *s, const GwTourRunRow *row) {
  gw_bind_text(s, ":state", gw_tour_state_to_string(row->life.state));
  gw_bind_id(s, ":user_id", row->life.user_id);
  gw_bind_text(s, ":pages", row->pages ? row->pages : "[]");
  gw_bind_at(s, ":started_at", row->life.started_at_us);
}

gboolean gw_store_tour_run_insert(GwDb *db, GwTourRunRow *row, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &TOUR_RUN_INSERT);
  bind_run(s, row);
  gw_bind_id(s, ":tour_id", row->tour_id);
  gw_bind_id(s, ":shift_id", row->shift_id);
  gw_bind_at(s, ":due_from", row->life.from_us);
  gw_bind_at(s, ":due_to", row->life.to_us);
  if (!gw_step_done(s, error))
    return FALSE;
  row->id = gw_db_last_id(db);
  row->rev = 1;
  return TRUE;
}

gboolean gw_store_tour_run_update(GwDb *db, GwTourRunRow *row, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &TOUR_RUN_UPDATE);
  row->rev++;
  bind_run(s, row);
  gw_bind_int(s, ":rev", row->rev);
  gw_bind_at(s, ":ended_at", row->life.ended_at_us);
  gw_bind_id(s, ":id", row->id);
  return gw_step_done(s, error);
}

gboolean gw_store_tour_run_delete(GwDb *db, GwId id, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &TOUR_RUN_DELETE);
  gw_bind_id(s, ":id", id);
  return gw_step_done(s, error);
}

GwId gw_store_tour_run_due(GwDb *db, GwId tour_id, GwId shift_id, GwUsec now_us, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &TOUR_RUN_DUE);
  gw_bind_id(s, ":tour_id", tour_id);
  gw_bind_id(s, ":shift_id", shift_id);
  gw_bind_int(s, ":now", now_us);
  return gw_step_row(s, error) ? gw_col_int(s, 0) : 0;
}

GwId gw_store_tour_run_extra(GwDb *db, GwId tour_id, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &TOUR_RUN_EXTRA);
  gw_bind_id(s, ":tour_id", tour_id);
  return gw_step_row(s, error) ? gw_col_int(s, 0) : 0;
}

GArray *gw_store_tour_runs_open(GwDb *db, GwId tour_id, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &TOUR_RUNS_OPEN);
  gw_bind_id(s, ":tour_id", tour_id);
  return gw_store_read_ids(s, error);
}

GArray *gw_store_tour_runs_of_shift(GwDb *db, GwId shift_id, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &TOUR_RUNS_OF_SHIFT);
  gw_bind_id(s, ":shift_id", shift_id);
  return gw_store_read_ids(s, error);
}

GArray *gw_store_tour_windows(GwDb *db, GwId tour_id, GwId shift_id, GError **error) {
  g_autoptr(GArray) windows = g_array_new(FALSE, FALSE, sizeof(GwTourWindow));
  g_autoptr(GwStmt) s = gw_stmt(db, &TOUR_WINDOWS);
  gw_bind_id(s, ":tour_id", tour_id);
  gw_bind_id(s, ":shift_id", shift_id);
  GwStep step;
  while ((step = gw_step(s, error)) == GW_STEP_ROW) {
    const GwTourWindow window = {gw_col_int(s, 0), gw_col_int(s, 1)};
    g_array_append_val(windows, window);
  }
  return step == GW_STEP_DONE ? g_steal_pointer(&windows) : NULL;
}

gboolean gw_store_tour_shift_before(GwDb *db, GwUsec at_us, GwId *ret_id, GwUsec *ret_starts_at_us,
                                    GwUsec *ret_ends_at_us, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &TOUR_SHIFT_BEFORE);
  gw_bind_int(s, ":at", at_us);
  if (!gw_step_row(s, error))
    return FALSE;
  *ret_id = gw_col_int(s, 0);
  *ret_starts_at_us = gw_col_int(s, 1);
  *ret_ends_at_us = gw_col_int(s, 2);
  return TRUE;
}

/* ---- looks ---- */

gboolean gw_store_tour_look_insert(GwDb *db, const GwTourLookRow *row, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &TOUR_LOOK_INSERT);
  gw_bind_id(s, ":run_id", row->run_id);
  gw_bind_int(s, ":page", row->page);
  gw_bind_id(s, ":user_id", row->user_id);
  gw_bind_int(s, ":at", row->at_us);
  gw_bind_int(s, ":looked_us", row->looked_us);
  gw_bind_text(s, ":seen", row->seen);
  gw_bind_text(s, ":unseen", row->unseen);
  return gw_step_done(s, error);
}

gboolean gw_store_tour_look_has(GwDb *db, GwId run_id, guint page, gboolean *ret, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &TOUR_LOOK_HAS);
  gw_bind_id(s, ":run_id", run_id);
  gw_bind_int(s, ":page", page);
  GwStep step = gw_step(s, error);
  *ret = step == GW_STEP_ROW;
  return step != GW_STEP_FAILED;
}

int gw_store_tour_next_page(GwDb *db, GwId run_id, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &TOUR_NEXT_PAGE);
  gw_bind_id(s, ":id", run_id);
  return gw_step_row(s, error) ? (int)gw_col_int(s, 0) : -1;
}

GwUsec gw_store_tour_before_us(GwDb *db, GwId run_id, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &TOUR_BEFORE);
  gw_bind_id(s, ":id", run_id);
  return gw_step_row(s, error) ? gw_col_int(s, 0) : 0;
}

gboolean gw_store_tour_camera_is_live(GwDb *db, GwId camera_id, gboolean *ret, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &TOUR_CAMERA_LIVE);
  gw_bind_id(s, ":id", camera_id);
  GwStep step = gw_step(s, error);
  *ret = step == GW_STEP_ROW;
  return step != GW_STEP_FAILED;
}
