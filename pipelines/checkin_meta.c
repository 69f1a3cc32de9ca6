#include "pipelines/checkin_meta.h"

#include "pipelines/checkin_json.h"

#include <sodium.h>

void gw_checkin_meta_register(void) {
  static gsize once = 0;
  static const char *no_tags[] = {NULL};
  if (g_once_init_enter(&once)) {
    gst_meta_register_custom(GW_CHECKIN_META, no_tags, NULL, NULL, NULL);
    gst_meta_register_custom(GW_ORIGIN_META, no_tags, NULL, NULL, NULL);
    g_once_init_leave(&once, 1);
  }
}

static const GstStructure *fields_of(GstBuffer *buffer, const char *name) {
  GstCustomMeta *meta = gst_buffer_get_custom_meta(buffer, name);
  return meta ? gst_custom_meta_get_structure(meta) : NULL;
}

const GstStructure *gw_checkin_fields(GstBuffer *buffer) {
  return fields_of(buffer, GW_CHECKIN_META);
}

const GstStructure *gw_checkin_origin(GstBuffer *buffer) {
  return fields_of(buffer, GW_ORIGIN_META);
}

static gboolean copy_field(GQuark field, const GValue *value, gpointer to) {
  gst_structure_id_set_value(to, field, value);
  return TRUE;
}

void gw_checkin_add_fields(GstStructure *to, const GstStructure *from) {
  gst_structure_foreach(from, copy_field, to);
}

void gw_checkin_attach(GstBuffer *buffer, const GstStructure *fields) {
  GstCustomMeta *meta = gst_buffer_add_custom_meta(buffer, GW_CHECKIN_META);
  gw_checkin_add_fields(gst_custom_meta_get_structure(meta), fields);
}

GstStructure *gw_checkin_origin_new(GstBuffer *buffer) {
  return gst_custom_meta_get_structure(gst_buffer_add_custom_meta(buffer, GW_ORIGIN_META));
}

static void set_text(GstStructure *s, const char *field, const char *text) {
  if (text)
    gst_structure_set(s, field, G_TYPE_STRING, text, NULL);
}

static void set_number(GstStructure *s, const char *field, gint64 n) {
  gst_structure_set(s, field, G_TYPE_INT64, n, NULL);
}

static const char *read_line(GstStructure *s, const char *text, gsize bytes, GwReaderTable *readers,
                             GwUsec *ret_device_at_us) {
  GwReaderLine line;
  guint8 key[GW_KEY_BYTES];
  GwId id = 0;
  if (!gw_reader_line_parse(text, bytes, &line))
    return "bad_format";
  *ret_device_at_us = line.device_at_us;
  set_text(s, "reader", line.reader);
  set_text(s, "tag", line.tag);
  set_number(s, "epoch", line.epoch);
  set_number(s, "seq", line.seq);
  if (!readers || !gw_reader_table_find(readers, line.reader, &id, key))
    return "unknown_reader";
  set_number(s, "reader_id", id);
  const gboolean authentic = gw_reader_line_is_authentic(&line, text, key);
  sodium_memzero(key, sizeof key);
  return authentic ? "ok" : "bad_mac";
}

static void set_id(GstStructure *s, const char *field, GwId id) {
  if (id > 0)
    set_number(s, field, id);
}

static const char *read_json(GstStructure *s, const char *text, gsize bytes, GwUsec *ret_device_at_us) {
  g_auto(GwCheckinJson) c = {0};
  if (!gw_checkin_json_parse(text, bytes, &c))
    return "bad_format";
  *ret_device_at_us = c.device_at_us;
  set_text(s, "client_id", c.client_id);
  set_text(s, "method", c.method);
  set_text(s, "tag", c.tag);
  set_text(s, "badge", c.badge);
  set_text(s, "words", c.words);
  set_text(s, "channel", c.channel);
  set_id(s, "unit_id", c.unit_id);
  set_id(s, "user_id", c.user_id);
  set_id(s, "checkpoint_id", c.checkpoint_id);
  set_id(s, "camera_id", c.camera_id);
  if (c.has_position)
    gst_structure_set(s, "lat", G_TYPE_DOUBLE, c.lat, "lon", G_TYPE_DOUBLE, c.lon, NULL);
  if (c.has_accuracy)
    gst_structure_set(s, "accuracy_m", G_TYPE_DOUBLE, c.accuracy_m, NULL);
  return "ok";
}

GstStructure *gw_checkin_read(const char *text, gsize bytes, GwReaderTable *readers, const char *source,
                              gboolean late, GwUsec now_us) {
  GstStructure *s = gst_structure_new_empty(GW_CHECKIN_MESSAGE);
  GwUsec device_at_us = 0;
  const char *verdict = bytes > 0 && text[0] == '{' ? read_json(s, text, bytes, &device_at_us)
                                                    : read_line(s, text, bytes, readers, &device_at_us);
  set_text(s, "verdict", verdict);
  set_text(s, "source", source);
  if (device_at_us > 0)
    set_number(s, "device_at_us", device_at_us);
  late = late || (device_at_us > 0 && device_at_us < now_us - GW_LATE_US);
  gst_structure_set(s, "late", G_TYPE_BOOLEAN, late, NULL);
  return s;
}
