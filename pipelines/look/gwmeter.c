/**
 * SECTION:element-gwmeter
 * @title: gwmeter
 *
 * Counts encoded video on its way: pictures, bits, groups and their ages.  Costs two clock readings and a
 * short lock a picture.
 */
#include "pipelines/look/gwmeter.h"

#include "daemon/base/clock.h"

#include <math.h>

struct _GwMeterElement {
  GstElement parent;
  GstPad *sink, *src;
  GMutex lock; /* order: the last lock taken, nothing is called while it is held */
  GwMeter meter;
  GwUsec post_every_us, posted_mono_us;
};

G_DEFINE_FINAL_TYPE(GwMeterElement, gw_meter_element, GST_TYPE_ELEMENT)

enum {
  PROP_0,
  PROP_POST_EVERY_MS,
  PROP_FRAMES,
  PROP_BYTES,
  PROP_FPS,
  PROP_KBPS,
  PROP_GOP,
  PROP_KEY_MS,
  PROP_AGE_MS
};

#define ENCODED_CAPS "video/x-h264, alignment=au; video/x-h265, alignment=au"
static GstStaticPadTemplate sink_template =
    GST_STATIC_PAD_TEMPLATE("sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS(ENCODED_CAPS));
static GstStaticPadTemplate src_template =
    GST_STATIC_PAD_TEMPLATE("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS(ENCODED_CAPS));

const char *gw_caps_codec(const GstCaps *caps) {
  const GstStructure *s = caps && gst_caps_get_size(caps) ? gst_caps_get_structure(caps, 0) : NULL;
  if (s && gst_structure_has_name(s, "video/x-h264"))
    return "h264";
  return s && gst_structure_has_name(s, "video/x-h265") ? "h265" : NULL;
}

void gw_meter_element_read(GstElement *element, gboolean sample, GwUsec mono_us, GwMeter *ret_meter) {
  GwMeterElement *self = GW_METER_ELEMENT(element);
  g_mutex_lock(&self->lock);
  if (sample)
    gw_meter_sample(&self->meter, mono_us);
  *ret_meter = self->meter;
  g_mutex_unlock(&self->lock);
}

static GwUsec age_us(const GwMeter *m) {
  return m->last_mono_us ? gw_clock_mono_us() - m->last_mono_us : 0;
}

/* ---- streaming thread ---- */

static void post_first(GwMeterElement *self) {
  gst_element_post_message(
      GST_ELEMENT(self),
      gst_message_new_element(GST_OBJECT(self), gst_structure_new_empty(GW_METER_FIRST_FRAME)));
}

static void post_figures(GwMeterElement *self, GwUsec mono_us) {
  GwMeter m;
  gw_meter_element_read(GST_ELEMENT(self), TRUE, mono_us, &m);
  GstStructure *s =
      gst_structure_new("gw-meter", "frames", G_TYPE_UINT64, m.frames, "bytes", G_TYPE_UINT64, m.bytes, "fps",
                        G_TYPE_DOUBLE, gw_meter_fps(&m), "kbps", G_TYPE_DOUBLE, gw_meter_kbps(&m), "gop",
                        G_TYPE_UINT, m.gop, "key-ms", G_TYPE_INT64, m.key_interval_us / GW_MS, "width",
                        G_TYPE_INT, m.width, "height", G_TYPE_INT, m.height, NULL);
  gst_element_post_message(GST_ELEMENT(self), gst_message_new_element(GST_OBJECT(self), s));
}

static GstFlowReturn on_buffer(GstPad *pad, GstObject *parent, GstBuffer *buffer) {
  GwMeterElement *self = (GwMeterElement *)parent;
  const GwUsec mono_us = gw_clock_mono_us(), at_us = gw_clock_real_us();
  const gboolean keyframe = !GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_DELTA_UNIT);
  const gsize bytes = gst_buffer_get_size(buffer);
  g_mutex_lock(&self->lock);
  gw_meter_frame(&self->meter, bytes, keyframe, mono_us, at_us);
  const gboolean first = self->meter.frames == 1;
  const gboolean due = self->post_every_us && mono_us - self->posted_mono_us >= self->post_every_us;
  if (due)
    self->posted_mono_us = mono_us;
  g_mutex_unlock(&self->lock);
  if (first)
    post_first(self);
  if (due)
    post_figures(self, mono_us);
  return gst_pad_push(self->src, buffer);
}

static void take_caps(GwMeterElement *self, const GstCaps *caps) {
  const GstStructure *s = gst_caps_get_structure(caps, 0);
  int width = 0, height = 0;
  gst_structure_get_int(s, "width", &width);
  gst_structure_get_int(s, "height", &height);
  g_mutex_lock(&self->lock);
  gw_meter_shape(&self->meter, gw_caps_codec(caps), width, height);
  g_mutex_unlock(&self->lock);
}

static gboolean on_event(GstPad *pad, GstObject *parent, GstEvent *event) {
  if (GST_EVENT_TYPE(event) == GST_EVENT_CAPS) {
    GstCaps *caps = NULL;
    gst_event_parse_caps(event, &caps);
    take_caps(GW_METER_ELEMENT(parent), caps);
  }
  return gst_pad_event_default(pad, parent, event);
}

/* ---- the object ---- */

static GstStateChangeReturn change_state(GstElement *element, GstStateChange change) {
  GwMeterElement *self = GW_METER_ELEMENT(element);
  if (change == GST_STATE_CHANGE_READY_TO_PAUSED) {
    g_mutex_lock(&self->lock);
    self->meter = (GwMeter){0};
    g_mutex_unlock(&self->lock);
  }
  return GST_ELEMENT_CLASS(gw_meter_element_parent_class)->change_state(element, change);
}

static void set_property(GObject *object, guint id, const GValue *value, GParamSpec *pspec) {
  GwMeterElement *self = GW_METER_ELEMENT(object);
  if (id != PROP_POST_EVERY_MS) {
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
    return;
  }
  g_mutex_lock(&self->lock);
  self->post_every_us = g_value_get_uint(value) * GW_MS;
  g_mutex_unlock(&self->lock);
}

static void get_property(GObject *object, guint id, GValue *value, GParamSpec *pspec) {
  GwMeterElement *self = GW_METER_ELEMENT(object);
  GwMeter m;
  gw_meter_element_read(GST_ELEMENT(self), FALSE, 0, &m);
  switch (id) {
  case PROP_POST_EVERY_MS:
    g_mutex_lock(&self->lock);
    g_value_set_uint(value, (guint)(self->post_every_us / GW_MS));
    g_mutex_unlock(&self->lock);
    break;
  case PROP_FRAMES:
    g_value_set_uint64(value, m.frames);
    break;
  case PROP_BYTES:
    g_value_set_uint64(value, m.bytes);
    break;
  case PROP_FPS:
    g_value_set_double(value, gw_meter_fps(&m));
    break;
  case PROP_KBPS:
    g_value_set_double(value, gw_meter_kbps(&m));
    break;
  case PROP_GOP:
    g_value_set_uint(value, m.gop);
    break;
  case PROP_KEY_MS:
    g_value_set_int64(value, m.key_interval_us / GW_MS);
    break;
  case PROP_AGE_MS:
    g_value_set_int64(value, age_us(&m) / GW_MS);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
  }
}

static void finalize(GObject *object) {
  g_mutex_clear(&GW_METER_ELEMENT(object)->lock);
  G_OBJECT_CLASS(gw_meter_element_parent_class)->finalize(object);
}

static void gw_meter_element_init(GwMeterElement *self) {
  g_mutex_init(&self->lock);
  self->sink = gst_pad_new_from_static_template(&sink_template, "sink");
  self->src = gst_pad_new_from_static_template(&src_template, "src");
  gst_pad_set_chain_function(self->sink, on_buffer);
  gst_pad_set_event_function(self->sink, on_event);
  GST_PAD_SET_PROXY_CAPS(self->sink);
  GST_PAD_SET_PROXY_CAPS(self->src);
  GST_PAD_SET_PROXY_ALLOCATION(self->sink);
  gst_element_add_pad(GST_ELEMENT(self), self->sink);
  gst_element_add_pad(GST_ELEMENT(self), self->src);
}

static void install_properties(GObjectClass *object_class) {
  const GParamFlags rw = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS,
                    ro = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  const struct {
    guint id;
    GParamSpec *spec;
  } rows[] = {
      {PROP_POST_EVERY_MS,
       g_param_spec_uint("post-every-ms", "Post every",
                         "Tell the figures on the bus this often, as an element message `gw-meter`, "
                         "in milliseconds (0: never)",
                         0, 3600000, 0, rw)},
      {PROP_FRAMES, g_param_spec_uint64("frames", "Frames", "Pictures since READY", 0, G_MAXUINT64, 0, ro)},
      {PROP_BYTES, g_param_spec_uint64("bytes", "Bytes", "Bytes since READY", 0, G_MAXUINT64, 0, ro)},
      {PROP_FPS, g_param_spec_double("fps", "Pictures a second",
                                     "Mean of the last five seconds (needs post-every-ms or a reader)", 0,
                                     G_MAXDOUBLE, 0, ro)},
      {PROP_KBPS,
       g_param_spec_double("kbps", "Bit rate", "As fps, in 1000 bits a second", 0, G_MAXDOUBLE, 0, ro)},
      {PROP_GOP, g_param_spec_uint("gop", "Group", "Pictures between the last two keyframes (0: not two yet)",
                                   0, G_MAXUINT, 0, ro)},
      {PROP_KEY_MS, g_param_spec_int64("key-interval-ms", "Keyframe interval",
                                       "Milliseconds between the last two keyframes (0: not two yet)", 0,
                                       G_MAXINT64, 0, ro)},
      {PROP_AGE_MS,
       g_param_spec_int64("age-ms", "Age", "Milliseconds since the last picture", 0, G_MAXINT64, 0, ro)},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
    g_object_class_install_property(object_class, rows[i].id, rows[i].spec);
}

static void gw_meter_element_class_init(GwMeterElementClass *klass) {
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
      element_class, "Gridwarden stream meter", "Generic/Video",
      "Counts encoded video on its way: pictures and bits a second, group, keyframe interval, age.  Try: "
      "gst-launch-1.0 -m filesrc location=CLIP.h264 ! h264parse ! identity sync=true ! gwmeter "
      "post-every-ms=1000 ! "
      "gwtap",
      "The Gridwarden authors");
}
