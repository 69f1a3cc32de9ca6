#include "daemon/core/alert.h"
#include "daemon/store/object_private.h"

/* Alerts, with what their rule and their ticket add.  The columns behind `response_en` are for the due times. */
#define ALERT                                                                                                   \
  "select a.id, a.rev, a.code, r.kind as rule_kind, a.category, a.priority, a.state, a.active, a.latched,"      \
  " a.disposition, a.subject, a.subject_id, a.place_id, a.camera_id, a.lat, a.lon, coalesce(w.body, '') as words," \
  " a.ticket_id, a.count, a.escalation, " GW_USER_NAME("o") " as owner, " GW_USER_NAME("b") " as reporter,"     \
  " a.still_hash, r.response_zh, r.response_en, a.first_at_us, a.last_at_us, a.acked_at_us, a.cleared_at_us,"   \
  " a.closed_at_us, r.priority, r.on_delay_us, r.ack_us, r.act_us, r.retone_us, k.kind, k.origin_at_us,"        \
  " k.state not in ('CLOSED','REJECTED','MERGED','CANCELLED')"                                                 \
  " from alert a join rule r on r.id = a.rule_id and r.version = a.rule_version"                                \
  " left join text w on w.id = a.words_text_id left join user o on o.id = a.owner_id"                           \
  " left join user b on b.id = a.reported_by left join ticket k on k.id = a.ticket_id"
#define ALERT_KINDS "iitttitbbttiiirrtiiitttttiiiii--------"
GW_SQL(ALERT_OBJECT, ALERT " where a.id = :id");
GW_SQL(ALERT_SNAPSHOT, ALERT " where a.state <> 'NORM' union all " ALERT " where a.state = 'NORM' and a.closed_at_us > :since");
const GwSql *const gw_snapshot_alert = &ALERT_SNAPSHOT;

enum { PRIORITY = 5, CLOSED_AT = 29, RULE_PRIORITY, ON_DELAY, ACK, ACT, RETONE, TICKET_KIND, ORIGIN, TICKET_OPEN };

/* The rule as it stands for this alert: another priority than the rule's own brings its own times. */
static GwRule own_rule(GwStmt *s) {
  GwRule rule = {.priority = (int)gw_col_int(s, RULE_PRIORITY),
                 .on_delay_us = gw_col_int(s, ON_DELAY),
                 .ack_us = gw_col_int(s, ACK),
                 .act_us = gw_col_int(s, ACT),
                 .retone_us = gw_col_int(s, RETONE)};
  if (gw_col_int(s, PRIORITY) != rule.priority)
    gw_rule_set_priority(&rule, (int)gw_col_int(s, PRIORITY));
  return rule;
}

/* Somebody is to be there within five minutes: an emergency, by its ticket or, before it has one, by its
 * priority and by a person or a machine having seen it happen. */
static GwUsec arrive_due_us(GwStmt *s, const json_t *object) {
  GwRuleKind kind;
  if (gw_col_int(s, PRIORITY) > 2)
    return 0;
  if (!gw_col_is_null(s, TICKET_KIND))
    return gw_col_text(s, TICKET_KIND)[0] == 'E' ? gw_col_int(s, ORIGIN) + 5 * GW_MIN : 0;
  gboolean seen = gw_rule_kind_from_string(json_string_value(json_object_get(object, "rule_kind")), &kind) &&
                  gw_rule_kind_cleared_by_person(kind);
  return seen ? json_integer_value(json_object_get(object, "first_at_us")) + 5 * GW_MIN : 0;
}

static json_t *at_or_null(GwUsec at_us) {
  return at_us > 0 ? json_integer(at_us) : json_null();
}

static json_t *make_alert(GwDb *db, GwStmt *s, GError **error) {
  json_t *object = gw_object_from_row(s, "alert", ALERT_KINDS);
  GwRule rule = own_rule(s);
  GwUsec raised_at_us = json_integer_value(json_object_get(object, "first_at_us")) + rule.on_delay_us;
  gboolean waits = g_strcmp0(json_string_value(json_object_get(object, "state")), "ACKED") == 0 &&
                   !gw_col_int(s, TICKET_OPEN) &&
                   *json_string_value(json_object_get(object, "disposition")) == 0;
  GwUsec acked_at_us = json_integer_value(json_object_get(object, "acked_at_us"));
  json_object_set_new_nocheck(object, "ack_due_us", json_integer(raised_at_us + rule.ack_us));
  json_object_set_new_nocheck(object, "act_due_us", at_or_null(waits ? acked_at_us + rule.act_us : 0));
  json_object_set_new_nocheck(object, "retone_us", json_integer(rule.retone_us));
  json_object_set_new_nocheck(object, "arrive_due_us", at_or_null(arrive_due_us(s, object)));
  return object;
}

const GwObjectType gw_object_alert = {"alert", &ALERT_OBJECT, FALSE, make_alert};
