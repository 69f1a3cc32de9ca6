/* The link: frames survive any cutting, broken streams end, the queue is bounded, a pause holds. */
#include "daemon/base/limits.h"
#include "daemon/link/frame.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct Seen {
  GPtrArray *types; /* char* */
  gsize data_bytes; /* of the last message */
  guint8 last_byte;
  char *closed; /* the reason */
  GwLink *free_me, *pause_me;
} Seen;

static void seen_clear(Seen *seen) {
  g_ptr_array_unref(seen->types);
  g_free(seen->closed);
}

static void note(Seen *seen, json_t *message, const guint8 *data, gsize bytes) {
  g_ptr_array_add(seen->types, g_strdup(json_string_value(json_object_get(message, "type"))));
  seen->data_bytes = bytes;
  if (bytes > 0)
    seen->last_byte = data[bytes - 1];
}

static void on_frame(json_t *message, const guint8 *data, gsize bytes, gpointer user) {
  note(user, message, data, bytes);
}

static void on_message(GwLink *link, json_t *message, const guint8 *data, gsize bytes, gpointer user) {
  Seen *seen = user;
  note(seen, message, data, bytes);
  if (seen->pause_me)
    gw_link_pause(g_steal_pointer(&seen->pause_me), TRUE);
  if (seen->free_me)
    gw_link_free(g_steal_pointer(&seen->free_me));
}

static void on_closed(GwLink *link, const char *reason, gpointer user) {
  Seen *seen = user;
  assert_null(seen->closed);
  seen->closed = g_strdup(reason);
}

static GByteArray *frame(const char *type, gsize bytes) {
  json_t *message = json_pack("{s:s}", "type", type);
  g_autofree guint8 *data = g_malloc(bytes + 1);
  memset(data, 7, bytes);
  GByteArray *encoded = gw_frame_encode(message, data, bytes);
  json_decref(message);
  return encoded;
}

static GByteArray *raw_frame(guint32 json_bytes, guint32 data_bytes, const char *rest) {
  GByteArray *a = g_byte_array_new();
  const guint32 head[2] = {GUINT32_TO_BE(json_bytes), GUINT32_TO_BE(data_bytes)};
  g_byte_array_append(a, (const guint8 *)head, sizeof head);
  g_byte_array_append(a, (const guint8 *)rest, (guint)strlen(rest));
  return a;
}

static void frames_come_whole_however_the_stream_is_cut(void **state) {
  g_autoptr(GByteArray) one = frame("one", 1000), two = frame("two", 0);
  g_byte_array_append(one, two->data, two->len);
  for (guint step = 1; step < one->len; step = step * 3 + 1) {
    g_autoptr(GwFrameReader) r = gw_frame_reader_new();
    Seen seen = {g_ptr_array_new_with_free_func(g_free)};
    for (guint at = 0; at < one->len; at += step)
      assert_true(gw_frame_reader_feed(r, one->data + at, MIN(step, one->len - at), on_frame, &seen, NULL));
    assert_int_equal(seen.types->len, 2);
    assert_string_equal(seen.types->pdata[0], "one");
    assert_string_equal(seen.types->pdata[1], "two");
    assert_int_equal(seen.last_byte, 7);
    seen_clear(&seen);
  }
}

static void broken_streams_say_why_and_stay_broken(void **state) {
  g_autofree char *deep = g_strnfill(GW_LIMIT_JSON_DEPTH + 1, '[');
  const struct {
    guint32 json_bytes, data_bytes;
    const char *rest, *reason;
  } rows[] = {
      {GW_LIMIT_LINK_FRAME_BYTES, 1, "", "frame is too large"},
      {G_MAXUINT32, G_MAXUINT32, "", "frame is too large"},
      {4, 0, "nope", "not JSON"},
      {0, 0, "", "not JSON"},
      {2, 0, "{}", "not an object with a type"},
      {4, 0, "[{}]", "not an object with a type"},
      {10, 0, "{\"type\":1}", "not an object with a type"},
      {14, 0, "{\"type\":\"\xff\xfe\xff\"}", "not JSON"},
      {GW_LIMIT_JSON_DEPTH + 1, 0, deep, "JSON is nested too deep"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(GwFrameReader) r = gw_frame_reader_new();
    g_autoptr(GByteArray) bytes = raw_frame(rows[i].json_bytes, rows[i].data_bytes, rows[i].rest);
    g_autoptr(GByteArray) good = frame("good", 0);
    Seen seen = {g_ptr_array_new_with_free_func(g_free)};
    const char *reason = NULL;
    assert_false(gw_frame_reader_feed(r, bytes->data, bytes->len, on_frame, &seen, &reason));
    assert_string_equal(reason, rows[i].reason);
    assert_false(gw_frame_reader_feed(r, good->data, good->len, on_frame, &seen, &reason));
    assert_int_equal(seen.types->len, 0);
    seen_clear(&seen);
  }
}

static void brackets_inside_strings_are_no_depth(void **state) {
  json_t *message = json_pack("{s:s,s:s}", "type", "x", "text", "[[[[[[[[[[[[[[[[[[[[[\\\"[[[[");
  g_autoptr(GByteArray) bytes = gw_frame_encode(message, NULL, 0);
  json_decref(message);
  g_autoptr(GwFrameReader) r = gw_frame_reader_new();
  Seen seen = {g_ptr_array_new_with_free_func(g_free)};
  assert_true(gw_frame_reader_feed(r, bytes->data, bytes->len, on_frame, &seen, NULL));
  assert_int_equal(seen.types->len, 1);
  seen_clear(&seen);
}

static void frame_over_the_limit_is_not_encoded(void **state) {
  assert_null(frame("x", GW_LIMIT_LINK_FRAME_BYTES));
  g_autoptr(GByteArray) fits = frame("x", GW_LIMIT_LINK_FRAME_BYTES - strlen("{\"type\":\"x\"}"));
  assert_non_null(fits);
}

/* ---- the link on a loop ---- */

typedef struct Pair {
  GMainContext *context;
  GwLink *a, *b;
  int fd_a, fd_b; /* lent: the links own them */
  Seen at_a, at_b;
} Pair;

static void pair_init(Pair *p, gboolean with_b) {
  int fds[2];
  assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
  *p = (Pair){.context = g_main_context_new(), .fd_a = fds[0], .fd_b = fds[1]};
  p->at_a.types = g_ptr_array_new_with_free_func(g_free);
  p->at_b.types = g_ptr_array_new_with_free_func(g_free);
  p->a = gw_link_new(p->context, fds[0], on_message, on_closed, &p->at_a);
  if (with_b)
    p->b = gw_link_new(p->context, fds[1], on_message, on_closed, &p->at_b);
}

static void pair_clear(Pair *p) {
  gw_link_free(p->a);
  gw_link_free(p->b);
  seen_clear(&p->at_a);
  seen_clear(&p->at_b);
  g_main_context_unref(p->context);
}

static gboolean give_up(gpointer timed_out) {
  *(gboolean *)timed_out = TRUE;
  return G_SOURCE_REMOVE;
}

/* Turns the loop until the condition holds; a condition that never holds fails the test after 5 s. */
#define turn_until(p, condition)                                                                             \
  do {                                                                                                       \
    gboolean timed_out = FALSE;                                                                              \
    g_autoptr(GSource) limit = g_timeout_source_new(5000);                                                   \
    g_source_set_callback(limit, give_up, &timed_out, NULL);                                                 \
    g_source_attach(limit, (p)->context);                                                                    \
    while (!(condition) && !timed_out)                                                                       \
      g_main_context_iteration((p)->context, TRUE);                                                          \
    g_source_destroy(limit);                                                                                 \
    assert_false(timed_out);                                                                                 \
  } while (0)

static gboolean send_type(GwLink *link, const char *type, gsize bytes) {
  json_t *message = json_pack("{s:s}", "type", type);
  g_autofree guint8 *data = g_malloc0(bytes + 1);
  const gboolean sent = gw_link_send(link, message, data, bytes);
  json_decref(message);
  return sent;
}

static void large_frames_cross_both_ways(void **state) {
  Pair p;
  pair_init(&p, TRUE);
  for (int i = 0; i < 6; i++) {
    assert_true(send_type(p.a, "still", 1000000));
    assert_true(send_type(p.b, "back", 1000000));
  }
  turn_until(&p, p.at_a.types->len == 6 && p.at_b.types->len == 6);
  assert_int_equal(p.at_b.data_bytes, 1000000);
  assert_int_equal(gw_link_queued_bytes(p.a), 0);
  pair_clear(&p);
}

static void full_queue_refuses_and_keeps_what_it_has(void **state) {
  Pair p;
  pair_init(&p, FALSE);
  int taken = 0;
  while (send_type(p.a, "still", 1000000))
    taken++;
  assert_int_equal(taken, GW_LIMIT_LINK_QUEUE_BYTES / 1000000);
  assert_true(gw_link_queued_bytes(p.a) <= GW_LIMIT_LINK_QUEUE_BYTES);
  p.b = gw_link_new(p.context, p.fd_b, on_message, on_closed, &p.at_b);
  turn_until(&p, (int)p.at_b.types->len == taken);
  pair_clear(&p);
}

static void peer_that_goes_is_told_once_after_its_last_words(void **state) {
  Pair p;
  pair_init(&p, TRUE);
  assert_true(send_type(p.b, "last", 10));
  turn_until(&p, gw_link_queued_bytes(p.b) == 0);
  gw_link_free(g_steal_pointer(&p.b));
  turn_until(&p, p.at_a.closed);
  assert_string_equal(p.at_a.closed, "closed");
  assert_int_equal(p.at_a.types->len, 1);
  assert_false(send_type(p.a, "late", 0));
  pair_clear(&p);
}

static void peer_that_goes_in_the_middle_of_a_frame_is_told_apart(void **state) {
  Pair p;
  pair_init(&p, FALSE);
  assert_int_equal(write(p.fd_b, "\0\0\0", 3), 3);
  close(p.fd_b);
  turn_until(&p, p.at_a.closed);
  assert_string_equal(p.at_a.closed, "closed in the middle of a frame");
  pair_clear(&p);
}

static void broken_peer_ends_the_link(void **state) {
  Pair p;
  pair_init(&p, FALSE);
  assert_int_equal(write(p.fd_b, "GET / HTTP/1.1\r\n\r\n", 18), 18);
  turn_until(&p, p.at_a.closed);
  assert_string_equal(p.at_a.closed, "frame is too large");
  close(p.fd_b);
  pair_clear(&p);
}

static void pause_holds_even_what_was_already_read(void **state) {
  Pair p;
  pair_init(&p, TRUE);
  for (int i = 0; i < 10; i++)
    assert_true(send_type(p.b, "x", 100)); /* all in one read */
  p.at_a.pause_me = p.a;
  turn_until(&p, gw_link_queued_bytes(p.b) == 0 && p.at_a.types->len > 0);
  while (g_main_context_iteration(p.context, FALSE)) {
  }
  assert_int_equal(p.at_a.types->len, 1);
  gw_link_pause(p.a, FALSE);
  turn_until(&p, p.at_a.types->len == 10);
  pair_clear(&p);
}

static void link_may_be_freed_inside_its_own_message(void **state) {
  Pair p;
  pair_init(&p, TRUE);
  assert_true(send_type(p.b, "x", 0));
  assert_true(send_type(p.b, "x", 0));
  p.at_a.free_me = g_steal_pointer(&p.a);
  turn_until(&p, p.at_b.closed);
  assert_int_equal(p.at_a.types->len, 1);
  assert_null(p.at_a.closed);
  pair_clear(&p);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(frames_come_whole_however_the_stream_is_cut),
      cmocka_unit_test(broken_streams_say_why_and_stay_broken),
      cmocka_unit_test(brackets_inside_strings_are_no_depth),
      cmocka_unit_test(frame_over_the_limit_is_not_encoded),
      cmocka_unit_test(large_frames_cross_both_ways),
      cmocka_unit_test(full_queue_refuses_and_keeps_what_it_has),
      cmocka_unit_test(peer_that_goes_is_told_once_after_its_last_words),
      cmocka_unit_test(peer_that_goes_in_the_middle_of_a_frame_is_told_apart),
      cmocka_unit_test(broken_peer_ends_the_link),
      cmocka_unit_test(pause_holds_even_what_was_already_read),
      cmocka_unit_test(link_may_be_freed_inside_its_own_message),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
