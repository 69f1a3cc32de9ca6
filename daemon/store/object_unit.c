#include "daemon/store/object_private.h"

/* Units.  The telephone is the team's duty phone, which the desk must see; its members' names are masked, as
 * everywhere in the feed. */
#define UNIT                                                                                                     \
  "select u.id, u.rev, u.code, u.name, u.kind, u.travel, u.on_duty, u.ticket_id, u.lat, u.lon, u.accuracy_m,"    \
  " u.position_at_us, u.presence, u.presence_at_us, u.device, coalesce(p.body, '') as phone, u.radio_channel,"   \
  " coalesce((select group_concat(first, '、') from (select substr(t.body, 1, 1) || '**' as first from unit_member m" \
  " join person n on n.id = m.person_id join text t on t.id = n.name_text_id"                                    \
  " where m.unit_id = u.id and t.body is not null order by n.id)), '') as members, u.badge"                      \
  " from unit u left join text p on p.id = u.phone_text_id"
GW_SQL(UNIT_OBJECT, UNIT " where u.id = :id");
GW_SQL(UNIT_SNAPSHOT, UNIT);
const GwSql *const gw_snapshot_unit = &UNIT_SNAPSHOT;

static json_t *make_unit(GwDb *db, GwStmt *s, GError **error) {
  return gw_object_from_row(s, "unit", "iittttbirrritittttt");
}

const GwObjectType gw_object_unit = {"unit", &UNIT_OBJECT, FALSE, make_unit};
