#include "daemon/store/export.h"

#include <jansson.h>
#include <math.h>
#include <string.h>

#include "daemon/base/csv.h"

/* Each statement's columns are the file's columns, in order; text or NULL. */
GW_SQL(EXPORT_SLOT, "select s.code, s.name, p.code as place, coalesce((select group_concat(n.code, ';') from slot_person f "
                    "join person n on n.id = f.person_id where f.slot_id = s.id and f.to_us is null), '') as people "
                    "from slot s join place p on p.id = s.place_id order by s.code");
GW_SQL(EXPORT_PERSON, "select p.code, coalesce(n.body, '') as name, coalesce(t.body, '') as phone from person p "
                      "join text n on n.id = p.name_text_id left join text t on t.id = p.phone_text_id order by p.code");
GW_SQL(EXPORT_UNIT, "select u.code, u.name, u.kind, u.travel, coalesce(t.body, '') as phone, u.radio_channel, coalesce(s.code, '') as slot, "
                    "coalesce((select group_concat(n.code, ';') from unit_member m join person n on n.id = m.person_id where m.unit_id = u.id), '') as members "
                    "from unit u left join text t on t.id = u.phone_text_id left join slot s on s.id = u.slot_id order by u.code");
GW_SQL(EXPORT_CAMERA, "select c.code, c.name, coalesce(p.code, '') as place, c.lat, c.lon, c.zone, c.url, c.user_name, c.transport, c.recorder, "
                      "c.switch, c.enabled, c.sub_url, c.watch, c.power, c.metadata, coalesce(k.code, '') as checkpoint, c.channel, "
                      "c.control_url, c.home_preset from camera c "
                      "left join place p on p.id = c.place_id left join checkpoint k on k.id = c.checkpoint_id where c.removed_at_us is null order by c.code");
GW_SQL(EXPORT_CHECKPOINT, "select c.code, c.name, coalesce(p.code, '') as place, c.lat, c.lon, c.radius_m, c.tag from checkpoint c "
                          "left join place p on p.id = c.place_id order by c.code");
GW_SQL(EXPORT_ROUTE,
       "select r.code, r.name, coalesce(u.code, '') as unit, r.volunteer, r.ordered, "
       "coalesce((select group_concat(value, ';') from json_each(r.plan, '$.times')), '') as times, "
       "coalesce((select group_concat(value, ';') from json_each(r.plan, '$.weekdays')), '') as weekdays, "
       "coalesce((select group_concat(value, ';') from json_each(r.plan, '$.days')), '') as days, "
       "coalesce(json_extract(r.plan, '$.last_weekday'), '') as last_weekday, "
       "rp.idx, c.code as checkpoint, rp.offset_s, rp.early_s, rp.late_s from route r join route_point rp on rp.route_id = r.id "
       "join checkpoint c on c.id = rp.checkpoint_id left join unit u on u.id = r.unit_id order by r.code, rp.idx");
GW_SQL(EXPORT_RECORDER, "select name, make, url_template, user_name, playbacks_most from recorder where removed_at_us is null order by name");
GW_SQL(EXPORT_PLACE, "with recursive tree (id, depth) as (select id, 0 from place where parent_id is null and valid_to_us is null "
                     "union all select p.id, t.depth + 1 from place p join tree t on p.parent_id = t.id where p.valid_to_us is null and t.depth < 32) "
                     "select p.code, p.name, p.kind, coalesce(q.code, ''), p.outline, p.lat, p.lon, p.valid_from_us from tree t "
                     "join place p on p.id = t.id left join place q on q.id = p.parent_id order by t.depth, p.code");

typedef struct {
  const char *noun;
  const GwSql *sql;
  const char *columns[24];
} Export;

static const Export exports[] = {
    {"slot", &EXPORT_SLOT, {"code", "name", "place", "people"}},
    {"person", &EXPORT_PERSON, {"code", "name", "phone"}},
    {"unit", &EXPORT_UNIT, {"code", "name", "kind", "travel", "phone", "radio_channel", "slot", "members"}},
    {"camera", &EXPORT_CAMERA, {"code", "name", "place", "lat", "lon", "zone", "url", "user_name", "transport", "recorder", "switch", "enabled",
                               "sub_url", "watch", "power", "metadata", "checkpoint", "channel", "control_url", "home_preset"}},
    {"checkpoint", &EXPORT_CHECKPOINT, {"code", "name", "place", "lat", "lon", "radius_m", "tag"}},
    {"recorder", &EXPORT_RECORDER, {"name", "make", "url_template", "user_name", "playbacks_most"}},
    {"route", &EXPORT_ROUTE, {"code", "name", "unit", "volunteer", "ordered", "times", "weekdays", "days", "last_weekday", "idx", "checkpoint", "offset_s", "early_s", "late_s"}},
};

static char *export_csv(GwDb *db, const Export *what, GError **error) {
  g_autoptr(GString) out = g_string_new(NULL);
  int n = (int)g_strv_length((char **)what->columns);
  for (int i = 0; i < n; i++)
    gw_csv_append(out, what->columns[i], i + 1 == n);
  g_autoptr(GwStmt) s = gw_stmt(db, what->sql);
  GwStep step;
  while ((step = gw_step(s, error)) == GW_STEP_ROW)
    for (int i = 0; i < n; i++)
      gw_csv_append(out, gw_col_text(s, i), i + 1 == n);
  return step == GW_STEP_DONE ? g_string_free(g_steal_pointer(&out), FALSE) : NULL;
}

static json_t *place_geometry(GwStmt *s) {
  if (!gw_col_is_null(s, 4))
    return json_loads(gw_col_text(s, 4), 0, NULL);
  if (gw_col_is_null(s, 5))
    return json_null();
  return json_pack("{s:s, s:[f, f]}", "type", "Point", "coordinates", gw_col_real(s, 6), gw_col_real(s, 5));
}

/* Parents before their children, as the import wants them. */
static char *export_places(GwDb *db, GError **error) {
  json_t *features = json_array();
  g_autoptr(GwStmt) s = gw_stmt(db, &EXPORT_PLACE);
  GwStep step;
  while ((step = gw_step(s, error)) == GW_STEP_ROW) {
    json_t *properties = json_pack("{s:s, s:s, s:s, s:s}", "code", gw_col_text(s, 0), "name", gw_col_text(s, 1), "kind",
                                   gw_col_text(s, 2), "parent", gw_col_text(s, 3));
    g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(gw_col_int(s, 7) / GW_SEC + 8 * 3600);
    g_autofree char *day = g_date_time_format(utc, "%Y-%m-%d");
    if (gw_col_int(s, 7) > 0)
      json_object_set_new(properties, "valid_from", json_string(day));
    json_array_append_new(features, json_pack("{s:s, s:o, s:o}", "type", "Feature", "properties", properties, "geometry", place_geometry(s)));
  }
  json_t *root = json_pack("{s:s, s:o}", "type", "FeatureCollection", "features", features);
  char *text = step == GW_STEP_DONE ? json_dumps(root, JSON_COMPACT | JSON_REAL_PRECISION(10)) : NULL;
  json_decref(root);
  char *ours = g_strdup(text);
  free(text);
  return ours;
}

char *gw_export(GwDb *db, const char *noun, GError **error) {
  if (strcmp(noun, "place") == 0)
    return export_places(db, error);
  for (gsize i = 0; i < G_N_ELEMENTS(exports); i++)
    if (strcmp(noun, exports[i].noun) == 0)
      return export_csv(db, &exports[i], error);
  g_set_error(error, GW_ERROR, GW_CODE_NOT_FOUND, "There is no export of \"%.40s\"; there is place, slot, person, unit, recorder, camera, checkpoint, route.", noun);
  return NULL;
}

const char *gw_export_type(const char *noun) {
  return strcmp(noun, "place") == 0 ? "application/geo+json" : "text/csv; charset=utf-8";
}
