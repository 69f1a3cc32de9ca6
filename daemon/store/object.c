#include "daemon/store/object_private.h"

#include <math.h>
#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/store/view.h"

static const GwObjectType *const types[] = {
    &gw_object_center, &gw_object_place,  &gw_object_camera, &gw_object_checkpoint, &gw_object_unit,
    &gw_object_alert,  &gw_object_ticket, &gw_object_round,  &gw_object_shift,      &gw_object_watch,
    &gw_object_outbox, &gw_object_reader, &gw_object_event_type,
    &gw_object_zone,   &gw_object_finding, &gw_object_rule,   &gw_object_outage,
    &gw_object_clip,   &gw_object_recorder, &gw_object_spot,
    &gw_object_tour,   &gw_object_tour_run,
};

const GwObjectType *gw_object_type(const char *type) {
  for (gsize i = 0; i < G_N_ELEMENTS(types); i++)
    if (strcmp(types[i]->type, type) == 0)
      return types[i];
  return NULL;
}

json_t *gw_object_text(const char *text) {
  json_t *value = json_string(text);
  if (value)
    return value;
  g_autofree char *valid = g_utf8_make_valid(text, -1);
  return json_string(valid);
}

static json_t *parsed(GwStmt *s, int col, json_t *otherwise) {
  json_t *value = gw_col_is_null(s, col) ? NULL : json_loads(gw_col_text(s, col), JSON_DECODE_ANY, NULL);
  if (!value)
    return otherwise;
  json_decref(otherwise);
  return value;
}

static json_t *column(GwStmt *s, int col, char kind) {
  double real;
  switch (kind) {
  case 'i':
    return gw_col_is_null(s, col) ? json_null() : json_integer(gw_col_int(s, col));
  case 'r':
    real = gw_col_real(s, col);
    return isfinite(real) ? json_real(real) : json_null();
  case 'b':
    return json_boolean(gw_col_int(s, col));
  case 't':
    return gw_object_text(gw_col_text(s, col));
  case 'j':
    return parsed(s, col, json_array());
  case 'J':
    return parsed(s, col, json_null());
  default:
    return NULL;
  }
}

json_t *gw_object_from_row(GwStmt *s, const char *type, const char *kinds) {
  json_t *object = json_object();
  if (type)
    json_object_set_new_nocheck(object, "type", json_string_nocheck(type));
  for (int col = 0; kinds[col]; col++)
    if (kinds[col] != '-')
      json_object_set_new_nocheck(object, gw_col_name(s, col), column(s, col, kinds[col]));
  return object;
}

gboolean gw_object_append_all(GwDb *db, GwStmt *s, const GwObjectType *type, json_t *array, GError **error) {
  GwStep step;
  while ((step = gw_step(s, error)) == GW_STEP_ROW) {
    json_t *object = type->make(db, s, error);
    if (!object)
      return FALSE;
    json_array_append_new(array, object);
  }
  return step == GW_STEP_DONE;
}

json_t *gw_object_rows(GwDb *db, const GwSql *sql, GwId id, const char *kinds, GError **error) {
  json_t *array = json_array();
  g_autoptr(GwStmt) s = gw_stmt(db, sql);
  gw_bind_id(s, ":id", id);
  GwStep step;
  while ((step = gw_step(s, error)) == GW_STEP_ROW)
    json_array_append_new(array, gw_object_from_row(s, NULL, kinds));
  if (step == GW_STEP_DONE)
    return array;
  json_decref(array);
  return NULL;
}

json_t *gw_object_load(GwDb *db, const char *type, GwId id, GError **error) {
  const GwObjectType *t = gw_object_type(type);
  if (!t) {
    g_set_error(error, GW_ERROR, GW_CODE_INTERNAL, "There are no objects of type %s.", type);
    return NULL;
  }
  g_autoptr(GwStmt) s = gw_stmt(db, t->by_id);
  gw_bind_int(s, ":id", id);
  if (t->timed)
    gw_bind_at(s, ":now", gw_clock_real_us());
  return gw_step_row(s, error) ? t->make(db, s, error) : NULL;
}
