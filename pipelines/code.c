#include "pipelines/code.h"

#include "daemon/base/post.h"
#include "pipelines/look/code_reader.h"

#include <gst/app/gstappsrc.h>
#include <gst/video/video.h>
#include <string.h>

#define TIMEOUT_MS 5000

static const int widths[] = {1280, 640,
                             2560}; /* small is quick and forgives noise; then what was too fine for it */

struct GwCode {
  gint ref; /* atomic */
  GBytes *picture;
  GwPictureKind kind;
  GstElement *pipeline;
  guint timeout_source;
  GwReaper *reaper;
  GwCodeDone done;
  gpointer user;
  gboolean freed;
  GMutex lock;                   /* order: the last lock taken */
  char text[GW_CODE_TEXT_BYTES]; /* "": none yet */
};

static void unref_code(gpointer p) {
  GwCode *code = p;
  if (!g_atomic_int_dec_and_test(&code->ref))
    return;
  g_bytes_unref(code->picture);
  g_mutex_clear(&code->lock);
  g_free(code);
}

static GwCode *ref_code(GwCode *code) {
  g_atomic_int_inc(&code->ref);
  return code;
}

static void end_look(GwCode *code) {
  if (code->timeout_source)
    g_source_remove(code->timeout_source);
  code->timeout_source = 0;
  if (code->pipeline)
    gw_reaper_take(code->reaper, g_steal_pointer(&code->pipeline), NULL, NULL);
}

static void on_look_over(gpointer user) {
  GwCode *code = user;
  if (code->freed || !code->pipeline)
    return; /* said already */
  end_look(code);
  g_mutex_lock(&code->lock);
  g_autofree char *text = *code->text ? g_strdup(code->text) : NULL;
  g_mutex_unlock(&code->lock);
  code->done(code, text, code->user);
}

static gboolean on_timeout(gpointer user) {
  GwCode *code = user;
  code->timeout_source = 0;
  on_look_over(code);
  return G_SOURCE_REMOVE;
}

/* ---- streaming thread ---- */

static void on_text(const char *text, gpointer user) {
  GwCode *code = user;
  g_mutex_lock(&code->lock);
  if (!*code->text)
    g_strlcpy(code->text, text, sizeof code->text);
  g_mutex_unlock(&code->lock);
}

static void read_luma(GwCode *code, const GwPlane *luma) {
  GwCodeReader *reader = gw_code_reader_new();
  guint found = 0;
  for (gsize i = 0; i < G_N_ELEMENTS(widths) && !found; i++)
    if (i == 0 || widths[i] <= luma->width)
      found = gw_code_reader_read(reader, luma, widths[i], on_text, code);
  gw_code_reader_free(reader);
}

static void on_picture(GstElement *sink, GstBuffer *buffer, GstPad *pad, gpointer user) {
  GstVideoInfo info;
  GstVideoFrame frame;
  g_autoptr(GstCaps) caps = gst_pad_get_current_caps(pad);
  if (!caps || !gst_video_info_from_caps(&info, caps) ||
      !gst_video_frame_map(&frame, &info, buffer, GST_MAP_READ))
    return;
  const GwPlane luma = {GST_VIDEO_FRAME_PLANE_DATA(&frame, 0), GST_VIDEO_FRAME_PLANE_STRIDE(&frame, 0),
                        GST_VIDEO_FRAME_WIDTH(&frame), GST_VIDEO_FRAME_HEIGHT(&frame)};
  read_luma(user, &luma);
  gst_video_frame_unmap(&frame);
}

static GstBusSyncReply on_bus(GstBus *bus, GstMessage *message, gpointer user) {
  if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_EOS || GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR)
    gw_post(NULL, on_look_over, ref_code(user), unref_code);
  gst_message_unref(message); /* a dropped message is the handler's */
  return GST_BUS_DROP;
}

/* ---- control thread ---- */

static GstElement *build(GwCode *code) {
  GstElement *source = gst_element_factory_make("appsrc", NULL);
  GstElement *decoder = gst_element_factory_make(code->kind == GW_PICTURE_PNG ? "pngdec" : "jpegdec", NULL);
  GstElement *convert = gst_element_factory_make("videoconvert", NULL);
  GstElement *sink = gst_element_factory_make("fakesink", NULL);
  GstElement *pipeline = gst_pipeline_new(NULL);
  g_autoptr(GstCaps) picture = gst_caps_new_simple(code->kind == GW_PICTURE_PNG ? "image/png" : "image/jpeg",
                                                   "framerate", GST_TYPE_FRACTION, 0, 1, NULL);
  g_autoptr(GstCaps) grey = gst_caps_new_simple("video/x-raw", "format", G_TYPE_STRING, "GRAY8", NULL);
  g_assert(source && decoder && convert && sink); /* main() looked for them */
  g_object_set(source, "caps", picture, "format", GST_FORMAT_TIME, "emit-signals", FALSE, NULL);
  g_object_set(sink, "sync", FALSE, "signal-handoffs", TRUE, "enable-last-sample", FALSE, NULL);
  g_signal_connect_data(sink, "handoff", G_CALLBACK(on_picture), ref_code(code),
                        (GClosureNotify)(void (*)(void))unref_code, 0);
  gst_bin_add_many(GST_BIN(pipeline), source, decoder, convert, sink, NULL);
  gst_element_link_many(source, decoder, convert, NULL);
  gst_element_link_filtered(convert, sink, grey);
  GstBuffer *buffer = gst_buffer_new_wrapped_bytes(code->picture);
  GST_BUFFER_PTS(buffer) = 0;
  gst_app_src_push_buffer(GST_APP_SRC(source), buffer);
  gst_app_src_end_of_stream(GST_APP_SRC(source));
  return pipeline;
}

static void begin(gpointer user) {
  GwCode *code = user;
  if (code->freed)
    return;
  if (code->kind == GW_PICTURE_NONE) {
    code->done(code, NULL, code->user);
    return;
  }
  code->pipeline = build(code);
  g_autoptr(GstBus) bus = gst_element_get_bus(code->pipeline);
  gst_bus_set_sync_handler(bus, on_bus, ref_code(code), unref_code);
  code->timeout_source = g_timeout_add(TIMEOUT_MS, on_timeout, code);
  gst_element_set_state(code->pipeline, GST_STATE_PLAYING); /* a failure is an error on the bus */
}

GwCode *gw_code_start(const guint8 *picture, gsize bytes, GwReaper *reaper, GwCodeDone done, gpointer user) {
  GwCode *code = g_new0(GwCode, 1);
  int width = 0, height = 0;
  code->ref = 2; /* the caller's, and the post's */
  code->picture = g_bytes_new(picture, bytes);
  code->kind = gw_picture_kind(picture, bytes, &width, &height);
  code->reaper = reaper;
  code->done = done;
  code->user = user;
  g_mutex_init(&code->lock);
  gw_post(NULL, begin, code, unref_code); /* never calls done before it returned */
  return code;
}

void gw_code_free(GwCode *code) {
  if (!code)
    return;
  code->freed = TRUE;
  end_look(code);
  unref_code(code);
}
