#include "daemon/store/watch.h"

#include "daemon/core/shift.h"
#include "daemon/ledger/absent.h"
#include "daemon/ledger/field.h"
#include "daemon/ledger/tour.h"
#include "daemon/store/timer.h"

/* Shifts and who sits at the desk.  A shift is made when it begins; whoever sits goes on sitting and is
 * written down anew, so that each shift's log knows its people. */
#define SHIFT_TIMER "shift.begin"

static int utc_offset_s(GwUsec at_us) {
  g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(at_us / GW_SEC);
  g_autoptr(GDateTime) local = g_date_time_to_local(utc);
  return (int)(g_date_time_get_utc_offset(local) / G_USEC_PER_SEC);
}

static gboolean journal(GwTx *tx, const char *kind, const GwWatchRow *row, GError **error) {
  json_t *body = json_pack("{s:I, s:I, s:i}", "user_id", (json_int_t)row->user_id, "shift_id",
                           (json_int_t)row->shift_id, "seat", row->seat);
  gw_tx_touch(tx, "watch", row->id);
  return gw_tx_journal(tx, kind, "watch", row->id, row->rev, 0, 0, 0, body, error) > 0;
}

/* ---- shifts ---- */

static gboolean set_shift_timer(GwTx *tx, GError **error) {
  GwShiftWindow window = gw_shift_at(tx->now_us, utc_offset_s(tx->now_us));
  return gw_tx_timer_set(tx, SHIFT_TIMER, "center", 1, 0, window.ends_at_us, GW_TIMER_CALENDAR, error);
}

static gboolean leave(GwTx *tx, GwWatchRow *row, GError **error) {
  row->to_us = tx->now_us;
  return gw_store_watch_update(tx->db, row, error) && journal(tx, "watch.left", row, error);
}

static gboolean sit_down(GwTx *tx, GwId user_id, int seat, GwId shift_id, GwWatchRow *ret, GError **error) {
  *ret = (GwWatchRow){.shift_id = shift_id, .user_id = user_id, .seat = seat, .from_us = tx->now_us};
  return gw_store_watch_insert(tx->db, ret, error) && journal(tx, "watch.joined", ret, error);
}

static gboolean carry_over(GwTx *tx, GwId shift_id, GError **error) {
  g_autoptr(GArray) ids = gw_store_watch_all(tx->db, error);
  for (guint i = 0; ids && i < ids->len; i++) {
    GwWatchRow row, next;
    if (!gw_store_watch_get(tx->db, g_array_index(ids, GwId, i), &row, error))
      return FALSE;
    if (row.shift_id == shift_id)
      continue;
    if (!leave(tx, &row, error) || !sit_down(tx, row.user_id, row.seat, shift_id, &next, error))
      return FALSE;
  }
  return ids != NULL;
}

static gboolean begin_shift(GwTx *tx, GwId id, const GwShiftWindow *window, GError **error) {
  gw_tx_touch(tx, "shift", id);
  json_t *body = json_pack("{s:s, s:I, s:I}", "kind", gw_shift_kind_to_string(window->night), "starts_at_us",
                           (json_int_t)window->starts_at_us, "ends_at_us", (json_int_t)window->ends_at_us);
  return gw_tx_journal(tx, "shift.began", "shift", id, 1, 0, 0, 0, body, error) > 0 && carry_over(tx, id, error) &&
         gw_tour_shift_began(tx, id, window, error);
}

gboolean gw_shift_present(GwTx *tx, GwId *ret_id, GwShiftWindow *ret_window, GError **error) {
  gboolean made = FALSE;
  *ret_window = gw_shift_at(tx->now_us, utc_offset_s(tx->now_us));
  return gw_store_shift_put(tx->db, ret_window->night, ret_window->starts_at_us, ret_window->ends_at_us, ret_id, &made,
                            error) &&
         (!made || begin_shift(tx, *ret_id, ret_window, error));
}

static gboolean turn_over(GwTx *tx, GError **error) {
  GwId shift_id = 0;
  GwShiftWindow window;
  return gw_shift_present(tx, &shift_id, &window, error) && set_shift_timer(tx, error);
}

static gboolean on_shift_begin(GwTx *tx, const GwTimer *timer, GError **error) {
  return turn_over(tx, error);
}

/* ---- who sits ---- */

/* The row of somebody who sits; FALSE without an error: nobody. */
static gboolean sitting(GwTx *tx, GwId user_id, int seat, GwWatchRow *ret, GError **error) {
  return gw_store_watch_sitting(tx->db, user_id, seat, ret, error);
}

static json_t *result_of(const GwWatchRow *row) {
  return json_pack("{s:I, s:i}", "watch_id", (json_int_t)row->id, "seat", row->seat);
}

static gboolean leave_if_sitting(GwTx *tx, GwId user_id, GError **error) {
  GwWatchRow row;
  g_autoptr(GError) failed = NULL;
  if (!sitting(tx, user_id, 0, &row, &failed))
    return gw_absent(&failed, error);
  return leave(tx, &row, error);
}

static gboolean run_join(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  int seat = (int)gw_arg_int(args, "seat");
  GwId shift_id = 0;
  GwShiftWindow window;
  GwWatchRow taken, row;
  g_autoptr(GError) failed = NULL;
  if (sitting(tx, 0, seat, &taken, &failed)) {
    if (taken.user_id != tx->actor.user_id)
      return gw_tx_refuse(tx, error, GW_CODE_ILLEGAL, "该席位已有人，请另选席位。",
                          "Somebody sits there: take another seat.");
    *ret_result = result_of(&taken);
    return TRUE;
  }
  if (!gw_absent(&failed, error) || !leave_if_sitting(tx, tx->actor.user_id, error) ||
      !gw_shift_present(tx, &shift_id, &window, error) ||
      !sit_down(tx, tx->actor.user_id, seat, shift_id, &row, error))
    return FALSE;
  *ret_result = result_of(&row);
  return TRUE;
}

static gboolean load_own(GwTx *tx, GwWatchRow *row, GError **error) {
  return sitting(tx, tx->actor.user_id, 0, row, error) ||
         gw_tx_not_found(tx, error, "您尚未入席。", "You have no seat: sit down first.");
}

static gboolean run_leave(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  GwWatchRow row;
  if (!load_own(tx, &row, error) || !leave(tx, &row, error))
    return FALSE;
  *ret_result = result_of(&row);
  return TRUE;
}

/* What was not heard is recorded too: it is why the next alarm may be missed. */
static gboolean run_sound(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  GwWatchRow row;
  gboolean heard = json_is_true(json_object_get(args, "heard"));
  if (!load_own(tx, &row, error))
    return FALSE;
  row.sound_at_us = heard ? tx->now_us : 0;
  if (!gw_store_watch_update(tx->db, &row, error))
    return FALSE;
  *ret_result = result_of(&row);
  return journal(tx, heard ? "watch.sound_heard" : "watch.sound_not_heard", &row, error);
}

static gboolean start(GwTx *tx, GError **error) {
  return turn_over(tx, error);
}

static const GwCommandEntry commands[] = {
    {"watch.join", run_join},
    {"watch.leave", run_leave},
    {"watch.sound", run_sound},
    {0},
};
static const GwTimerEntry timers[] = {{SHIFT_TIMER, on_shift_begin}, {0}};
const GwLedgerNoun gw_ledger_watch = {commands, NULL, timers, start};
