/**
 * SECTION:element-gwonvif
 * @title: gwonvif
 *
 * Reads what a camera's own analytics say on its ONVIF metadata track: motion, lines crossed, fields entered,
 * tampering, objects with class and box.
 */
#include "pipelines/onvif/gwonvif.h"

#include "daemon/base/clock.h"
#include "pipelines/onvif/onvif_assemble.h"
#include "pipelines/onvif/onvif_filter.h"

GST_DEBUG_CATEGORY_STATIC(gw_onvif_debug);
#define GST_CAT_DEFAULT gw_onvif_debug

#define RTP_CAPS "application/x-rtp, media=(string)application, encoding-name=(string)VND.ONVIF.METADATA"
#define RTP_HEADER_BYTES 12
#define FRAMES_EVERY_US                                                                                      \
  (500 * GW_MS) /* objects are said again after ten seconds; some cameras tell them 25 times a second */

#define READ_BYTES_PER_S (256 * 1024) /* parsed: more is nobody's analytics, and all cameras wait meanwhile */

struct _GwOnvif {
  GstElement parent;
  GstPad *sink;
  /* streaming thread */
  gboolean is_rtp, has_sequence;
  guint16 next_sequence;
  GwOnvifAssemble *assemble;
  GwOnvifFilter *filter;
  GwUsec frames_mono_us; /* when frames were last read; 0: not yet */
  double may_read_bytes; /* now; a document may overdraw it */
  GwUsec filled_mono_us; /* 0: not yet */
  /* under the object lock */
  guint64 documents, refused, skipped, observed;
};

G_DEFINE_FINAL_TYPE(GwOnvif, gw_onvif, GST_TYPE_ELEMENT)

enum { PROP_0, PROP_DOCUMENTS, PROP_REFUSED, PROP_SKIPPED, PROP_OBSERVED };

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE(
    "sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS(GW_ONVIF_DOCUMENT_CAPS "; " RTP_CAPS));

static void add_one(GwOnvif *self, guint64 *counter) {
  GST_OBJECT_LOCK(self);
  ++*counter;
  GST_OBJECT_UNLOCK(self);
}

/* ---- streaming thread ---- */

static void say(GwOnvif *self, const GwOnvifObservation *observation) {
  if (!gw_onvif_filter_pass(self->filter, observation, gw_clock_mono_us()))
    return;
  add_one(self, &self->observed);
  GstStructure *fields = gw_onvif_observed_new(observation, gw_clock_real_us());
  gst_element_post_message(GST_ELEMENT(self), gst_message_new_element(GST_OBJECT(self), fields));
}

static gboolean is_affordable(GwOnvif *self, gsize bytes, GwUsec mono_us) {
  const double gained =
      self->filled_mono_us ? (double)(mono_us - self->filled_mono_us) * READ_BYTES_PER_S / GW_SEC : 0;
  self->may_read_bytes = MIN(self->may_read_bytes + gained, READ_BYTES_PER_S);
  self->filled_mono_us = mono_us;
  if (self->may_read_bytes <= 0)
    return FALSE;
  self->may_read_bytes -= (double)MIN(bytes, GW_ONVIF_MOST_BYTES); /* larger ones are refused unread */
  return TRUE;
}

/* Frames without an object say nothing, and others are read twice a second. */
static gboolean is_worth_reading(GwOnvif *self, const guint8 *xml, gsize bytes) {
  const GwOnvifGlance glance = gw_onvif_glance(xml, bytes);
  const GwUsec mono_us = gw_clock_mono_us();
  if (glance == GW_ONVIF_NOTHING)
    return FALSE;
  if (glance == GW_ONVIF_FRAMES) {
    if (self->frames_mono_us && mono_us - self->frames_mono_us < FRAMES_EVERY_US)
      return FALSE;
    self->frames_mono_us = mono_us;
  }
  return is_affordable(self, bytes, mono_us);
}

static void on_document(const guint8 *xml, gsize bytes, guint32 rtp_time, gpointer user) {
  GwOnvif *self = user;
  if (!is_worth_reading(self, xml, bytes)) {
    add_one(self, &self->skipped);
    return;
  }
  g_autoptr(GError) error = NULL;
  g_autoptr(GArray) found = gw_onvif_parse(xml, bytes, &error);
  add_one(self, found ? &self->documents : &self->refused);
  if (!found)
    GST_DEBUG_OBJECT(self, "%s", error->message);
  for (guint i = 0; found && i < found->len; i++)
    say(self, &g_array_index(found, GwOnvifObservation, i));
}

/* Bytes before the payload, and behind it; FALSE: no RTP packet (RFC 3550, 5.1). */
static gboolean find_payload(const guint8 *data, gsize bytes, gsize *ret_head, gsize *ret_tail) {
  if (bytes < RTP_HEADER_BYTES || data[0] >> 6 != 2)
    return FALSE;
  gsize head = RTP_HEADER_BYTES + 4 * (data[0] & 15u);
  if (data[0] & 0x10) {
    if (bytes < head + 4)
      return FALSE;
    head += 4 + 4 * ((gsize)data[head + 2] << 8 | data[head + 3]);
  }
  *ret_head = head;
  *ret_tail = data[0] & 0x20 ? data[bytes - 1] : 0;
  return head + *ret_tail <= bytes;
}

static void take_packet(GwOnvif *self, const guint8 *data, gsize bytes, gboolean discont) {
  gsize head, tail;
  if (!find_payload(data, bytes, &head, &tail))
    return;
  guint16 sequence = (guint16)(data[2] << 8 | data[3]);
  guint32 time = (guint32)data[4] << 24 | (guint32)data[5] << 16 | (guint32)data[6] << 8 | data[7];
  gboolean gap = discont || (self->has_sequence && sequence != self->next_sequence);
  self->has_sequence = TRUE;
  self->next_sequence = sequence + 1;
  gw_onvif_assemble_packet(self->assemble, data + head, bytes - head - tail, time, data[1] & 0x80, gap);
}

static GstFlowReturn on_buffer(GstPad *pad, GstObject *parent, GstBuffer *buffer) {
  GwOnvif *self = GW_ONVIF(parent);
  GstMapInfo map;
  if (gst_buffer_map(buffer, &map, GST_MAP_READ)) {
    if (self->is_rtp)
      take_packet(self, map.data, map.size, GST_BUFFER_IS_DISCONT(buffer));
    else
      on_document(map.data, map.size, 0, self);
    gst_buffer_unmap(buffer, &map);
  }
  gst_buffer_unref(buffer);
  return GST_FLOW_OK;
}

static void forget(GwOnvif *self) {
  g_clear_pointer(&self->assemble, gw_onvif_assemble_free);
  g_clear_pointer(&self->filter, gw_onvif_filter_free);
  self->assemble = gw_onvif_assemble_new(on_document, self);
  self->filter = gw_onvif_filter_new();
  self->has_sequence = FALSE;
  self->frames_mono_us = 0;
  self->may_read_bytes = READ_BYTES_PER_S;
  self->filled_mono_us = 0;
}

static void take_caps(GwOnvif *self, GstEvent *event) {
  GstCaps *caps = NULL;
  gst_event_parse_caps(event, &caps);
  self->is_rtp = gst_structure_has_name(gst_caps_get_structure(caps, 0), "application/x-rtp");
}

/* A sink says by itself that it has seen the end. */
static void post_eos(GwOnvif *self, GstEvent *event) {
  GstMessage *message = gst_message_new_eos(GST_OBJECT(self));
  gst_message_set_seqnum(message, gst_event_get_seqnum(event));
  gst_element_post_message(GST_ELEMENT(self), message);
}

static gboolean on_event(GstPad *pad, GstObject *parent, GstEvent *event) {
  GwOnvif *self = GW_ONVIF(parent);
  if (GST_EVENT_TYPE(event) == GST_EVENT_CAPS)
    take_caps(self, event);
  else if (GST_EVENT_TYPE(event) == GST_EVENT_EOS)
    post_eos(self, event);
  else if (GST_EVENT_TYPE(event) == GST_EVENT_FLUSH_STOP)
    forget(self);
  gst_event_unref(event);
  return TRUE;
}

/* ---- the object ---- */

static GstStateChangeReturn change_state(GstElement *element, GstStateChange change) {
  GstStateChangeReturn ret = GST_ELEMENT_CLASS(gw_onvif_parent_class)->change_state(element, change);
  if (change == GST_STATE_CHANGE_PAUSED_TO_READY)
    forget(GW_ONVIF(element)); /* its pad is inactive: nobody is in on_buffer() */
  return ret;
}

static void get_property(GObject *object, guint id, GValue *value, GParamSpec *pspec) {
  GwOnvif *self = GW_ONVIF(object);
  const guint64 *const counters[] = {[PROP_DOCUMENTS] = &self->documents,
                                     [PROP_REFUSED] = &self->refused,
                                     [PROP_SKIPPED] = &self->skipped,
                                     [PROP_OBSERVED] = &self->observed};
  if (id == PROP_0 || id >= G_N_ELEMENTS(counters)) {
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
    return;
  }
  GST_OBJECT_LOCK(self);
  g_value_set_uint64(value, *counters[id]);
  GST_OBJECT_UNLOCK(self);
}

static void finalize(GObject *object) {
  GwOnvif *self = GW_ONVIF(object);
  gw_onvif_assemble_free(self->assemble);
  gw_onvif_filter_free(self->filter);
  G_OBJECT_CLASS(gw_onvif_parent_class)->finalize(object);
}

static void gw_onvif_init(GwOnvif *self) {
  self->sink = gst_pad_new_from_static_template(&sink_template, "sink");
  gst_pad_set_chain_function(self->sink, on_buffer);
  gst_pad_set_event_function(self->sink, on_event);
  gst_element_add_pad(GST_ELEMENT(self), self->sink);
  GST_OBJECT_FLAG_SET(self, GST_ELEMENT_FLAG_SINK);
  forget(self);
}

static void install_counter(GObjectClass *object_class, guint id, const char *name, const char *nick,
                            const char *blurb) {
  g_object_class_install_property(
      object_class, id,
      g_param_spec_uint64(name, nick, blurb, 0, G_MAXUINT64, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
}

static void gw_onvif_class_init(GwOnvifClass *klass) {
  GstElementClass *element_class = GST_ELEMENT_CLASS(klass);
  GObjectClass *object_class = G_OBJECT_CLASS(klass);
  object_class->get_property = get_property;
  object_class->finalize = finalize;
  element_class->change_state = change_state;
  install_counter(object_class, PROP_DOCUMENTS, "documents", "Documents",
                  "Documents that could be read so far");
  install_counter(
      object_class, PROP_REFUSED, "refused", "Refused",
      "Documents left out so far: not well formed, too large (256 KiB), too deep (32), with a document type");
  install_counter(object_class, PROP_SKIPPED, "skipped", "Skipped",
                  "Documents not read so far: frames without an object, or within half a second of others; what is "
                  "over 256 KiB a second");
  install_counter(object_class, PROP_OBSERVED, "observed", "Observed", "Observations posted so far");
  gst_element_class_add_static_pad_template(element_class, &sink_template);
  gst_element_class_set_static_metadata(
      element_class, "Gridwarden ONVIF metadata reader", "Sink/Metadata/Network",
      "Reads ONVIF metadata, as whole documents or as RTP (it puts the documents together itself, also those "
      "of "
      "cameras that never set the marker bit), and posts each observation as element "
      "message " GW_ONVIF_OBSERVED " with the fields topic (motion, line, field, tamper, object, other), "
      "active, op, class, object, score, x, y, width, "
      "height, rule, tail, utc-us and at-us; at most ten a second, repeats of the same left out.  Try: "
      "gst-launch-1.0 "
      "-m gwrtspsrc location=URL metadata=true name=s s.meta ! gwonvif s.src ! fakesink.  With rtspsrc: "
      "gst-launch-1.0 "
      "-m rtspsrc location=URL name=s s. ! application/x-rtp,media=application ! gwonvif s. ! "
      "application/x-rtp,media=video ! fakesink",
      "The Gridwarden authors");
  GST_DEBUG_CATEGORY_INIT(gw_onvif_debug, "gwonvif", 0, "Gridwarden ONVIF metadata");
}
