/* R1: the calendar makes the rounds of the next 24 hours, each with a frozen copy of its route's points. */
#include "daemon/core/plan.h"

#include "daemon/ledger/field.h"
#include "daemon/ledger/round.h"
#include "daemon/store/route.h"

#define AGAIN_US GW_HOUR
#define LATE_US GW_ROUND_START_WITHIN_US /* a route made at 20:05 may still be walked at 20:00 */

static void read_times(json_t *list, GwPlan *plan) {
  size_t i;
  json_t *item;
  json_array_foreach(list, i, item) {
    int hour, minute;
    const char *text = json_string_value(item);
    const gboolean ok = text && sscanf(text, "%2d:%2d", &hour, &minute) == 2 && hour >= 0 && hour < 24 &&
                        minute >= 0 && minute < 60;
    if (plan->n_times < GW_PLAN_TIMES_MOST)
      plan->time_min[plan->n_times++] = ok ? (gint16)(hour * 60 + minute) : -1;
  }
}

static guint32 read_bits(json_t *list, int most) {
  guint32 bits = 0;
  size_t i;
  json_t *item;
  json_array_foreach(list, i, item) {
    const json_int_t n = json_integer_value(item);
    if (n >= 1 && n <= most)
      bits |= (guint32)1 << (n - 1);
  }
  return bits;
}

gboolean gw_round_plan_from_json(const char *json, GwPlan *ret, GError **error) {
  json_t *root = json_loads(json, 0, NULL);
  GwPlan plan = {
      .weekdays = (guint8)read_bits(json_object_get(root, "weekdays"), 7),
      .month_days = read_bits(json_object_get(root, "days"), 31),
      .last_weekday = (guint8)CLAMP(json_integer_value(json_object_get(root, "last_weekday")), 0, 7),
  };
  read_times(json_object_get(root, "times"), &plan);
  json_decref(root);
  *ret = plan;
  return gw_plan_check(&plan, error);
}

static gboolean make_points(GwTx *tx, const GwRoundRow *round, GArray *points, GError **error) {
  for (guint i = 0; i < points->len; i++) {
    const GwRoutePointRow *p = &g_array_index(points, GwRoutePointRow, i);
    const GwUsec due_at_us = round->life.planned_at_us + p->offset_s * GW_SEC;
    GwRoundPointRow row = {
        .round_id = round->id,
        .idx = p->idx,
        .checkpoint_id = p->checkpoint_id,
        .name = p->name,
        .tag = p->tag,
        .lat = p->lat,
        .lon = p->lon,
        .radius_m = p->radius_m,
        .life = {.state = GW_POINT_DUE,
                 .due_at_us = due_at_us,
                 .from_us = due_at_us - p->early_s * GW_SEC,
                 .to_us = due_at_us + p->late_s * GW_SEC},
    };
    GwEffects effects = {0};
    gw_point_planned(&row.life, &effects);
    if (!gw_store_round_point_insert(tx->db, &row, error) ||
        !gw_tx_apply_timers(tx, &effects, "round_point", row.id, error))
      return FALSE;
  }
  return TRUE;
}

static GwUsec ends_at_us(GwUsec start_us, GArray *points) {
  GwUsec end_us = start_us;
  for (guint i = 0; i < points->len; i++) {
    const GwRoutePointRow *p = &g_array_index(points, GwRoutePointRow, i);
    end_us = MAX(end_us, start_us + (p->offset_s + p->late_s) * GW_SEC);
  }
  return end_us;
}

static gboolean make_round(GwTx *tx, const GwRouteRow *route, GArray *points, GwUsec start_us,
                           GError **error) {
  if (gw_store_round_is_planned(tx->db, route->id, start_us))
    return TRUE;
  GwRoundRow round = {
      .route_id = route->id,
      .unit_id = route->unit_id,
      .name = route->name,
      .ordered = route->ordered,
      .life = {.state = GW_ROUND_PLANNED,
               .volunteer = route->volunteer,
               .planned_at_us = start_us,
               .ends_at_us = ends_at_us(start_us, points)},
  };
  GwEffects effects = {0};
  gw_round_planned(&round.life, &effects);
  if (!gw_store_round_insert(tx->db, &round, error) || !make_points(tx, &round, points, error) ||
      !gw_tx_apply_timers(tx, &effects, "round", round.id, error))
    return FALSE;
  gw_tx_touch(tx, "round", round.id);
  json_t *body = json_pack("{s:I, s:s, s:I, s:i}", "route_id", (json_int_t)route->id, "name", route->name,
                           "planned_at_us", (json_int_t)start_us, "points", (int)points->len);
  return gw_tx_journal(tx, "round.planned", "round", round.id, round.rev, 0, 0, 0, body, error) > 0;
}

static gboolean plan_route(GwTx *tx, GwId route_id, GError **error) {
  g_auto(GwRouteRow) route = {0};
  if (!gw_store_route_get(tx->db, route_id, &route, error))
    return !(error && *error);
  g_autoptr(GArray) points = gw_store_route_points(tx->db, route_id, error);
  if (!points)
    return FALSE;
  GwPlan plan;
  /* A route without points or with a plan that names no day is drawn, not walked yet. */
  if (!route.enabled || points->len == 0 || !gw_round_plan_from_json(route.plan, &plan, NULL))
    return TRUE;
  g_autoptr(GArray) starts = gw_plan_expand(&plan, tx->now_us - LATE_US, tx->now_us + GW_PLAN_AHEAD_US,
                                            gw_local_offset_s(tx->now_us));
  for (guint i = 0; i < starts->len; i++)
    if (!make_round(tx, &route, points, g_array_index(starts, GwUsec, i), error))
      return FALSE;
  return TRUE;
}

gboolean gw_round_plan_due(GwTx *tx, const GwTimer *timer, GError **error) {
  g_autoptr(GArray) routes = gw_store_route_ids_enabled(tx->db, error);
  for (guint i = 0; routes && i < routes->len; i++)
    if (!plan_route(tx, g_array_index(routes, GwId, i), error))
      return FALSE;
  return routes &&
         gw_tx_timer_set(tx, "round.plan", "center", 1, 0, tx->now_us + AGAIN_US, GW_TIMER_DURATION, error);
}

static gboolean withdraw(GwTx *tx, GwId round_id, GError **error) {
  g_autoptr(GArray) points = gw_store_round_points(tx->db, round_id, error);
  for (guint i = 0; points && i < points->len; i++)
    if (!gw_tx_timer_cancel(tx, "round.point", "round_point", g_array_index(points, GwRoundPointRow, i).id,
                            -1, error))
      return FALSE;
  if (!points || !gw_tx_timer_cancel(tx, "round.open", "round", round_id, -1, error) ||
      !gw_tx_timer_cancel(tx, "round.end", "round", round_id, -1, error) ||
      !gw_store_round_delete(tx->db, round_id, error))
    return FALSE;
  gw_tx_gone(tx, "round", round_id);
  return TRUE;
}

gboolean gw_round_replan(GwTx *tx, GwId route_id, GError **error) {
  g_autoptr(GArray) ids = gw_store_round_ids_planned(tx->db, route_id, tx->now_us, error);
  for (guint i = 0; ids && i < ids->len; i++)
    if (!withdraw(tx, g_array_index(ids, GwId, i), error))
      return FALSE;
  return ids && plan_route(tx, route_id, error);
}
