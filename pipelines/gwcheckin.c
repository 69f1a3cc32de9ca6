/**
 * SECTION:element-gwcheckin
 * @title: gwcheckin
 *
 * Reads check-ins: the GW1 lines of guard-tour readers and the JSON form of phones.  Every door of
 * Gridwarden leads through this element.
 */
#include "pipelines/gwcheckin.h"

#include "daemon/base/clock.h"
#include "daemon/base/limits.h"
#include "pipelines/checkin_meta.h"

#include <string.h>

GST_DEBUG_CATEGORY_STATIC(gw_checkin_debug);
#define GST_CAT_DEFAULT gw_checkin_debug

struct _GwCheckin {
  GstElement parent;
  GstPad *sink, *src;
  /* under the object lock */
  GwReaderTable *readers;
  char *readers_file, *source;
  GwFraming framing;
  gboolean late, post_messages;
  guint64 accepted, refused;
  /* streaming thread */
  GByteArray *partial; /* of a line that has no end yet; at most one line long */
  gboolean skipping;   /* the rest of an overlong line */
};

G_DEFINE_FINAL_TYPE(GwCheckin, gw_checkin, GST_TYPE_ELEMENT)

enum {
  PROP_0,
  PROP_READERS,
  PROP_READERS_FILE,
  PROP_SOURCE,
  PROP_FRAMING,
  PROP_LATE,
  PROP_POST,
  PROP_ACCEPTED,
  PROP_REFUSED
};

static GstStaticPadTemplate sink_template =
    GST_STATIC_PAD_TEMPLATE("sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);
static GstStaticPadTemplate src_template =
    GST_STATIC_PAD_TEMPLATE("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS(GW_CHECKIN_CAPS));

GType gw_framing_get_type(void);
GType gw_framing_get_type(void) {
  static gsize type = 0;
  static const GEnumValue values[] = {
      {GW_FRAMING_STREAM, "Messages end at a line end (files, TCP)", "stream"},
      {GW_FRAMING_MESSAGE, "Each buffer is whole (UDP, application)", "message"},
      {0, NULL, NULL},
  };
  if (g_once_init_enter(&type))
    g_once_init_leave(&type, g_enum_register_static("GwFraming", values));
  return (GType)type;
}

/* ---- one message out ---- */

static GstStructure *read_message(GwCheckin *self, GstBuffer *in, const char *text, gsize bytes) {
  GST_OBJECT_LOCK(self);
  GwReaderTable *readers = self->readers ? gw_reader_table_ref(self->readers) : NULL;
  g_autofree char *source = g_strdup(self->source);
  const gboolean late = self->late;
  GST_OBJECT_UNLOCK(self);
  GstStructure *fields = gw_checkin_read(text, bytes, readers, source, late, gw_clock_real_us());
  if (readers)
    gw_reader_table_unref(readers);
  const GstStructure *origin = in ? gw_checkin_origin(in) : NULL;
  if (origin)
    gw_checkin_add_fields(fields, origin);
  return fields;
}

/* Counts it; TRUE when it shall be told on the bus. */
static gboolean count(GwCheckin *self, const GstStructure *fields) {
  const gboolean ok = g_strcmp0(gst_structure_get_string(fields, "verdict"), "ok") == 0;
  GST_OBJECT_LOCK(self);
  if (ok)
    self->accepted++;
  else
    self->refused++;
  const gboolean post = self->post_messages;
  GST_OBJECT_UNLOCK(self);
  return post;
}

static GstFlowReturn emit(GwCheckin *self, GstBuffer *in, const char *text, gsize bytes) {
  GstStructure *fields = read_message(self, in, text, bytes);
  GstBuffer *out = gst_buffer_new_memdup(text, bytes);
  if (in) /* the sender's address, timestamps */
    gst_buffer_copy_into(out, in, GST_BUFFER_COPY_METADATA, 0, -1);
  gw_checkin_attach(out, fields);
  if (count(self, fields))
    gst_element_post_message(GST_ELEMENT(self),
                             gst_message_new_element(GST_OBJECT(self), gst_structure_copy(fields)));
  gst_structure_free(fields);
  return gst_pad_push(self->src, out);
}

/* ---- framing ---- */

static GstFlowReturn emit_line(GwCheckin *self, GstBuffer *in, const char *text, gsize bytes) {
  while (bytes > 0 && (text[bytes - 1] == '\r' || text[bytes - 1] == ' '))
    bytes--;
  return bytes > 0 ? emit(self, in, text, bytes) : GST_FLOW_OK;
}

static gsize line_limit(GwCheckin *self) {
  return self->partial->len > 0 && self->partial->data[0] == '{' ? GW_LIMIT_MESSAGE_BYTES
                                                                 : GW_LIMIT_READER_LINE_BYTES;
}

static GstFlowReturn end_line(GwCheckin *self, GstBuffer *in) {
  GstFlowReturn ret = GST_FLOW_OK;
  if (!self->skipping)
    ret = emit_line(self, in, (const char *)self->partial->data, self->partial->len);
  self->skipping = FALSE;
  g_byte_array_set_size(self->partial, 0);
  return ret;
}

/* An overlong line is told once, by its beginning, and skipped to its end. */
static GstFlowReturn add_to_line(GwCheckin *self, GstBuffer *in, const char *text, gsize bytes) {
  if (self->skipping || bytes == 0)
    return GST_FLOW_OK;
  g_byte_array_append(self->partial, (const guint8 *)text, (guint)MIN(bytes, GW_LIMIT_MESSAGE_BYTES + 1));
  if (self->partial->len <= line_limit(self) + 1) /* one more for CR */
    return GST_FLOW_OK;
  self->skipping = TRUE;
  return emit(self, in, (const char *)self->partial->data, line_limit(self) + 1);
}

static GstFlowReturn take_stream(GwCheckin *self, GstBuffer *in, const char *text, gsize bytes) {
  GstFlowReturn ret = GST_FLOW_OK;
  while (bytes > 0 && ret == GST_FLOW_OK) {
    const char *end = memchr(text, '\n', bytes);
    const gsize n = end ? (gsize)(end - text) : bytes;
    ret = add_to_line(self, in, text, n);
    if (end && ret == GST_FLOW_OK)
      ret = end_line(self, in);
    text += n + (end ? 1 : 0);
    bytes -= n + (end ? 1 : 0);
  }
  return ret;
}

static GstFlowReturn take_message(GwCheckin *self, GstBuffer *in, const char *text, gsize bytes) {
  if (bytes > 0 && text[0] == '{')
    return emit(self, in, text, MIN(bytes, GW_LIMIT_MESSAGE_BYTES + 1));
  GstFlowReturn ret = take_stream(self, in, text, bytes);
  const GstFlowReturn last = end_line(self, in);
  return ret == GST_FLOW_OK ? last : ret;
}

static GstFlowReturn on_buffer(GstPad *pad, GstObject *parent, GstBuffer *buffer) {
  GwCheckin *self = GW_CHECKIN(parent);
  GstMapInfo map;
  GST_OBJECT_LOCK(self);
  const GwFraming framing = self->framing;
  GST_OBJECT_UNLOCK(self);
  if (!gst_buffer_map(buffer, &map, GST_MAP_READ)) {
    gst_buffer_unref(buffer);
    return GST_FLOW_ERROR;
  }
  const GstFlowReturn ret = framing == GW_FRAMING_MESSAGE
                                ? take_message(self, buffer, (const char *)map.data, map.size)
                                : take_stream(self, buffer, (const char *)map.data, map.size);
  gst_buffer_unmap(buffer, &map);
  gst_buffer_unref(buffer);
  return ret;
}

static void forget_partial(GwCheckin *self) {
  g_byte_array_set_size(self->partial, 0);
  self->skipping = FALSE;
}

static gboolean on_event(GstPad *pad, GstObject *parent, GstEvent *event) {
  GwCheckin *self = GW_CHECKIN(parent);
  switch (GST_EVENT_TYPE(event)) {
  case GST_EVENT_CAPS: /* ours are always the same, and go out before the segment */
    gst_event_unref(event);
    return TRUE;
  case GST_EVENT_SEGMENT: {
    g_autoptr(GstCaps) caps = gst_static_pad_template_get_caps(&src_template);
    gst_pad_push_event(self->src, gst_event_new_caps(caps));
    break;
  }
  case GST_EVENT_EOS: /* a last line without its end */
    (void)end_line(self, NULL);
    break;
  case GST_EVENT_FLUSH_STOP:
    forget_partial(self);
    break;
  default:
    break;
  }
  return gst_pad_event_default(pad, parent, event);
}

/* ---- the object ---- */

static gboolean load_readers(GwCheckin *self) {
  g_autoptr(GError) error = NULL;
  GST_OBJECT_LOCK(self);
  g_autofree char *path = g_strdup(self->readers_file);
  GST_OBJECT_UNLOCK(self);
  if (!path)
    return TRUE;
  GwReaderTable *table = gw_reader_table_new();
  if (!gw_reader_table_load(table, path, &error)) {
    GST_ELEMENT_ERROR(self, RESOURCE, SETTINGS, ("%s", error->message), (NULL));
    gw_reader_table_unref(table);
    return FALSE;
  }
  g_object_set(self, "readers", table, NULL);
  gw_reader_table_unref(table);
  return TRUE;
}

static GstStateChangeReturn change_state(GstElement *element, GstStateChange change) {
  GwCheckin *self = GW_CHECKIN(element);
  if (change == GST_STATE_CHANGE_NULL_TO_READY && !load_readers(self))
    return GST_STATE_CHANGE_FAILURE;
  const GstStateChangeReturn ret = GST_ELEMENT_CLASS(gw_checkin_parent_class)->change_state(element, change);
  if (change == GST_STATE_CHANGE_PAUSED_TO_READY)
    forget_partial(self);
  return ret;
}

static void replace_text(char **where, const GValue *value) {
  g_free(*where);
  *where = g_value_dup_string(value);
}

static void set_property(GObject *object, guint id, const GValue *value, GParamSpec *pspec) {
  GwCheckin *self = GW_CHECKIN(object);
  GST_OBJECT_LOCK(self);
  switch (id) {
  case PROP_READERS:
    g_clear_pointer(&self->readers, gw_reader_table_unref);
    self->readers = g_value_dup_boxed(value);
    break;
  case PROP_READERS_FILE:
    replace_text(&self->readers_file, value);
    break;
  case PROP_SOURCE:
    replace_text(&self->source, value);
    break;
  case PROP_FRAMING:
    self->framing = g_value_get_enum(value);
    break;
  case PROP_LATE:
    self->late = g_value_get_boolean(value);
    break;
  case PROP_POST:
    self->post_messages = g_value_get_boolean(value);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
  }
  GST_OBJECT_UNLOCK(self);
}

static void get_property(GObject *object, guint id, GValue *value, GParamSpec *pspec) {
  GwCheckin *self = GW_CHECKIN(object);
  GST_OBJECT_LOCK(self);
  switch (id) {
  case PROP_READERS:
    g_value_set_boxed(value, self->readers);
    break;
  case PROP_READERS_FILE:
    g_value_set_string(value, self->readers_file);
    break;
  case PROP_SOURCE:
    g_value_set_string(value, self->source);
    break;
  case PROP_FRAMING:
    g_value_set_enum(value, self->framing);
    break;
  case PROP_LATE:
    g_value_set_boolean(value, self->late);
    break;
  case PROP_POST:
    g_value_set_boolean(value, self->post_messages);
    break;
  case PROP_ACCEPTED:
    g_value_set_uint64(value, self->accepted);
    break;
  case PROP_REFUSED:
    g_value_set_uint64(value, self->refused);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
  }
  GST_OBJECT_UNLOCK(self);
}

static void finalize(GObject *object) {
  GwCheckin *self = GW_CHECKIN(object);
  g_clear_pointer(&self->readers, gw_reader_table_unref);
  g_free(self->readers_file);
  g_free(self->source);
  g_byte_array_unref(self->partial);
  G_OBJECT_CLASS(gw_checkin_parent_class)->finalize(object);
}

static void gw_checkin_init(GwCheckin *self) {
  self->sink = gst_pad_new_from_static_template(&sink_template, "sink");
  self->src = gst_pad_new_from_static_template(&src_template, "src");
  gst_pad_set_chain_function(self->sink, on_buffer);
  gst_pad_set_event_function(self->sink, on_event);
  gst_pad_use_fixed_caps(self->src);
  gst_element_add_pad(GST_ELEMENT(self), self->sink);
  gst_element_add_pad(GST_ELEMENT(self), self->src);
  self->partial = g_byte_array_new();
  self->source = g_strdup("stream");
  self->post_messages = TRUE;
}

static void install_properties(GObjectClass *object_class) {
  const GParamFlags rw = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS,
                    ro = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  g_object_class_install_property(
      object_class, PROP_READERS,
      g_param_spec_boxed("readers", "Readers",
                         "The readers whose lines count, with their keys (for programs)",
                         GW_TYPE_READER_TABLE, rw));
  g_object_class_install_property(
      object_class, PROP_READERS_FILE,
      g_param_spec_string("readers-file", "Readers file",
                          "File of lines `name,key` (64 hex digits), read when the element starts", NULL,
                          rw));
  g_object_class_install_property(
      object_class, PROP_SOURCE,
      g_param_spec_string("source", "Source",
                          "What each check-in is said to come from: udp, tcp, phone, behalf, code, "
                          "dump, camera or a word of yours",
                          "stream", rw));
  g_object_class_install_property(object_class, PROP_FRAMING,
                                  g_param_spec_enum("framing", "Framing", "How messages are told apart",
                                                    gw_framing_get_type(), GW_FRAMING_STREAM, rw));
  g_object_class_install_property(
      object_class, PROP_LATE,
      g_param_spec_boolean("late", "Late",
                           "All are stored reads, whatever their age (the dump of a baton reader)", FALSE,
                           rw));
  g_object_class_install_property(
      object_class, PROP_POST,
      g_param_spec_boolean("post-messages", "Post messages",
                           "Tell each check-in on the bus as an element message `gridwarden-checkin`", TRUE,
                           rw));
  g_object_class_install_property(
      object_class, PROP_ACCEPTED,
      g_param_spec_uint64("accepted", "Accepted", "Check-ins with verdict ok so far", 0, G_MAXUINT64, 0, ro));
  g_object_class_install_property(object_class, PROP_REFUSED,
                                  g_param_spec_uint64("refused", "Refused",
                                                      "Check-ins with another verdict so far", 0, G_MAXUINT64,
                                                      0, ro));
}

static void gw_checkin_class_init(GwCheckinClass *klass) {
  GstElementClass *element_class = GST_ELEMENT_CLASS(klass);
  GObjectClass *object_class = G_OBJECT_CLASS(klass);
  object_class->set_property = set_property;
  object_class->get_property = get_property;
  object_class->finalize = finalize;
  element_class->change_state = change_state;
  install_properties(object_class);
  gst_element_class_add_static_pad_template(element_class, &sink_template);
  gst_element_class_add_static_pad_template(element_class, &src_template);
  gst_element_class_set_static_metadata(
      element_class, "Gridwarden check-in reader", "Parser/Network",
      "Splits bytes into check-ins (lines GW1,reader,epoch,seq,time,tag,mac or JSON objects), checks form "
      "and "
      "HMAC-SHA256, and gives one buffer for each, with its fields as the custom meta GwCheckinMeta and as "
      "element "
      "message gridwarden-checkin.  Try: gst-launch-1.0 -m filesrc location=DUMP ! gwcheckin "
      "readers-file=KEYS late=true "
      "! fakesink.  Live: gst-launch-1.0 -m udpsrc port=7700 ! gwcheckin framing=message source=udp "
      "readers-file=KEYS ! fakesink",
      "The Gridwarden authors");
  gst_type_mark_as_plugin_api(gw_framing_get_type(), 0);
  gst_type_mark_as_plugin_api(GW_TYPE_READER_TABLE, 0);
  GST_DEBUG_CATEGORY_INIT(gw_checkin_debug, "gwcheckin", 0, "Gridwarden check-ins");
  gw_checkin_meta_register();
}
