#include "daemon/core/recommend.h"

#include <math.h>
#include <stdlib.h>

#include "daemon/core/names.h"

static const char *const kind_names[GW_N_UNIT_KINDS] = {"guard", "grid", "volunteer", "maintenance"};
static const char *const reason_names[] = {
#define X(name, text) text,
    GW_REASONS(X)
#undef X
};

GW_NAMES_DEFINE(GwUnitKind, gw_unit_kind, kind_names)

const char *gw_reason_to_string(GwReason reason) {
  return (guint)reason < GW_N_REASONS ? reason_names[reason] : "?";
}

/* Why it may not go, the reason hardest to change first; FREE: it may. */
static GwReason reason_of(const GwTarget *target, const GwUnitFacts *unit) {
  gboolean is_facility = target->kind == GW_TICKET_F;
  if (is_facility != (unit->kind == GW_UNIT_MAINTENANCE))
    return GW_REASON_WRONG_KIND;
  if (unit->kind == GW_UNIT_VOLUNTEER && target->priority <= 1)
    return GW_REASON_VOLUNTEER_P1;
  if (!unit->on_duty)
    return GW_REASON_OFF_DUTY;
  if (unit->ticket_id > 0)
    return GW_REASON_BUSY;
  return unit->tried ? GW_REASON_TRIED : GW_REASON_FREE;
}

static gboolean is_fresh(const GwUnitFacts *unit, GwUsec now_us) {
  return unit->has_position && gw_geo_is_valid(unit->at) &&
         now_us - unit->position_at_us <= GW_RECOMMEND_POSITION_AGE_US;
}

static int arrival_of(const GwTarget *target, const GwUnitFacts *unit, double metres) {
  double speed_mps = unit->ebike ? GW_RECOMMEND_EBIKE_MPS : GW_RECOMMEND_FOOT_MPS;
  return GW_RECOMMEND_START_S + (int)ceil(metres / speed_mps) + GW_RECOMMEND_FLOOR_S * MAX(0, target->floors);
}

static void set_way(const GwTarget *target, const GwUnitFacts *unit, double by_path_m, GwCandidate *ret) {
  ret->via_path = by_path_m >= 0;
  ret->metres =
      ret->via_path ? by_path_m : GW_RECOMMEND_LINE_FACTOR * gw_geo_distance_m(unit->at, target->at);
  ret->arrival_s = arrival_of(target, unit, ret->metres);
}

/* Those who may go first; among equals a known arrival before an unknown one, then the sooner. */
static int by_rank(const void *left, const void *right) {
  const GwCandidate *a = left, *b = right;
  if (a->may_go != b->may_go)
    return a->may_go ? -1 : 1;
  if ((a->arrival_s < 0) != (b->arrival_s < 0))
    return a->arrival_s < 0 ? 1 : -1;
  if (a->arrival_s != b->arrival_s)
    return a->arrival_s < b->arrival_s ? -1 : 1;
  return (a->unit_id > b->unit_id) - (a->unit_id < b->unit_id);
}

gsize gw_recommend(const GwTarget *target, const GwUnitFacts *units, gsize n, const GwWays *ways,
                   GwUsec now_us, GwCandidate *ret) {
  g_autofree GwPoint *from = g_new(GwPoint, n + 1);
  g_autofree double *by_path_m = g_new(double, n + 1);
  for (gsize i = 0; i < n; i++) {
    from[i] = units[i].at;
    by_path_m[i] = -1;
  }
  if (ways && target->has_position)
    gw_ways_distances(ways, target->at, from, n, by_path_m);

  gsize may_go = 0;
  for (gsize i = 0; i < n; i++) {
    GwReason reason = reason_of(target, &units[i]);
    gboolean is_known = target->has_position && is_fresh(&units[i], now_us);
    ret[i] = (GwCandidate){.unit_id = units[i].id, .reason = reason, .arrival_s = -1, .metres = -1};
    ret[i].may_go = reason == GW_REASON_FREE;
    if (is_known)
      set_way(target, &units[i], by_path_m[i], &ret[i]);
    else if (ret[i].may_go)
      ret[i].reason = GW_REASON_POSITION_UNKNOWN;
    may_go += ret[i].may_go ? 1 : 0;
  }
  if (n > 1)
    qsort(ret, n, sizeof *ret, by_rank);
  return may_go;
}
