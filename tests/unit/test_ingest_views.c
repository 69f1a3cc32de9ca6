/* The supervisor's views: shared by those who look, closed after them, reopened, and what a worker may say of them. */
#include "tests/unit/ingest_fixture.h"

#include <jansson.h>
#include "daemon/base/clock.h"
#include "daemon/ingest/ingest.h"
#include "daemon/ingest/views_private.h"
#include "daemon/ledger/ledger.h"
#include "daemon/link/frame.h"
#include "daemon/store/db.h"

/* ---- the worker's side: it shows a keyframe and two pictures, and what the test's notes ask for ---- */

#define EPOCH_US ((json_int_t)1795254893000000)
#define PIECE_BYTES (300 * 1024)

static void say_init(Fake *fake, json_int_t view, int gen) {
  say(fake->media,
      json_pack("{s:s, s:I, s:i, s:I, s:s, s:i, s:i}", "type", "view.init", "view", view, "gen", gen, "epoch_us",
                EPOCH_US, "codecs", "avc1.64001F", "width", 640, "height", 360),
      "init", 4);
}

static void say_unit(Fake *fake, json_int_t view, int gen, int number_, gboolean key, gsize bytes, gboolean more) {
  g_autofree guint8 *data = g_malloc0(bytes);
  data[0] = (guint8)number_;
  say(fake->media,
      json_pack("{s:s, s:I, s:i, s:i, s:b, s:I, s:b, s:b}", "type", "view.unit", "view", view, "gen", gen, "number",
                number_, "key", key, "at_us", EPOCH_US + number_ * 40000, "replay", number_ == 1, "more", more),
      data, bytes);
}

static void say_nonsense(Fake *fake, json_int_t view) {
  say_init(fake, view + 1000, 1);                                    /* nobody asked for it */
  say_unit(fake, view + 1000, 1, 1, TRUE, 10, FALSE);
  say_unit(fake, view, 7, 4, TRUE, 10, FALSE);                       /* of a gen that there is not */
  say_unit(fake, view, 1, 2, TRUE, 10, FALSE);                       /* one that was there */
  say_unit(fake, view, 1, 0, TRUE, 10, FALSE);
  say_init(fake, view, 1);                                           /* a gen that was there */
  say(fake->media, json_pack("{s:s, s:I, s:i, s:I, s:s, s:i, s:i}", "type", "view.init", "view", view, "gen", 5, "epoch_us",
                             EPOCH_US, "codecs", "avc1\"><script>", "width", 640, "height", 360), "x", 1);
  say(fake->media, json_pack("{s:s, s:I, s:i, s:I, s:s, s:i, s:i}", "type", "view.init", "view", view, "gen", 5, "epoch_us",
                             EPOCH_US, "codecs", "avc1.64001F", "width", 99999, "height", 0), "x", 1);
}

static void fake_view(Fake *fake, json_t *m) {
  const json_int_t view = number(m, "view");
  g_autofree char *note = g_strdup_printf("view:%d:%d:%s:%s", (int)number(m, "id"), (int)view, fake->name,
                                          *text(m, "url") ? "main" : "watched");
  leave_note(note);
  if (took_note("want-end") && notes("view:") == 1) {
    say(fake->media, json_pack("{s:s, s:I, s:s}", "type", "view.ended", "view", view, "cause", "unreachable"), NULL, 0);
    return;
  }
  if (took_note("want-silence"))
    return;
  say_init(fake, view, 1);
  say_unit(fake, view, 1, 1, TRUE, 100, FALSE);
  say_unit(fake, view, 1, 2, FALSE, 100, FALSE);
  say_unit(fake, view, 1, 3, FALSE, 100, FALSE);
  if (took_note("want-nonsense"))
    say_nonsense(fake, view);
  if (took_note("want-hole")) {
    say_unit(fake, view, 1, 9, FALSE, 100, FALSE); /* five are missing: nobody could show it */
    say_unit(fake, view, 1, 10, TRUE, 100, FALSE);
  }
  if (took_note("want-pieces")) {
    say_unit(fake, view, 1, 4, TRUE, PIECE_BYTES, TRUE);
    say_unit(fake, view, 1, 4, TRUE, PIECE_BYTES, TRUE);
    say_unit(fake, view, 1, 4, TRUE, 1, FALSE);
    say_unit(fake, view, 1, 5, FALSE, PIECE_BYTES, TRUE); /* its end never comes */
    say_unit(fake, view, 1, 6, FALSE, 10, FALSE);
    say_unit(fake, view, 1, 7, TRUE, 10, FALSE);
  }
}

static gboolean fake_looking(Fake *fake, const char *type, json_t *m) {
  if (strcmp(type, "view.open") == 0) {
    fake_view(fake, m);
  } else if (strcmp(type, "view.close") == 0) {
    g_autofree char *note = g_strdup_printf("closed:%d", (int)number(m, "view"));
    leave_note(note);
  } else {
    return FALSE;
  }
  return TRUE;
}

/* ---- the test's side ---- */

typedef struct Eye {
  guint waiting, playing, pictures, old, missed, ended, gen;
  GwUsec first_us, last_us;
  gsize largest;
  gboolean last_is_key;
  char *cause;
} Eye;

static void on_news(const GwViewNews *news, gpointer user) {
  Eye *eye = user;
  if (news->what == GW_VIEW_WAITING || news->what == GW_VIEW_ENDED) {
    g_free(eye->cause);
    eye->cause = g_strdup(news->cause);
  }
  eye->waiting += news->what == GW_VIEW_WAITING;
  eye->ended += news->what == GW_VIEW_ENDED;
  if (news->what == GW_VIEW_PLAYING) {
    eye->playing++;
    assert_true(news->gen > eye->gen);
    eye->gen = news->gen;
    assert_string_equal(news->codecs, "avc1.64001F");
  }
  if (news->what == GW_VIEW_MISSED)
    eye->missed += news->pictures;
  if (news->what != GW_VIEW_PICTURE)
    return;
  assert_true(eye->playing > 0);
  if (eye->pictures++ == 0)
    eye->first_us = news->at_us;
  eye->last_us = news->at_us;
  eye->last_is_key = news->is_key;
  eye->old += news->is_old;
  eye->largest = MAX(eye->largest, g_bytes_get_size(news->bytes));
}

static GwViewer *watch(Center *c, GwId camera_id, gboolean main, Eye *eye, const char **ret_cause) {
  const GwViewWish wish = {.camera_id = camera_id, .main = main};
  return gw_view_watch(c->ingest, &wish, on_news, eye, ret_cause);
}

static GwViewer *must_watch(Center *c, GwId camera_id, Eye *eye) {
  const char *cause = NULL;
  GwViewer *viewer = watch(c, camera_id, FALSE, eye, &cause);
  if (!viewer)
    fail_msg("%s", cause);
  return viewer;
}

static guint views(Center *c) {
  GwViewFigures figures;
  gw_view_figures(c->ingest, &figures);
  return figures.views;
}

static void start_with(Center *c, int cameras) {
  for (int i = 1; i <= cameras; i++) {
    g_autofree char *code = g_strdup_printf("C-%d", i);
    add_camera(c, code);
  }
  start_ingest(c);
  turn_until(count(c, LIVE) == cameras);
}

static void later(Center *c, GwUsec by_us) {
  gw_views_tick(c->ingest, gw_clock_mono_us() + by_us);
}

static void all_who_look_share_a_view_and_who_comes_later_begins_with_the_keyframe(void **state) {
  Center *c = *state;
  start_with(c, 1);
  Eye first = {0}, second = {0};
  GwViewer *a = must_watch(c, 1, &first);
  assert_string_equal(first.cause, "starting");
  turn_until(first.pictures == 3);
  assert_int_equal(first.old, 1); /* what the worker had from before */
  GwViewer *b = must_watch(c, 1, &second);
  assert_int_equal(second.playing, 1); /* inside the call */
  assert_int_equal(second.pictures, 3);
  assert_int_equal(second.old, 3);
  assert_int_equal(second.waiting, 0);
  assert_int_equal(notes("view:1:"), 1);
  gw_view_unwatch(a);
  gw_view_unwatch(b);
  later(c, 4 * GW_SEC);
  assert_int_equal(views(c), 1); /* somebody may come back */
  second.gen = 0; /* the same one */
  GwViewer *again = must_watch(c, 1, &second);
  later(c, 6 * GW_SEC);
  assert_int_equal(views(c), 1);
  gw_view_unwatch(again);
  later(c, 6 * GW_SEC);
  assert_int_equal(views(c), 0);
  turn_until(notes("closed:1") == 1);
  g_free(first.cause);
  g_free(second.cause);
}

static void main_stream_that_is_watched_is_the_same_view(void **state) {
  Center *c = *state;
  start_with(c, 2);
  order(c, 1, "camera.change", json_pack("{s:i, s:s}", "camera_id", 2, "sub_url", "rtsp://192.0.2.1/sub"), "camera_id");
  turn_until(notes("sub-with") == 1 && count(c, LIVE) == 2);
  Eye eye = {0};
  const char *cause = NULL;
  for (int i = 0; i < 4; i++) {
    GwViewer *viewer = watch(c, 1 + i / 2, i % 2 == 0, &eye, &cause);
    assert_non_null(viewer);
    gw_view_unwatch(viewer);
  }
  assert_int_equal(views(c), 3);
  turn_until(notes("view:") == 3);
  assert_int_equal(notes("view:2:2:cameras:main"), 1);
  assert_null(watch(c, 99, FALSE, &eye, &cause));
  assert_string_equal(cause, "not_found");
  g_free(eye.cause);
}

static void views_are_bounded_and_one_that_nobody_looks_at_makes_room(void **state) {
  Center *c = *state;
  start_with(c, GW_LIMIT_VIEWS + 1);
  static Eye eyes[GW_LIMIT_VIEWS + 1];
  GwViewer *viewers[GW_LIMIT_VIEWS];
  for (int i = 0; i < GW_LIMIT_VIEWS; i++)
    viewers[i] = must_watch(c, i + 1, &eyes[i]);
  const char *cause = NULL;
  assert_null(watch(c, GW_LIMIT_VIEWS + 1, FALSE, &eyes[GW_LIMIT_VIEWS], &cause));
  assert_string_equal(cause, "busy");
  gw_view_unwatch(viewers[7]);
  assert_non_null(watch(c, GW_LIMIT_VIEWS + 1, FALSE, &eyes[GW_LIMIT_VIEWS], &cause));
  assert_int_equal(views(c), GW_LIMIT_VIEWS);
  turn_until(eyes[GW_LIMIT_VIEWS].pictures == 3);
  gw_ingest_stop(g_steal_pointer(&c->ingest)); /* whoever looks still is told */
  for (int i = 0; i <= GW_LIMIT_VIEWS; i++) {
    assert_int_equal(eyes[i].ended, i != 7);
    g_free(eyes[i].cause);
  }
}

static void view_outlives_its_worker_and_counts_on(void **state) {
  Center *c = *state;
  start_with(c, 1);
  Eye eye = {0};
  GwViewer *viewer = must_watch(c, 1, &eye);
  turn_until(eye.pictures == 3);
  kill(pid_of(c, 0), SIGKILL);
  turn_until(eye.waiting == 2 && strcmp(eye.cause, "worker_gone") == 0);
  turn_until(eye.pictures == 6);
  assert_int_equal(eye.gen, 2);
  assert_int_equal(notes("view:1:1:"), 1);
  assert_int_equal(notes("view:1:2:"), 1); /* a number is never used again */
  assert_int_equal(eye.ended, 0);
  gw_view_unwatch(viewer);
  g_free(eye.cause);
}

static void view_that_ends_is_opened_again_while_somebody_looks(void **state) {
  Center *c = *state;
  start_with(c, 1);
  leave_note("want-end");
  Eye eye = {0};
  GwViewer *viewer = must_watch(c, 1, &eye);
  turn_until(g_strcmp0(eye.cause, "unreachable") == 0);
  assert_int_equal(eye.ended, 0);
  later(c, GW_SEC / 2);
  assert_int_equal(notes("view:"), 1); /* not at once: a camera that is away is not helped by asking */
  later(c, 2 * GW_SEC);
  turn_until(eye.pictures == 3);
  gw_view_unwatch(viewer);
  g_free(eye.cause);
}

static void camera_that_is_removed_ends_its_view(void **state) {
  Center *c = *state;
  start_with(c, 1);
  Eye eye = {0};
  must_watch(c, 1, &eye);
  turn_until(eye.pictures == 3);
  order(c, 1, "camera.remove", json_pack("{s:i}", "camera_id", 1), "camera_id");
  turn_until(eye.ended == 1);
  assert_string_equal(eye.cause, "not_found");
  assert_int_equal(views(c), 0);
  g_free(eye.cause);
}

static void camera_that_moves_to_another_worker_takes_its_view_along(void **state) {
  Center *c = *state;
  c->camera_workers = 2;
  start_with(c, 2);
  Eye eye = {0};
  GwViewer *viewer = must_watch(c, 2, &eye);
  turn_until(eye.pictures == 3);
  assert_int_equal(notes("view:2:1:cameras-2:"), 1);
  gw_ingest_set_camera_workers(c->ingest, 1);
  turn_until(eye.pictures == 6);
  assert_int_equal(notes("view:2:2:cameras:"), 1);
  assert_int_equal(eye.gen, 2);
  gw_view_unwatch(viewer);
  g_free(eye.cause);
}

static void what_a_worker_was_not_asked_for_is_not_shown(void **state) {
  Center *c = *state;
  start_with(c, 1);
  leave_note("want-nonsense");
  leave_note("want-hole");
  Eye eye = {0};
  GwViewer *viewer = must_watch(c, 1, &eye);
  turn_until(eye.pictures >= 4);
  assert_int_equal(eye.playing, 1);
  assert_int_equal(eye.pictures, 4);
  assert_true(eye.last_is_key);
  assert_int_equal(eye.missed, 6); /* five that never came, and one that could not be shown */
  gw_view_unwatch(viewer);
  g_free(eye.cause);
}

static void picture_in_pieces_comes_whole_or_not_at_all(void **state) {
  Center *c = *state;
  start_with(c, 1);
  leave_note("want-pieces");
  Eye eye = {0};
  GwViewer *viewer = must_watch(c, 1, &eye);
  turn_until(eye.pictures == 5);
  assert_int_equal(eye.largest, 2 * PIECE_BYTES + 1);
  assert_int_equal(eye.last_us, EPOCH_US + 7 * 40000);
  assert_int_equal(eye.missed, 2);
  gw_view_unwatch(viewer);
  g_free(eye.cause);
}

/* It was said to be away, and its pictures go on as if nothing had been. */
static void camera_that_only_stalled_is_shown_from_its_keyframe_again(void **state) {
  Center *c = *state;
  start_with(c, 1);
  Eye eye = {0};
  GwViewer *viewer = must_watch(c, 1, &eye);
  turn_until(eye.pictures == 3);
  GwView *view = gw_view_of(g_ptr_array_index(c->ingest->workers, 0), 1);
  gw_views_on_camera_state(c->ingest, 1, "stalled", "no_packets");
  assert_string_equal(eye.cause, "no_packets");
  gw_views_on_camera_state(c->ingest, 1, "stalled", "no_packets");
  assert_int_equal(eye.waiting, 2); /* said once */
  json_t *unit = json_pack("{s:s, s:i, s:i, s:i, s:b, s:I}", "type", "view.unit", "view", 1, "gen", 1, "number", 4, "key", 0,
                           "at_us", EPOCH_US + 160000);
  gw_ingest_media_on_message(view->worker, "view.unit", unit, (const guint8 *)"x", 1);
  json_decref(unit);
  assert_int_equal(eye.playing, 2);
  assert_int_equal(eye.pictures, 3 + 4);
  assert_int_equal(eye.gen, 2); /* it counts up, whatever happens */
  gw_view_unwatch(viewer);
  g_free(eye.cause);
}

static void say_state(Center *c, const char *state, const char *cause) {
  json_t *m = json_pack("{s:s, s:i, s:s, s:s, s:I}", "type", "camera.state", "id", 1, "state", state, "cause", cause, "at_us",
                        (json_int_t)gw_clock_real_us());
  gw_cameras_on_message(g_ptr_array_index(c->ingest->workers, 0), "camera.state", m, NULL, 0);
  json_decref(m);
}

static void give_unit(Center *c, int number_) {
  json_t *unit = json_pack("{s:s, s:i, s:i, s:i, s:b, s:I}", "type", "view.unit", "view", 1, "gen", 1, "number", number_, "key",
                           0, "at_us", EPOCH_US + number_ * 40000);
  gw_ingest_media_on_message(g_ptr_array_index(c->ingest->workers, 0), "view.unit", unit, (const guint8 *)"x", 1);
  json_decref(unit);
}

/* It was sent before the camera was lost, and comes after the word of it. */
static void picture_that_comes_late_does_not_bring_a_lost_camera_back(void **state) {
  Center *c = *state;
  start_with(c, 1);
  Eye eye = {0};
  GwViewer *viewer = must_watch(c, 1, &eye);
  turn_until(eye.pictures == 3);
  say_state(c, "lost", "closed");
  assert_string_equal(eye.cause, "closed");
  give_unit(c, 4);
  say_state(c, "live", "none"); /* its next stream says the rest */
  assert_int_equal(eye.playing, 1);
  assert_int_equal(eye.pictures, 3);
  gw_view_unwatch(viewer);
  g_free(eye.cause);
}

static void camera_that_stood_still_goes_on_with_the_word_that_it_lives(void **state) {
  Center *c = *state;
  start_with(c, 1);
  Eye eye = {0};
  GwViewer *viewer = must_watch(c, 1, &eye);
  turn_until(eye.pictures == 3);
  say_state(c, "stalled", "no_packets");
  give_unit(c, 4);
  assert_int_equal(eye.playing, 1);
  say_state(c, "live", "none");
  assert_int_equal(eye.playing, 2);
  assert_int_equal(eye.last_us, EPOCH_US + 160000);
  gw_view_unwatch(viewer);
  g_free(eye.cause);
}

int main(void) {
  fake_more = fake_looking;
  if (is_worker())
    return fake_worker();
  const struct CMUnitTest tests[] = {
      fact(all_who_look_share_a_view_and_who_comes_later_begins_with_the_keyframe),
      fact(main_stream_that_is_watched_is_the_same_view),
      fact(views_are_bounded_and_one_that_nobody_looks_at_makes_room),
      fact(view_outlives_its_worker_and_counts_on),
      fact(view_that_ends_is_opened_again_while_somebody_looks),
      fact(camera_that_is_removed_ends_its_view),
      fact(camera_that_moves_to_another_worker_takes_its_view_along),
      fact(what_a_worker_was_not_asked_for_is_not_shown),
      fact(picture_in_pieces_comes_whole_or_not_at_all),
      fact(camera_that_only_stalled_is_shown_from_its_keyframe_again),
      fact(picture_that_comes_late_does_not_bring_a_lost_camera_back),
      fact(camera_that_stood_still_goes_on_with_the_word_that_it_lives),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
