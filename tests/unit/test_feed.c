#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include <jansson.h>

#include "daemon/base/clock.h"
#include "daemon/base/limits.h"
#include "daemon/net/feed.h"

/* A feed whose snapshots are asked for and answered by the test, and one client that is read by hand. */
typedef struct {
  GwFeed *feed;
  GwFeedClient *client;
  guint asked, closes;
  char *asked_view;
} Fixture;

static gboolean on_read(const char *view, gpointer user) {
  Fixture *f = user;
  f->asked++;
  g_free(f->asked_view);
  f->asked_view = g_strdup(view);
  return TRUE;
}

static void on_want_write(gpointer user) {
}

static void on_close(gpointer user) {
  ((Fixture *)user)->closes++;
}

static int set_up(void **state) {
  Fixture *f = g_new0(Fixture, 1);
  gw_clock_fake(1000 * GW_SEC);
  GwFeedConfig config = {.boot = "run-1", .seq = 10, .read_snapshot = on_read, .user = f};
  f->feed = gw_feed_new(&config);
  GwFeedClientHooks hooks = {on_want_write, on_close, f};
  f->client = gw_feed_client_new(f->feed, &hooks);
  *state = f;
  return 0;
}

static int tear_down(void **state) {
  Fixture *f = *state;
  gw_feed_client_free(f->client);
  gw_feed_free(f->feed);
  g_free(f->asked_view);
  g_free(f);
  gw_clock_unfake();
  return 0;
}

/* A place that changed: every view sees it. */
static void publish(Fixture *f, gint64 prev, gint64 seq, gsize padding) {
  g_autofree char *name = g_strnfill(padding + 1, 'x');
  json_t *put = json_pack("[{s:s,s:i,s:i,s:s}]", "type", "place", "id", 1, "rev", (int)seq, "name", name);
  json_t *none = json_array();
  GwPublication publication = {prev, seq, put, none, none};
  gw_feed_publish(f->feed, &publication);
  json_decref(put);
  json_decref(none);
}

static void answer(Fixture *f, gint64 seq) {
  json_t *put = json_array();
  g_autoptr(GBytes) text = gw_feed_snapshot_text(f->asked_view, seq, 0, put);
  gw_feed_snapshot(f->feed, f->asked_view, seq, text);
  json_decref(put);
}

static json_t *next(Fixture *f) {
  g_autoptr(GBytes) text = gw_feed_client_next(f->client);
  gsize n = 0;
  const char *data = text ? g_bytes_get_data(text, &n) : NULL;
  return data ? json_loadb(data, n, 0, NULL) : NULL;
}

static void assert_next(Fixture *f, const char *type, gint64 prev, gint64 seq) {
  json_t *m = next(f);
  assert_non_null(m);
  assert_string_equal(json_string_value(json_object_get(m, "type")), type);
  if (prev >= 0)
    assert_int_equal(json_integer_value(json_object_get(m, "prev")), prev);
  if (seq >= 0)
    assert_int_equal(json_integer_value(json_object_get(m, "seq")), seq);
  json_decref(m);
}

static void assert_nothing(Fixture *f) {
  json_t *m = next(f);
  assert_null(m);
}

static void subscribe(Fixture *f, const char *boot, gint64 seq) {
  assert_true(gw_feed_client_subscribe(f->client, "desk", boot, seq, NULL));
}

static void a_snapshot_comes_first_and_patches_after_it(void **state) {
  Fixture *f = *state;
  subscribe(f, NULL, -1);
  assert_int_equal(f->asked, 1);
  assert_nothing(f);
  answer(f, 10);
  publish(f, 10, 12, 0);
  assert_next(f, "snapshot", -1, 10);
  assert_next(f, "patch", 10, 12);
  assert_nothing(f);
}

static void what_comes_while_a_snapshot_is_read_is_neither_lost_nor_doubled(void **state) {
  Fixture *f = *state;
  subscribe(f, NULL, -1);
  publish(f, 10, 11, 0);
  publish(f, 11, 13, 0);
  publish(f, 13, 14, 0);
  answer(f, 13); /* it was read after 13 was committed */
  assert_next(f, "snapshot", -1, 13);
  assert_next(f, "patch", 13, 14);
  assert_nothing(f);
}

static void a_cut_client_goes_on_where_it_was(void **state) {
  Fixture *f = *state;
  subscribe(f, NULL, -1);
  answer(f, 10);
  assert_next(f, "snapshot", -1, 10);
  gw_feed_client_free(f->client);
  publish(f, 10, 12, 0);
  publish(f, 12, 15, 0);
  GwFeedClientHooks hooks = {on_want_write, on_close, f};
  f->client = gw_feed_client_new(f->feed, &hooks);
  subscribe(f, "run-1", 12);
  assert_int_equal(f->asked, 1);
  assert_next(f, "patch", 12, 15);
  assert_nothing(f);
}

static void another_run_or_a_number_not_known_means_a_snapshot(void **state) {
  Fixture *f = *state;
  subscribe(f, "run-0", 10);
  assert_int_equal(f->asked, 1);
  answer(f, 10);
  subscribe(f, "run-1", 9); /* before the ring begins */
  assert_int_equal(f->asked, 2);
  answer(f, 10);
  subscribe(f, "run-1", 99); /* after its end */
  assert_int_equal(f->asked, 3);
}

static void the_ring_forgets_its_oldest(void **state) {
  Fixture *f = *state;
  subscribe(f, NULL, -1);
  answer(f, 10);
  gw_feed_client_unsubscribe(f->client, "desk");
  for (int i = 0; i < GW_LIMIT_FEED_RING + 1; i++)
    publish(f, 10 + i, 11 + i, 0);
  subscribe(f, "run-1", 10);
  assert_int_equal(f->asked, 2); /* 11 is gone */
}

static void state_that_is_not_journaled_keeps_the_number(void **state) {
  Fixture *f = *state;
  subscribe(f, NULL, -1);
  answer(f, 10);
  assert_next(f, "snapshot", -1, 10);
  publish(f, 10, 10, 0);
  assert_next(f, "patch", 10, 10);
  publish(f, 10, 11, 0);
  assert_next(f, "patch", 10, 11);
}

static void a_slow_client_gets_a_fresh_snapshot_then_is_let_go(void **state) {
  Fixture *f = *state;
  subscribe(f, NULL, -1);
  answer(f, 10);
  gint64 seq = 10;
  for (int i = 0; i < GW_LIMIT_CLIENT_QUEUE_MESSAGES + 1; i++, seq++)
    publish(f, seq, seq + 1, 0);
  assert_int_equal(f->closes, 0);
  assert_nothing(f); /* what waited is dropped, and a snapshot asked for */
  assert_int_equal(f->asked, 2);
  answer(f, seq);
  assert_next(f, "snapshot", -1, seq);
  for (int i = 0; i < GW_LIMIT_CLIENT_QUEUE_MESSAGES + 1; i++, seq++)
    publish(f, seq, seq + 1, 0);
  assert_int_equal(f->closes, 1);
  json_t *bye = next(f);
  assert_string_equal(json_string_value(json_object_get(bye, "reason")), "slow");
  json_decref(bye);
  publish(f, seq, seq + 1, 0);
  assert_nothing(f);
}

static void the_queue_is_bounded_in_bytes_too(void **state) {
  Fixture *f = *state;
  subscribe(f, NULL, -1);
  answer(f, 10);
  for (gint64 seq = 10; seq < 15; seq++)
    publish(f, seq, seq + 1, GW_LIMIT_CLIENT_QUEUE_BYTES / 4);
  assert_int_equal(gw_feed_counters(f->feed)->overflows, 1);
}

static void replies_survive_an_overflow(void **state) {
  Fixture *f = *state;
  subscribe(f, NULL, -1);
  answer(f, 10);
  gw_feed_client_send(f->client, json_pack("{s:s}", "type", "reply"));
  for (gint64 seq = 10; seq < 10 + GW_LIMIT_CLIENT_QUEUE_MESSAGES; seq++)
    publish(f, seq, seq + 1, 0);
  assert_int_equal(gw_feed_counters(f->feed)->overflows, 1);
  assert_next(f, "reply", -1, -1);
  assert_nothing(f);
}

static void an_idle_client_hears_a_beat_each_second(void **state) {
  Fixture *f = *state;
  subscribe(f, NULL, -1);
  answer(f, 10);
  assert_next(f, "snapshot", -1, 10);
  gw_clock_fake_advance(GW_SEC);
  gw_feed_tick(f->feed);
  assert_next(f, "beat", -1, 10);
  publish(f, 10, 11, 0);
  gw_feed_tick(f->feed);
  assert_next(f, "patch", 10, 11);
  assert_nothing(f);
}

static void gauges_are_joined_and_dropped_for_a_busy_client(void **state) {
  Fixture *f = *state;
  subscribe(f, NULL, -1);
  answer(f, 10);
  assert_next(f, "snapshot", -1, 10);
  json_t *one = json_pack("[{s:i,s:i},{s:i,s:i}]", "id", 1, "age_ms", 5, "id", 2, "age_ms", 6);
  json_t *two = json_pack("[{s:i,s:i}]", "id", 1, "age_ms", 7);
  gw_feed_gauges(f->feed, one);
  gw_feed_gauges(f->feed, two);
  gw_feed_tick(f->feed);
  json_t *m = next(f);
  assert_int_equal(json_array_size(json_object_get(m, "cameras")), 2);
  json_decref(m);
  publish(f, 10, 11, 0); /* not read: the queue is not empty */
  gw_feed_gauges(f->feed, one);
  gw_feed_tick(f->feed);
  assert_int_equal(gw_feed_counters(f->feed)->gauges_dropped, 1);
  json_decref(one);
  json_decref(two);
}

static void a_failed_snapshot_is_asked_for_again(void **state) {
  Fixture *f = *state;
  subscribe(f, NULL, -1);
  gw_feed_snapshot(f->feed, "desk", 0, NULL);
  gw_feed_tick(f->feed);
  assert_int_equal(f->asked, 2);
  answer(f, 10);
  assert_next(f, "beat", -1, 10); /* alive, though it has nothing yet */
  assert_next(f, "snapshot", -1, 10);
}

static void a_unit_sees_neither_the_desk_nor_another_unit(void **state) {
  Fixture *f = *state;
  assert_true(gw_feed_client_subscribe(f->client, "unit:7", NULL, -1, NULL));
  assert_string_equal(f->asked_view, "unit:7");
  answer(f, 10);
  assert_next(f, "snapshot", -1, 10);
  json_t *put = json_pack("[{s:s,s:i,s:i},{s:s,s:i,s:i}]", "type", "camera", "id", 1, "rev", 2, "type", "unit", "id", 8, "rev", 2);
  json_t *none = json_array();
  GwPublication publication = {10, 11, put, none, none};
  gw_feed_publish(f->feed, &publication);
  assert_nothing(f);
  json_decref(put);
  json_decref(none);
  publish(f, 11, 12, 0);
  assert_next(f, "patch", 10, 12); /* prev is the last number sent to this view */
}

static void unknown_views_are_refused(void **state) {
  Fixture *f = *state;
  static const char *const bad[] = {"", "desks", "unit:", "unit:0", "unit:-1", "unit:x", "Desk"};
  for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
    g_autoptr(GError) error = NULL;
    assert_false(gw_feed_client_subscribe(f->client, bad[i], NULL, -1, &error));
    assert_int_equal(gw_error_code(error), GW_CODE_BAD_ARGS);
  }
}

static void a_fault_of_the_storage_reaches_everybody(void **state) {
  Fixture *f = *state;
  gw_feed_storage(f->feed, "full", 5);
  json_t *m = next(f);
  assert_string_equal(json_string_value(json_object_get(m, "storage")), "full");
  assert_non_null(json_object_get(m, "sentence_zh"));
  json_decref(m);
}

int main(void) {
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
  const struct CMUnitTest tests[] = {
      T(a_snapshot_comes_first_and_patches_after_it),
      T(what_comes_while_a_snapshot_is_read_is_neither_lost_nor_doubled),
      T(a_cut_client_goes_on_where_it_was),
      T(another_run_or_a_number_not_known_means_a_snapshot),
      T(the_ring_forgets_its_oldest),
      T(state_that_is_not_journaled_keeps_the_number),
      T(a_slow_client_gets_a_fresh_snapshot_then_is_let_go),
      T(the_queue_is_bounded_in_bytes_too),
      T(replies_survive_an_overflow),
      T(an_idle_client_hears_a_beat_each_second),
      T(gauges_are_joined_and_dropped_for_a_busy_client),
      T(a_failed_snapshot_is_asked_for_again),
      T(a_unit_sees_neither_the_desk_nor_another_unit),
      T(unknown_views_are_refused),
      T(a_fault_of_the_storage_reaches_everybody),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
