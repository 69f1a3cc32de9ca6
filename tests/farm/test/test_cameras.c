#include "tests/farm/test/world.h"

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

int main(void) {
  const struct CMUnitTest tests[] = {
      FACT(pictures_begin_with_a_keyframes_headers),
      FACT(a_wrong_password_is_counted_apart_from_a_challenge),
      FACT(a_refusing_camera_takes_no_password),
      FACT(a_dropped_camera_closes_and_its_own_port_refuses),
      FACT(a_full_recorder_says_453_or_503),
      FACT(a_stalled_camera_goes_on_with_a_keyframe),
      FACT(bad_orders_get_a_sentence),
      FACT(junk_ends_the_connection_and_not_the_farm),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
