#include "pipelines/rtsp/gwrtspsrc.h"

#include "pipelines/rtsp/play.h"
#include "pipelines/rtsp/shape.h"

GST_DEBUG_CATEGORY_STATIC(gw_rtsp_src_debug);
#define GST_CAT_DEFAULT gw_rtsp_src_debug

#define LATENCY_US (20 * GW_MS) /* the receiving thread waits so long for more */
#define USER_AGENT_DEFAULT "Gridwarden/" GW_VERSION

enum {
  PROP_0,
  PROP_LOCATION,
  PROP_USER_ID,
  PROP_USER_PW,
  PROP_METADATA,
  PROP_USER_AGENT,
  PROP_PLAY_FROM_US,
  PROP_STATS,
  N_PROPS
};

typedef struct GwRtspSrc {
  GstElement parent;
  GstPad *src, *meta;   /* meta: NULL without metadata */
  GwHandshakeWish wish; /* object lock */
  GwRtspStats stats;    /* object lock */
  GwPlay *play;         /* state changes alone */

  /* one thread at a time: the play's */
  GstClockTime last_pts;
  gboolean has_caps, had_gap, was_broken;
  gsize tried_bytes; /* of the parameter sets that were last made caps of, or made none */
  gint runs; /* atomic: PLAYING, so units go down */
} GwRtspSrc;

typedef struct GwRtspSrcClass {
  GstElementClass parent_class;
} GwRtspSrcClass;

G_DEFINE_TYPE(GwRtspSrc, gw_rtsp_src, GST_TYPE_ELEMENT)
#define GW_RTSP_SRC(object) ((GwRtspSrc *)(object))

static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE(
    "src", GST_PAD_SRC, GST_PAD_ALWAYS,
    GST_STATIC_CAPS("video/x-h264, stream-format=(string)byte-stream, alignment=(string)au; "
                    "video/x-h265, stream-format=(string)byte-stream, alignment=(string)au"));
static GstStaticPadTemplate meta_template = GST_STATIC_PAD_TEMPLATE(
    "meta", GST_PAD_SRC, GST_PAD_SOMETIMES, GST_STATIC_CAPS("application/x-onvif-metadata"));

/* ---- pushing, on the receiving thread ---- */

static GstClockTime running_time(GwRtspSrc *src) {
  g_autoptr(GstClock) clock = gst_element_get_clock(GST_ELEMENT(src));
  if (!clock)
    return GST_CLOCK_TIME_NONE;
  const GstClockTime now = gst_clock_get_time(clock), base = gst_element_get_base_time(GST_ELEMENT(src));
  return now > base ? now - base : 0;
}

/* Units that came in one piece arrived at the same time; none goes back. */
static GstClockTime next_pts(GwRtspSrc *src) {
  GstClockTime pts = running_time(src);
  if (GST_CLOCK_TIME_IS_VALID(pts) && GST_CLOCK_TIME_IS_VALID(src->last_pts) && pts <= src->last_pts)
    pts = src->last_pts + GST_USECOND;
  src->last_pts = pts;
  return pts;
}

static void begin_stream(GwRtspSrc *src, GstPad *pad, const char *name) {
  g_autofree char *id = gst_pad_create_stream_id(pad, GST_ELEMENT(src), name);
  gst_pad_push_event(pad, gst_event_new_stream_start(id));
}

static void begin_segment(GstPad *pad) {
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_TIME);
  gst_pad_push_event(pad, gst_event_new_segment(&segment));
}

/* Leaves them as they are when the parameter sets are not known yet. */
static void renew_caps(GwRtspSrc *src, GwPlay *play) {
  gsize bytes = 0;
  const guint8 *sets = gw_play_sets(play, &bytes);
  src->tried_bytes = bytes;
  g_autoptr(GstCaps) caps = bytes ? gw_shape_caps(gw_play_codec(play), sets, bytes) : NULL;
  if (!caps)
    return;
  if (!src->has_caps)
    begin_stream(src, src->src, "video");
  gst_pad_push_event(src->src, gst_event_new_caps(caps)); /* the same again costs no negotiation */
  if (!src->has_caps)
    begin_segment(src->src);
  src->has_caps = TRUE;
}

/* Those that made no caps are not read again with each unit: that costs much more than a small unit does. */
static gboolean has_more_sets(GwRtspSrc *src, GwPlay *play) {
  gsize bytes = 0;
  (void)gw_play_sets(play, &bytes);
  return bytes != src->tried_bytes;
}

static GstBuffer *wrap(GwRtspSrc *src, GwPlay *play, GwUnit *unit) {
  GstBuffer *buffer = gst_buffer_new_wrapped(g_steal_pointer(&unit->data), unit->bytes);
  GST_BUFFER_PTS(buffer) = next_pts(src);
  GST_BUFFER_OFFSET(buffer) = unit->rtp_time;
  GST_BUFFER_OFFSET_END(buffer) = gw_play_clock_rate(play);
  if (!(unit->flags & GW_UNIT_KEY))
    GST_BUFFER_FLAG_SET(buffer, GST_BUFFER_FLAG_DELTA_UNIT);
  if (unit->flags & GW_UNIT_BROKEN)
    GST_BUFFER_FLAG_SET(buffer, GST_BUFFER_FLAG_CORRUPTED);
  const gboolean broken = (unit->flags & GW_UNIT_BROKEN) != 0;
  if (src->had_gap || (broken && !src->was_broken))
    GST_BUFFER_FLAG_SET(buffer, GST_BUFFER_FLAG_DISCONT);
  src->had_gap = FALSE;
  src->was_broken = broken;
  return buffer;
}

static void look_at_flow(GwRtspSrc *src, GwPlay *play, GstFlowReturn flow) {
  if (flow == GST_FLOW_OK || flow == GST_FLOW_FLUSHING)
    return;
  gw_play_stop(play);
  if (flow != GST_FLOW_EOS) /* that one has enough and said so itself */
    GST_ELEMENT_FLOW_ERROR(src, flow);
}

static void on_unit(GwPlay *play, GwUnit *unit, GwUsec mono_us, gpointer user) {
  GwRtspSrc *src = user;
  gboolean wanted = g_atomic_int_get(&src->runs);
  if (wanted && ((!src->has_caps && has_more_sets(src, play)) || (unit->flags & GW_UNIT_NEW_SETS)))
    renew_caps(src, play);
  wanted = wanted && src->has_caps;
  if (!wanted) {
    g_free(unit->data);
    src->had_gap = TRUE;
    return;
  }
  look_at_flow(src, play, gst_pad_push(src->src, wrap(src, play, unit)));
}

static void on_document(const guint8 *xml, gsize bytes, GwUsec mono_us, gpointer user) {
  GwRtspSrc *src = user;
  if (!src->meta || !g_atomic_int_get(&src->runs))
    return;
  GstBuffer *buffer = gst_buffer_new_memdup(xml, bytes);
  GST_BUFFER_PTS(buffer) = running_time(src);
  (void)gst_pad_push(src->meta, buffer); /* nobody may listen: the video goes on */
}

/* ---- telling ---- */

static void on_counts(const GwFlowCounts *counts, gpointer user) {
  GwRtspSrc *src = user;
  GST_OBJECT_LOCK(src);
  src->stats.packets = counts->packets;
  src->stats.lost = counts->lost;
  src->stats.bytes = counts->bytes;
  src->stats.jitter_us = counts->jitter_us;
  src->stats.has_clock = counts->has_clock;
  src->stats.clock_offset_us = counts->clock_ahead_us;
  src->stats.dropped_units = counts->dropped_units;
  GST_OBJECT_UNLOCK(src);
}

static void on_answered(const GwHandshakeResult *result, gpointer user) {
  GwRtspSrc *src = user;
  GST_OBJECT_LOCK(src);
  src->stats.answered = result->answered;
  src->stats.codec = result->codec;
  src->stats.audio = result->audio;
  src->stats.plays_from_us = result->plays_from_us;
  GST_OBJECT_UNLOCK(src);
}

static void add_meta(GwRtspSrc *src) {
  g_autoptr(GstCaps) caps = gst_static_pad_template_get_caps(&meta_template);
  src->meta = gst_pad_new_from_static_template(&meta_template, "meta");
  gst_pad_use_fixed_caps(src->meta);
  gst_pad_set_active(src->meta, TRUE);
  begin_stream(src, src->meta, "meta");
  gst_pad_push_event(src->meta, gst_event_new_caps(caps));
  begin_segment(src->meta);
  gst_element_add_pad(GST_ELEMENT(src), src->meta);
}

static void on_playing(GwCodec codec, gboolean has_metadata, gpointer user) {
  GwRtspSrc *src = user;
  if (has_metadata)
    add_meta(src);
  gst_element_no_more_pads(GST_ELEMENT(src));
  gst_element_post_message(
      GST_ELEMENT(src),
      gst_message_new_element(GST_OBJECT(src), gst_structure_new_empty(GW_RTSP_SRC_PLAYING)));
}

static gint error_code(GwCause cause) {
  switch (cause) {
  case GW_CAUSE_AUTH:
    return GST_RESOURCE_ERROR_NOT_AUTHORIZED;
  case GW_CAUSE_NOT_FOUND:
  case GW_CAUSE_UNREACHABLE:
    return GST_RESOURCE_ERROR_NOT_FOUND;
  case GW_CAUSE_RECORDER_FULL:
    return GST_RESOURCE_ERROR_BUSY;
  case GW_CAUSE_CLOSED:
    return GST_RESOURCE_ERROR_READ;
  default:
    return GST_RESOURCE_ERROR_FAILED;
  }
}

static void post_error(GwRtspSrc *src, GwCause cause, guint status, const char *detail) {
  GstStructure *details =
      gst_structure_new("details", GW_RTSP_SRC_CAUSE, G_TYPE_STRING, gw_cause_to_string(cause), NULL);
  if (status)
    gst_structure_set(details, "rtsp-status-code", G_TYPE_UINT, status, NULL);
  g_autofree char *debug = status ? g_strdup_printf("%s (RTSP %u)", detail, status) : g_strdup(detail);
  gst_element_message_full_with_details(GST_ELEMENT(src), GST_MESSAGE_ERROR, GST_RESOURCE_ERROR,
                                        error_code(cause), g_strdup(gw_cause_sentence_en(cause)),
                                        g_steal_pointer(&debug), __FILE__, G_STRFUNC, __LINE__, details);
}

static void on_failed(GwCause cause, guint status, const char *detail, gpointer user) {
  post_error(user, cause, status, detail);
}

static void on_fallback(const char *reason, gpointer user) {
  GwRtspSrc *src = user;
  GST_ELEMENT_WARNING(src, RESOURCE, SETTINGS, ("This camera needs rtspsrc: %s.", reason), (NULL));
  gst_element_post_message(
      GST_ELEMENT(src),
      gst_message_new_element(
          GST_OBJECT(src), gst_structure_new(GW_RTSP_SRC_FALLBACK, "reason", G_TYPE_STRING, reason, NULL)));
}

/* ---- state ---- */

static void start(GwRtspSrc *src) {
  static const GwPlayEvents events = {on_answered, on_playing, on_unit,    on_document,
                                      on_counts,   on_failed,  on_fallback};
  src->last_pts = GST_CLOCK_TIME_NONE;
  src->has_caps = FALSE;
  src->had_gap = src->was_broken = FALSE;
  src->tried_bytes = 0;
  GST_OBJECT_LOCK(src);
  src->stats = (GwRtspStats){0};
  GwHandshakeWish wish = {g_strdup(src->wish.location), g_strdup(src->wish.user),
                          g_strdup(src->wish.password), g_strdup(src->wish.user_agent), src->wish.metadata,
                          src->wish.play_from_us};
  GST_OBJECT_UNLOCK(src);
  src->play = gw_play_new(&wish, &events, src);
  gw_handshake_wish_clear(&wish);
}

static void stop(GwRtspSrc *src) {
  gw_play_end(g_steal_pointer(&src->play));
  if (!src->meta)
    return;
  gst_pad_set_active(src->meta, FALSE);
  gst_element_remove_pad(GST_ELEMENT(src), g_steal_pointer(&src->meta));
}

static GstStateChangeReturn change_state(GstElement *element, GstStateChange change) {
  GwRtspSrc *src = GW_RTSP_SRC(element);
  if (change == GST_STATE_CHANGE_PAUSED_TO_PLAYING) {
    g_atomic_int_set(&src->runs, 1);
    if (!src->play)
      start(src);
  } else if (change == GST_STATE_CHANGE_PLAYING_TO_PAUSED) {
    g_atomic_int_set(&src->runs, 0);
  } else if (change == GST_STATE_CHANGE_PAUSED_TO_READY) {
    stop(src);
  }
  const GstStateChangeReturn result =
      GST_ELEMENT_CLASS(gw_rtsp_src_parent_class)->change_state(element, change);
  const gboolean live =
      change == GST_STATE_CHANGE_READY_TO_PAUSED || change == GST_STATE_CHANGE_PLAYING_TO_PAUSED;
  return live && result == GST_STATE_CHANGE_SUCCESS ? GST_STATE_CHANGE_NO_PREROLL : result;
}

static gboolean answer_query(GstPad *pad, GstObject *parent, GstQuery *query) {
  if (GST_QUERY_TYPE(query) != GST_QUERY_LATENCY)
    return gst_pad_query_default(pad, parent, query);
  gst_query_set_latency(query, TRUE, LATENCY_US * GST_USECOND, GST_CLOCK_TIME_NONE);
  return TRUE;
}

/* ---- the object ---- */

static void replace(char **old, const GValue *value) {
  g_free(*old);
  *old = g_value_dup_string(value);
}

static void set_property(GObject *object, guint id, const GValue *value, GParamSpec *spec) {
  GwRtspSrc *src = GW_RTSP_SRC(object);
  GST_OBJECT_LOCK(src);
  if (id == PROP_LOCATION)
    replace(&src->wish.location, value);
  else if (id == PROP_USER_ID)
    replace(&src->wish.user, value);
  else if (id == PROP_USER_PW)
    replace(&src->wish.password, value);
  else if (id == PROP_USER_AGENT)
    replace(&src->wish.user_agent, value);
  else if (id == PROP_METADATA)
    src->wish.metadata = g_value_get_boolean(value);
  else if (id == PROP_PLAY_FROM_US)
    src->wish.play_from_us = g_value_get_int64(value);
  GST_OBJECT_UNLOCK(src);
}

static GstStructure *stats_structure(GwRtspSrc *src) {
  GwRtspStats s;
  gw_rtsp_src_stats(GST_ELEMENT(src), &s);
  GstStructure *structure = gst_structure_new(
      "stats", "packets", G_TYPE_UINT64, s.packets, "lost", G_TYPE_UINT64, s.lost, "bytes", G_TYPE_UINT64,
      s.bytes, "jitter-us", G_TYPE_UINT, s.jitter_us, "dropped-units", G_TYPE_UINT, s.dropped_units, NULL);
  if (s.has_clock)
    gst_structure_set(structure, "clock-offset-us", G_TYPE_INT64, s.clock_offset_us, NULL);
  if (s.codec)
    gst_structure_set(structure, "codec", G_TYPE_STRING, s.codec, NULL);
  if (s.audio)
    gst_structure_set(structure, "audio", G_TYPE_STRING, s.audio, NULL);
  return structure;
}

static void get_property(GObject *object, guint id, GValue *value, GParamSpec *spec) {
  GwRtspSrc *src = GW_RTSP_SRC(object);
  if (id == PROP_STATS) {
    g_value_take_boxed(value, stats_structure(src));
    return;
  }
  GST_OBJECT_LOCK(src);
  if (id == PROP_LOCATION)
    g_value_set_string(value, src->wish.location);
  else if (id == PROP_USER_ID)
    g_value_set_string(value, src->wish.user);
  else if (id == PROP_USER_AGENT)
    g_value_set_string(value, src->wish.user_agent);
  else if (id == PROP_METADATA)
    g_value_set_boolean(value, src->wish.metadata);
  else if (id == PROP_PLAY_FROM_US)
    g_value_set_int64(value, src->wish.play_from_us);
  GST_OBJECT_UNLOCK(src);
}

static void finalize(GObject *object) {
  gw_handshake_wish_clear(&GW_RTSP_SRC(object)->wish);
  G_OBJECT_CLASS(gw_rtsp_src_parent_class)->finalize(object);
}

static void install_properties(GObjectClass *object_class) {
  const GParamFlags usual = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY;
  g_object_class_install_property(
      object_class, PROP_LOCATION,
      g_param_spec_string("location", "Location", "rtsp://HOST[:PORT]/PATH of the stream", NULL, usual));
  g_object_class_install_property(
      object_class, PROP_USER_ID,
      g_param_spec_string("user-id", "User", "User name, if it wants one", NULL, usual));
  g_object_class_install_property(
      object_class, PROP_USER_PW,
      g_param_spec_string("user-pw", "Password", "Password; cannot be read back", NULL,
                          G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY));
  g_object_class_install_property(object_class, PROP_METADATA,
                                  g_param_spec_boolean("metadata", "Metadata",
                                                       "Take the ONVIF metadata track too, on the pad `meta`",
                                                       FALSE, usual));
  g_object_class_install_property(object_class, PROP_USER_AGENT,
                                  g_param_spec_string("user-agent", "User agent",
                                                      "How to introduce ourselves", USER_AGENT_DEFAULT,
                                                      usual));
  g_object_class_install_property(
      object_class, PROP_PLAY_FROM_US,
      g_param_spec_int64("play-from-us", "Play from",
                         "Of a recorder: play back from this time on, in microseconds since 1970, by a Range of PLAY",
                         0, G_MAXINT64, 0, usual));
  g_object_class_install_property(
      object_class, PROP_STATS,
      g_param_spec_boxed("stats", "Statistics", "Packets, loss, jitter and the camera's clock since PLAYING",
                         GST_TYPE_STRUCTURE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
}

static void gw_rtsp_src_class_init(GwRtspSrcClass *klass) {
  GObjectClass *object_class = G_OBJECT_CLASS(klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS(klass);
  GST_DEBUG_CATEGORY_INIT(gw_rtsp_src_debug, "gwrtspsrc", 0, "Gridwarden's RTSP source");
  object_class->set_property = set_property;
  object_class->get_property = get_property;
  object_class->finalize = finalize;
  element_class->change_state = change_state;
  install_properties(object_class);
  gst_element_class_add_static_pad_template(element_class, &src_template);
  gst_element_class_add_static_pad_template(element_class, &meta_template);
  gst_element_class_set_static_metadata(
      element_class, "RTSP camera without a thread", "Source/Network",
      "Receives H.264 and H.265 of one RTSP camera over TCP, and its ONVIF metadata, on one thread for all "
      "cameras of the process; what is below must not block",
      "Gridwarden");
}

static void gw_rtsp_src_init(GwRtspSrc *src) {
  src->wish.user_agent = g_strdup(USER_AGENT_DEFAULT);
  src->src = gst_pad_new_from_static_template(&src_template, "src");
  gst_pad_set_query_function(src->src, answer_query);
  gst_pad_use_fixed_caps(src->src);
  gst_element_add_pad(GST_ELEMENT(src), src->src);
  GST_OBJECT_FLAG_SET(src, GST_ELEMENT_FLAG_SOURCE);
}

void gw_rtsp_src_stats(GstElement *element, GwRtspStats *ret) {
  GwRtspSrc *src = GW_RTSP_SRC(element);
  GST_OBJECT_LOCK(src);
  *ret = src->stats;
  GST_OBJECT_UNLOCK(src);
}
