#include "pipelines/code.h"

#include "daemon/base/post.h"

#include <gst/app/gstappsrc.h>
#include <string.h>

#define TIMEOUT_MS 5000 /* of one look */
#define TEXT_BYTES 512

static const int widths[] = {1280, 640, 2560}; /* never larger than the picture itself */

struct GwCode {
  gint ref; /* atomic */
  GBytes *picture;
  GwPictureKind kind;
  int width, height;
  guint look; /* index into widths */
  GstElement *pipeline;
  guint timeout_source;
  GwReaper *reaper;
  GwCodeDone done;
  gpointer user;
  gboolean freed;
  char text[TEXT_BYTES]; /* what the present look found; under `lock` */
  GMutex lock;
};

static void unref_code(gpointer p) {
  GwCode *code = p;
  if (!g_atomic_int_dec_and_test(&code->ref))
    return;
  g_bytes_unref(code->picture);
  g_mutex_clear(&code->lock);
  g_free(code);
}

static void look(GwCode *code);

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
    return; /* an older look's last word */
  end_look(code);
  g_mutex_lock(&code->lock);
  g_autofree char *text = *code->text ? g_strdup(code->text) : NULL;
  g_mutex_unlock(&code->lock);
  if (text) {
    code->done(code, text, code->user);
    return;
  }
  code->look++;
  look(code);
}

static gboolean on_timeout(gpointer user) {
  GwCode *code = user;
  code->timeout_source = 0;
  on_look_over(code);
  return G_SOURCE_REMOVE;
}

static GstBusSyncReply on_bus(GstBus *bus, GstMessage *message, gpointer user) {
  GwCode *code = user;
  const GstStructure *s = gst_message_get_structure(message);
  const char *symbol = NULL;
  if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ELEMENT && gst_structure_has_name(s, "barcode"))
    symbol = gst_structure_get_string(s, "symbol");
  if (symbol) {
    g_mutex_lock(&code->lock);
    if (!*code->text && strlen(symbol) < sizeof code->text)
      g_strlcpy(code->text, symbol, sizeof code->text);
    g_mutex_unlock(&code->lock);
  }
  if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_EOS || GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR) {
    g_atomic_int_inc(&code->ref);
    gw_post(NULL, on_look_over, code, unref_code);
  }
  gst_message_unref(message); /* a dropped message is the handler's */
  return GST_BUS_DROP;
}

static GstElement *build(GwCode *code, int width) {
  GstElement *source = gst_element_factory_make("appsrc", NULL);
  GstElement *decoder = gst_element_factory_make(code->kind == GW_PICTURE_PNG ? "pngdec" : "jpegdec", NULL);
  GstElement *convert = gst_element_factory_make("videoconvert", NULL);
  GstElement *scale = gst_element_factory_make("videoscale", NULL);
  GstElement *zbar = gst_element_factory_make("zbar", NULL);
  GstElement *sink = gst_element_factory_make("fakesink", NULL);
  GstElement *pipeline = gst_pipeline_new(NULL);
  g_autoptr(GstCaps) picture = gst_caps_new_simple(code->kind == GW_PICTURE_PNG ? "image/png" : "image/jpeg",
                                                   "framerate", GST_TYPE_FRACTION, 0, 1, NULL);
  const int height = MAX(1, (int)((gint64)code->height * width / code->width));
  g_autoptr(GstCaps) scaled =
      gst_caps_new_simple("video/x-raw", "width", G_TYPE_INT, width, "height", G_TYPE_INT, height, NULL);
  g_assert(source && decoder && convert && scale && zbar && sink); /* main() looked for them */
  g_object_set(source, "caps", picture, "format", GST_FORMAT_TIME, "emit-signals", FALSE, NULL);
  g_object_set(sink, "sync", FALSE, NULL);
  gst_bin_add_many(GST_BIN(pipeline), source, decoder, convert, scale, zbar, sink, NULL);
  gst_element_link_many(source, decoder, convert, scale, NULL);
  gst_element_link_filtered(scale, zbar, scaled);
  gst_element_link(zbar, sink);
  GstBuffer *buffer = gst_buffer_new_wrapped_bytes(code->picture);
  GST_BUFFER_PTS(buffer) = 0;
  gst_app_src_push_buffer(GST_APP_SRC(source), buffer);
  gst_app_src_end_of_stream(GST_APP_SRC(source));
  return pipeline;
}

/* The next width that is not larger than the picture; the first one always is looked at. */
static int next_width(GwCode *code) {
  for (; code->look < G_N_ELEMENTS(widths); code->look++) {
    if (widths[code->look] <= code->width)
      return widths[code->look];
    if (code->look == 0)
      return code->width;
  }
  return 0;
}

static void look(GwCode *code) {
  const int width = next_width(code);
  if (width == 0) {
    code->done(code, NULL, code->user);
    return;
  }
  code->pipeline = build(code, width);
  g_autoptr(GstBus) bus = gst_element_get_bus(code->pipeline);
  g_atomic_int_inc(&code->ref);
  gst_bus_set_sync_handler(bus, on_bus, code, unref_code);
  code->timeout_source = g_timeout_add(TIMEOUT_MS, on_timeout, code);
  gst_element_set_state(code->pipeline, GST_STATE_PLAYING); /* a failure is an error on the bus */
}

static void begin(gpointer user) {
  GwCode *code = user;
  if (code->freed)
    return;
  if (code->kind == GW_PICTURE_NONE)
    code->done(code, NULL, code->user);
  else
    look(code);
}

GwCode *gw_code_start(const guint8 *picture, gsize bytes, GwReaper *reaper, GwCodeDone done, gpointer user) {
  GwCode *code = g_new0(GwCode, 1);
  code->ref = 2; /* the caller's, and the post's */
  code->picture = g_bytes_new(picture, bytes);
  code->kind = gw_picture_kind(picture, bytes, &code->width, &code->height);
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
