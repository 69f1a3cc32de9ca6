#include "tests/farm/test/facts.h"
#include "tests/farm/cameras/control.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

/* The farm on its own thread and real sockets; orders go through its control socket, as tests give them. */
typedef struct World {
  Farm *farm;
  FarmControl *control;
  GThread *thread;
  int orders;
} World;

static int dial(guint16 port) {
  struct sockaddr_in to = {
      .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  struct timeval patience = {5, 0};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  if (connect(fd, (struct sockaddr *)&to, sizeof to) == 0)
    return fd;
  close(fd);
  return -1;
}

static gpointer run(gpointer farm) {
  farm_run(farm);
  return NULL;
}

static int set_up(void **state) {
  World *w = g_new0(World, 1);
  g_autoptr(GByteArray) data = facts_clip();
  GPtrArray *clips = g_ptr_array_new_with_free_func((GDestroyNotify)farm_clip_free);
  g_ptr_array_add(clips, farm_clip_parse("facts", FARM_H264, data->data, data->len, NULL));
  FarmOptions options = {.address = "127.0.0.1",
                         .user = "admin",
                         .password = "secret",
                         .realm = "gwfarm",
                         .n_cameras = 3,
                         .own_ports = TRUE,
                         .session_timeout_s = 60};
  w->farm = farm_new(&options, clips, NULL);
  w->control = farm_control_new(w->farm, "0", NULL);
  w->thread = g_thread_new("farm", run, w->farm);
  w->orders = dial(atoi(strchr(farm_control_address(w->control), ':') + 1));
  *state = w;
  return w->orders < 0;
}

static void order(World *w, const char *line, char *ret, gsize bytes) {
  g_autofree char *text = g_strdup_printf("%s\n", line);
  assert_int_equal(send(w->orders, text, strlen(text), 0), strlen(text));
  gsize n = 0;
  while (n == 0 || ret[n - 1] != '\n') {
    gssize k = recv(w->orders, ret + n, bytes - 1 - n, 0);
    assert_true(k > 0);
    n += k;
  }
  ret[n] = '\0';
}

static int tear_down(void **state) {
  World *w = *state;
  char said[256];
  order(w, "{\"do\":\"quit\"}", said, sizeof said);
  g_thread_join(w->thread);
  close(w->orders);
  farm_control_free(w->control);
  farm_free(w->farm);
  g_free(w);
  return 0;
}

static void must(World *w, const char *line) {
  char said[4096];
  order(w, line, said, sizeof said);
  assert_non_null(strstr(said, "\"ok\":true"));
}

static int count(World *w, const char *what) {
  char said[4096];
  order(w, "{\"do\":\"count\",\"cameras\":1}", said, sizeof said);
  g_autofree char *key = g_strdup_printf("\"%s\":", what);
  char *at = strstr(said, key);
  assert_non_null(at);
  return atoi(at + strlen(key));
}

/* Sends one request; gives the status, and the head of the answer in `head`. */
static int ask_at(int fd, const char *method, const char *track, const char *more, char *head, gsize bytes) {
  g_autofree char *text =
      g_strdup_printf("%s rtsp://127.0.0.1/cam/1%s RTSP/1.0\r\nCSeq: 7\r\n%s\r\n", method, track, more);
  assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
  gsize n = 0;
  head[0] = '\0';
  while (n < bytes - 1 && !strstr(head, "\r\n\r\n")) {
    if (recv(fd, head + n, 1, 0) != 1)
      return 0;
    head[++n] = '\0';
  }
  char *length = strstr(head, "Content-Length: ");
  for (int left = length ? atoi(length + 16) : 0; left > 0; left--)
    assert_int_equal(recv(fd, &(char){0}, 1, 0), 1);
  int status = 0;
  assert_int_equal(sscanf(head, "RTSP/1.0 %d", &status), 1);
  assert_non_null(strstr(head, "CSeq: 7\r\n"));
  return status;
}

static int ask(int fd, const char *method, const char *more, char *head, gsize bytes) {
  return ask_at(fd, method, "", more, head, bytes);
}

static char *authorize(const char *head, const char *method, const char *password) {
  char nonce[128];
  assert_int_equal(sscanf(strstr(head, "nonce=\"") + 7, "%127[^\"]", nonce), 1);
  g_autofree char *r = farm_digest_response(G_CHECKSUM_MD5, "admin", "gwfarm", password, method,
                                            "rtsp://127.0.0.1/cam/1", nonce, NULL, NULL, NULL);
  return g_strdup_printf("Authorization: Digest username=\"admin\", realm=\"gwfarm\", nonce=\"%s\", "
                         "uri=\"rtsp://127.0.0.1/cam/1\", response=\"%s\"\r\n",
                         nonce, r);
}

/* Through the handshake up to SETUP, whose status it gives. */
static int hand_shake(int fd, char *head, gsize bytes) {
  assert_int_equal(ask(fd, "DESCRIBE", "", head, bytes), 401);
  g_autofree char *describe = authorize(head, "DESCRIBE", "secret"),
                  *setup = authorize(head, "SETUP", "secret");
  g_autofree char *play = authorize(head, "PLAY", "secret");
  assert_int_equal(ask(fd, "DESCRIBE", describe, head, bytes), 200);
  g_autofree char *with = g_strconcat(setup, "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n", NULL);
  int status = ask(fd, "SETUP", with, head, bytes);
  return status == 200 ? ask(fd, "PLAY", play, head, bytes) : status;
}

/* The payload type and first payload byte of the next video packet. */
static gboolean next_packet(int fd, guint8 *ret_nal_type) {
  for (;;) {
    guint8 head[4], body[2048];
    if (recv(fd, head, 4, MSG_WAITALL) != 4)
      return FALSE;
    gssize n = head[2] << 8 | head[3];
    if (head[0] != '$' || n > (gssize)sizeof body || recv(fd, body, n, MSG_WAITALL) != n)
      return FALSE;
    *ret_nal_type = body[12] & 31;
    if (head[1] == 0)
      return TRUE;
  }
}

static void pictures_begin_with_a_keyframes_headers(void **state) {
  World *w = *state;
  char head[2048];
  guint8 type = 0;
  int fd = dial(w->farm->port);
  assert_int_equal(hand_shake(fd, head, sizeof head), 200);
  assert_true(next_packet(fd, &type));
  assert_int_equal(type, 7);
  assert_true(next_packet(fd, &type));
  assert_int_equal(type, 8);
  assert_true(next_packet(fd, &type));
  assert_int_equal(type, 28);
  assert_int_equal(count(w, "plays"), 1);
  assert_int_equal(count(w, "challenged"), 1);
  close(fd);
}

static void a_wrong_password_is_counted_apart_from_a_challenge(void **state) {
  World *w = *state;
  char head[2048];
  int fd = dial(w->farm->port);
  assert_int_equal(ask(fd, "DESCRIBE", "", head, sizeof head), 401);
  g_autofree char *wrong = authorize(head, "DESCRIBE", "guess");
  assert_int_equal(ask(fd, "DESCRIBE", wrong, head, sizeof head), 401);
  assert_int_equal(count(w, "challenged"), 1);
  assert_int_equal(count(w, "refused"), 1);
  assert_int_equal(count(w, "describes"), 0);
  close(fd);
}

static void a_refusing_camera_takes_no_password(void **state) {
  World *w = *state;
  char head[2048];
  must(w, "{\"do\":\"refuse\",\"cameras\":1}");
  int fd = dial(w->farm->port);
  assert_int_equal(ask(fd, "DESCRIBE", "", head, sizeof head), 401);
  g_autofree char *right = authorize(head, "DESCRIBE", "secret");
  assert_int_equal(ask(fd, "DESCRIBE", right, head, sizeof head), 401);
  assert_int_equal(count(w, "refused"), 1);
  must(w, "{\"do\":\"resume\",\"cameras\":1}");
  g_autofree char *again = authorize(head, "DESCRIBE", "secret");
  assert_int_equal(ask(fd, "DESCRIBE", again, head, sizeof head), 200);
  close(fd);
}

static void a_dropped_camera_closes_and_its_own_port_refuses(void **state) {
  World *w = *state;
  char head[2048], byte;
  guint16 own = farm_camera(w->farm, 1)->own_port;
  int fd = dial(own), other;
  assert_int_equal(hand_shake(fd, head, sizeof head), 200);
  must(w, "{\"do\":\"drop\",\"cameras\":\"1\"}");
  while (recv(fd, &byte, 1, 0) == 1)
    ; /* what was under way; then the end, not a timeout */
  assert_int_equal(recv(fd, &byte, 1, 0), 0);
  assert_int_equal(dial(own), -1);
  other = dial(w->farm->port);
  assert_int_equal(ask(other, "DESCRIBE", "", head, sizeof head), 0);
  must(w, "{\"do\":\"resume\"}");
  close(fd);
  close(other);
  fd = dial(own);
  assert_int_equal(hand_shake(fd, head, sizeof head), 200);
  close(fd);
}

static void a_full_recorder_says_453_or_503(void **state) {
  World *w = *state;
  char head[2048];
  must(w, "{\"do\":\"full\",\"cameras\":\"1-2\"}");
  int fd = dial(w->farm->port);
  assert_int_equal(hand_shake(fd, head, sizeof head), 453);
  close(fd);
  must(w, "{\"do\":\"full\",\"cameras\":\"1-2\",\"status\":503}");
  fd = dial(w->farm->port);
  assert_int_equal(hand_shake(fd, head, sizeof head), 503);
  assert_int_equal(count(w, "full"), 2);
  close(fd);
}

static void a_stalled_camera_goes_on_with_a_keyframe(void **state) {
  World *w = *state;
  char head[2048];
  guint8 type = 0;
  int fd = dial(w->farm->port);
  must(w, "{\"do\":\"stall\",\"cameras\":1}");
  assert_int_equal(hand_shake(fd, head, sizeof head), 200);
  assert_int_equal(ask(fd, "GET_PARAMETER", "", head, sizeof head),
                   200); /* it answers, and nothing came before */
  assert_int_equal(count(w, "pictures"), 0);
  must(w, "{\"do\":\"resume\",\"cameras\":1}");
  assert_true(next_packet(fd, &type));
  assert_int_equal(type, 7);
  close(fd);
}

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

static void bad_orders_get_a_sentence(void **state) {
  World *w = *state;
  const char *bad[] = {"",
                       "[]",
                       "{}",
                       "{\"do\":\"dance\"}",
                       "{\"do\":\"stall\",\"cameras\":4}",
                       "{\"do\":\"stall\",\"cameras\":\"2-9\"}",
                       "{\"do\":\"stall\",\"cameras\":\"x\"}",
                       "{\"do\":\"stall\",\"cameras\":{}}",
                       "{\"do\":\"size\",\"clip\":\"none\"}",
                       "{\"do\":\"redirect\",\"to\":9}",
                       "{\"do\":\"lose\",\"one_in\":-1}",
                       "{\"do\":\"fps\",\"fps\":1000}",
                       "{\"do\":\"metadata\",\"dialect\":\"latin\"}",
                       "{\"do\":\"event\",\"topic\":\"motion\"}",
                       "{\"do\":\"event\",\"topic\":\"rain\"}",
                       "{\"do\":"};
  for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
    char said[1024];
    order(w, bad[i], said, sizeof said);
    assert_non_null(strstr(said, "\"ok\":false"));
    assert_non_null(strstr(said, "\"error\":\""));
  }
}

static void junk_ends_the_connection_and_not_the_farm(void **state) {
  World *w = *state;
  char head[2048], byte;
  const char *junk[] = {"GET / HTTP/1.1\r\n\r\n", "DESCRIBE rtsp://x/cam/1\r\n\r\n", "\r\n\r\n",
                        "DESCRIBE a b c RTSP/1.0\r\n\r\n",
                        "DESCRIBE rtsp://x/cam/1 RTSP/1.0\r\nContent-Length: 99999999\r\n\r\n"};
  for (guint i = 0; i < G_N_ELEMENTS(junk); i++) {
    int fd = dial(w->farm->port);
    assert_true(send(fd, junk[i], strlen(junk[i]), 0) > 0);
    assert_int_equal(recv(fd, &byte, 1, 0), 0);
    close(fd);
  }
  int fd = dial(w->farm->port);
  assert_int_equal(hand_shake(fd, head, sizeof head), 200);
  close(fd);
}

#define FACT(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      FACT(pictures_begin_with_a_keyframes_headers),
      FACT(a_wrong_password_is_counted_apart_from_a_challenge),
      FACT(a_refusing_camera_takes_no_password),
      FACT(a_dropped_camera_closes_and_its_own_port_refuses),
      FACT(a_full_recorder_says_453_or_503),
      FACT(a_stalled_camera_goes_on_with_a_keyframe),
      FACT(a_moved_camera_says_where_to),
      FACT(a_camera_for_udp_alone_refuses_tcp),
      FACT(a_losing_camera_leaves_holes),
      FACT(a_jumping_camera_jumps_once),
      FACT(a_clock_can_be_wrong),
      FACT(its_metadata_speaks_in_dialects),
      FACT(bad_orders_get_a_sentence),
      FACT(junk_ends_the_connection_and_not_the_farm),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
