/* Which runs of a tour a shift has: one for each of its windows. */
#include "daemon/ledger/absent.h"
#include "daemon/ledger/field.h"
#include "daemon/ledger/tour.h"

#define MISSED_TIMER "tour.missed"

/* The center was down all the while: nobody could have looked. */
static gboolean miss_at_once(GwTx *tx, GwTourRunRow *row, const char *name, GError **error) {
  GwTourDecision d;
  const GwTourMove move = {.input = GW_TOUR_DO_END_DUE};
  json_t *extra = json_pack("{s:s, s:I}", "why", "down", "late_by_us", (json_int_t)(tx->now_us - row->life.to_us));
  return gw_tour_move(tx, row, name, &move, extra, &d, error);
}

static gboolean make_run(GwTx *tx, const GwTourRow *tour, GwId shift_id, const GwTourWindow *window, GError **error) {
  g_auto(GwTourRunRow) row = {
      .tour_id = tour->id,
      .shift_id = shift_id,
      .life = {.state = GW_TOUR_DUE, .from_us = window->from_us, .to_us = window->to_us},
      .pages = g_strdup("[]"),
  };
  if (!gw_store_tour_run_insert(tx->db, &row, error))
    return FALSE;
  gw_tx_touch(tx, "tour_run", row.id);
  if (window->to_us <= tx->now_us)
    return miss_at_once(tx, &row, tour->name, error);
  return gw_tx_timer_set(tx, MISSED_TIMER, "tour_run", row.id, 0, window->to_us, GW_TIMER_CALENDAR, error);
}

static gboolean is_free(GArray *taken, const GwTourWindow *window) {
  for (guint i = 0; i < taken->len; i++)
    if (gw_tour_windows_overlap(&g_array_index(taken, GwTourWindow, i), window))
      return FALSE;
  return TRUE;
}

/* `whole`: the shift begins (or began while the center was down), so all of its windows are asked for. */
static gboolean plan(GwTx *tx, const GwTourRow *tour, GwId shift_id, const GwShiftWindow *shift, gboolean whole,
                     GError **error) {
  if (!tour->enabled || tour->removed_at_us > 0 || tour->per_shift == 0)
    return TRUE;
  g_autoptr(GArray) taken = gw_store_tour_windows(tx->db, tour->id, shift_id, error);
  int made = 0;
  for (guint n = 0; taken && n < tour->per_shift; n++) {
    const GwTourWindow window = gw_tour_window(shift->starts_at_us, shift->ends_at_us, tour->per_shift, n);
    if (!is_free(taken, &window) || (!whole && !gw_tour_window_is_fair(&window, tx->now_us)))
      continue;
    if (!make_run(tx, tour, shift_id, &window, error))
      return FALSE;
    made++;
  }
  if (!taken || made == 0)
    return taken != NULL;
  json_t *body = json_pack("{s:s, s:I, s:i}", "name", tour->name, "shift_id", (json_int_t)shift_id, "runs", made);
  return gw_tx_journal(tx, "tour.planned", "tour", tour->id, tour->rev, 0, 0, 0, body, error) > 0;
}

gboolean gw_tour_plan_rest(GwTx *tx, const GwTourRow *tour, GError **error) {
  GwId shift_id = 0;
  GwShiftWindow shift;
  return gw_shift_present(tx, &shift_id, &shift, error) && plan(tx, tour, shift_id, &shift, FALSE, error);
}

static gboolean withdraw_run(GwTx *tx, GwId id, gboolean begun_too, const char *why, GError **error) {
  g_auto(GwTourRunRow) row = {0};
  GwTourDecision d;
  const GwTourMove drop = {.input = GW_TOUR_DO_DROP};
  if (!gw_store_tour_run_get(tx->db, id, &row, error))
    return FALSE;
  if (row.life.started_at_us > 0)
    return !begun_too || gw_tour_move(tx, &row, NULL, &drop, json_pack("{s:s}", "why", why), &d, error);
  gw_tx_gone(tx, "tour_run", id);
  return gw_tx_timer_cancel(tx, MISSED_TIMER, "tour_run", id, -1, error) &&
         gw_store_tour_run_delete(tx->db, id, error);
}

gboolean gw_tour_withdraw(GwTx *tx, GwId tour_id, gboolean begun_too, const char *why, GError **error) {
  g_autoptr(GArray) ids = gw_store_tour_runs_open(tx->db, tour_id, error);
  for (guint i = 0; ids && i < ids->len; i++)
    if (!withdraw_run(tx, g_array_index(ids, GwId, i), begun_too, why, error))
      return FALSE;
  return ids != NULL;
}

/* ---- a shift begins ---- */

/* Who looks beyond what he had to does it in his shift. */
static gboolean end_extra(GwTx *tx, const GwTourRow *tour, GError **error) {
  g_auto(GwTourRunRow) row = {0};
  GwTourDecision d;
  g_autoptr(GError) failed = NULL;
  const GwTourMove drop = {.input = GW_TOUR_DO_DROP};
  const GwId id = gw_store_tour_run_extra(tx->db, tour->id, &failed);
  if (id == 0)
    return gw_absent(&failed, error);
  return gw_store_tour_run_get(tx->db, id, &row, error) &&
         gw_tour_move(tx, &row, tour->name, &drop, json_pack("{s:s}", "why", "shift_over"), &d, error);
}

/* Whole shifts that nobody lived through have no rows; that nobody looked is said all the same. */
static gboolean tell_of_skipped(GwTx *tx, const GwTourRow *tour, GwUsec from_us, const GwShiftWindow *shift,
                                GError **error) {
  const GwUsec length_us = shift->ends_at_us - shift->starts_at_us;
  const gint64 shifts = from_us == 0 ? 0 : (shift->starts_at_us - from_us + length_us / 2) / length_us;
  if (shifts <= 0 || !tour->enabled || tour->per_shift == 0)
    return TRUE;
  json_t *body = json_pack("{s:s, s:s, s:I, s:I, s:I}", "name", tour->name, "why", "down", "runs",
                           (json_int_t)(shifts * tour->per_shift), "from_us", (json_int_t)from_us, "to_us",
                           (json_int_t)shift->starts_at_us);
  return gw_tx_journal(tx, "tour.missed", "tour", tour->id, tour->rev, 0, 3, 0, body, error) > 0;
}

/* The pages show this shift and the one before. */
static gboolean forget_older(GwTx *tx, GwUsec before_us, GError **error) {
  GwId id = 0;
  GwUsec from_us, to_us;
  g_autoptr(GError) failed = NULL;
  if (!gw_store_tour_shift_before(tx->db, before_us, &id, &from_us, &to_us, &failed))
    return gw_absent(&failed, error);
  g_autoptr(GArray) runs = gw_store_tour_runs_of_shift(tx->db, id, error);
  for (guint i = 0; runs && i < runs->len; i++)
    gw_tx_gone(tx, "tour_run", g_array_index(runs, GwId, i));
  return runs != NULL;
}

gboolean gw_tour_shift_began(GwTx *tx, GwId shift_id, const GwShiftWindow *window, GError **error) {
  GwId before_id = 0;
  GwUsec before_from_us = 0, before_to_us = 0;
  g_autoptr(GError) failed = NULL;
  if (!gw_store_tour_shift_before(tx->db, window->starts_at_us, &before_id, &before_from_us, &before_to_us, &failed) &&
      !gw_absent(&failed, error))
    return FALSE;
  g_autoptr(GArray) ids = gw_store_tour_ids(tx->db, error);
  for (guint i = 0; ids && i < ids->len; i++) {
    g_auto(GwTourRow) tour = {0};
    if (!gw_store_tour_get(tx->db, g_array_index(ids, GwId, i), &tour, error) || !end_extra(tx, &tour, error) ||
        !tell_of_skipped(tx, &tour, before_to_us, window, error) || !plan(tx, &tour, shift_id, window, TRUE, error))
      return FALSE;
  }
  return ids && (before_from_us == 0 || forget_older(tx, before_from_us, error));
}

gboolean gw_tour_cameras_changed(GwTx *tx, GError **error) {
  g_autoptr(GArray) ids = gw_store_tour_ids(tx->db, error);
  for (guint i = 0; ids && i < ids->len; i++)
    gw_tx_touch(tx, "tour", g_array_index(ids, GwId, i));
  return ids != NULL;
}
