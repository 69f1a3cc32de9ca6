/* gwrtspsrc in a pipeline, against simulated cameras, GStreamer's own server and a server that cuts its
 * answers as it likes. */
#include "pipelines/elements.h"
#include "pipelines/rtsp/gwrtspsrc.h"
#include "pipelines/rtsp/receiver.h"
#include "tests/pipelines/cm.h"
#include "tests/pipelines/farm_peer.h"

#include <gio/gio.h>
#include <gst/gst.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#define USER "admin"
#define PASSWORD "p w:1"
#define WITHIN_MS 8000

/* One camera through the element; counters are written by the receiving thread. */
typedef struct Cam {
  GstElement *pipeline, *src;
  gint units, keys, documents, caps; /* atomic */
  gint width;                        /* atomic: of the last caps */
  gboolean stop_inside;              /* the state goes to READY from inside a push */
} Cam;

static GstPadProbeReturn on_video(GstPad *pad, GstPadProbeInfo *info, gpointer user) {
  Cam *cam = user;
  if (GST_PAD_PROBE_INFO_TYPE(info) & GST_PAD_PROBE_TYPE_BUFFER) {
    GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER(info);
    g_atomic_int_inc(&cam->units);
    if (!GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_DELTA_UNIT))
      g_atomic_int_inc(&cam->keys);
    if (cam->stop_inside)
      gst_element_set_state(cam->src, GST_STATE_READY);
  } else if (GST_EVENT_TYPE(GST_PAD_PROBE_INFO_EVENT(info)) == GST_EVENT_CAPS) {
    GstCaps *caps = NULL;
    int width = 0;
    gst_event_parse_caps(GST_PAD_PROBE_INFO_EVENT(info), &caps);
    gst_structure_get_int(gst_caps_get_structure(caps, 0), "width", &width);
    g_atomic_int_set(&cam->width, width);
    g_atomic_int_inc(&cam->caps);
  }
  return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn on_document(GstPad *pad, GstPadProbeInfo *info, gpointer user) {
  g_atomic_int_inc(&((Cam *)user)->documents);
  return GST_PAD_PROBE_OK;
}

static void on_pad_added(GstElement *src, GstPad *pad, gpointer user) {
  gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_BUFFER, on_document, user, NULL);
}

static Cam *cam_new(const char *url, const char *password) {
  Cam *cam = g_new0(Cam, 1);
  GstElement *sink = gst_element_factory_make("fakesink", NULL);
  cam->pipeline = gst_pipeline_new(NULL);
  cam->src = g_object_new(GW_TYPE_RTSP_SRC, "location", url, "user-id", password ? USER : NULL, "user-pw",
                          password, NULL);
  g_object_set(sink, "sync", FALSE, "async", FALSE, NULL);
  gst_bin_add_many(GST_BIN(cam->pipeline), cam->src, sink, NULL);
  assert_true(gst_element_link(cam->src, sink));
  g_autoptr(GstPad) pad = gst_element_get_static_pad(cam->src, "src");
  gst_pad_add_probe(pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_video, cam,
                    NULL);
  g_signal_connect(cam->src, "pad-added", G_CALLBACK(on_pad_added), cam);
  return cam;
}

static Cam *cam_play(const char *url, const char *password) {
  Cam *cam = cam_new(url, password);
  assert_int_not_equal(gst_element_set_state(cam->pipeline, GST_STATE_PLAYING), GST_STATE_CHANGE_FAILURE);
  return cam;
}

static void cam_free(Cam *cam) {
  gst_element_set_state(cam->pipeline, GST_STATE_NULL);
  gst_object_unref(cam->pipeline);
  g_free(cam);
}

static gboolean is_reached(gint *counter, int least, int within_ms) {
  const gint64 until_us = g_get_monotonic_time() + within_ms * G_GINT64_CONSTANT(1000);
  while (g_atomic_int_get(counter) < least && g_get_monotonic_time() < until_us)
    g_usleep(2000); /* the counter is all there is to ask */
  return g_atomic_int_get(counter) >= least;
}

static void expect_units(Cam *cam, int more) {
  assert_true(is_reached(&cam->units, g_atomic_int_get(&cam->units) + more, WITHIN_MS));
}

static GstMessage *expect_message(Cam *cam, GstMessageType type, int within_ms) {
  g_autoptr(GstBus) bus = gst_element_get_bus(cam->pipeline);
  GstMessage *message = gst_bus_timed_pop_filtered(bus, (guint64)within_ms * GST_MSECOND, type);
  if (!message)
    fail_msg("no %s came", gst_message_type_get_name(type));
  return message;
}

/* Exactly one error, of this cause, within this time. */
static void expect_error(Cam *cam, GwCause cause, int within_ms) {
  g_autoptr(GstMessage) message = expect_message(cam, GST_MESSAGE_ERROR, within_ms);
  g_autofree char *detail = NULL;
  assert_string_equal(gw_cause_to_string(gw_cause_of_error(message, &detail)), gw_cause_to_string(cause));
  g_autoptr(GstBus) bus = gst_element_get_bus(cam->pipeline);
  g_autoptr(GstMessage) another =
      gst_bus_timed_pop_filtered(bus, 300 * GST_MSECOND, GST_MESSAGE_ERROR | GST_MESSAGE_EOS);
  assert_null(another);
}

static const GstStructure *expect_element(Cam *cam, const char *name, GstMessage **ret_message) {
  for (;;) {
    GstMessage *message = expect_message(cam, GST_MESSAGE_ELEMENT, WITHIN_MS);
    if (gst_message_has_name(message, name)) {
      *ret_message = message;
      return gst_message_get_structure(message);
    }
    gst_message_unref(message);
  }
}

/* ---- simulated cameras ---- */

static FarmPeer *farm_with(const char *auth) {
  const char *arguments[] = {"-n",         "4",      "--own-ports", "-u", USER,
                             "--password", PASSWORD, "--auth",      auth, NULL};
  return farm_start(arguments);
}

static int set_up(void **state) {
  *state = farm_with("digest");
  return 0;
}

static int tear_down(void **state) {
  farm_stop(*state);
  return 0;
}

static void order(FarmPeer *farm, const char *what, int camera) {
  json_decref(farm_do(farm, "{s:s,s:i}", "do", what, "cameras", camera));
}

static void every_kind_of_credentials_is_understood(void **state) {
  static const char *const kinds[] = {"digest", "digest-qop", "sha256", "basic"};
  for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
    FarmPeer *farm = farm_with(kinds[i]);
    g_autofree char *url = farm_url(farm, 1);
    Cam *cam = cam_play(url, PASSWORD);
    expect_units(cam, 3);
    assert_int_equal(farm_count(farm, 1, "refused"), 0);
    assert_int_equal(farm_count(farm, 1, "plays"), 1);
    cam_free(cam);
    farm_stop(farm);
  }
}

static void credentials_in_the_address_count_too(void **state) {
  g_autofree char *url = farm_url(*state, 1);
  g_autoptr(GString) with = g_string_new(url);
  g_string_replace(with, "rtsp://", "rtsp://admin:p%20w%3A1@", 1);
  Cam *cam = cam_play(with->str, NULL);
  expect_units(cam, 3);
  cam_free(cam);
}

static void wrong_password_goes_out_once(void **state) {
  g_autofree char *url = farm_url(*state, 1);
  Cam *cam = cam_play(url, "wrong");
  expect_error(cam, GW_CAUSE_AUTH, WITHIN_MS);
  assert_int_equal(farm_count(*state, 1, "refused"), 1);
  assert_int_equal(farm_count(*state, 1, "plays"), 0);
  cam_free(cam);
}

static void refusals_are_told_apart(void **state) {
  json_decref(farm_do(*state, "{s:s,s:i,s:i}", "do", "full", "cameras", 1, "status", 453));
  order(*state, "drop", 3);
  g_autofree char *full = farm_url(*state, 1), *missing = farm_url(*state, 777),
                  *gone = farm_own_url(*state, 3);
  const char *const urls[] = {full, missing, gone, "http://127.0.0.1/", "rtsp://127.0.0.1:1/"};
  const GwCause causes[] = {GW_CAUSE_RECORDER_FULL, GW_CAUSE_NOT_FOUND, GW_CAUSE_UNREACHABLE,
                            GW_CAUSE_PROTOCOL, GW_CAUSE_UNREACHABLE};
  for (guint i = 0; i < G_N_ELEMENTS(urls); i++) {
    Cam *cam = cam_play(urls[i], PASSWORD);
    expect_error(cam, causes[i], WITHIN_MS);
    cam_free(cam);
  }
}

static void redirects_are_followed_but_not_for_ever(void **state) {
  g_autofree char *url = farm_url(*state, 1);
  json_decref(farm_do(*state, "{s:s,s:i,s:i}", "do", "redirect", "cameras", 1, "to", 2));
  Cam *cam = cam_play(url, PASSWORD);
  expect_units(cam, 3);
  assert_int_equal(farm_count(*state, 2, "plays"), 1);
  cam_free(cam);
  json_decref(farm_do(*state, "{s:s,s:i,s:i}", "do", "redirect", "cameras", 1, "to", 1));
  cam = cam_play(url, PASSWORD);
  expect_error(cam, GW_CAUSE_PROTOCOL, WITHIN_MS);
  assert_in_range(farm_count(*state, 1, "redirected"), 2, 5);
  cam_free(cam);
}

static void silent_handshake_is_a_timeout_and_never_blocks_a_state(void **state) {
  order(*state, "hang", 1);
  g_autofree char *url = farm_url(*state, 1);
  Cam *cam = cam_play(url, PASSWORD);
  expect_error(cam, GW_CAUSE_TIMEOUT, 5000);
  cam_free(cam);
  for (int i = 0; i < 30; i++) { /* more than the pool has threads */
    cam = cam_play(url, PASSWORD);
    const gint64 before_us = g_get_monotonic_time();
    cam_free(cam);
    assert_true(g_get_monotonic_time() - before_us < 500000);
  }
  g_autofree char *well = farm_url(*state, 2);
  cam = cam_play(well, PASSWORD); /* the pool is free again */
  expect_units(cam, 3);
  cam_free(cam);
}

static void connection_that_is_cut_is_one_error(void **state) {
  g_autofree char *url = farm_url(*state, 1);
  Cam *cam = cam_play(url, PASSWORD);
  expect_units(cam, 3);
  order(*state, "cut", 1);
  expect_error(cam, GW_CAUSE_CLOSED, WITHIN_MS);
  gst_element_set_state(cam->pipeline, GST_STATE_READY); /* and it can be played again */
  gst_element_set_state(cam->pipeline, GST_STATE_PLAYING);
  expect_units(cam, 3);
  cam_free(cam);
}

static void stall_is_no_end(void **state) {
  g_autofree char *url = farm_url(*state, 1);
  Cam *cam = cam_play(url, PASSWORD);
  expect_units(cam, 3);
  order(*state, "stall", 1);
  const gint units = g_atomic_int_get(&cam->units);
  assert_false(is_reached(&cam->units, units + 3, 1000));
  order(*state, "resume", 1);
  expect_units(cam, 5);
  assert_int_equal(farm_count(*state, 1, "plays"), 1);
  cam_free(cam);
}

static void new_size_in_mid_stream_is_new_caps(void **state) {
  g_autofree char *url = farm_url(*state, 1);
  Cam *cam = cam_play(url, PASSWORD);
  expect_units(cam, 20);
  const gint width = g_atomic_int_get(&cam->width);
  assert_int_equal(g_atomic_int_get(&cam->caps), 1);
  json_decref(farm_do(*state, "{s:s,s:i,s:b}", "do", "size", "cameras", 1, "live", 1));
  assert_true(is_reached(&cam->caps, 2, WITHIN_MS));
  assert_int_not_equal(g_atomic_int_get(&cam->width), width);
  assert_int_equal(farm_count(*state, 1, "plays"), 1);
  cam_free(cam);
}

static void metadata_comes_on_a_pad_of_its_own(void **state) {
  g_autofree char *url = farm_url(*state, 1);
  json_decref(farm_do(*state, "{s:s,s:i,s:s}", "do", "metadata", "cameras", 1, "dialect", "nested"));
  Cam *cam = cam_new(url, PASSWORD);
  g_object_set(cam->src, "metadata", TRUE, NULL);
  gst_element_set_state(cam->pipeline, GST_STATE_PLAYING);
  expect_units(cam, 3);
  json_decref(farm_do(*state, "{s:s,s:i,s:s}", "do", "event", "cameras", 1, "topic", "motion"));
  assert_true(is_reached(&cam->documents, 1, WITHIN_MS));
  cam_free(cam);
  cam = cam_play(url, PASSWORD); /* not asked for: not set up */
  expect_units(cam, 20);
  assert_int_equal(g_atomic_int_get(&cam->documents), 0);
  cam_free(cam);
}

static void what_it_does_not_do_is_said(void **state) {
  g_autofree char *url = farm_url(*state, 1);
  order(*state, "udp_only", 1);
  const char *const urls[] = {url, "rtsps://127.0.0.1:1/"};
  for (guint i = 0; i < G_N_ELEMENTS(urls); i++) {
    Cam *cam = cam_play(urls[i], PASSWORD);
    g_autoptr(GstMessage) message = NULL;
    const GstStructure *said = expect_element(cam, GW_RTSP_SRC_FALLBACK, &message);
    assert_non_null(gst_structure_get_string(said, "reason"));
    cam_free(cam);
  }
}

static void nothing_is_pushed_after_ready(void **state) {
  g_autofree char *url = farm_url(*state, 1);
  Cam *cam = cam_new(url, PASSWORD);
  for (int i = 0; i < 8; i++) {
    gst_element_set_state(cam->pipeline, GST_STATE_PLAYING);
    expect_units(cam, 1);
    gst_element_set_state(cam->pipeline, GST_STATE_READY);
    const gint units = g_atomic_int_get(&cam->units);
    assert_false(is_reached(&cam->units, units + 1, 20));
    assert_int_equal(gw_receiver_count(), 0);
  }
  cam_free(cam);
}

static void state_may_change_inside_of_a_push(void **state) {
  g_autofree char *url = farm_url(*state, 1);
  Cam *cam = cam_new(url, PASSWORD);
  cam->stop_inside = TRUE;
  gst_element_set_state(cam->pipeline, GST_STATE_PLAYING);
  expect_units(cam, 1);
  assert_false(is_reached(&cam->units, 2, 200));
  assert_int_equal(gw_receiver_count(), 0);
  cam_free(cam);
}

static void session_with_a_short_timeout_lives_on(void **state) {
  static const char *const arguments[] = {"-n", "1", "--session-timeout", "2", NULL};
  FarmPeer *farm = farm_start(arguments);
  g_autofree char *url = farm_url(farm, 1);
  Cam *cam = cam_play(url, NULL);
  assert_true(is_reached(&cam->units, 15 * 6, 10000)); /* three timeouts long */
  assert_int_equal(farm_count(farm, 1, "expired"), 0);
  assert_int_equal(farm_count(farm, 1, "plays"), 1);
  GwRtspStats stats;
  gw_rtsp_src_stats(cam->src, &stats);
  assert_int_equal(stats.lost, 0);
  assert_true(stats.packets > 90 && stats.bytes > 10000 && stats.has_clock);
  assert_in_range(stats.clock_offset_us + 200000, 0, 400000); /* the same machine */
  assert_string_equal(stats.codec, "h264");
  cam_free(cam);
  farm_stop(farm);
}

/* ---- many changes at once ---- */

typedef struct Storm {
  char *url;
  guint32 seed;
} Storm;

static gpointer run_storm(gpointer p) {
  Storm *storm = p;
  g_autoptr(GRand) dice = g_rand_new_with_seed(storm->seed);
  Cam *cam = cam_new(storm->url, PASSWORD);
  static const GstState states[] = {GST_STATE_PLAYING, GST_STATE_READY, GST_STATE_PAUSED, GST_STATE_NULL,
                                    GST_STATE_PLAYING};
  for (int i = 0; i < 150; i++) {
    gst_element_set_state(cam->pipeline, states[g_rand_int_range(dice, 0, G_N_ELEMENTS(states))]);
    if (g_rand_int_range(dice, 0, 3) == 0)
      g_usleep((gulong)g_rand_int_range(dice, 0, 20000)); /* anywhere in a handshake */
  }
  cam_free(cam);
  return NULL;
}

static void storm_of_state_changes_leaves_nothing_behind(void **state) {
  Storm storms[6];
  GThread *threads[6];
  for (guint i = 0; i < 6; i++) {
    storms[i] = (Storm){farm_url(*state, 1 + (int)i % 4), 100 + i};
    threads[i] = g_thread_new(NULL, run_storm, &storms[i]);
  }
  for (guint i = 0; i < 6; i++) {
    g_thread_join(threads[i]);
    g_free(storms[i].url);
  }
  assert_int_equal(gw_receiver_count(), 0);
}

typedef struct Held {
  guint descriptors, threads;
  gint64 rss_kib;
} Held;

static guint entries_of(const char *path) {
  g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
  guint n = 0;
  while (dir && g_dir_read_name(dir))
    n++;
  return n;
}

static Held held_now(void) {
  g_autofree char *status = NULL;
  assert_true(g_file_get_contents("/proc/self/status", &status, NULL, NULL));
  return (Held){entries_of("/proc/self/fd"), entries_of("/proc/self/task"),
                g_ascii_strtoll(strstr(status, "VmRSS:") + 6, NULL, 10)};
}

static void reconnect(FarmPeer *farm, Cam **cams, guint rounds) {
  for (guint round = 0; round < rounds; round++) {
    gint before[4];
    for (guint i = 0; i < 4; i++) {
      before[i] = g_atomic_int_get(&cams[i]->units);
      gst_element_set_state(cams[i]->pipeline, GST_STATE_PLAYING);
    }
    for (guint i = 0; i < 4; i++)
      assert_true(is_reached(&cams[i]->units, before[i] + 1, WITHIN_MS));
    for (guint i = 0; i < 4; i++)
      gst_element_set_state(cams[i]->pipeline, GST_STATE_NULL); /* the bus keeps messages until then */
  }
}

/* 100; GW_RECONNECTS=1000 for all of them. */
static void reconnects_leave_descriptors_threads_and_memory_flat(void **state) {
  const char *wish = g_getenv("GW_RECONNECTS");
  const guint rounds = MAX((wish ? (guint)atoi(wish) : 100) / 4, 4);
  Cam *cams[4];
  for (guint i = 0; i < 4; i++) {
    g_autofree char *url = farm_url(*state, 1 + (int)i);
    cams[i] = cam_new(url, PASSWORD);
  }
  reconnect(*state, cams, rounds / 4);
  const Held before = held_now();
  reconnect(*state, cams, rounds);
  const Held after = held_now();
  print_message("descriptors %u -> %u, threads %u -> %u, RSS %ld -> %ld KiB\n", before.descriptors,
                after.descriptors, before.threads, after.threads, (long)before.rss_kib, (long)after.rss_kib);
  assert_true(after.descriptors <= before.descriptors);
  assert_true(after.threads <= before.threads + 1);
#if !defined(__SANITIZE_ADDRESS__)
  assert_true(after.rss_kib <= before.rss_kib + 2048);
#endif
  for (guint i = 0; i < 4; i++)
    cam_free(cams[i]);
}

/* ---- a server that sends its bytes as it likes ---- */

typedef struct Odd {
  GSocketListener *listener;
  guint16 port;
  GThread *thread;
  gboolean endless; /* an answer of headers without end, one now and then */
  gboolean before;  /* frames stand before the answer to PLAY, else behind it in the same segment */
} Odd;

/* SPS, PPS (640 x 480, baseline), then a keyframe and a picture, each a whole packet. */
static GByteArray *odd_frames(void) {
  static const guint8 sps[] = {0x67, 0x42, 0xc0, 0x16, 0xda, 0x02, 0x80, 0xf6, 0xc0,
                               0x5a, 0x83, 0x03, 0x03, 0x52, 0x80, 0x00, 0x00, 0x03,
                               0x00, 0x80, 0x00, 0x00, 0x0f, 0x47, 0x8b, 0x17, 0x50};
  static const guint8 pps[] = {0x68, 0xce, 0x3c, 0x80};
  static const guint8 key[] = {0x65, 0x88, 0x84, 0x00, 0x10}, delta[] = {0x41, 0x9a, 0x24, 0x6c};
  static const struct {
    const guint8 *nal;
    guint8 bytes, marker;
  } packets[] = {{sps, sizeof sps, 0}, {pps, sizeof pps, 0}, {key, sizeof key, 1}, {delta, sizeof delta, 1}};
  GByteArray *all = g_byte_array_new();
  for (guint8 i = 0; i < 4; i++) {
    const guint8 head[16] = {
        '$', 0, 0, (guint8)(12 + packets[i].bytes), 0x80, (guint8)(96 | packets[i].marker << 7), 0,
        i,   0, 0, (guint8)(i == 3 ? 23 : 0)};
    g_byte_array_append(all, head, sizeof head);
    g_byte_array_append(all, packets[i].nal, packets[i].bytes);
  }
  return all;
}

static void answer_odd(const Odd *odd, const char *method, guint cseq, GOutputStream *out) {
  static const char sdp[] = "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=control:*\r\n"
                            "m=audio 0 RTP/AVP 0\r\na=control:trackID=0\r\n"
                            "m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:trackID=1\r\n";
  g_autoptr(GByteArray) all = g_byte_array_new();
  g_autoptr(GByteArray) frames = odd_frames();
  g_autoptr(GString) text = g_string_new(NULL);
  g_string_printf(text, "RTSP/1.0 200 OK\r\nCSeq: %u\r\n", cseq);
  if (g_str_equal(method, "DESCRIBE"))
    g_string_append_printf(text, "Content-Type: application/sdp\r\nContent-Length: %zu\r\n\r\n%s",
                           sizeof sdp - 1, sdp);
  else if (g_str_equal(method, "SETUP"))
    g_string_append(text,
                    "Session: abc;timeout=30\r\nTransport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n\r\n");
  else
    g_string_append(text, "\r\n");
  const gboolean plays = g_str_equal(method, "PLAY");
  if (plays && odd->before)
    g_byte_array_append(all, frames->data, frames->len);
  g_byte_array_append(all, (const guint8 *)text->str, (guint)text->len);
  if (plays && !odd->before)
    g_byte_array_append(all, frames->data, frames->len);
  (void)g_output_stream_write_all(out, all->data, all->len, NULL, NULL, NULL);
}

static void answer_endless(GOutputStream *out) {
  static const char line[] = "RTSP/1.0 200 OK\r\nX: y\r\n";
  for (const char *at = line; g_output_stream_write_all(out, at, strlen(at), NULL, NULL, NULL); at = strchr(line, 'X'))
    g_usleep(500000); /* the peer's reads never time out */
}

static gpointer serve_odd(gpointer p) {
  Odd *odd = p;
  g_autoptr(GSocketConnection) connection = g_socket_listener_accept(odd->listener, NULL, NULL, NULL);
  GOutputStream *out = g_io_stream_get_output_stream(G_IO_STREAM(connection));
  g_autoptr(GDataInputStream) in =
      g_data_input_stream_new(g_io_stream_get_input_stream(G_IO_STREAM(connection)));
  g_data_input_stream_set_newline_type(in, G_DATA_STREAM_NEWLINE_TYPE_CR_LF);
  g_autofree char *method = NULL;
  guint cseq = 0;
  for (;;) {
    g_autofree char *line = g_data_input_stream_read_line(in, NULL, NULL, NULL);
    if (!line)
      return NULL; /* it hung up */
    if (g_str_has_prefix(line, "CSeq:"))
      cseq = (guint)atoi(line + 5);
    else if (!method && *line)
      method = g_strndup(line, strcspn(line, " "));
    if (*line)
      continue;
    if (odd->endless)
      answer_endless(out);
    else if (g_strcmp0(method, "TEARDOWN") != 0)
      answer_odd(odd, method, cseq, out);
    g_clear_pointer(&method, g_free);
  }
}

static void frames_around_the_answer_to_play_are_not_lost(void **state) {
  for (int before = 0; before <= 1; before++) {
    Odd odd = {.listener = g_socket_listener_new(), .before = before};
    odd.port = g_socket_listener_add_any_inet_port(odd.listener, NULL, NULL);
    odd.thread = g_thread_new(NULL, serve_odd, &odd);
    g_autofree char *url = g_strdup_printf("rtsp://127.0.0.1:%u/odd", odd.port);
    Cam *cam = cam_play(url, NULL);
    expect_units(cam, 2); /* it sends no more than these: both or none */
    assert_int_equal(g_atomic_int_get(&cam->keys), 1);
    cam_free(cam);
    g_thread_join(odd.thread);
    g_object_unref(odd.listener);
  }
}

static void answer_without_end_is_a_timeout(void **state) {
  Odd odd = {.listener = g_socket_listener_new(), .endless = TRUE};
  odd.port = g_socket_listener_add_any_inet_port(odd.listener, NULL, NULL);
  odd.thread = g_thread_new(NULL, serve_odd, &odd);
  g_autofree char *url = g_strdup_printf("rtsp://127.0.0.1:%u/odd", odd.port);
  Cam *cam = cam_play(url, NULL);
  expect_error(cam, GW_CAUSE_TIMEOUT, 12000);
  cam_free(cam);
  g_thread_join(odd.thread);
  g_object_unref(odd.listener);
}

/* ---- GStreamer's own server ---- */

#if defined(GW_GST_SERVER_PATH)
static void foreign_server_is_understood(void **state) {
  g_autoptr(GSubprocess) server = g_subprocess_new(
      G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDIN_PIPE, NULL, GW_GST_SERVER_PATH, NULL);
  assert_non_null(server);
  g_autoptr(GDataInputStream) out = g_data_input_stream_new(g_subprocess_get_stdout_pipe(server));
  g_autofree char *port = g_data_input_stream_read_line(out, NULL, NULL, NULL);
  assert_non_null(port);
  static const char *const codecs[] = {"h264", "h265"};
  for (guint i = 0; i < 2; i++) {
    g_autofree char *url = g_strdup_printf("rtsp://127.0.0.1:%s/%s", port, codecs[i]);
    Cam *cam = cam_play(url, NULL);
    expect_units(cam, 35); /* two seconds and more: keyframes come by themselves */
    assert_true(g_atomic_int_get(&cam->keys) >= 2);
    assert_int_equal(g_atomic_int_get(&cam->width), 1280);
    GwRtspStats stats;
    gw_rtsp_src_stats(cam->src, &stats);
    assert_string_equal(stats.codec, codecs[i]);
    assert_int_equal(stats.lost, 0);
    assert_int_equal(stats.dropped_units, 0);
    cam_free(cam);
  }
  (void)g_output_stream_close(g_subprocess_get_stdin_pipe(server), NULL, NULL);
  assert_true(g_subprocess_wait(server, NULL, NULL));
}
#endif

int main(int argc, char **argv) {
#define with_farm(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_kind_of_credentials_is_understood),
    with_farm(credentials_in_the_address_count_too),
    with_farm(wrong_password_goes_out_once),
    with_farm(refusals_are_told_apart),
    with_farm(redirects_are_followed_but_not_for_ever),
    with_farm(silent_handshake_is_a_timeout_and_never_blocks_a_state),
    with_farm(connection_that_is_cut_is_one_error),
    with_farm(stall_is_no_end),
    with_farm(new_size_in_mid_stream_is_new_caps),
    with_farm(metadata_comes_on_a_pad_of_its_own),
    with_farm(what_it_does_not_do_is_said),
    with_farm(nothing_is_pushed_after_ready),
    with_farm(state_may_change_inside_of_a_push),
    cmocka_unit_test(session_with_a_short_timeout_lives_on),
    with_farm(storm_of_state_changes_leaves_nothing_behind),
    with_farm(reconnects_leave_descriptors_threads_and_memory_flat),
    cmocka_unit_test(frames_around_the_answer_to_play_are_not_lost),
    cmocka_unit_test(answer_without_end_is_a_timeout),
#if defined(GW_GST_SERVER_PATH)
    cmocka_unit_test(foreign_server_is_understood),
#endif
  };
  signal(SIGPIPE, SIG_IGN);
  gst_init(&argc, &argv);
  gw_elements_register_static();
  return cmocka_run_group_tests(tests, NULL, NULL);
}
