#include "daemon/store/page_private.h"
#include "daemon/store/text.h"

/* Pages of what admin keeps and no feed carries.  Secrets and hashes are in none of these statements. */
GW_SQL(ROUTE_PAGE, "select id, rev, code, name, unit_id, volunteer, ordered, plan, enabled from route where id > :after"
                   " order by id limit :limit");
GW_SQL(ROUTE_PAGE_POINTS, "select idx, checkpoint_id, offset_s, early_s, late_s from route_point where route_id = :id order by idx");

static gboolean finish_route(GwDb *db, json_t *row, gboolean unmask, GError **error) {
  json_t *points = gw_object_rows(db, &ROUTE_PAGE_POINTS, json_integer_value(json_object_get(row, "id")), "iiiii", error);
  return points && json_object_set_new(row, "points", points) == 0;
}

static gboolean mask(json_t *row, const char *key, gboolean unmask) {
  const char *said = json_string_value(json_object_get(row, key));
  if (unmask || !said)
    return TRUE;
  g_autofree char *masked = gw_text_mask(said);
  return json_object_set_new(row, key, json_string(masked)) == 0;
}

static const GwPageFilter slot_filters[] = {{"place_id", ":place_id", TRUE}, {NULL}};
GW_SQL(SLOT_PAGE, "select id, rev, code, name, place_id from slot where id > :after"
                  " and (:place_id is null or place_id = :place_id) order by id limit :limit");
GW_SQL(SLOT_PAGE_PEOPLE, "select p.id, coalesce(t.body, '') as name, s.from_us from slot_person s join person p on p.id = s.person_id"
                         " join text t on t.id = p.name_text_id where s.slot_id = :id and s.to_us is null order by p.id");

static gboolean finish_slot(GwDb *db, json_t *row, gboolean unmask, GError **error) {
  json_t *people = gw_object_rows(db, &SLOT_PAGE_PEOPLE, json_integer_value(json_object_get(row, "id")), "iti", error);
  size_t i;
  json_t *person;
  json_array_foreach(people, i, person)
    mask(person, "name", unmask);
  return people && json_object_set_new(row, "people", people) == 0;
}

GW_SQL(PERSON_PAGE, "select p.id, p.rev, p.code, coalesce(n.body, '') as name, coalesce(f.body, '') as phone from person p"
                    " join text n on n.id = p.name_text_id left join text f on f.id = p.phone_text_id where p.id > :after"
                    " order by p.id limit :limit");

/* A telephone keeps three digits before and two behind: enough to tell two people apart, not to call. */
static gboolean mask_phone(json_t *row, gboolean unmask) {
  const char *said = json_string_value(json_object_get(row, "phone"));
  glong n = said ? g_utf8_strlen(said, -1) : 0;
  if (unmask || n == 0)
    return TRUE;
  g_autofree char *head = n > 7 ? g_utf8_substring(said, 0, 3) : g_strdup("");
  g_autofree char *tail = n > 7 ? g_utf8_substring(said, n - 2, n) : g_strdup("");
  g_autofree char *masked = g_strconcat(head, "****", tail, NULL);
  return json_object_set_new(row, "phone", json_string(masked)) == 0;
}

static gboolean finish_person(GwDb *db, json_t *row, gboolean unmask, GError **error) {
  return mask(row, "name", unmask) && mask_phone(row, unmask);
}

static const GwPageFilter user_filters[] = {{"role", ":role", FALSE}, {NULL}};
GW_SQL(USER_PAGE, "select id, rev, name, role, display, unit_id, person_id, most_priority, created_at_us, disabled_at_us from user"
                  " where id > :after and (:role is null or role = :role) order by id limit :limit");

static const GwPageFilter session_filters[] = {{"user_id", ":user_id", TRUE}, {NULL}};
GW_SQL(SESSION_PAGE, "select s.id, s.user_id, u.name as user, s.kind, s.label, s.address, s.agent, s.created_at_us, s.seen_at_us,"
                     " s.expires_at_us, s.revoked_at_us from session s join user u on u.id = s.user_id where s.id < :after"
                     " and (:user_id is null or s.user_id = :user_id) order by s.id desc limit :limit");

/* A rule and its versions: the key is both, so the newest version of each stands first. */
static const GwPageFilter rule_filters[] = {{"kind", ":kind", FALSE}, {NULL}};
GW_SQL(RULE_PAGE, "select id * 1000000 + version as row_id, id, version, kind, priority, on_delay_us, off_delay_us, latched, ack_us,"
                  " act_us, retone_us, response_zh, response_en, enabled, at_us, name, selector, makes, category from rule where id * 1000000 + version > :after"
                  " and version = (select max(version) from rule r where r.id = rule.id) and (:kind is null or kind = :kind)"
                  " order by id limit :limit");

const GwPageNoun gw_page_registry[] = {
    {"route", &ROUTE_PAGE, FALSE, NULL, NULL, "iittibbJb", finish_route},
    {"slot", &SLOT_PAGE, FALSE, slot_filters, NULL, "iitti", finish_slot},
    {"person", &PERSON_PAGE, FALSE, NULL, NULL, "iittt", finish_person},
    {"user", &USER_PAGE, FALSE, user_filters, NULL, "iitttiiiii", NULL},
    {"session", &SESSION_PAGE, TRUE, session_filters, NULL, "iittttt" "iiii", NULL},
    {"rule", &RULE_PAGE, FALSE, rule_filters, NULL, "-iitiiibiiittbitJtt", NULL},
    {NULL},
};
