#include "daemon/store/candidate.h"

#include <math.h>
#include <string.h>

/* Who gave a ticket back, or let it time out, stands in the journal: the row itself names only whom it is
 * with. */
GW_SQL(
    CANDIDATE_UNITS,
    "select u.id, u.name, u.kind, u.travel, u.on_duty, u.ticket_id, u.lat, u.lon, u.position_at_us, exists ("
    "  select 1 from journal j where j.subject = 'ticket' and j.subject_id = :ticket"
    "  and j.kind in ('ticket.returned', 'ticket.timed_out') and json_extract(j.body, '$.unit_id') = u.id)"
    " from unit u order by u.id");

static void read_unit(GwStmt *s, GwCandidateUnit *unit) {
  *unit = (GwCandidateUnit){
      .facts =
          {
              .id = gw_col_int(s, 0),
              .ebike = strcmp(gw_col_text(s, 3), "ebike") == 0,
              .on_duty = gw_col_int(s, 4) != 0,
              .ticket_id = gw_col_int(s, 5),
              .has_position = !gw_col_is_null(s, 6) && !gw_col_is_null(s, 7) && !gw_col_is_null(s, 8),
              .at = {.lat = gw_col_real(s, 6), .lon = gw_col_real(s, 7)},
              .position_at_us = gw_col_int(s, 8),
              .tried = gw_col_int(s, 9) != 0,
          },
  };
  if (!gw_unit_kind_from_string(gw_col_text(s, 2), &unit->facts.kind))
    unit->facts.kind = GW_UNIT_VOLUNTEER;
  g_strlcpy(unit->name, gw_col_text(s, 1), sizeof unit->name);
}

GArray *gw_store_candidate_units(GwDb *db, GwId ticket_id, GError **error) {
  g_autoptr(GArray) units = g_array_new(FALSE, FALSE, sizeof(GwCandidateUnit));
  g_autoptr(GwStmt) s = gw_stmt(db, &CANDIDATE_UNITS);
  gw_bind_int(s, ":ticket", ticket_id);
  GwStep step;
  while ((step = gw_step(s, error)) == GW_STEP_ROW) {
    GwCandidateUnit unit;
    read_unit(s, &unit);
    g_array_append_val(units, unit);
  }
  return step == GW_STEP_DONE ? g_steal_pointer(&units) : NULL;
}

GW_SQL(USER_OF_UNIT,
       "select id from user where unit_id = :unit and role = 'patrol' and disabled_at_us is null"
       " order by id limit 1");

gboolean gw_store_user_of_unit(GwDb *db, GwId unit_id, GwId *ret_user_id, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &USER_OF_UNIT);
  gw_bind_id(s, ":unit", unit_id);
  GwStep step = gw_step(s, error);
  *ret_user_id = step == GW_STEP_ROW ? gw_col_int(s, 0) : 0;
  return step != GW_STEP_FAILED;
}
