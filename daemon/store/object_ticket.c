#include "daemon/store/object_private.h"

#define TICKET                                                                                                    \
  "select t.id, t.rev, t.code, t.kind, t.state, t.alert_id, t.category, t.priority, t.place_id, t.lat, t.lon,"    \
  " coalesce(w.body, '') as words, t.unit_id, t.returns, t.timeouts, t.reworks, t.needs_lead,"                    \
  " " GW_USER_NAME("h") " as handler, " GW_USER_NAME("c") " as checker, " GW_USER_NAME("d") " as dispatcher,"     \
  " t.result, t.reason, t.candidates, t.origin_at_us, t.filed_at_us, t.dispatched_at_us, t.received_at_us,"       \
  " t.accepted_at_us, t.en_route_at_us, t.arrived_at_us, t.first_words_at_us, t.close_req_at_us, t.closed_at_us"  \
  " from ticket t left join text w on w.id = t.words_text_id left join user h on h.id = t.handler_id"             \
  " left join user c on c.id = t.checker_id left join user d on d.id = t.dispatcher_id"
#define TICKET_OVER "t.state in ('CLOSED','REJECTED','MERGED','CANCELLED')"
GW_SQL(TICKET_OBJECT, TICKET " where t.id = :id");
GW_SQL(TICKET_SNAPSHOT, TICKET " where t.state not in ('CLOSED','REJECTED','MERGED','CANCELLED') union all " TICKET
                               " where " TICKET_OVER " and t.closed_at_us > :since");
GW_SQL(TICKET_CLOCKS, "select kind, started_at_us, due_at_us, stopped_at_us from clock where ticket_id = :id order by id");
GW_SQL(TICKET_FILES, "select hash, role, at_us from ticket_file where ticket_id = :id order by at_us, role, hash");
const GwSql *const gw_snapshot_ticket = &TICKET_SNAPSHOT;

static json_t *make_ticket(GwDb *db, GwStmt *s, GError **error) {
  json_t *object = gw_object_from_row(s, "ticket", "iitttitiirrtiiiibtttttjiiiiiiiiii");
  GwId id = gw_col_int(s, 0);
  json_t *clocks = gw_object_rows(db, &TICKET_CLOCKS, id, "tiii", error);
  json_t *files = clocks ? gw_object_rows(db, &TICKET_FILES, id, "tti", error) : NULL;
  if (files) {
    json_object_set_new_nocheck(object, "clocks", clocks);
    json_object_set_new_nocheck(object, "files", files);
    return object;
  }
  json_decref(clocks);
  json_decref(object);
  return NULL;
}

const GwObjectType gw_object_ticket = {"ticket", &TICKET_OBJECT, FALSE, make_ticket};
