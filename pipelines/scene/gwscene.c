/**
 * SECTION:element-gwscene
 * @title: gwscene
 *
 * Looks at thumbnails of one camera and says when it does not see what it should.
 */
#include "pipelines/scene/gwscene.h"

#include "pipelines/scene/scene.h"

#include <string.h>

struct _GwSceneElement {
  GstElement parent;
  GstPad *sink, *src;
  GMutex lock; /* order: the last lock taken, nothing is called while it is held */
  char *zone;
  guint dwell_s, findings;
  gboolean is_night;
  /* streaming thread */
  GwScene *scene;
  GwUsec last_us;
};

G_DEFINE_FINAL_TYPE(GwSceneElement, gw_scene_element, GST_TYPE_ELEMENT)

enum { PROP_0, PROP_ZONE, PROP_DWELL_S, PROP_FINDINGS, PROP_IS_NIGHT };

#define THUMB_CAPS "video/x-raw, format=GRAY8, width=320, height=180"
#define DWELL_S_DEFAULT 60
#define ZONE_ID 1
#define BEGIN_US GW_DAY /* times are of the buffers: any day does */
G_STATIC_ASSERT(GW_SCENE_WIDTH == 320 && GW_SCENE_HEIGHT == 180);

static GstStaticPadTemplate sink_template =
    GST_STATIC_PAD_TEMPLATE("sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS(THUMB_CAPS));
static GstStaticPadTemplate src_template =
    GST_STATIC_PAD_TEMPLATE("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS(THUMB_CAPS));

/* "x,y x,y x,y …" in fractions; FALSE: not three points or more, or too many. */
static gboolean parse_zone(const char *text, GwSceneZone *ret) {
  g_auto(GStrv) points = g_strsplit_set(text, " ;", GW_SCENE_POINTS_MOST + 2);
  GwSceneZone zone = {.id = ZONE_ID};
  for (char **p = points; *p; p++) {
    char *end = NULL;
    if (!**p)
      continue;
    const double x = g_ascii_strtod(*p, &end);
    if (end == *p || *end != ',' || zone.n_points == GW_SCENE_POINTS_MOST)
      return FALSE;
    const char *second = end + 1;
    const double y = g_ascii_strtod(second, &end);
    if (end == second || *end || !(x >= 0 && x <= 1 && y >= 0 && y <= 1))
      return FALSE;
    zone.points[zone.n_points].x = (float)x;
    zone.points[zone.n_points++].y = (float)y;
  }
  *ret = zone;
  return zone.n_points >= 3;
}

/* ---- streaming thread ---- */

static void post(GwSceneElement *self, GstStructure *structure) {
  gst_element_post_message(GST_ELEMENT(self), gst_message_new_element(GST_OBJECT(self), structure));
}

static void tell(GwSceneElement *self, const GwSceneSaid *said, GstClockTime pts) {
  guint begun = 0;
  for (guint i = 0; i < said->n; i++) {
    const GwSceneFinding *f = &said->findings[i];
    begun += f->on;
    post(self, gst_structure_new("gw-finding", "kind", G_TYPE_STRING, gw_scene_kind_to_string(f->kind), "on",
                                 G_TYPE_BOOLEAN, f->on, "measure", G_TYPE_DOUBLE, f->measure, "threshold",
                                 G_TYPE_DOUBLE, f->threshold, "pts", G_TYPE_UINT64, pts, NULL));
  }
  if (said->light_switched)
    post(self, gst_structure_new("gw-light", "to", G_TYPE_STRING, said->is_night ? "night" : "day", "pts",
                                 G_TYPE_UINT64, pts, NULL));
  g_mutex_lock(&self->lock);
  self->findings += begun;
  self->is_night = said->is_night;
  g_mutex_unlock(&self->lock);
}

static GstFlowReturn on_buffer(GstPad *pad, GstObject *parent, GstBuffer *buffer) {
  GwSceneElement *self = (GwSceneElement *)parent;
  const GstClockTime pts = GST_BUFFER_PTS(buffer);
  const gsize bytes = (gsize)GW_SCENE_WIDTH * GW_SCENE_HEIGHT; /* rows of 320 need no padding */
  GstMapInfo map;
  if (!gst_buffer_map(buffer, &map, GST_MAP_READ)) {
    gst_buffer_unref(buffer);
    return GST_FLOW_ERROR;
  }
  if (map.size >= bytes) {
    const GwUsec at_us = BEGIN_US + (GST_CLOCK_TIME_IS_VALID(pts) ? (GwUsec)(pts / 1000) : 0);
    GwSceneSaid said = {0};
    self->last_us = MAX(self->last_us, at_us);
    const GwSceneLook look = {map.data, self->last_us, -1};
    gw_scene_look(self->scene, &look, &said);
    tell(self, &said, pts);
  }
  gst_buffer_unmap(buffer, &map);
  return gst_pad_push(self->src, buffer);
}

/* ---- the object ---- */

static gboolean begin(GwSceneElement *self) {
  GwSceneZone zone;
  g_mutex_lock(&self->lock);
  g_autofree char *text = g_strdup(self->zone);
  const int dwell_s = (int)self->dwell_s;
  self->findings = 0;
  g_mutex_unlock(&self->lock);
  if (text && !parse_zone(text, &zone)) {
    GST_ELEMENT_ERROR(
        self, RESOURCE, SETTINGS,
        ("zone needs three points or more, as \"0.1,0.2 0.5,0.2 0.5,0.9\", in fractions of the picture"),
        (NULL));
    return FALSE;
  }
  self->scene = gw_scene_new();
  self->last_us = 0;
  if (text) {
    zone.dwell_s = dwell_s;
    gw_scene_set_zones(self->scene, &zone, 1, 0);
  }
  return TRUE;
}

static GstStateChangeReturn change_state(GstElement *element, GstStateChange change) {
  GwSceneElement *self = GW_SCENE_ELEMENT(element);
  if (change == GST_STATE_CHANGE_READY_TO_PAUSED && !begin(self))
    return GST_STATE_CHANGE_FAILURE;
  const GstStateChangeReturn ret =
      GST_ELEMENT_CLASS(gw_scene_element_parent_class)->change_state(element, change);
  if (change == GST_STATE_CHANGE_PAUSED_TO_READY)
    g_clear_pointer(&self->scene, gw_scene_free);
  return ret;
}

static void set_property(GObject *object, guint id, const GValue *value, GParamSpec *pspec) {
  GwSceneElement *self = GW_SCENE_ELEMENT(object);
  g_mutex_lock(&self->lock);
  if (id == PROP_ZONE) {
    g_free(self->zone);
    self->zone = g_value_dup_string(value);
  } else if (id == PROP_DWELL_S) {
    self->dwell_s = g_value_get_uint(value);
  } else {
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
  }
  g_mutex_unlock(&self->lock);
}

static void get_property(GObject *object, guint id, GValue *value, GParamSpec *pspec) {
  GwSceneElement *self = GW_SCENE_ELEMENT(object);
  g_mutex_lock(&self->lock);
  if (id == PROP_ZONE)
    g_value_set_string(value, self->zone);
  else if (id == PROP_DWELL_S)
    g_value_set_uint(value, self->dwell_s);
  else if (id == PROP_FINDINGS)
    g_value_set_uint(value, self->findings);
  else if (id == PROP_IS_NIGHT)
    g_value_set_boolean(value, self->is_night);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
  g_mutex_unlock(&self->lock);
}

static void finalize(GObject *object) {
  GwSceneElement *self = GW_SCENE_ELEMENT(object);
  gw_scene_free(self->scene);
  g_free(self->zone);
  g_mutex_clear(&self->lock);
  G_OBJECT_CLASS(gw_scene_element_parent_class)->finalize(object);
}

static void gw_scene_element_init(GwSceneElement *self) {
  g_mutex_init(&self->lock);
  self->dwell_s = DWELL_S_DEFAULT;
  self->sink = gst_pad_new_from_static_template(&sink_template, "sink");
  self->src = gst_pad_new_from_static_template(&src_template, "src");
  gst_pad_set_chain_function(self->sink, on_buffer);
  GST_PAD_SET_PROXY_CAPS(self->sink);
  GST_PAD_SET_PROXY_CAPS(self->src);
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
      {PROP_ZONE,
       g_param_spec_string("zone", "Zone",
                           "A polygon where nothing may come and stay: points `x,y` in fractions of the "
                           "picture, apart by spaces; read when the element starts",
                           NULL, rw)},
      {PROP_DWELL_S,
       g_param_spec_uint("dwell-s", "Dwell time", "How long something stays in the zone before it is said", 0,
                         86400, DWELL_S_DEFAULT, rw)},
      {PROP_FINDINGS,
       g_param_spec_uint("findings", "Findings", "Findings that began so far", 0, G_MAXUINT, 0, ro)},
      {PROP_IS_NIGHT, g_param_spec_boolean("is-night", "Is night", "It sees by night", FALSE, ro)},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
    g_object_class_install_property(object_class, rows[i].id, rows[i].spec);
}

static void gw_scene_element_class_init(GwSceneElementClass *klass) {
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
      element_class, "Gridwarden scene", "Filter/Analyzer/Video",
      "Says by thumbnails when a camera is blind, covered, sprayed, out of focus, moved or frozen, and when "
      "something "
      "came into a zone and stayed.  Try: gst-launch-1.0 -m filesrc location=CLIP.h264 ! h264parse ! "
      "avdec_h264 ! "
      "videorate ! video/x-raw,framerate=1/2 ! videoscale ! videoconvert ! "
      "video/x-raw,format=GRAY8,width=320,height=180 "
      "! gwscene zone=\"0.1,0.5 0.9,0.5 0.9,0.9\" dwell-s=60 ! fakesink sync=false",
      "The Gridwarden authors");
}
