#include "daemon/store/registry.h"

#include <string.h>

#include "daemon/store/place.h"

GW_SQL(PLACE_ID, "select id from place where code = :code and valid_to_us is null");
GW_SQL(SLOT_ID, "select id from slot where code = :code");
GW_SQL(PERSON_ID, "select id from person where code = :code");
GW_SQL(UNIT_ID, "select id from unit where code = :code");
GW_SQL(CAMERA_ID, "select id from camera where code = :code");
GW_SQL(CHECKPOINT_ID, "select id from checkpoint where code = :code");
GW_SQL(ROUTE_ID, "select id from route where code = :code");

GwId gw_registry_id(GwDb *db, const char *noun, const char *code, GError **error) {
  static const struct {
    const char *noun;
    const GwSql *sql;
  } nouns[] = {{"place", &PLACE_ID},           {"slot", &SLOT_ID},       {"person", &PERSON_ID}, {"unit", &UNIT_ID},
               {"camera", &CAMERA_ID},         {"checkpoint", &CHECKPOINT_ID}, {"route", &ROUTE_ID}};
  for (gsize i = 0; i < G_N_ELEMENTS(nouns); i++) {
    if (strcmp(noun, nouns[i].noun) != 0)
      continue;
    g_autoptr(GwStmt) s = gw_stmt(db, nouns[i].sql);
    gw_bind_text(s, ":code", code);
    return gw_step_row(s, error) ? gw_col_int(s, 0) : 0;
  }
  g_return_val_if_reached(0);
}

/* Runs an "insert … on conflict do update … where something differs returning id": a row came back when it
 * was written; otherwise it stands as it was and is looked up. */
static GwId put(GwDb *db, GwStmt *s, const char *noun, const char *code, gboolean *ret_changed, GError **error) {
  GError *failed = NULL;
  *ret_changed = gw_step_row(s, &failed);
  if (failed) {
    g_propagate_error(error, failed);
    return 0;
  }
  if (!*ret_changed)
    return gw_registry_id(db, noun, code, error);
  GwId id = gw_col_int(s, 0);
  return gw_step(s, error) == GW_STEP_FAILED ? 0 : id;
}

GW_SQL(PLACE_RENAME, "update place set name = :name, kind = :kind, lat = :lat, lon = :lon, rev = rev + 1 where id = :id");

static gboolean place_rename(GwDb *db, const GwPlaceImport *p, GwId id, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &PLACE_RENAME);
  gw_bind_text(s, ":name", p->name);
  gw_bind_text(s, ":kind", p->kind);
  gw_bind_real(s, ":lat", p->lat);
  gw_bind_real(s, ":lon", p->lon);
  gw_bind_int(s, ":id", id);
  return gw_step_done(s, error);
}

/* A row whose strings are lent by the import: for inserting, never cleared. */
static GwId place_insert(GwDb *db, const GwPlaceImport *p, GwUsec from_us, GwId replaces_id, GError **error) {
  GwPlaceRow row = {.rev = 1, .code = (char *)p->code, .name = (char *)p->name, .kind = (char *)p->kind,
                    .parent_id = p->parent_id, .lat = p->lat, .lon = p->lon, .outline = (char *)p->outline,
                    .valid_from_us = from_us, .replaces_id = replaces_id};
  return gw_store_place_insert(db, &row, error) ? row.id : 0;
}

static GwId place_new_version(GwDb *db, const GwPlaceImport *p, const GwPlaceRow *old, GError **error) {
  GwUsec at_us = MAX(p->now_us, old->valid_from_us + 1);
  if (!gw_store_place_close(db, old->id, old->rev + 1, at_us, error))
    return 0;
  GwId id = place_insert(db, p, at_us, old->id, error);
  return id && gw_store_place_move_contents(db, old->id, id, error) ? id : 0;
}

static gboolean same_real(double a, double b) {
  return a == b || (a != a && b != b);
}

GwId gw_registry_place_put(GwDb *db, const GwPlaceImport *p, gboolean *ret_changed, GError **error) {
  GError *failed = NULL;
  GwId id = gw_registry_id(db, "place", p->code, &failed);
  *ret_changed = TRUE;
  if (failed) {
    g_propagate_error(error, failed);
    return 0;
  }
  if (!id)
    return place_insert(db, p, p->valid_from_us, 0, error);
  g_auto(GwPlaceRow) old = {0};
  if (!gw_store_place_get(db, id, &old, error))
    return 0;
  if (p->parent_id != old.parent_id || g_strcmp0(p->outline, old.outline) != 0)
    return place_new_version(db, p, &old, error);
  *ret_changed = g_strcmp0(p->name, old.name) != 0 || g_strcmp0(p->kind, old.kind) != 0 || !same_real(p->lat, old.lat) ||
                 !same_real(p->lon, old.lon);
  return !*ret_changed || place_rename(db, p, id, error) ? id : 0;
}

GW_SQL(SLOT_PUT, "insert into slot (code, name, place_id) values (:code, :name, :place) "
                 "on conflict (code) do update set name = :name, place_id = :place, rev = rev + 1 "
                 "where name <> :name or place_id <> :place returning id");

GwId gw_registry_slot_put(GwDb *db, const char *code, const char *name, GwId place_id, gboolean *ret_changed, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &SLOT_PUT);
  gw_bind_text(s, ":code", code);
  gw_bind_text(s, ":name", name);
  gw_bind_id(s, ":place", place_id);
  return put(db, s, "slot", code, ret_changed, error);
}

GW_SQL(PERSON_NOW, "select p.id, coalesce(n.body, ''), coalesce(t.body, '') from person p "
                   "join text n on n.id = p.name_text_id left join text t on t.id = p.phone_text_id where p.code = :code");

GwId gw_registry_person_get(GwDb *db, const char *code, char **ret_name, char **ret_phone, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &PERSON_NOW);
  gw_bind_text(s, ":code", code);
  if (!gw_step_row(s, error))
    return 0;
  *ret_name = g_strdup(gw_col_text(s, 1));
  *ret_phone = g_strdup(gw_col_text(s, 2));
  return gw_col_int(s, 0);
}

GW_SQL(PERSON_PUT, "insert into person (code, name_text_id, phone_text_id) values (:code, :name, :phone) "
                   "on conflict (code) do update set name_text_id = :name, phone_text_id = :phone, rev = rev + 1 returning id");

GwId gw_registry_person_put(GwDb *db, const char *code, GwId name_text_id, GwId phone_text_id, GError **error) {
  gboolean changed;
  g_autoptr(GwStmt) s = gw_stmt(db, &PERSON_PUT);
  gw_bind_text(s, ":code", code);
  gw_bind_id(s, ":name", name_text_id);
  gw_bind_id(s, ":phone", phone_text_id);
  return put(db, s, "person", code, &changed, error);
}

GW_SQL(SLOT_FILL, "insert into slot_person (slot_id, person_id, from_us) select :slot, :person, :now "
                  "where not exists (select 1 from slot_person where slot_id = :slot and person_id = :person and to_us is null)");

gboolean gw_registry_slot_fill(GwDb *db, GwId slot_id, GwId person_id, GwUsec now_us, gboolean *ret_changed, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &SLOT_FILL);
  gw_bind_id(s, ":slot", slot_id);
  gw_bind_id(s, ":person", person_id);
  gw_bind_int(s, ":now", now_us);
  if (!gw_step_done(s, error))
    return FALSE;
  *ret_changed = gw_db_changes(db) > 0;
  return TRUE;
}

GW_SQL(UNIT_PUT, "insert into unit (code, name, kind, travel, radio_channel, phone_text_id, slot_id) "
                 "values (:code, :name, :kind, :travel, :radio, :phone, :slot) on conflict (code) do update set name = :name, "
                 "kind = :kind, travel = :travel, radio_channel = :radio, phone_text_id = coalesce(:phone, phone_text_id), "
                 "slot_id = :slot, rev = rev + 1 where name <> :name or kind <> :kind or travel <> :travel or "
                 "radio_channel <> :radio or :phone is not null or slot_id is not :slot returning id");

GwId gw_registry_unit_put(GwDb *db, const GwUnitImport *u, gboolean *ret_changed, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &UNIT_PUT);
  gw_bind_text(s, ":code", u->code);
  gw_bind_text(s, ":name", u->name);
  gw_bind_text(s, ":kind", u->kind);
  gw_bind_text(s, ":travel", u->travel);
  gw_bind_text(s, ":radio", u->radio_channel);
  gw_bind_id(s, ":phone", u->phone_text_id);
  gw_bind_id(s, ":slot", u->slot_id);
  return put(db, s, "unit", u->code, ret_changed, error);
}

GW_SQL(UNIT_PHONE, "select t.body from unit u join text t on t.id = u.phone_text_id where u.code = :code");

char *gw_registry_unit_phone(GwDb *db, const char *code) {
  g_autoptr(GwStmt) s = gw_stmt(db, &UNIT_PHONE);
  gw_bind_text(s, ":code", code);
  return g_strdup(gw_step_row(s, NULL) ? gw_col_text(s, 0) : "");
}

GW_SQL(UNIT_MEMBER, "insert or ignore into unit_member (unit_id, person_id) values (:unit, :person)");

gboolean gw_registry_unit_member_add(GwDb *db, GwId unit_id, GwId person_id, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &UNIT_MEMBER);
  gw_bind_id(s, ":unit", unit_id);
  gw_bind_id(s, ":person", person_id);
  return gw_step_done(s, error);
}

GW_SQL(CAMERA_PUT,
       "insert into camera (code, name, place_id, lat, lon, zone, url, user_name, secret, transport, recorder, switch, enabled, "
       "sub_url, watch, power, metadata, checkpoint_id, channel, control_url, home_preset) values (:code, :name, :place, :lat, :lon, :zone, :url, :user, :secret, "
       ":transport, :recorder, :switch, :enabled, coalesce(:sub, ''), coalesce(:watch, 'sub'), coalesce(:power, ''), "
       "abs(:metadata), iif(:checkpoint > 0, :checkpoint, null), max(:channel, 0), coalesce(:control, ''), coalesce(:home, '')) "
       "on conflict (code) do update set name = :name, place_id = :place, lat = :lat, lon = :lon, zone = :zone, url = :url, "
       "user_name = :user, secret = coalesce(:secret, secret), transport = :transport, recorder = :recorder, switch = :switch, "
       "enabled = :enabled, sub_url = coalesce(:sub, sub_url), watch = coalesce(:watch, watch), power = coalesce(:power, power), "
       "metadata = iif(:metadata < 0, metadata, :metadata), checkpoint_id = iif(:checkpoint < 0, checkpoint_id, nullif(:checkpoint, 0)), "
       "channel = iif(:channel < 0, channel, :channel), control_url = coalesce(:control, control_url), "
       "home_preset = coalesce(:home, home_preset), removed_at_us = null, rev = rev + 1 where name <> :name or place_id is not :place or "
       "lat is not :lat or lon is not :lon or zone <> :zone or url <> :url or user_name <> :user or :secret is not null or "
       "transport <> :transport or recorder <> :recorder or switch <> :switch or enabled <> :enabled or sub_url <> :sub or "
       "watch <> :watch or power <> :power or (:metadata >= 0 and metadata <> :metadata) or "
       "(:checkpoint >= 0 and checkpoint_id is not nullif(:checkpoint, 0)) or "
       "(:channel >= 0 and channel <> :channel) or control_url <> :control or home_preset <> :home or removed_at_us is not null "
       "returning id");

GwId gw_registry_camera_put(GwDb *db, const GwCameraImport *c, gboolean *ret_changed, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &CAMERA_PUT);
  gsize n = 0;
  gconstpointer secret = c->secret ? g_bytes_get_data(c->secret, &n) : NULL;
  gw_bind_text(s, ":code", c->code);
  gw_bind_text(s, ":name", c->name);
  gw_bind_id(s, ":place", c->place_id);
  gw_bind_real(s, ":lat", c->lat);
  gw_bind_real(s, ":lon", c->lon);
  gw_bind_text(s, ":zone", c->zone);
  gw_bind_text(s, ":url", c->url);
  gw_bind_text(s, ":user", c->user_name);
  gw_bind_blob(s, ":secret", secret, n);
  gw_bind_text(s, ":transport", c->transport);
  gw_bind_text(s, ":recorder", c->recorder);
  gw_bind_text(s, ":switch", c->switch_name);
  gw_bind_int(s, ":enabled", c->enabled);
  gw_bind_text(s, ":sub", c->sub_url);
  gw_bind_text(s, ":watch", c->watch);
  gw_bind_text(s, ":power", c->power);
  gw_bind_int(s, ":metadata", c->metadata);
  gw_bind_int(s, ":checkpoint", c->checkpoint_id);
  gw_bind_int(s, ":channel", c->channel);
  gw_bind_text(s, ":control", c->control_url);
  gw_bind_text(s, ":home", c->home_preset);
  return put(db, s, "camera", c->code, ret_changed, error);
}

GW_SQL(CHECKPOINT_PUT, "insert into checkpoint (code, name, place_id, lat, lon, radius_m, tag) "
                       "values (:code, :name, :place, :lat, :lon, :radius, :tag) on conflict (code) do update set name = :name, "
                       "place_id = :place, lat = :lat, lon = :lon, radius_m = :radius, tag = :tag, rev = rev + 1 where name <> :name or "
                       "place_id is not :place or lat <> :lat or lon <> :lon or radius_m <> :radius or tag <> :tag returning id");

GwId gw_registry_checkpoint_put(GwDb *db, const GwCheckpointImport *c, gboolean *ret_changed, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &CHECKPOINT_PUT);
  gw_bind_text(s, ":code", c->code);
  gw_bind_text(s, ":name", c->name);
  gw_bind_id(s, ":place", c->place_id);
  gw_bind_real(s, ":lat", c->lat);
  gw_bind_real(s, ":lon", c->lon);
  gw_bind_real(s, ":radius", c->radius_m);
  gw_bind_text(s, ":tag", c->tag);
  return put(db, s, "checkpoint", c->code, ret_changed, error);
}

GW_SQL(ROUTE_PUT, "insert into route (code, name, unit_id, volunteer, ordered, plan) values (:code, :name, :unit, :volunteer, :ordered, :plan) "
                  "on conflict (code) do update set name = :name, unit_id = :unit, volunteer = :volunteer, ordered = :ordered, "
                  "plan = :plan, rev = rev + 1 returning id");

GwId gw_registry_route_put(GwDb *db, const GwRouteImport *r, gboolean *ret_changed, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &ROUTE_PUT);
  gw_bind_text(s, ":code", r->code);
  gw_bind_text(s, ":name", r->name);
  gw_bind_id(s, ":unit", r->unit_id);
  gw_bind_int(s, ":volunteer", r->volunteer);
  gw_bind_int(s, ":ordered", r->ordered);
  gw_bind_text(s, ":plan", r->plan);
  return put(db, s, "route", r->code, ret_changed, error);
}

GW_SQL(ROUTE_CLEAR, "delete from route_point where route_id = :route");

gboolean gw_registry_route_clear_points(GwDb *db, GwId route_id, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &ROUTE_CLEAR);
  gw_bind_id(s, ":route", route_id);
  return gw_step_done(s, error);
}

GW_SQL(ROUTE_POINT, "insert into route_point (route_id, idx, checkpoint_id, offset_s, early_s, late_s) "
                    "values (:route, :idx, :checkpoint, :offset, :early, :late)");

gboolean gw_registry_route_add_point(GwDb *db, GwId route_id, int idx, GwId checkpoint_id, int offset_s, int early_s,
                                     int late_s, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &ROUTE_POINT);
  gw_bind_id(s, ":route", route_id);
  gw_bind_int(s, ":idx", idx);
  gw_bind_id(s, ":checkpoint", checkpoint_id);
  gw_bind_int(s, ":offset", offset_s);
  gw_bind_int(s, ":early", early_s);
  gw_bind_int(s, ":late", late_s);
  return gw_step_done(s, error);
}
