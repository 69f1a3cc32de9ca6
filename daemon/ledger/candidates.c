#include "daemon/ledger/candidates.h"

#include <math.h>
#include <string.h>

#include "daemon/ledger/field.h"
#include "daemon/store/alert.h"
#include "daemon/store/candidate.h"

/* LIFECYCLES, priorities; what is not named is a technical condition: a facility matter of P4. */
static const struct {
  const char *category;
  GwTicketKind kind;
  int priority;
} categories[] = {
    {"fall", GW_TICKET_E, 1},
    {"fire", GW_TICKET_E, 1},
    {"violence", GW_TICKET_E, 1},
    {"sos", GW_TICKET_E, 1},
    {"person_in_difficulty", GW_TICKET_E, 2},
    {"fire_lane", GW_TICKET_O, 2},
    {"intrusion", GW_TICKET_O, 2},
    {"order", GW_TICKET_O, 3},
    {"parking", GW_TICKET_O, 3},
    {"dumping", GW_TICKET_O, 3},
    {"point_missed", GW_TICKET_O, 3},
    {"round_not_started", GW_TICKET_O, 3},
    {"no_candidate", GW_TICKET_O, 3},
    {"service", GW_TICKET_S, 4},
    {"other", GW_TICKET_O, 3},
    {"facility", GW_TICKET_F, 4},
};

GwTicketKind gw_ticket_kind_of_category(const char *category) {
  for (gsize i = 0; i < G_N_ELEMENTS(categories); i++)
    if (strcmp(categories[i].category, category) == 0)
      return categories[i].kind;
  return GW_TICKET_F;
}

int gw_priority_of_category(const char *category) {
  for (gsize i = 0; i < G_N_ELEMENTS(categories); i++)
    if (strcmp(categories[i].category, category) == 0)
      return categories[i].priority;
  return 4;
}

static const char *reason_of(GwReason reason) {
  return reason == GW_REASON_VOLUNTEER_P1 ? "volunteer_not_for_p1" : gw_reason_to_string(reason);
}

static json_t *one(const GwCandidate *c, const GwCandidateUnit *unit, int rank, GwUsec now_us) {
  gboolean known = c->metres >= 0;
  json_t *age =
      unit->facts.has_position ? json_integer((now_us - unit->facts.position_at_us) / GW_SEC) : json_null();
  return json_pack("{s:I, s:s, s:i, s:b, s:s, s:o, s:o, s:s, s:o}", "unit_id", (json_int_t)c->unit_id, "name",
                   unit->name, "rank", rank, "free", c->may_go, "reason", reason_of(c->reason), "metres",
                   known ? json_real(round(c->metres)) : json_null(), "arrive_s",
                   c->arrival_s >= 0 ? json_integer(c->arrival_s) : json_null(), "way",
                   !known        ? "unknown"
                   : c->via_path ? "path"
                                 : "line",
                   "position_age_s", age);
}

static const GwCandidateUnit *unit_of(const GArray *units, GwId id) {
  for (guint i = 0; i < units->len; i++)
    if (g_array_index(units, GwCandidateUnit, i).facts.id == id)
      return &g_array_index(units, GwCandidateUnit, i);
  g_assert_not_reached(); /* core ranks what it was given */
}

json_t *gw_candidates_rank(GwDb *db, const GwGeography *geography, const GwCandidateQuery *query,
                           GwUsec now_us, GError **error) {
  g_autoptr(GArray) units = gw_store_candidate_units(db, query->ticket_id, error);
  if (!units)
    return NULL;
  g_autofree GwUnitFacts *facts = g_new0(GwUnitFacts, units->len + 1);
  g_autofree GwCandidate *ranked = g_new0(GwCandidate, units->len + 1);
  for (guint i = 0; i < units->len; i++)
    facts[i] = g_array_index(units, GwCandidateUnit, i).facts;
  GwTarget target = {
      .kind = query->kind,
      .priority = query->priority,
      .has_position = isfinite(query->lat) && isfinite(query->lon),
      .at = {.lat = query->lat, .lon = query->lon},
      .floors = MAX(0, query->floor - 1),
  };
  gw_recommend(&target, facts, units->len, gw_geography_ways(geography), now_us, ranked);
  json_t *candidates = json_array();
  for (guint i = 0; i < units->len; i++)
    json_array_append_new(candidates, one(&ranked[i], unit_of(units, ranked[i].unit_id), (int)i + 1, now_us));
  return candidates;
}

GwId gw_candidates_first(json_t *candidates) {
  size_t i;
  json_t *c;
  json_array_foreach(candidates, i,
                     c) if (json_is_true(json_object_get(c, "free"))) return gw_arg_id(c, "unit_id");
  return 0;
}

json_t *gw_candidates_of_alert(GwDb *db, const GwGeography *geography, GwId alert_id, GwUsec now_us,
                               GError **error) {
  GwAlertRow row;
  if (!gw_store_alert_get(db, alert_id, &row, error))
    return NULL;
  GwCandidateQuery query = {
      .kind = gw_ticket_kind_of_category(row.category),
      .priority = row.core.priority,
      .lat = row.lat,
      .lon = row.lon,
      .floor = row.floor,
      .ticket_id = row.ticket_id,
  };
  return gw_candidates_rank(db, geography, &query, now_us, error);
}
