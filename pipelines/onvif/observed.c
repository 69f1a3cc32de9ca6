#include "pipelines/onvif/gwonvif.h"

static void put_text(GstStructure *s, const char *field, const char *text) {
  if (*text)
    gst_structure_set(s, field, G_TYPE_STRING, text, NULL);
}

static void get_text(const GstStructure *s, const char *field, char *to, gsize room) {
  const char *text = gst_structure_get_string(s, field);
  g_strlcpy(to, text ? text : "", room);
}

GstStructure *gw_onvif_observed_new(const GwOnvifObservation *o, GwUsec at_us) {
  GstStructure *s =
      gst_structure_new(GW_ONVIF_OBSERVED, "topic", G_TYPE_STRING, gw_onvif_topic_to_string(o->topic),
                        "at-us", G_TYPE_INT64, (gint64)at_us, NULL);
  put_text(s, "op", gw_onvif_op_to_string(o->op));
  put_text(s, "tail", o->tail);
  put_text(s, "rule", o->rule);
  put_text(s, "class", o->class);
  put_text(s, "object", o->object);
  if (o->has_active)
    gst_structure_set(s, "active", G_TYPE_BOOLEAN, o->active, NULL);
  if (o->score >= 0)
    gst_structure_set(s, "score", G_TYPE_DOUBLE, o->score, NULL);
  if (o->utc_us)
    gst_structure_set(s, "utc-us", G_TYPE_INT64, (gint64)o->utc_us, NULL);
  if (o->has_box)
    gst_structure_set(s, "x", G_TYPE_DOUBLE, o->box[0], "y", G_TYPE_DOUBLE, o->box[1], "width", G_TYPE_DOUBLE,
                      o->box[2], "height", G_TYPE_DOUBLE, o->box[3], NULL);
  return s;
}

static GwOnvifOp op_of(const char *text) {
  for (GwOnvifOp op = GW_ONVIF_OP_INITIALIZED; op <= GW_ONVIF_OP_DELETED; op++)
    if (g_strcmp0(text, gw_onvif_op_to_string(op)) == 0)
      return op;
  return GW_ONVIF_OP_NONE;
}

gboolean gw_onvif_observed_read(const GstStructure *s, GwOnvifObservation *ret_observation,
                                GwUsec *ret_at_us) {
  GwOnvifObservation o = {.score = -1};
  gint64 at_us = 0, utc_us = 0;
  if (!s || !gst_structure_has_name(s, GW_ONVIF_OBSERVED) ||
      !gw_onvif_topic_from_string(gst_structure_get_string(s, "topic"), &o.topic) ||
      !gst_structure_get_int64(s, "at-us", &at_us))
    return FALSE;
  o.op = op_of(gst_structure_get_string(s, "op"));
  get_text(s, "tail", o.tail, sizeof o.tail);
  get_text(s, "rule", o.rule, sizeof o.rule);
  get_text(s, "class", o.class, sizeof o.class);
  get_text(s, "object", o.object, sizeof o.object);
  o.has_active = gst_structure_get_boolean(s, "active", &o.active);
  if (!gst_structure_get_double(s, "score", &o.score))
    o.score = -1;
  if (gst_structure_get_int64(s, "utc-us", &utc_us))
    o.utc_us = utc_us;
  o.has_box = gst_structure_get_double(s, "x", &o.box[0]) && gst_structure_get_double(s, "y", &o.box[1]) &&
              gst_structure_get_double(s, "width", &o.box[2]) &&
              gst_structure_get_double(s, "height", &o.box[3]);
  *ret_observation = o;
  *ret_at_us = at_us;
  return TRUE;
}
