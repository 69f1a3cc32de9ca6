/* Clips at the door: whole, in parts, for whom they are, and what is said of one whose time is over. */
#include "tests/unit/net_fixture.h"

#include <glib/gstdio.h>
#include "daemon/net/net.h"
#include "daemon/store/db.h"

#define BYTES 40000

typedef struct Clip {
  char *hash, *path, *url;
} Clip;

/* A file as the file thread leaves it, with its row. */
static Clip make_clip(Center *c) {
  g_autofree char *body = g_malloc(BYTES);
  for (int i = 0; i < BYTES; i++)
    body[i] = (char)('a' + i % 23);
  Clip clip = {.hash = gw_hash_hex(body, BYTES)};
  g_autofree char *folder = g_strdup_printf("%s/%.2s", c->media, clip.hash);
  clip.path = g_strdup_printf("%s/%s.mp4", folder, clip.hash);
  clip.url = g_strconcat("/api/v1/file/", clip.hash, NULL);
  assert_int_equal(g_mkdir_with_parents(folder, 0750), 0);
  assert_true(g_file_set_contents(clip.path, body, BYTES, NULL));
  json_t *stored = json_pack("{s:s, s:s, s:i, s:i}", "hash", clip.hash, "kind", "mp4", "bytes", BYTES, "user_id", 0);
  Done done = {0};
  assert_true(gw_ledger_observe(c->ledger, "file.stored", stored, NULL, 0, on_done, &done, NULL));
  json_decref(stored);
  wait_for(&done.came, "the row of the file");
  json_decref(done.result);
  assert_int_equal(done.code, GW_CODE_OK);
  return clip;
}

static void clip_clear(Clip *clip) {
  g_free(clip->hash);
  g_free(clip->path);
  g_free(clip->url);
}

static char *get(Center *c, const char *url, const char *cookie, const char *more) {
  g_autofree char *lines = g_strconcat(cookie, more, NULL);
  return ask(c, "GET", url, lines, NULL);
}

static gsize body_bytes(const char *answer) {
  const char *end = strstr(answer, "\r\n\r\n");
  return end ? strlen(end + 4) : 0;
}

static void parts_of_a_clip_are_the_bytes_that_were_asked_for(void **state) {
  Center *c = *state;
  Clip clip = make_clip(c);
  g_autofree char *cookie = login(c, "wang");
  g_autofree char *whole = get(c, clip.url, cookie, NULL);
  assert_int_equal(status_of(whole), 200);
  assert_int_equal(body_bytes(whole), BYTES);
  assert_non_null(strstr(whole, "Content-Type: video/mp4\r\n"));
  assert_non_null(strstr(whole, "Accept-Ranges: bytes\r\n"));
  g_autofree char *part = get(c, clip.url, cookie, "Range: bytes=23-45\r\n");
  assert_int_equal(status_of(part), 206);
  assert_non_null(strstr(part, "Content-Range: bytes 23-45/40000\r\n"));
  assert_non_null(strstr(part, "\r\n\r\nabcdefghijklmnopqrstuvw"));
  assert_int_equal(body_bytes(part), 23);
  g_autofree char *tail = get(c, clip.url, cookie, "Range: bytes=-20000\r\n"); /* more than one fragment */
  assert_int_equal(status_of(tail), 206);
  assert_int_equal(body_bytes(tail), 20000);
  g_autofree char *outside = get(c, clip.url, cookie, "Range: bytes=40000-\r\n");
  assert_int_equal(status_of(outside), 416);
  assert_non_null(strstr(outside, "Content-Range: bytes */40000\r\n"));
  g_autofree char *other = get(c, clip.url, cookie, "Range: bytes=0-1\r\nIf-Range: \"another\"\r\n");
  assert_int_equal(status_of(other), 200);
  clip_clear(&clip);
}

static void clip_is_not_for_walls_patrols_and_nobody(void **state) {
  Center *c = *state;
  Clip clip = make_clip(c);
  g_autofree char *nobody = get(c, clip.url, "", NULL);
  assert_int_equal(status_of(nobody), 401);
  add_user(c, "li", "supervisor");
  g_autofree char *cookie = login(c, "li");
  g_autofree char *supervisor = get(c, clip.url, cookie, NULL);
  assert_int_equal(status_of(supervisor), 200);
  add_user(c, "zhao", "warden");
  g_autofree char *his = login(c, "zhao");
  g_autofree char *warden = get(c, clip.url, his, NULL);
  assert_int_equal(status_of(warden), 403);
  clip_clear(&clip);
}

static gboolean is_gone(const Clip *clip) {
  return !g_file_test(clip->path, G_FILE_TEST_EXISTS);
}

static void clip_whose_time_is_over_is_taken_away_and_says_until_when_it_was_kept(void **state) {
  Center *c = *state;
  Clip clip = make_clip(c);
  json_decref(command_as_admin(c, "camera.add", json_pack("{s:s,s:s,s:s}", "code", "C-1", "name", "东门", "url", "rtsp://192.0.2.1/1")));
  g_autoptr(GwDb) db = gw_db_open(c->database, GW_DB_WRITE, NULL);
  g_autofree char *row = g_strdup_printf(
      "insert into clip (source, camera_id, state, hash, from_us, to_us, asked_at_us, saved_at_us, keep_until_us)"
      " values ('ring', 1, 'removed', '%s', 1, 2, 1, 1, 1795254893000000)",
      clip.hash);
  g_autoptr(GError) error = NULL;
  if (!gw_db_exec(db, row, &error))
    fail_msg("%s", error->message);
  g_autofree char *cookie = login(c, "wang");
  g_autofree char *at_once = get(c, clip.url, cookie, NULL); /* its file is not away yet */
  assert_int_equal(status_of(at_once), 410);
  json_t *effects = json_pack("[{s:s,s:s,s:s}, {s:s,s:s,s:s}]", "effect", "file.remove", "hash", clip.hash, "kind", "mp4",
                              "effect", "file.remove", "hash", "../../center.db", "kind", "mp4");
  json_t *none = json_array();
  const GwPublication publication = {.put = none, .del = none, .effects = effects};
  gw_net_on_publication(c->net, &publication);
  json_decref(effects);
  json_decref(none);
  for (GwUsec until_us = gw_clock_mono_us() + WAIT_US; !is_gone(&clip) && gw_clock_mono_us() < until_us;)
    g_main_context_iteration(NULL, FALSE);
  assert_true(is_gone(&clip));
  g_autofree char *answer = get(c, clip.url, cookie, NULL);
  assert_int_equal(status_of(answer), 410);
  assert_non_null(strstr(answer, "kept until 2026-11-21"));
  assert_non_null(strstr(answer, "\"sentence_zh\":\"该录像保留至 2026-11-21"));
  clip_clear(&clip);
}

int main(void) {
#define TEST(f) cmocka_unit_test_setup_teardown(f, center_up, center_down)
  const struct CMUnitTest tests[] = {
      TEST(parts_of_a_clip_are_the_bytes_that_were_asked_for),
      TEST(clip_is_not_for_walls_patrols_and_nobody),
      TEST(clip_whose_time_is_over_is_taken_away_and_says_until_when_it_was_kept),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
