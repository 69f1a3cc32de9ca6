#include "daemon/ledger/field.h"

#include <math.h>

#include "daemon/store/place.h"

GwId gw_arg_id(json_t *args, const char *name) {
  return gw_arg_int(args, name);
}

gint64 gw_arg_int(json_t *args, const char *name) {
  return json_integer_value(json_object_get(args, name));
}

double gw_arg_real(json_t *args, const char *name) {
  json_t *value = json_object_get(args, name);
  return json_is_number(value) ? json_number_value(value) : NAN;
}

const char *gw_arg_text(json_t *args, const char *name) {
  return json_string_value(json_object_get(args, name));
}

gboolean gw_arg_has(json_t *args, const char *name) {
  json_t *value = json_object_get(args, name);
  return value && !json_is_null(value);
}

gboolean gw_arg_take_text(json_t *args, const char *name, char **value) {
  const char *text = gw_arg_text(args, name);
  if (!text)
    return FALSE;
  g_free(*value);
  *value = g_strdup(text);
  return TRUE;
}

json_t *gw_json_real(double v) {
  return isfinite(v) ? json_real(v) : json_null();
}

json_t *gw_json_id(gint64 id) {
  return id ? json_integer(id) : json_null();
}

gboolean gw_tx_not_found(GwTx *tx, GError **error, const char *zh, const char *en) {
  if (error && *error)
    return FALSE;
  return gw_tx_refuse(tx, error, GW_CODE_NOT_FOUND, zh, en);
}

gboolean gw_tx_check_place(GwTx *tx, GwId place_id, GError **error) {
  if (place_id == 0)
    return TRUE;
  g_auto(GwPlaceRow) place = {0};
  if (!gw_store_place_get(tx->db, place_id, &place, error))
    return gw_tx_not_found(tx, error, "没有这个地点。", "There is no such place.");
  if (place.valid_to_us > 0)
    return gw_tx_refuse(tx, error, GW_CODE_ILLEGAL, "该地点已有新版本，请选择现行地点。",
                        "This place has a newer version: choose the present one.");
  return TRUE;
}

static gboolean apply_one(GwTx *tx, const GwEffect *e, const char *subject, GwId subject_id, GError **error) {
  const char *timer = gw_timer_kind_to_string(e->timer);
  switch (e->kind) {
  case GW_EFFECT_TIMER_SET:
    return gw_tx_timer_set(tx, timer, subject, subject_id, e->arg, e->due_at_us,
                           e->calendar ? GW_TIMER_CALENDAR : GW_TIMER_DURATION, error);
  case GW_EFFECT_TIMER_CANCEL:
    return gw_tx_timer_cancel(tx, timer, subject, subject_id, e->arg, error);
  default:
    return TRUE;
  }
}

gboolean gw_tx_apply_timers(GwTx *tx, const GwEffects *effects, const char *subject, GwId subject_id,
                            GError **error) {
  for (guint i = 0; i < effects->n; i++)
    if (!apply_one(tx, &effects->item[i], subject, subject_id, error))
      return FALSE;
  return TRUE;
}

int gw_local_offset_s(GwUsec at_us) {
  g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(at_us / GW_SEC);
  g_autoptr(GDateTime) local = g_date_time_to_local(utc);
  return (int)(g_date_time_get_utc_offset(local) / GW_SEC);
}
