/* Rounds: when they open, start, end (R2, R3, R10), and who is told. */
#include "daemon/ledger/round.h"

#include <math.h>

#include "daemon/ledger/field.h"
#include "daemon/store/unit.h"

#define LIFE_EVERY_US GW_MIN

static gboolean raise_not_started(GwTx *tx, const GwRoundRow *row, int priority, GError **error) {
  g_autofree char *key = g_strdup_printf("round:%" G_GINT64_FORMAT, row->id);
  g_autoptr(GArray) points = gw_store_round_points(tx->db, row->id, error);
  if (!points)
    return FALSE;
  const GwRoundPointRow *first = points->len > 0 ? &g_array_index(points, GwRoundPointRow, 0) : NULL;
  const GwCondition condition = {
      .rule_kind = "round_not_started",
      .key = key,
      .category = "round_not_started",
      .subject = "round",
      .subject_id = row->id,
      .words = row->name,
      .priority = priority,
      .lat = first ? first->lat : NAN,
      .lon = first ? first->lon : NAN,
      .since_us = row->life.planned_at_us < tx->now_us ? row->life.planned_at_us : tx->now_us,
  };
  GwId alert_id = 0;
  return gw_condition_raise(tx, &condition, &alert_id, error);
}

static gboolean apply_effect(GwTx *tx, const GwRoundRow *row, const GwEffect *e, GError **error) {
  g_autofree char *key = g_strdup_printf("round:%" G_GINT64_FORMAT, row->id);
  switch (e->kind) {
  case GW_EFFECT_RAISE:
    return raise_not_started(tx, row, e->priority, error);
  case GW_EFFECT_CLEAR:
    return gw_condition_clear(tx, key, error);
  case GW_EFFECT_WITHDRAW:
    return gw_condition_withdraw(tx, key, e->why, error);
  case GW_EFFECT_NOTIFY:
    return e->whom != GW_NOTIFY_UNIT || row->unit_id == 0 ||
           gw_outbox_add(tx, "phone", "unit", row->unit_id, "", "round", row->id, e->what, 4, error);
  default:
    return TRUE;
  }
}

static gboolean apply_effects(GwTx *tx, const GwRoundRow *row, const GwEffects *effects, GError **error) {
  for (guint i = 0; i < effects->n; i++)
    if (!apply_effect(tx, row, &effects->item[i], error))
      return FALSE;
  return gw_tx_apply_timers(tx, effects, "round", row->id, error);
}

/* A round that ended without having begun asks no more why it does not begin. */
static gboolean end_alert(GwTx *tx, const GwRoundRow *row, GwRoundState before, GError **error) {
  g_autofree char *key = g_strdup_printf("round:%" G_GINT64_FORMAT, row->id);
  return gw_round_state_is_open(row->life.state) || before == row->life.state ||
         gw_condition_clear(tx, key, error);
}

gboolean gw_round_move(GwTx *tx, GwRoundRow *row, const GwRoundMove *move, gboolean soft, GError **error) {
  if (soft && !gw_round_table_row(row->life.state, move->input))
    return TRUE;
  GwRoundDecision d;
  g_autoptr(GError) refusal = NULL;
  if (!gw_round_decide(&row->life, move, tx->now_us, &d, &refusal)) {
    if (soft)
      return TRUE;
    g_propagate_error(error, g_steal_pointer(&refusal));
    return FALSE;
  }
  const GwRoundState before = row->life.state;
  row->life = d.next;
  row->rev++;
  if (!gw_store_round_update(tx->db, row, error) || !apply_effects(tx, row, &d.effects, error) ||
      !end_alert(tx, row, before, error))
    return FALSE;
  if (!d.kind)
    return TRUE;
  gw_tx_touch(tx, "round", row->id);
  json_t *body = json_pack("{s:s, s:s, s:s, s:I, s:o}", "name", row->name, "state",
                           gw_round_state_to_string(row->life.state), "row", d.row, "planned_at_us",
                           (json_int_t)row->life.planned_at_us, "unit_id", gw_json_id(row->unit_id));
  const gboolean is_news = move->input == GW_ROUND_DO_START_DUE || move->input == GW_ROUND_DO_END_DUE;
  return gw_tx_journal(tx, d.kind, "round", row->id, row->rev, 0,
                       is_news && row->life.state != GW_ROUND_COMPLETED ? 3 : 0, 0, body, error) > 0;
}

gboolean gw_round_is_unknown(GwTx *tx, GwId unit_id) {
  return !gw_worker_is_up(tx, "checkins") || gw_store_checkin_waits(tx->db, unit_id);
}

gboolean gw_round_unit_lives(GwTx *tx, GwId unit_id, GError **error) {
  g_autoptr(GArray) ids = gw_store_round_ids_started(tx->db, unit_id, error);
  for (guint i = 0; ids && i < ids->len; i++) {
    g_auto(GwRoundRow) row = {0};
    if (!gw_store_round_get(tx->db, g_array_index(ids, GwId, i), &row, error))
      return FALSE;
    if (tx->now_us - row.life.life_at_us < LIFE_EVERY_US)
      continue;
    if (!gw_round_move(tx, &row, &(GwRoundMove){.input = GW_ROUND_DO_SIGN}, TRUE, error))
      return FALSE;
  }
  return ids != NULL;
}

/* ---- timers ---- */

static gboolean nobody_on_duty(GwTx *tx, GwId unit_id, gboolean *ret, GError **error) {
  g_auto(GwUnitRow) unit = {0};
  *ret = TRUE;
  if (unit_id == 0)
    return TRUE;
  if (!gw_store_unit_get(tx->db, unit_id, &unit, error))
    return !(error && *error);
  *ret = !unit.on_duty;
  return TRUE;
}

static gboolean due(GwTx *tx, const GwTimer *timer, GwRoundInput input, GError **error) {
  g_auto(GwRoundRow) row = {0};
  if (!gw_store_round_get(tx->db, timer->subject_id, &row, error))
    return !(error && *error); /* withdrawn with its route meanwhile */
  GwRoundMove move = {.input = input, .has_unknown = gw_round_is_unknown(tx, row.unit_id)};
  if (!gw_store_round_counts(tx->db, row.id, &move.points, &move.points_done, error) ||
      !nobody_on_duty(tx, row.unit_id, &move.nobody_on_duty, error))
    return FALSE;
  return gw_round_move(tx, &row, &move, TRUE, error);
}

static gboolean open_due(GwTx *tx, const GwTimer *timer, GError **error) {
  return due(tx, timer, GW_ROUND_DO_OPEN_DUE, error);
}

static gboolean start_due(GwTx *tx, const GwTimer *timer, GError **error) {
  return due(tx, timer, GW_ROUND_DO_START_DUE, error);
}

static gboolean end_due(GwTx *tx, const GwTimer *timer, GError **error) {
  return due(tx, timer, GW_ROUND_DO_END_DUE, error);
}

static gboolean quiet_due(GwTx *tx, const GwTimer *timer, GError **error) {
  return due(tx, timer, GW_ROUND_DO_QUIET_DUE, error);
}

/* ---- commands ---- */

static gboolean start(GwTx *tx, json_t *args, json_t **ret_result, GError **error) {
  g_auto(GwRoundRow) row = {0};
  if (!gw_store_round_get(tx->db, gw_arg_id(args, "round_id"), &row, error))
    return gw_tx_not_found(tx, error, "没有这个巡更轮次。", "There is no such round.");
  if (!gw_tx_check_rev(tx, "round", row.id, row.rev, error))
    return FALSE;
  json_t *behalf = json_object_get(args, "behalf");
  const GwId unit_id = behalf ? gw_arg_id(behalf, "unit_id") : tx->actor.unit_id;
  if (tx->actor.role == GW_ROLE_PATROL && (behalf || unit_id != row.unit_id))
    return gw_tx_refuse(tx, error, GW_CODE_FORBIDDEN, "该轮次由其他队伍负责。",
                        "This round belongs to another unit.");
  if (behalf && unit_id != row.unit_id)
    return gw_tx_refuse(tx, error, GW_CODE_BAD_ARGS, "该轮次不是这支队伍的。",
                        "This round is not that unit's.");
  if (!gw_round_move(tx, &row, &(GwRoundMove){.input = GW_ROUND_DO_START}, FALSE, error))
    return FALSE;
  if (!behalf)
    return TRUE;
  const GwId text_id = gw_tx_text(tx, gw_arg_text(behalf, "words"), error);
  if (error && *error)
    return FALSE;
  g_autofree char *heard = g_strdup(gw_arg_text(behalf, "channel"));
  return gw_tx_journal(tx, "round.heard", "round", row.id, row.rev, 0, 0, unit_id,
                       json_pack("{s:s, s:o}", "channel", heard, "words_text_id", gw_json_id(text_id)),
                       error) > 0;
}

static gboolean begin(GwTx *tx, GError **error) {
  return gw_tx_timer_set(tx, "round.plan", "center", 1, 0, tx->now_us, GW_TIMER_DURATION, error);
}

static const GwCommandEntry commands[] = {
    {"round.start", start},
    {NULL, NULL},
};
static const GwTimerEntry timers[] = {
    {"round.plan", gw_round_plan_due},
    {"round.open", open_due},
    {"round.start", start_due},
    {"round.end", end_due},
    {"round.quiet", quiet_due},
    {"round.point", gw_round_point_due},
    {NULL, NULL},
};

const GwLedgerNoun gw_ledger_round = {.commands = commands, .timers = timers, .start = begin};
