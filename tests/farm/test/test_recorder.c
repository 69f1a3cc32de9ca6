/* The simulated recorder plays what was asked for, and says no as it was told to. */
#include "daemon/base/clock.h"
#include "tests/farm/cameras/recorder.h"
#include "tests/farm/test/world.h"

#define CHINA (8 * 3600)
#define TEN_O_CLOCK ((GwUsec)1795226400 * GW_SEC) /* 2026-11-21 02:00:00 UTC */
#define HOUR_AGO (gw_clock_real_us() - 3600 * GW_SEC)

static void each_makes_address_names_channel_and_second(void **state) {
  const char *urls[] = {
      "rtsp://h/Streaming/tracks/701?starttime=20261121T020000Z&endtime=20261121T020130z",
      "rtsp://h:554/cam/playback?channel=7&starttime=2026_11_21_10_00_00&endtime=2026_11_21_10_01_30",
      "rtsp://h/c7/b1795226400/e1795226490/replay/"};
  for (guint i = 0; i < G_N_ELEMENTS(urls); i++) {
    FarmFootage f;
    assert_true(farm_footage_parse(urls[i], CHINA, &f));
    assert_int_equal(f.channel, 7);
    assert_true(f.from_us == TEN_O_CLOCK && f.to_us == TEN_O_CLOCK + 90 * GW_SEC && !f.by_range);
  }
  FarmFootage f;
  assert_true(farm_footage_parse("rtsp://h/recording/7", CHINA, &f) && f.by_range && f.channel == 7);
  assert_true(farm_footage_range("clock=20261121T020000.5Z-", &f));
  assert_true(f.from_us == TEN_O_CLOCK + GW_SEC / 2 && f.to_us == 0);
  assert_true(farm_footage_range("clock=20261121T020000Z-20261121T020001Z", &f) &&
              f.to_us == TEN_O_CLOCK + GW_SEC);
}

static void other_addresses_are_nobodys(void **state) {
  const char *urls[] = {"rtsp://h",
                        "rtsp://h/",
                        "rtsp://h/cam/7",
                        "rtsp://h/Streaming/tracks/701?starttime=yesterday",
                        "rtsp://h/cam/playback?channel=7",
                        "rtsp://h/c7/b10/e5/replay/"};
  FarmFootage f;
  for (guint i = 0; i < G_N_ELEMENTS(urls); i++)
    assert_false(farm_footage_parse(urls[i], CHINA, &f));
  assert_false(farm_footage_range("npt=0-", &f) || farm_footage_range("clock=now-", &f));
}

/* ---- over real sockets ---- */

static int request(int fd, const char *method, const char *url, const char *more, char *head, gsize bytes) {
  g_autofree char *text = g_strdup_printf("%s %s RTSP/1.0\r\nCSeq: 7\r\n%s\r\n", method, url, more);
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
  return status;
}

static char *as_look(const char *head, const char *method, const char *url, const char *password,
                     const char *more) {
  char nonce[128];
  assert_int_equal(sscanf(strstr(head, "nonce=\"") + 7, "%127[^\"]", nonce), 1);
  g_autofree char *r =
      farm_digest_response(G_CHECKSUM_MD5, "look", "gwfarm", password, method, url, nonce, NULL, NULL, NULL);
  return g_strdup_printf("Authorization: Digest username=\"look\", realm=\"gwfarm\", nonce=\"%s\", "
                         "uri=\"%s\", response=\"%s\"\r\n%s",
                         nonce, url, r, more);
}

/* Up to PLAY; the first status that is not 200. */
static int look_back(int fd, const char *url, const char *password, const char *range) {
  static const struct {
    const char *method, *more;
  } steps[] = {
      {"DESCRIBE", ""}, {"SETUP", "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n"}, {"PLAY", ""}};
  char asked[2048], head[2048];
  assert_int_equal(request(fd, "DESCRIBE", url, "", asked, sizeof asked), 401);
  for (guint i = 0; i < G_N_ELEMENTS(steps); i++) {
    g_autofree char *with = as_look(asked, steps[i].method, url, password, i == 2 ? range : steps[i].more);
    const int status = request(fd, steps[i].method, url, with, head, sizeof head);
    if (status != 200)
      return status;
  }
  return 200;
}

static char *replay_of(GwUsec at_us) {
  const gint64 second = at_us / GW_SEC;
  return g_strdup_printf("rtsp://127.0.0.1/c2/b%" G_GINT64_FORMAT "/e%" G_GINT64_FORMAT "/replay/", second,
                         second + 60);
}

/* One interleaved frame; its channel, or -1 at the end. */
static int frame(int fd, guint8 *body, gsize most, gsize *ret_bytes) {
  guint8 head[4];
  if (recv(fd, head, 4, MSG_WAITALL) != 4)
    return -1;
  *ret_bytes = (gsize)(head[2] << 8 | head[3]);
  assert_true(head[0] == '$' && *ret_bytes < most);
  body[*ret_bytes] = '\0';
  return recv(fd, body, *ret_bytes, MSG_WAITALL) == (gssize)*ret_bytes ? head[1] : -1;
}

static void footage_says_when_it_was_taken(void **state) {
  World *w = *state;
  const GwUsec at_us = HOUR_AGO / GW_SEC * GW_SEC;
  g_autofree char *url = replay_of(at_us);
  int fd = dial(w->farm->recorder->port);
  assert_int_equal(look_back(fd, url, "back", ""), 200);
  guint8 body[2048];
  gsize bytes;
  assert_int_equal(frame(fd, body, sizeof body, &bytes), 1); /* its report first */
  const guint32 ntp = GUINT32_FROM_BE(*(const guint32 *)(body + 8));
  assert_in_range(ntp - 2208988800u, at_us / GW_SEC - 1, at_us / GW_SEC);
  assert_int_equal(frame(fd, body, sizeof body, &bytes), 0);
  assert_int_equal(body[12], 6);
  const char *said = (const char *)body + 15;
  assert_true(g_str_has_prefix(said, "gridwarden-farm!footage 2 20"));
  g_autoptr(GDateTime) at = g_date_time_new_from_unix_utc(at_us / GW_SEC);
  g_autofree char *minute = g_date_time_format(at, "%Y%m%dT%H");
  assert_non_null(strstr(said, minute));
  assert_int_equal(frame(fd, body, sizeof body, &bytes), 0);
  assert_int_equal(body[12] & 31, 7); /* then the keyframe's headers */
  close(fd);
}

static int status_at(World *w, GwUsec at_us, const char *password) {
  g_autofree char *url = replay_of(at_us);
  int fd = dial(w->farm->recorder->port);
  const int status = look_back(fd, url, password, "");
  close(fd);
  return status;
}

static void what_it_does_not_hold_is_not_found(void **state) {
  World *w = *state;
  assert_int_equal(status_at(w, gw_clock_real_us() - 3 * GW_DAY, "back"), 404);
  assert_int_equal(status_at(w, gw_clock_real_us() + 60 * GW_SEC, "back"), 404);
  must(w, "{\"do\":\"recorder\",\"days\":4}");
  assert_int_equal(status_at(w, gw_clock_real_us() - 3 * GW_DAY, "back"), 200);
  g_autofree char *gap =
      g_strdup_printf("{\"do\":\"recorder\",\"gap_us\":[%" G_GINT64_FORMAT ",%" G_GINT64_FORMAT "]}",
                      HOUR_AGO - 60 * GW_SEC, HOUR_AGO + 60 * GW_SEC);
  must(w, gap);
  assert_int_equal(status_at(w, HOUR_AGO, "back"), 404);
}

static void a_wrong_password_and_one_that_refuses_are_401(void **state) {
  World *w = *state;
  assert_int_equal(status_at(w, HOUR_AGO, "guess"), 401);
  must(w, "{\"do\":\"recorder\",\"refuse\":true}");
  assert_int_equal(status_at(w, HOUR_AGO, "back"), 401);
  assert_int_equal(w->farm->recorder->refused, 2);
}

static void one_more_than_it_can_is_453_until_the_first_leaves(void **state) {
  World *w = *state;
  g_autofree char *url = replay_of(HOUR_AGO);
  int fd = dial(w->farm->recorder->port);
  assert_int_equal(look_back(fd, url, "back", ""), 200);
  assert_int_equal(status_at(w, HOUR_AGO, "back"), 453);
  assert_int_equal(w->farm->recorder->open_most, 1);
  must(w, "{\"do\":\"recorder\",\"cut\":true}");
  assert_int_equal(status_at(w, HOUR_AGO, "back"), 200);
  close(fd);
}

static void one_that_ends_in_the_middle_hangs_up(void **state) {
  World *w = *state;
  must(w, "{\"do\":\"recorder\",\"end_after_ms\":400}");
  g_autofree char *url = replay_of(HOUR_AGO);
  int fd = dial(w->farm->recorder->port), pictures = 0;
  assert_int_equal(look_back(fd, url, "back", ""), 200);
  guint8 body[2048];
  gsize bytes;
  while (frame(fd, body, sizeof body, &bytes) >= 0)
    pictures++;
  assert_true(pictures > 5);
  close(fd);
}

static void by_range_the_time_comes_with_play(void **state) {
  World *w = *state;
  g_autoptr(GDateTime) at = g_date_time_new_from_unix_utc(HOUR_AGO / GW_SEC);
  g_autofree char *range = g_date_time_format(at, "Range: clock=%Y%m%dT%H%M%SZ-\r\n");
  int fd = dial(w->farm->recorder->port);
  assert_int_equal(look_back(fd, "rtsp://127.0.0.1/recording/3", "back", range), 200);
  assert_int_equal(w->farm->recorder->last.channel, 3);
  close(fd);
  must(w, "{\"do\":\"recorder\",\"cut\":true}");
  fd = dial(w->farm->recorder->port);
  assert_int_equal(
      look_back(fd, "rtsp://127.0.0.1/recording/3", "back", "Range: clock=20010101T000000Z-\r\n"), 457);
  close(fd);
}

static void orders_that_are_none_get_a_sentence(void **state) {
  char said[1024];
  order(*state, "{\"do\":\"recorder\",\"nothing\":\"maybe\"}", said, sizeof said);
  assert_non_null(strstr(said, "\"ok\":false"));
  order(*state, "{\"do\":\"recorder\",\"reports\":1}", said, sizeof said);
  assert_non_null(strstr(said, "\"error\":\""));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_makes_address_names_channel_and_second),
      cmocka_unit_test(other_addresses_are_nobodys),
      FACT(footage_says_when_it_was_taken),
      FACT(what_it_does_not_hold_is_not_found),
      FACT(a_wrong_password_and_one_that_refuses_are_401),
      FACT(one_more_than_it_can_is_453_until_the_first_leaves),
      FACT(one_that_ends_in_the_middle_hangs_up),
      FACT(by_range_the_time_comes_with_play),
      FACT(orders_that_are_none_get_a_sentence),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
