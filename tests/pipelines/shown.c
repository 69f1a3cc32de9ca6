#include "tests/pipelines/shown.h"

#include "tests/pipelines/cm.h"

#include <glib/gstdio.h>
#include <gst/app/gstappsink.h>
#include <gst/gst.h>
#include <string.h>

void shown_free(Shown *shown) {
  if (!shown)
    return;
  g_byte_array_unref(shown->file);
  g_array_unref(shown->pictures);
  g_free(shown->codecs);
  g_free(shown);
}

const ShownPicture *shown_at(const Shown *shown, guint i) {
  assert_true(i < shown->pictures->len);
  return &g_array_index(shown->pictures, ShownPicture, i);
}

static guint64 number(const guint8 *p, guint bytes) {
  guint64 n = 0;
  for (guint i = 0; i < bytes; i++)
    n = n << 8 | p[i];
  return n;
}

/* The body of the first box of that name, wherever it stands. */
static const guint8 *box(GBytes *data, const char *name) {
  gsize n;
  const guint8 *bytes = g_bytes_get_data(data, &n);
  for (gsize i = 4; i + 4 < MIN(n, 200); i++)
    if (memcmp(bytes + i, name, 4) == 0)
      return bytes + i + 4;
  fail_msg("no %s", name);
  return NULL;
}

static void append(Shown *shown, const Said *said) {
  gsize n;
  const guint8 *data = g_bytes_get_data(said->data, &n);
  g_byte_array_append(shown->file, data, (guint)n);
}

/* Its pieces, the first of which was said last. */
static void take_picture(Shown *shown, const Said *said) {
  const guint8 *trun = box(said->data, "trun");
  const gboolean has_offset = number(trun, 4) & 0x800;
  ShownPicture picture = {.number = (guint)said_int(said, "number"),
                          .is_key = json_is_true(json_object_get(said->message, "key")),
                          .is_replay = json_is_true(json_object_get(said->message, "replay")),
                          .at_us = said_int(said, "at_us"),
                          .decoded = number(box(said->data, "tfdt") + 4, 8),
                          .duration = (guint32)number(trun + 12, 4)};
  picture.ticks = picture.decoded + (guint64)(gint64)(has_offset ? (gint32)number(trun + 24, 4) : 0);
  g_array_append_val(shown->pictures, picture);
  append(shown, said);
  while (json_is_true(json_object_get(said->message, "more"))) {
    said = worker_expect(shown->w, 3000, "{s:s,s:i,s:i,s:i}", "type", "view.unit", "view", shown->view, "gen",
                         shown->gen, "number", (int)picture.number);
    append(shown, said);
  }
}

Shown *shown_begin(WorkerPeer *w, int view, int gen, int within_ms) {
  Shown *shown = g_new0(Shown, 1);
  const Said *init =
      worker_expect(w, within_ms, "{s:s,s:i,s:i}", "type", "view.init", "view", view, "gen", gen);
  shown->w = w;
  shown->view = view;
  shown->gen = gen;
  shown->file = g_byte_array_new();
  shown->pictures = g_array_new(FALSE, FALSE, sizeof(ShownPicture));
  shown->epoch_us = said_int(init, "epoch_us");
  shown->width = said_int(init, "width");
  shown->height = said_int(init, "height");
  shown->codecs = g_strdup(json_string_value(json_object_get(init->message, "codecs")));
  append(shown, init);
  return shown;
}

void shown_more(Shown *shown, guint n, int within_ms) {
  for (guint i = 0; i < n; i++)
    take_picture(shown, worker_expect(shown->w, within_ms, "{s:s,s:i,s:i}", "type", "view.unit", "view",
                                      shown->view, "gen", shown->gen));
}

typedef void (*EachPicture)(GstBuffer *picture, guint i, guint fps);

static guint read_all(const guint8 *file, gsize bytes, const char *codec, EachPicture each, guint fps) {
  g_autofree char *path = NULL;
  g_autoptr(GError) error = NULL;
  const int fd = g_file_open_tmp("gw-shown-XXXXXX", &path, NULL);
  assert_true(fd >= 0 && g_close(fd, NULL));
  assert_true(g_file_set_contents(path, (const char *)file, (gssize)bytes, NULL));
  g_autofree char *text = g_strdup_printf(
      "filesrc location=%s ! qtdemux ! %sparse ! avdec_%s max-threads=1 ! appsink name=out sync=false", path,
      codec, codec);
  g_autoptr(GstElement) pipeline = gst_parse_launch(text, &error);
  assert_null(error);
  g_autoptr(GstElement) sink = gst_bin_get_by_name(GST_BIN(pipeline), "out");
  gst_element_set_state(pipeline, GST_STATE_PLAYING);
  guint n = 0;
  for (GstSample *sample; (sample = gst_app_sink_pull_sample(GST_APP_SINK(sink))); n++) {
    each(gst_sample_get_buffer(sample), n, fps);
    gst_sample_unref(sample);
  }
  gst_element_set_state(pipeline, GST_STATE_NULL);
  g_unlink(path);
  return n;
}

static void is_whole(GstBuffer *picture, guint i, guint fps) {
  assert_false(GST_BUFFER_FLAG_IS_SET(picture, GST_BUFFER_FLAG_CORRUPTED));
}

static void is_in_turn(GstBuffer *picture, guint i, guint fps) {
  static GstClockTime first;
  first = i == 0 ? GST_BUFFER_PTS(picture) : first;
  const GstClockTime at = GST_BUFFER_PTS(picture) - first + GST_MSECOND;
  assert_in_range(at, i * GST_SECOND / fps, i * GST_SECOND / fps + 2 * GST_MSECOND);
}

guint shown_decoded(const guint8 *file, gsize bytes, const char *codec) {
  return read_all(file, bytes, codec, is_whole, 0);
}

guint shown_in_order(const guint8 *file, gsize bytes, guint fps) {
  return read_all(file, bytes, "h264", is_in_turn, fps);
}
