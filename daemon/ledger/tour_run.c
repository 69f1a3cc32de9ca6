/* Runs of tours: who begins, looks, leaves, and what was missed. */
#include <stdlib.h>

#include "daemon/base/clock.h"
#include "daemon/ledger/absent.h"
#include "daemon/ledger/field.h"
#include "daemon/ledger/tour.h"

#define MISSED_TIMER "tour.missed"

static json_t *body_of(const GwTourRunRow *row, const char *name, json_t *extra) {
  json_t *body = json_pack("{s:I, s:s?, s:I, s:s, s:i, s:i, s:o, s:o}", "tour_id", (json_int_t)row->tour_id, "name",
                           name, "shift_id", (json_int_t)row->shift_id, "state",
                           gw_tour_state_to_string(row->life.state), "pages", (int)row->life.pages, "looked",
                           (int)row->life.looked, "due_from_us", gw_json_id(row->life.from_us), "due_to_us",
                           gw_json_id(row->life.to_us));
  if (extra)
    json_object_update(body, extra);
  json_decref(extra);
  return body;
}

/* What the journal calls the tour when the caller does not say. */
static char *name_of(GwTx *tx, GwId tour_id) {
  g_auto(GwTourRow) tour = {0};
  return gw_store_tour_get(tx->db, tour_id, &tour, NULL) ? g_strdup(tour.name) : NULL;
}

static gboolean write_run(GwTx *tx, GwTourRunRow *row, const char *kind, json_t *body, GError **error) {
  const int severity = row->life.state == GW_TOUR_MISSED ? 3 : 0;
  gw_tx_touch(tx, "tour_run", row->id);
  return gw_tx_journal(tx, kind, "tour_run", row->id, row->rev, 0, severity, 0, body, error) > 0;
}

gboolean gw_tour_move(GwTx *tx, GwTourRunRow *row, const char *name, const GwTourMove *move, json_t *extra,
                      GwTourDecision *ret, GError **error) {
  if (!gw_tour_decide(&row->life, move, tx->now_us, ret, error)) {
    json_decref(extra);
    return FALSE;
  }
  if (!ret->kind) {
    json_decref(extra);
    return TRUE;
  }
  row->life = ret->next;
  const gboolean written = row->id > 0 ? gw_store_tour_run_update(tx->db, row, error)
                                       : gw_store_tour_run_insert(tx->db, row, error);
  if (!written || (!gw_tour_state_is_open(row->life.state) &&
                   !gw_tx_timer_cancel(tx, MISSED_TIMER, "tour_run", row->id, -1, error))) {
    json_decref(extra);
    return FALSE;
  }
  g_autofree char *own_name = name ? NULL : name_of(tx, row->tour_id);
  return write_run(tx, row, ret->kind, body_of(row, name ? name : own_name, extra), error);
}

static gboolean load_run(GwTx *tx, GwId id, GwTourRunRow *ret, GError **error) {
  return gw_store_tour_run_get(tx->db, id, ret, error) ||
         gw_tx_not_found(tx, error, "没有这次轮巡。", "There is no such run of a tour.");
}

gboolean gw_tour_run_exists(GwTx *tx, GwId run_id, GError **error) {
  g_auto(GwTourRunRow) row = {0};
  return run_id == 0 || load_run(tx, run_id, &row, error);
}

/* ---- tour.start ---- */

static json_t *pages_json(GArray *cameras, guint tiles) {
  json_t *pages = json_array();
  for (guint p = 0; p < gw_tour_pages(cameras->len, tiles); p++) {
    json_t *page = json_array();
    guint first, n;
    gw_tour_page(cameras->len, tiles, p, &first, &n);
    for (guint i = 0; i < n; i++)
      json_array_append_new(page, json_integer(g_array_index(cameras, GwId, first + i)));
    json_array_append_new(pages, page);
  }
  return pages;
}

/* Fixed when a run begins: a camera that comes later is of the next run, one that goes is not seen. */
static gboolean fix_pages(GwTx *tx, const GwTourRow *tour, GwTourRunRow *row, GwTourMove *move, GError **error) {
  if (row->life.pages > 0)
    return TRUE;
  g_autoptr(GArray) cameras = gw_store_tour_cameras(tx->db, tour->id, error);
  if (!cameras)
    return FALSE;
  json_t *pages = pages_json(cameras, tour->tiles);
  char *text = json_dumps(pages, JSON_COMPACT);
  g_free(row->pages);
  row->pages = g_strdup(text);
  move->pages = (guint)json_array_size(pages);
  free(text);
  json_decref(pages);
  return TRUE;
}

/* One run of a tour at a time: what is due goes before what nobody asked for. */
static gboolean drop_extra(GwTx *tx, const GwTourRow *tour, GwId extra_id, GError **error) {
  g_auto(GwTourRunRow) row = {0};
  GwTourDecision d;
  const GwTourMove drop = {.input = GW_TOUR_DO_DROP};
  if (extra_id == 0)
    return TRUE;
  return gw_store_tour_run_get(tx->db, extra_id, &row, error) &&
         gw_tour_move(tx, &row, tour->name, &drop, json_pack("{s:s}", "why", "due"), &d, error);
}

/* The run to begin or to go on with; id 0: one more, which has no row yet. */
static gboolean choose_run(GwTx *tx, const GwTourRow *tour, GwTourRunRow *ret, GError **error) {
  GwId shift_id = 0;
  GwShiftWindow shift;
  g_autoptr(GError) failed = NULL;
  if (!gw_shift_present(tx, &shift_id, &shift, error))
    return FALSE;
  const GwId due_id = gw_store_tour_run_due(tx->db, tour->id, shift_id, tx->now_us, &failed);
  const GwId extra_id = failed ? 0 : gw_store_tour_run_extra(tx->db, tour->id, &failed);
  if (!gw_absent(&failed, error))
    return FALSE;
  if (due_id > 0)
    return drop_extra(tx, tour, extra_id, error) && gw_store_tour_run_get(tx->db, due_id, ret, error);
  if (extra_id > 0)
    return gw_store_tour_run_get(tx->db, extra_id, ret, error);
  *ret = (GwTourRunRow){.tour_id = tour->id, .shift_id = shift_id, .life = {.state = GW_TOUR_DUE}, .pages = g_strdup("[]")};
  return TRUE;
}

static gboolean start(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  g_auto(GwTourRow) tour = {0};
  g_auto(GwTourRunRow) row = {0};
  GwTourDecision d;
  GwTourMove move = {.input = GW_TOUR_DO_START, .user_id = tx->actor.user_id};
  if (!gw_store_tour_get(tx->db, gw_arg_id(args, "tour_id"), &tour, error) || tour.removed_at_us > 0)
    return gw_tx_not_found(tx, error, "没有这个轮巡。", "There is no such tour.");
  if (!tour.enabled)
    return gw_tx_refuse(tx, error, GW_CODE_ILLEGAL, "该轮巡已停用。", "This tour is switched off.");
  if (!choose_run(tx, &tour, &row, error) || !fix_pages(tx, &tour, &row, &move, error))
    return FALSE;
  const gboolean goes_on = row.life.started_at_us > 0;
  if (!gw_tour_move(tx, &row, tour.name, &move, json_pack("{s:b}", "again", goes_on), &d, error))
    return FALSE;
  g_autoptr(GError) failed = NULL;
  const int next = gw_store_tour_next_page(tx->db, row.id, &failed);
  if (!gw_absent(&failed, error))
    return FALSE;
  *ret_result = json_pack("{s:I, s:i, s:i}", "run_id", (json_int_t)row.id, "pages", (int)row.life.pages, "next", next);
  return TRUE;
}

/* ---- tour.look ---- */

static gboolean is_in(json_t *ids, json_int_t id) {
  size_t i;
  json_t *other;
  json_array_foreach(ids, i, other) {
    if (json_integer_value(other) == id)
      return TRUE;
  }
  return FALSE;
}

/* Who looked saw what his page showed and the center knows to be alive; nobody saw a camera that was gone. */
static gboolean split_page(GwTx *tx, json_t *page, json_t *said_unseen, json_t *seen, json_t *unseen, GError **error) {
  size_t i;
  json_t *id;
  json_array_foreach(page, i, id) {
    gboolean live = FALSE;
    if (!gw_store_tour_camera_is_live(tx->db, json_integer_value(id), &live, error))
      return FALSE;
    json_array_append(live && !is_in(said_unseen, json_integer_value(id)) ? seen : unseen, id);
  }
  return TRUE;
}

static gboolean insert_look(GwTx *tx, const GwTourRunRow *row, const GwTourMove *move, json_t *seen, json_t *unseen,
                            GError **error) {
  char *seen_text = json_dumps(seen, JSON_COMPACT), *unseen_text = json_dumps(unseen, JSON_COMPACT);
  const GwTourLookRow look = {
      .run_id = row->id,
      .user_id = tx->actor.user_id,
      .page = move->page,
      .at_us = tx->now_us,
      .looked_us = MAX(0, tx->now_us - move->before_us),
      .seen = seen_text,
      .unseen = unseen_text,
  };
  const gboolean ok = gw_store_tour_look_insert(tx->db, &look, error);
  free(seen_text);
  free(unseen_text);
  return ok;
}

/* The decision first: a look that does not count leaves nothing behind. */
static gboolean count_look(GwTx *tx, GwTourRunRow *row, const GwTourMove *move, json_t *said_unseen,
                           GwTourDecision *ret, GError **error) {
  json_t *seen = json_array(), *unseen = json_array(), *pages = json_loads(row->pages, 0, NULL);
  json_t *extra = json_pack("{s:i, s:O, s:O, s:I}", "page", (int)move->page, "seen", seen, "unseen", unseen,
                            "looked_us", (json_int_t)MAX(0, tx->now_us - move->before_us));
  GwTourDecision check;
  gboolean ok = gw_tour_decide(&row->life, move, tx->now_us, &check, error) &&
                split_page(tx, json_array_get(pages, move->page), said_unseen, seen, unseen, error) &&
                insert_look(tx, row, move, seen, unseen, error);
  if (ok)
    ok = gw_tour_move(tx, row, NULL, move, json_incref(extra), ret, error);
  json_decref(extra);
  json_decref(pages);
  json_decref(seen);
  json_decref(unseen);
  return ok;
}

static gboolean journal_done(GwTx *tx, GwTourRunRow *row, GError **error) {
  g_autofree char *name = name_of(tx, row->tour_id);
  return write_run(tx, row, "tour.done", body_of(row, name, NULL), error);
}

static gboolean look(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  g_auto(GwTourRunRow) row = {0};
  GwTourDecision d;
  GwTourMove move = {.input = GW_TOUR_DO_LOOK, .user_id = tx->actor.user_id, .page = (guint)gw_arg_int(args, "page")};
  g_autoptr(GError) failed = NULL;
  if (!load_run(tx, gw_arg_id(args, "run_id"), &row, error) ||
      !gw_store_tour_look_has(tx->db, row.id, move.page, &move.is_looked_at, error))
    return FALSE;
  move.before_us = gw_store_tour_before_us(tx->db, row.id, &failed);
  move.time_stands = gw_clock_real_us() < tx->now_us;
  if (!gw_absent(&failed, error) || !count_look(tx, &row, &move, json_object_get(args, "unseen"), &d, error) ||
      (d.is_done && !journal_done(tx, &row, error)))
    return FALSE;
  const int next = gw_store_tour_next_page(tx->db, row.id, &failed);
  if (!gw_absent(&failed, error))
    return FALSE;
  *ret_result = json_pack("{s:I, s:b, s:i}", "run_id", (json_int_t)row.id, "done", d.is_done, "next", next);
  return TRUE;
}

/* ---- tour.stop, and the end of a window ---- */

static gboolean stop(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  g_auto(GwTourRunRow) row = {0};
  GwTourDecision d;
  const GwTourMove move = {.input = GW_TOUR_DO_STOP, .user_id = tx->actor.user_id};
  if (!load_run(tx, gw_arg_id(args, "run_id"), &row, error) ||
      !gw_tour_move(tx, &row, NULL, &move, json_pack("{s:s}", "why", "stopped"), &d, error))
    return FALSE;
  *ret_result = json_pack("{s:I, s:s}", "run_id", (json_int_t)row.id, "state", gw_tour_state_to_string(row.life.state));
  return TRUE;
}

static const char *why_missed(GwTx *tx, const GwTourRunRow *row, GError **error) {
  if (row->life.started_at_us > 0)
    return "not_finished";
  if (tx->late_by_us > 0)
    return "down";
  g_autoptr(GArray) cameras = gw_store_tour_cameras(tx->db, row->tour_id, error);
  return !cameras ? NULL : cameras->len == 0 ? "no_cameras" : "not_begun";
}

static gboolean window_over(GwTx *tx, const GwTimer *timer, GError **error) {
  g_auto(GwTourRunRow) row = {0};
  GwTourDecision d;
  const GwTourMove move = {.input = GW_TOUR_DO_END_DUE};
  if (!gw_store_tour_run_get(tx->db, timer->subject_id, &row, error))
    return !(error && *error);
  if (!gw_tour_state_is_open(row.life.state))
    return TRUE;
  const char *why = why_missed(tx, &row, error);
  if (!why)
    return FALSE;
  json_t *extra = json_pack("{s:s}", "why", why);
  if (tx->late_by_us > 0)
    json_object_set_new(extra, "late_by_us", json_integer(tx->late_by_us));
  return gw_tour_move(tx, &row, NULL, &move, extra, &d, error);
}

static const GwCommandEntry commands[] = {
    {"tour.start", start},
    {"tour.look", look},
    {"tour.stop", stop},
    {0},
};
static const GwTimerEntry timers[] = {{MISSED_TIMER, window_over}, {0}};
const GwLedgerNoun gw_ledger_tour_run = {.commands = commands, .timers = timers};
