/* Clips of alerts, as the supervisor has them made: many at once, and by workers that fail, lie or die. */
#include "tests/unit/ingest_fixture.h"

#include <jansson.h>
#include "daemon/base/clock.h"
#include "daemon/base/post.h"
#include "daemon/core/clip.h"
#include "daemon/ingest/clips_private.h"
#include "daemon/ingest/ingest.h"
#include "daemon/ledger/ledger.h"
#include "daemon/link/frame.h"
#include "daemon/store/db.h"

/* ---- the worker's side: every clip is ready at once, and the test's notes say what is wrong with it ---- */

#define CLIP_BYTES 600000 /* three pieces */

static void say_ready(Fake *fake, json_int_t clip, json_int_t bytes) {
  const json_int_t now_us = gw_clock_real_us();
  say(fake->control,
      json_pack("{s:s, s:I, s:I, s:I, s:I, s:i, s:i, s:i, s:s, s:i}", "type", "clip.ready", "clip", clip, "bytes", bytes,
                "from_us", now_us - 10 * GW_SEC, "to_us", now_us, "frames", 150, "width", 640, "height", 360, "codecs",
                "avc1.64001F", "broken", 0),
      NULL, 0);
}

static void fake_cut(Fake *fake, json_t *m) {
  const json_int_t clip = number(m, "clip");
  g_autofree char *note = g_strdup_printf("cut:%s:%d:%d-%u", fake->name, (int)clip, (int)getpid(), notes("cut:"));
  leave_note(note);
  if (took_note("want-silence"))
    return;
  if (took_note("want-failed") || (took_note("want-busy") && notes("cut:") == 1))
    say(fake->control, json_pack("{s:s, s:I, s:s}", "type", "clip.failed", "clip", clip, "why",
                                 took_note("want-busy") ? "busy" : "not_live"), NULL, 0);
  else
    say_ready(fake, clip, took_note("want-huge") ? (json_int_t)1 << 40 : CLIP_BYTES);
}

static void fake_read(Fake *fake, json_t *m) {
  const json_int_t clip = number(m, "clip"), offset = number(m, "offset");
  g_autofree guint8 *data = g_malloc0(GW_CLIP_PIECE_BYTES);
  gsize n = MIN((gsize)(CLIP_BYTES - offset), (gsize)GW_CLIP_PIECE_BYTES);
  leave_note("read");
  if (took_note("want-hang") && offset > 0)
    return;
  if (took_note("want-long"))
    n = GW_CLIP_PIECE_BYTES; /* the last one is longer than it may be */
  if (took_note("want-lies")) { /* of a clip that it has not, and of a place nobody asked for */
    say(fake->control, json_pack("{s:s, s:I, s:I}", "type", "clip.part", "clip", clip + 7, "offset", offset), data, n);
    say(fake->control, json_pack("{s:s, s:I, s:I}", "type", "clip.part", "clip", clip, "offset", offset + 1), data, n);
    say_ready(fake, clip, 5);
  }
  say(fake->control, json_pack("{s:s, s:I, s:I}", "type", "clip.part", "clip", clip, "offset", offset), data, n);
}

static gboolean fake_clips(Fake *fake, const char *type, json_t *m) {
  if (strcmp(type, "clip.cut") == 0)
    fake_cut(fake, m);
  else if (strcmp(type, "clip.read") == 0)
    fake_read(fake, m);
  else if (strcmp(type, "clip.drop") == 0)
    leave_note("dropped");
  return g_str_has_prefix(type, "clip.");
}

/* ---- the file store, in memory ---- */

static struct Store {
  gboolean is_full;
  guint open, ended;
  gsize piece_most;
} store;

/* A large file, in memory; answers come later, as net's do. */
static gpointer file_begin(gpointer user) {
  store.open++;
  return g_byte_array_new();
}

typedef struct Answer {
  GwIngestSaved done;
  gpointer job;
  char *hash;
  gsize bytes;
  gboolean failed;
} Answer;

static void say_answer(gpointer p) {
  const Answer *a = p;
  g_autoptr(GError) full = a->failed ? g_error_new_literal(GW_ERROR, GW_CODE_STORAGE, "full") : NULL;
  a->done(a->hash, a->bytes, full, a->job);
}

static void answer_free(gpointer p) {
  g_free(((Answer *)p)->hash);
  g_free(p);
}

static void file_write(gpointer file, GBytes *piece, GwIngestSaved done, gpointer job, gpointer user) {
  gsize bytes = 0;
  const guint8 *data = g_bytes_get_data(piece, &bytes);
  store.piece_most = MAX(store.piece_most, bytes);
  g_byte_array_append(file, data, (guint)bytes);
  Answer *a = g_new(Answer, 1);
  *a = (Answer){done, job, NULL, 0, store.is_full};
  gw_post(NULL, say_answer, a, answer_free);
}

static void file_drop(gpointer file, gpointer user) {
  store.open--;
  g_byte_array_unref(file);
}

static void file_end(gpointer file, GwIngestSaved done, gpointer job, gpointer user) {
  GByteArray *whole = file;
  Answer *a = g_new(Answer, 1);
  *a = (Answer){done, job, gw_hash_hex(whole->data, whole->len), whole->len, FALSE};
  store.ended++;
  file_drop(file, user);
  gw_post(NULL, say_answer, a, answer_free);
}

/* ---- the test's side ---- */

#define SAVED "select count(*) from clip where state = 'saved'"
#define FAILED(why) "select count(*) from clip where state = 'failed' and why = '" why "'"

static void start(Center *c) {
  store = (struct Store){0};
  start_ingest(c);
  c->ingest->config.file_begin = file_begin;
  c->ingest->config.file_write = file_write;
  c->ingest->config.file_end = file_end;
  c->ingest->config.file_drop = file_drop;
}

static void start_with(Center *c, int cameras) {
  for (int i = 1; i <= cameras; i++) {
    g_autofree char *code = g_strdup_printf("C-%d", i);
    add_camera(c, code);
  }
  start(c);
  turn_until(count(c, LIVE) == cameras);
}

/* Somebody saw something there: its clip is asked for. */
static void open_incident(Center *c, GwId camera_id) {
  order(c, 1, "incident.open", json_pack("{s:s, s:i, s:I}", "category", "fall", "priority", 1, "camera_id", (json_int_t)camera_id),
        "alert_id");
}

static guint waiting(Center *c) {
  GwClipFigures figures;
  gw_clip_figures(c->ingest, &figures);
  return figures.waiting;
}

static void a_clip_comes_in_pieces_and_is_told_when_it_is_stored(void **state) {
  Center *c = *state;
  start_with(c, 1);
  open_incident(c, 1);
  turn_until(count(c, SAVED) == 1);
  assert_int_equal(count(c, "select bytes from clip"), CLIP_BYTES);
  assert_int_equal(count(c, "select count(*) from file f join clip c on c.hash = f.hash where f.kind = 'mp4'"), 1);
  assert_int_equal(store.piece_most, GW_CLIP_PIECE_BYTES); /* no more of it is in memory at once */
  assert_int_equal(store.open, 0);
  assert_int_equal(waiting(c), 0);
  turn_until(took_note("dropped"));
}

static void many_at_once_are_written_two_by_two(void **state) {
  Center *c = *state;
  start_with(c, 12);
  for (int i = 1; i <= 12; i++) {
    open_incident(c, i);
    assert_true(store.open <= 2);
  }
  turn_until(count(c, SAVED) == 12);
  assert_int_equal(store.open, 0);
  assert_int_equal(store.ended, 12);
}

static void worker_that_has_no_room_is_asked_again(void **state) {
  Center *c = *state;
  start_with(c, 1);
  leave_note("want-busy");
  open_incident(c, 1);
  turn_until(notes("cut:") == 1);
  turn_until(count(c, SAVED) == 1); /* two seconds later */
  assert_int_equal(notes("cut:"), 2);
}

static void clip_that_could_not_be_made_says_why(void **state) {
  Center *c = *state;
  start_with(c, 1);
  leave_note("want-failed");
  open_incident(c, 1);
  turn_until(count(c, FAILED("not_live")) == 1);
  assert_int_equal(waiting(c), 0);
}

static void full_disk_fails_the_clip_and_leaves_nothing_open(void **state) {
  Center *c = *state;
  start_with(c, 1);
  store.is_full = TRUE;
  open_incident(c, 1);
  turn_until(count(c, FAILED("storage_full")) == 1);
  assert_int_equal(store.open, 0);
  turn_until(took_note("dropped"));
}

static void clip_that_is_larger_than_one_may_be_is_not_fetched(void **state) {
  Center *c = *state;
  start_with(c, 1);
  leave_note("want-huge");
  open_incident(c, 1);
  turn_until(count(c, FAILED("no_pictures")) == 1);
  assert_false(took_note("read"));
}

static void clip_that_holds_more_than_it_said_is_not_stored(void **state) {
  Center *c = *state;
  start_with(c, 1);
  leave_note("want-long");
  open_incident(c, 1);
  turn_until(count(c, FAILED("no_pictures")) == 1);
  assert_int_equal(store.open, 0);
  assert_int_equal(store.ended, 0);
}

static void word_of_other_clips_and_other_places_is_not_believed(void **state) {
  Center *c = *state;
  start_with(c, 1);
  leave_note("want-lies");
  open_incident(c, 1);
  turn_until(count(c, SAVED) == 1);
  assert_int_equal(count(c, "select bytes from clip"), CLIP_BYTES);
}

static void worker_that_dies_while_a_clip_is_pulled_is_asked_anew(void **state) {
  Center *c = *state;
  start_with(c, 1);
  leave_note("want-hang");
  open_incident(c, 1);
  turn_until(store.open == 1 && took_note("read"));
  g_autofree char *hang = g_build_filename(c->dir, "want-hang", NULL);
  g_unlink(hang);
  kill(pid_of(c, 0), SIGKILL);
  turn_until(count(c, SAVED) == 1);
  assert_int_equal(notes("cut:"), 2);
  assert_int_equal(store.open, 0);
}

/* The time that was asked for is over, and the ring that held it is gone with its worker. */
static void ring_that_died_after_the_time_was_over_is_said(void **state) {
  Center *c = *state;
  start_with(c, 1);
  leave_note("want-silence");
  open_incident(c, 1);
  turn_until(notes("cut:") == 1);
  GwClipJob *clip = gw_clip_find(c->ingest, 1);
  clip->to_us = gw_clock_real_us() - 1;
  gw_clips_on_down(clip->worker);
  ((GwWorker *)g_ptr_array_index(c->ingest->workers, 0))->is_up = FALSE;
  gw_clips_tick(c->ingest, gw_clock_mono_us());
  ((GwWorker *)g_ptr_array_index(c->ingest->workers, 0))->is_up = TRUE;
  turn_until(count(c, FAILED("worker_gone")) == 1);
}

static void what_waited_when_the_daemon_ended_is_asked_for_at_the_start(void **state) {
  Center *c = *state;
  start_with(c, 1);
  leave_note("want-silence");
  open_incident(c, 1);
  turn_until(notes("cut:") == 1);
  gw_ingest_stop(g_steal_pointer(&c->ingest));
  g_autofree char *silence = g_build_filename(c->dir, "want-silence", NULL);
  g_unlink(silence);
  start(c);
  turn_until(count(c, SAVED) == 1);
}

int main(void) {
  fake_more = fake_clips;
  if (is_worker())
    return fake_worker();
  const struct CMUnitTest tests[] = {
      fact(a_clip_comes_in_pieces_and_is_told_when_it_is_stored),
      fact(many_at_once_are_written_two_by_two),
      fact(worker_that_has_no_room_is_asked_again),
      fact(clip_that_could_not_be_made_says_why),
      fact(full_disk_fails_the_clip_and_leaves_nothing_open),
      fact(clip_that_is_larger_than_one_may_be_is_not_fetched),
      fact(clip_that_holds_more_than_it_said_is_not_stored),
      fact(word_of_other_clips_and_other_places_is_not_believed),
      fact(worker_that_dies_while_a_clip_is_pulled_is_asked_anew),
      fact(ring_that_died_after_the_time_was_over_is_said),
      fact(what_waited_when_the_daemon_ended_is_asked_for_at_the_start),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
