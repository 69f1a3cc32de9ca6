#include "tests/farm/test/world.h"

/* Cameras that moved, that want UDP, whose lines lose and whose clocks are wrong; and what they say besides
 * pictures. */
static void a_moved_camera_says_where_to(void **state) {
  World *w = *state;
  char head[2048], location[100];
  must(w, "{\"do\":\"redirect\",\"cameras\":1,\"to\":3}");
  int fd = dial(w->farm->port);
  assert_int_equal(ask(fd, "DESCRIBE", "", head, sizeof head), 401);
  g_autofree char *right = authorize(head, "DESCRIBE", "secret");
  assert_int_equal(ask(fd, "DESCRIBE", right, head, sizeof head), 302);
  g_snprintf(location, sizeof location, "Location: rtsp://127.0.0.1:%u/cam/3\r\n", w->farm->port);
  assert_non_null(strstr(head, location));
  assert_int_equal(count(w, "redirected"), 1);
  must(w, "{\"do\":\"resume\",\"cameras\":1}");
  assert_int_equal(ask(fd, "DESCRIBE", right, head, sizeof head), 200);
  close(fd);
}

static void a_camera_for_udp_alone_refuses_tcp(void **state) {
  World *w = *state;
  char head[2048];
  must(w, "{\"do\":\"udp_only\",\"cameras\":1}");
  int fd = dial(w->farm->port);
  assert_int_equal(hand_shake(fd, head, sizeof head), 461);
  assert_int_equal(count(w, "udp_refused"), 1);
  g_autofree char *challenge = NULL;
  assert_int_equal(ask(fd, "DESCRIBE", "", head, sizeof head), 401);
  challenge = authorize(head, "SETUP", "secret");
  g_autofree char *udp = g_strconcat(challenge, "Transport: RTP/AVP;unicast;client_port=5000-5001\r\n", NULL);
  assert_int_equal(ask(fd, "SETUP", udp, head, sizeof head), 200);
  close(fd);
}

/* Every document that came over channel 2 until one has `wanted` in it; its marker bits in `ret_marks`. */
static char *next_document(int fd, const char *wanted, guint *ret_packets, guint *ret_marks) {
  g_autoptr(GString) text = g_string_new(NULL);
  *ret_packets = *ret_marks = 0;
  while (!memmem(text->str, text->len, wanted, strlen(wanted)) ||
         !memmem(text->str, text->len, "Stream>", 7)) {
    guint8 head[4], body[2048];
    assert_int_equal(recv(fd, head, 4, MSG_WAITALL), 4);
    gssize n = head[2] << 8 | head[3];
    assert_int_equal(recv(fd, body, n, MSG_WAITALL), n);
    if (head[1] != 2)
      continue;
    assert_int_equal(body[1] & 127, 107);
    ++*ret_packets;
    *ret_marks += body[1] >> 7;
    g_string_append_len(text, (char *)body + 12, n - 12);
  }
  return g_string_free(g_steal_pointer(&text), FALSE);
}

static void its_metadata_speaks_in_dialects(void **state) {
  World *w = *state;
  char head[2048];
  guint packets, marks;
  must(w, "{\"do\":\"metadata\",\"cameras\":1,\"dialect\":\"plain\"}");
  int fd = dial(w->farm->port);
  assert_int_equal(hand_shake(fd, head, sizeof head), 200);
  close(fd); /* a viewer that does not want the track is left alone with it */
  fd = dial(w->farm->port);
  assert_int_equal(ask(fd, "DESCRIBE", "", head, sizeof head), 401);
  g_autofree char *setup = authorize(head, "SETUP", "secret"), *play = authorize(head, "PLAY", "secret");
  g_autofree char *video = g_strconcat(setup, "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n", NULL);
  g_autofree char *meta = g_strconcat(setup, "Transport: RTP/AVP/TCP;unicast;interleaved=2-3\r\n", NULL);
  assert_int_equal(ask_at(fd, "SETUP", "/track0", video, head, sizeof head), 200);
  assert_int_equal(ask_at(fd, "SETUP", "/track1", meta, head, sizeof head), 200);
  assert_int_equal(ask(fd, "PLAY", play, head, sizeof head), 200);
  must(w, "{\"do\":\"event\",\"cameras\":1,\"topic\":\"line\",\"rule\":\"Gate\"}");
  g_autofree char *line = next_document(fd, "LineDetector/Crossed", &packets, &marks);
  assert_non_null(strstr(line, "Value=\"Gate\""));
  assert_int_equal(marks, 1);
  must(w, "{\"do\":\"metadata\",\"cameras\":1,\"dialect\":\"nested\",\"end\":false}");
  must(w, "{\"do\":\"event\",\"cameras\":1,\"topic\":\"object\",\"class\":\"Vehicle\"}");
  g_autofree char *object = next_document(fd, ">Vehicle<", &packets, &marks);
  assert_int_equal(marks, 0);
  must(w, "{\"do\":\"metadata\",\"cameras\":1,\"dialect\":\"garbage\",\"end\":false}");
  must(w, "{\"do\":\"event\",\"cameras\":1,\"topic\":\"tamper\"}");
  g_autofree char *late = next_document(fd, "TamperDetector", &packets, &marks);
  assert_true(packets > 200);
  assert_int_equal(count(w, "documents"), 3);
  close(fd);
}

/* Sequence number and time of the next video packet. */
static void next_header(int fd, guint16 *ret_sequence, guint32 *ret_time) {
  guint8 head[4], body[2048];
  do {
    assert_int_equal(recv(fd, head, 4, MSG_WAITALL), 4);
    gssize n = head[2] << 8 | head[3];
    assert_int_equal(recv(fd, body, n, MSG_WAITALL), n);
  } while (head[1] != 0);
  *ret_sequence = (guint16)(body[2] << 8 | body[3]);
  *ret_time = (guint32)body[4] << 24 | (guint32)body[5] << 16 | (guint32)body[6] << 8 | body[7];
}

static void a_losing_camera_leaves_holes(void **state) {
  World *w = *state;
  char head[2048];
  guint16 sequence, before;
  guint32 time;
  int fd = dial(w->farm->port);
  must(w, "{\"do\":\"lose\",\"cameras\":1,\"one_in\":3}");
  must(w, "{\"do\":\"fps\",\"cameras\":1,\"fps\":100}");
  assert_int_equal(hand_shake(fd, head, sizeof head), 200);
  next_header(fd, &before, &time);
  for (guint i = 0; i < 20; i++, before = sequence) {
    next_header(fd, &sequence, &time);
    assert_int_equal((guint16)(sequence - before), sequence % 3 == 1 ? 2 : 1);
  }
  assert_true(count(w, "lost") >= 8);
  close(fd);
}

static void a_jumping_camera_jumps_once(void **state) {
  World *w = *state;
  char head[2048];
  guint16 sequence;
  guint32 time = 0, before = 0;
  guint jumps = 0;
  int fd = dial(w->farm->port);
  must(w, "{\"do\":\"fps\",\"cameras\":1,\"fps\":100}");
  assert_int_equal(hand_shake(fd, head, sizeof head), 200);
  next_header(fd, &sequence, &before);
  must(w, "{\"do\":\"jump\",\"cameras\":1,\"ms\":60000}");
  for (guint i = 0; i < 50; i++, before = time) {
    next_header(fd, &sequence, &time);
    assert_true(time - before < 90 * 1000 || time - before >= 90 * 60000);
    jumps += time - before >= 90 * 60000;
  }
  assert_int_equal(jumps, 1);
  close(fd);
}

/* Unix seconds of the next sender report. */
static gint64 next_report(int fd) {
  guint8 head[4], body[2048];
  do {
    assert_int_equal(recv(fd, head, 4, MSG_WAITALL), 4);
    gssize n = head[2] << 8 | head[3];
    assert_int_equal(recv(fd, body, n, MSG_WAITALL), n);
  } while (head[1] != 1);
  return ((gint64)body[8] << 24 | body[9] << 16 | body[10] << 8 | body[11]) - 2208988800;
}

static void a_clock_can_be_wrong(void **state) {
  World *w = *state;
  char head[2048];
  int fd = dial(w->farm->port);
  assert_int_equal(hand_shake(fd, head, sizeof head), 200);
  const gint64 now = g_get_real_time() / G_USEC_PER_SEC;
  assert_in_range(next_report(fd), now - 2, now + 5);
  must(w, "{\"do\":\"clock\",\"cameras\":1,\"ms\":-3600000}");
  assert_in_range(next_report(fd), now - 3602, now - 3590);
  close(fd);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      FACT(a_moved_camera_says_where_to), FACT(a_camera_for_udp_alone_refuses_tcp),
      FACT(a_losing_camera_leaves_holes), FACT(a_jumping_camera_jumps_once),
      FACT(a_clock_can_be_wrong),         FACT(its_metadata_speaks_in_dialects),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
