/* Units: duty, where they are, whether their page shows. */
#include <math.h>

#include "daemon/ledger/field.h"
#include "daemon/ledger/round.h"
#include "daemon/store/unit.h"

#define WRITE_EVERY_US (5 * GW_SEC)
#define SILENT_US (10 * GW_SEC)
#define LOOK_EVERY_US (5 * GW_SEC)

static gboolean load(GwTx *tx, GwId id, GwUnitRow *ret, GError **error) {
  return gw_store_unit_get(tx->db, id, ret, error) ||
         gw_tx_not_found(tx, error, "没有这支队伍。", "There is no such unit.");
}

static gboolean load_own(GwTx *tx, GwUnitRow *ret, GError **error) {
  if (tx->actor.unit_id == 0)
    return gw_tx_refuse(tx, error, GW_CODE_FORBIDDEN, "该账号未关联队伍，请联系管理员。",
                        "This user speaks for no unit: ask the administrator.");
  return load(tx, tx->actor.unit_id, ret, error);
}

static gboolean save(GwTx *tx, GwUnitRow *row, GError **error) {
  row->rev++;
  gw_tx_touch(tx, "unit", row->id);
  return gw_store_unit_update(tx->db, row, error);
}

/* ---- duty ---- */

static gboolean duty(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  g_auto(GwUnitRow) row = {0};
  const GwId asked = gw_arg_id(args, "unit_id");
  const gboolean is_patrol = tx->actor.role == GW_ROLE_PATROL;
  if (is_patrol && asked > 0 && asked != tx->actor.unit_id)
    return gw_tx_refuse(tx, error, GW_CODE_FORBIDDEN, "只能为本队上下岗。",
                        "You may put only your own unit on or off duty.");
  if (!is_patrol && asked == 0)
    return gw_tx_refuse(tx, error, GW_CODE_BAD_ARGS, "请指定队伍。", "Say which unit.");
  if (is_patrol ? !load_own(tx, &row, error) : !load(tx, asked, &row, error))
    return FALSE;
  if (!gw_tx_check_rev(tx, "unit", row.id, row.rev, error))
    return FALSE;
  const gboolean on = json_is_true(json_object_get(args, "on"));
  if (on == row.on_duty)
    return TRUE;
  if (!on && row.ticket_id > 0)
    return gw_tx_refuse(tx, error, GW_CODE_ILLEGAL, "该队伍正在处置工单，请先结单或改派。",
                        "This unit has a ticket in hand: close it or send another unit first.");
  row.on_duty = on;
  row.duty_at_us = tx->now_us;
  return save(tx, &row, error) &&
         gw_tx_journal(tx, on ? "unit.on_duty" : "unit.off_duty", "unit", row.id, row.rev, 0, 0,
                       is_patrol ? 0 : row.id, json_pack("{s:s}", "name", row.name), error) > 0;
}

/* ---- position ---- */

gboolean gw_unit_seen_at(GwTx *tx, GwId unit_id, double lat, double lon, double accuracy_m, GwUsec at_us,
                         GError **error) {
  g_auto(GwUnitRow) row = {0};
  if (!gw_store_unit_get(tx->db, unit_id, &row, error))
    return !(error && *error);
  if (at_us - row.position_at_us < WRITE_EVERY_US && row.position_at_us > 0)
    return TRUE; /* known at least as well already */
  row.lat = lat;
  row.lon = lon;
  row.accuracy_m = accuracy_m;
  row.position_at_us = at_us;
  return save(tx, &row, error);
}

/* The server's time counts: a phone's clock says nothing about how old a position is. */
static gboolean position(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  if (tx->actor.unit_id == 0)
    return gw_tx_refuse(tx, error, GW_CODE_FORBIDDEN, "该账号未关联队伍，请联系管理员。",
                        "This user speaks for no unit: ask the administrator.");
  return gw_unit_seen_at(tx, tx->actor.unit_id, gw_arg_real(args, "lat"), gw_arg_real(args, "lon"),
                         gw_arg_real(args, "accuracy_m"), tx->now_us, error) &&
         gw_round_unit_lives(tx, tx->actor.unit_id, error);
}

/* ---- presence ---- */

static gboolean set_presence(GwTx *tx, GwUnitRow *row, const char *presence, GError **error) {
  const gboolean is_news = g_strcmp0(row->presence, presence) != 0;
  g_free(row->presence);
  row->presence = g_strdup(presence);
  if (!save(tx, row, error))
    return FALSE;
  return !is_news ||
         gw_tx_journal(tx, "unit.presence", "unit", row->id, row->rev, 0, 0, 0,
                       json_pack("{s:s, s:s}", "presence", presence, "device", row->device), error) > 0;
}

static gboolean presence(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  g_auto(GwUnitRow) row = {0};
  if (!load_own(tx, &row, error))
    return FALSE;
  const char *now = json_is_true(json_object_get(args, "visible")) ? "visible" : "hidden";
  const char *device = gw_arg_text(args, "device");
  /* Another device is told at once: somebody takes the unit over. */
  const gboolean is_news =
      g_strcmp0(row.presence, now) != 0 || (device && g_strcmp0(device, row.device) != 0);
  if (!is_news && tx->now_us - row.presence_at_us < WRITE_EVERY_US)
    return TRUE;
  row.presence_at_us = tx->now_us;
  gw_arg_take_text(args, "device", &row.device);
  return set_presence(tx, &row, now, error);
}

/* A page that gave no sign for 10 s cannot be seen; presence_at_us keeps the time of its last sign. */
static gboolean look(GwTx *tx, const GwTimer *timer, GError **error) {
  g_autoptr(GArray) ids = gw_store_unit_ids_silent(tx->db, tx->now_us - SILENT_US, error);
  for (guint i = 0; ids && i < ids->len; i++) {
    g_auto(GwUnitRow) row = {0};
    if (!load(tx, g_array_index(ids, GwId, i), &row, error) || !set_presence(tx, &row, "hidden", error))
      return FALSE;
  }
  return ids && gw_tx_timer_set(tx, "unit.look", "center", 1, 0, tx->now_us + LOOK_EVERY_US,
                                GW_TIMER_DURATION, error);
}

static gboolean begin(GwTx *tx, GError **error) {
  return gw_tx_timer_set(tx, "unit.look", "center", 1, 0, tx->now_us + LOOK_EVERY_US, GW_TIMER_DURATION,
                         error);
}

static const GwCommandEntry commands[] = {
    {"unit.duty", duty},
    {"unit.position", position},
    {"unit.presence", presence},
    {NULL, NULL},
};
static const GwTimerEntry timers[] = {
    {"unit.look", look},
    {NULL, NULL},
};

const GwLedgerNoun gw_ledger_unit = {.commands = commands, .timers = timers, .start = begin};
