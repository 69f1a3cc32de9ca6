/**
 * SECTION:element-gwtap
 * @title: gwtap
 *
 * Keeps the last seconds of encoded video, and shows each keyframe to whoever looks at keyframes.
 */
#include "pipelines/look/gwtap.h"

#include "daemon/base/clock.h"
#include "pipelines/look/gwmeter.h"

#define SECONDS_DEFAULT 12
#define BYTES_DEFAULT (64 * 1024 * 1024)

struct _GwTap {
  GstElement parent;
  GstPad *sink;
  GMutex lock; /* order: before the locks of ring and looker */
  GwRing *ring;
  GwLooker *looker;
  GwOutlet *outlet; /* NULL: units go into `ring` alone */
  GwId camera;
  GwRings *own_rings; /* when nothing was attached: `ring` is then ours */
  gboolean attached, post_keyframes;
  guint seconds, keyframes;
  guint64 bytes;
  /* the stream's shape */
  GstCaps *caps;
  const char *codec;
  int width, height;
  gboolean begun; /* a keyframe came since READY: what stands before it belongs to no group */
  gboolean is_eos, is_playing;
};

G_DEFINE_FINAL_TYPE(GwTap, gw_tap, GST_TYPE_ELEMENT)

enum {
  PROP_0,
  PROP_RING_SECONDS,
  PROP_RING_BYTES,
  PROP_POST_KEYFRAMES,
  PROP_KEYFRAMES,
  PROP_KEPT_BYTES,
  PROP_KEPT_MS
};

static GstStaticPadTemplate sink_template =
    GST_STATIC_PAD_TEMPLATE("sink", GST_PAD_SINK, GST_PAD_ALWAYS,
                            GST_STATIC_CAPS("video/x-h264, stream-format=byte-stream, alignment=au; "
                                            "video/x-h265, stream-format=byte-stream, alignment=au"));

void gw_tap_attach(GstElement *element, GwRing *ring, GwLooker *looker, GwId camera) {
  GwTap *self = GW_TAP(element);
  g_mutex_lock(&self->lock);
  self->attached = TRUE;
  self->ring = ring;
  self->looker = looker;
  self->camera = camera;
  g_mutex_unlock(&self->lock);
}

void gw_tap_set_outlet(GstElement *element, GwOutlet *outlet) {
  GwTap *self = GW_TAP(element);
  g_mutex_lock(&self->lock);
  self->outlet = gw_outlet_ref(outlet);
  g_mutex_unlock(&self->lock);
}

void gw_tap_detach(GstElement *element) {
  GwTap *self = GW_TAP(element);
  g_mutex_lock(&self->lock);
  GwOutlet *outlet = g_steal_pointer(&self->outlet);
  if (self->attached) {
    self->ring = NULL;
    self->looker = NULL;
  }
  if (outlet && self->begun)
    gw_outlet_end(outlet);
  g_mutex_unlock(&self->lock);
  gw_outlet_unref(outlet);
}

/* ---- streaming thread ---- */

static void post_keyframe(GwTap *self, GstBuffer *buffer) {
  GstStructure *s =
      gst_structure_new("gw-keyframe", "bytes", G_TYPE_UINT64, (guint64)gst_buffer_get_size(buffer), "pts",
                        G_TYPE_UINT64, GST_BUFFER_PTS(buffer), NULL);
  gst_element_post_message(GST_ELEMENT(self), gst_message_new_element(GST_OBJECT(self), s));
}

/* What lost a packet is not looked at: a decoder patches it with grey, as if the lens had been sprayed.
 * rtspsrc's depayloaders say it by DISCONT alone, which the first buffer has anyway. */
static gboolean is_whole_keyframe(const GstBuffer *buffer, gboolean is_first) {
  return !GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_CORRUPTED) &&
         (is_first || !GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_DISCONT));
}

static void keep(GwTap *self, GstBuffer *buffer, gboolean begins) {
  const GwUsec now_us = gw_clock_mono_us();
  if (self->outlet)
    gw_outlet_push(self->outlet, buffer, self->caps, now_us, begins);
  else if (self->ring)
    gw_ring_push(self->ring, buffer, self->caps, now_us);
}

static GstFlowReturn on_buffer(GstPad *pad, GstObject *parent, GstBuffer *buffer) {
  GwTap *self = (GwTap *)parent;
  const gboolean keyframe = !GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_DELTA_UNIT);
  gboolean post = FALSE;
  g_mutex_lock(&self->lock);
  const gboolean is_whole = keyframe && is_whole_keyframe(buffer, !self->begun);
  const gboolean begins = keyframe && !self->begun && self->caps;
  self->begun = self->begun || begins;
  if (self->begun && self->caps)
    keep(self, buffer, begins);
  if (keyframe) {
    self->keyframes++;
    if (is_whole && self->looker && self->codec)
      gw_looker_offer(self->looker, self->camera, self->codec, self->width, self->height, buffer,
                      gw_clock_real_us());
    post = self->post_keyframes;
  }
  g_mutex_unlock(&self->lock);
  if (post)
    post_keyframe(self, buffer);
  gst_buffer_unref(buffer);
  return GST_FLOW_OK;
}

static void take_caps(GwTap *self, GstCaps *caps) {
  const GstStructure *s = gst_caps_get_structure(caps, 0);
  g_mutex_lock(&self->lock);
  gst_caps_replace(&self->caps, caps);
  self->codec = gw_caps_codec(caps);
  self->width = self->height = 0;
  gst_structure_get_int(s, "width", &self->width);
  gst_structure_get_int(s, "height", &self->height);
  g_mutex_unlock(&self->lock);
}

/* A bin is at its end when each of its sinks said so, and it hears that only while it plays. */
static void say_eos(GwTap *self) {
  g_mutex_lock(&self->lock);
  const gboolean say = self->is_eos && self->is_playing;
  self->is_eos = self->is_eos && !say;
  g_mutex_unlock(&self->lock);
  if (say)
    gst_element_post_message(GST_ELEMENT(self), gst_message_new_eos(GST_OBJECT(self)));
}

static gboolean on_event(GstPad *pad, GstObject *parent, GstEvent *event) {
  GwTap *self = GW_TAP(parent);
  if (GST_EVENT_TYPE(event) == GST_EVENT_CAPS) {
    GstCaps *caps = NULL;
    gst_event_parse_caps(event, &caps);
    take_caps(self, caps);
  } else if (GST_EVENT_TYPE(event) == GST_EVENT_EOS) {
    g_mutex_lock(&self->lock);
    self->is_eos = TRUE;
    g_mutex_unlock(&self->lock);
    say_eos(self);
  }
  gst_event_unref(event);
  return TRUE;
}

/* ---- the object ---- */

static void begin(GwTap *self) {
  g_mutex_lock(&self->lock);
  self->begun = self->is_eos = FALSE;
  if (!self->attached) {
    self->own_rings = gw_rings_new(self->seconds * GW_SEC, self->bytes);
    self->ring = gw_ring_new(self->own_rings);
  }
  g_mutex_unlock(&self->lock);
}

static void end(GwTap *self) {
  g_mutex_lock(&self->lock);
  if (self->own_rings) {
    g_clear_pointer(&self->ring, gw_ring_free);
    g_clear_pointer(&self->own_rings, gw_rings_free);
  }
  gst_caps_replace(&self->caps, NULL);
  self->codec = NULL;
  g_mutex_unlock(&self->lock);
}

static void set_playing(GwTap *self, gboolean is_playing) {
  g_mutex_lock(&self->lock);
  self->is_playing = is_playing;
  g_mutex_unlock(&self->lock);
  say_eos(self);
}

static GstStateChangeReturn change_state(GstElement *element, GstStateChange change) {
  GwTap *self = GW_TAP(element);
  if (change == GST_STATE_CHANGE_READY_TO_PAUSED)
    begin(self);
  else if (change == GST_STATE_CHANGE_PLAYING_TO_PAUSED)
    set_playing(self, FALSE);
  const GstStateChangeReturn ret = GST_ELEMENT_CLASS(gw_tap_parent_class)->change_state(element, change);
  if (change == GST_STATE_CHANGE_PAUSED_TO_PLAYING)
    set_playing(self, TRUE);
  else if (change == GST_STATE_CHANGE_PAUSED_TO_READY)
    end(self);
  return ret;
}

static void set_property(GObject *object, guint id, const GValue *value, GParamSpec *pspec) {
  GwTap *self = GW_TAP(object);
  g_mutex_lock(&self->lock);
  if (id == PROP_RING_SECONDS)
    self->seconds = g_value_get_uint(value);
  else if (id == PROP_RING_BYTES)
    self->bytes = g_value_get_uint64(value);
  else if (id == PROP_POST_KEYFRAMES)
    self->post_keyframes = g_value_get_boolean(value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
  g_mutex_unlock(&self->lock);
}

static void get_property(GObject *object, guint id, GValue *value, GParamSpec *pspec) {
  GwTap *self = GW_TAP(object);
  g_mutex_lock(&self->lock);
  switch (id) {
  case PROP_RING_SECONDS:
    g_value_set_uint(value, self->seconds);
    break;
  case PROP_RING_BYTES:
    g_value_set_uint64(value, self->bytes);
    break;
  case PROP_POST_KEYFRAMES:
    g_value_set_boolean(value, self->post_keyframes);
    break;
  case PROP_KEYFRAMES:
    g_value_set_uint(value, self->keyframes);
    break;
  case PROP_KEPT_BYTES:
    g_value_set_uint64(value, self->own_rings ? gw_rings_bytes(self->own_rings) : 0);
    break;
  case PROP_KEPT_MS:
    g_value_set_int64(value, self->ring ? gw_ring_span_us(self->ring) / GW_MS : 0);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
  }
  g_mutex_unlock(&self->lock);
}

static void finalize(GObject *object) {
  GwTap *self = GW_TAP(object);
  end(self); /* also when it never left PAUSED */
  gw_outlet_unref(self->outlet);
  g_mutex_clear(&self->lock);
  G_OBJECT_CLASS(gw_tap_parent_class)->finalize(object);
}

static void gw_tap_init(GwTap *self) {
  g_mutex_init(&self->lock);
  self->seconds = SECONDS_DEFAULT;
  self->bytes = BYTES_DEFAULT;
  self->sink = gst_pad_new_from_static_template(&sink_template, "sink");
  gst_pad_set_chain_function(self->sink, on_buffer);
  gst_pad_set_event_function(self->sink, on_event);
  gst_element_add_pad(GST_ELEMENT(self), self->sink);
  GST_OBJECT_FLAG_SET(self, GST_ELEMENT_FLAG_SINK); /* its bin waits for our end of stream */
}

static void install_properties(GObjectClass *object_class) {
  const GParamFlags rw = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS,
                    ro = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  const struct {
    guint id;
    GParamSpec *spec;
  } rows[] = {
      {PROP_RING_SECONDS,
       g_param_spec_uint(
           "ring-seconds", "Ring seconds",
           "How much is kept, in seconds, rounded up to whole groups, when no ring was attached", 0, 3600,
           SECONDS_DEFAULT, rw)},
      {PROP_RING_BYTES,
       g_param_spec_uint64("ring-bytes", "Ring bytes",
                           "At most so many bytes, a single stream a quarter of it, when no ring was "
                           "attached",
                           0, G_MAXSSIZE, BYTES_DEFAULT, rw)},
      {PROP_POST_KEYFRAMES,
       g_param_spec_boolean("post-keyframes", "Post keyframes",
                            "Tell each keyframe on the bus as an element message `gw-keyframe`", FALSE, rw)},
      {PROP_KEYFRAMES, g_param_spec_uint("keyframes", "Keyframes", "Keyframes so far", 0, G_MAXUINT, 0, ro)},
      {PROP_KEPT_BYTES, g_param_spec_uint64("kept-bytes", "Kept bytes", "Bytes in the element's own ring", 0,
                                            G_MAXUINT64, 0, ro)},
      {PROP_KEPT_MS, g_param_spec_int64("kept-ms", "Kept milliseconds", "How far back the ring reaches", 0,
                                        G_MAXINT64, 0, ro)},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
    g_object_class_install_property(object_class, rows[i].id, rows[i].spec);
}

static void gw_tap_class_init(GwTapClass *klass) {
  GstElementClass *element_class = GST_ELEMENT_CLASS(klass);
  GObjectClass *object_class = G_OBJECT_CLASS(klass);
  object_class->set_property = set_property;
  object_class->get_property = get_property;
  object_class->finalize = finalize;
  element_class->change_state = change_state;
  install_properties(object_class);
  gst_element_class_add_static_pad_template(element_class, &sink_template);
  gst_element_class_set_static_metadata(element_class, "Gridwarden tap", "Sink/Video",
                                        "Keeps the last seconds of encoded video in a bounded ring and shows "
                                        "keyframes to the looker; never blocks.  "
                                        "Try: gst-launch-1.0 -m filesrc location=CLIP.h264 ! h264parse ! "
                                        "identity sync=true ! gwtap post-keyframes=true",
                                        "The Gridwarden authors");
}
