/* Clips on their way from a worker to the disk: nothing is lost when the disk, the worker or the center is not there
 * for a while, and a worker that was taken over does no harm. */
#include "tests/unit/ingest_fixture.h"

#include <jansson.h>
#include "daemon/base/clock.h"
#include "daemon/base/post.h"
#include "daemon/ingest/clips_private.h"
#include "daemon/ledger/ledger.h"
#include "daemon/link/frame.h"
#include "daemon/store/db.h"

#define PART (100 * 1024)
#define WHOLE (2 * PART)

/* ---- the worker's side: a clip of two parts ---- */

static void say_part(Fake *fake, json_int_t clip, json_int_t offset) {
  g_autofree guint8 *data = g_malloc0(PART);
  say(fake->control, json_pack("{s:s, s:I, s:I}", "type", "clip.part", "clip", clip, "offset", offset), data, PART);
}

static void fake_cut(Fake *fake, json_t *m) {
  const json_int_t from_us = number(m, "from_us"), to_us = number(m, "to_us");
  g_autofree char *note = g_strdup_printf("cut:%d:%d", (int)number(m, "clip"), (int)getpid());
  leave_note(note);
  if (took_note("want-silence"))
    return;
  say(fake->control,
      json_pack("{s:s, s:I, s:i, s:I, s:I, s:i, s:i, s:i, s:s, s:i}", "type", "clip.ready", "clip", number(m, "clip"), "bytes",
                WHOLE, "from_us", from_us, "to_us", took_note("want-no-length") ? from_us : to_us, "frames", 2, "width", 640,
                "height", 360, "codecs", "avc1.64001F", "broken", 0),
      NULL, 0);
}

static void fake_read(Fake *fake, json_t *m) {
  const json_int_t clip = number(m, "clip"), offset = number(m, "offset");
  g_autofree char *note = g_strdup_printf("read:%d:%d", (int)clip, (int)offset);
  leave_note(note);
  say_part(fake, clip, offset);
  if (took_note("want-flood-of-parts"))
    for (json_int_t at = offset + PART; at < WHOLE; at += PART)
      say_part(fake, clip, at); /* nobody asked for it yet */
}

static gboolean fake_clips(Fake *fake, const char *type, json_t *m) {
  if (strcmp(type, "clip.cut") == 0) {
    fake_cut(fake, m);
  } else if (strcmp(type, "clip.read") == 0) {
    fake_read(fake, m);
  } else if (strcmp(type, "clip.drop") == 0) {
    g_autofree char *note = g_strdup_printf("drop:%d", (int)number(m, "clip"));
    leave_note(note);
  } else {
    return FALSE;
  }
  return TRUE;
}

/* ---- the disk's side: it keeps in memory, and counts what is done to a file that is gone ---- */

typedef struct Kept {
  GByteArray *held;
  gboolean is_gone;
} Kept;

static struct Disk {
  GPtrArray *files; /* Kept */
  guint ends, faults;
  guint busy_ends; /* so many ends find no room */
  gboolean holds_ends, is_slow;
  gboolean has_stopped;
  gpointer held_job;
  GwIngestSaved held_done;
} disk;

typedef struct DiskAnswer {
  GwIngestSaved done;
  gpointer job;
  char *hash;
  gsize bytes;
  GwCode code;
} DiskAnswer;

static void give_disk_answer(gpointer p) {
  const DiskAnswer *a = p;
  g_autoptr(GError) error = a->code ? g_error_new_literal(GW_ERROR, (int)a->code, "no") : NULL;
  a->done(a->hash, a->bytes, error, a->job);
}

static void disk_answer_free(gpointer p) {
  g_free(((DiskAnswer *)p)->hash);
  g_free(p);
}

static gboolean answer_slowly(gpointer a) {
  gw_post(NULL, give_disk_answer, a, disk_answer_free);
  return G_SOURCE_REMOVE;
}

static void disk_answer(GwIngestSaved done, gpointer job, const char *hash, gsize bytes, GwCode code) {
  DiskAnswer *a = g_new(DiskAnswer, 1);
  *a = (DiskAnswer){done, job, g_strdup(hash), bytes, code};
  if (disk.is_slow)
    (void)g_timeout_add(20, answer_slowly, a); /* what comes meanwhile comes too early */
  else
    (void)answer_slowly(a);
}

static gpointer disk_begin(gpointer user) {
  Kept *file = g_new0(Kept, 1);
  file->held = g_byte_array_new();
  g_ptr_array_add(disk.files, file);
  return file;
}

static void disk_write(gpointer p, GBytes *piece, GwIngestSaved done, gpointer job, gpointer user) {
  Kept *file = p;
  disk.faults += file->is_gone;
  gsize n = 0;
  const guint8 *data = g_bytes_get_data(piece, &n);
  g_byte_array_append(file->held, data, (guint)n);
  disk_answer(done, job, NULL, n, disk.has_stopped ? GW_CODE_UNAVAILABLE : GW_CODE_OK);
}

static void disk_end(gpointer p, GwIngestSaved done, gpointer job, gpointer user) {
  Kept *file = p;
  disk.faults += file->is_gone;
  file->is_gone = TRUE;
  disk.ends++;
  if (disk.busy_ends > 0) {
    disk.busy_ends--;
    disk_answer(done, job, NULL, 0, GW_CODE_BUSY);
  } else if (disk.holds_ends) {
    disk.held_done = done;
    disk.held_job = job;
  } else {
    g_autofree char *hash = gw_hash_hex(file->held->data, file->held->len);
    disk_answer(done, job, hash, file->held->len, disk.has_stopped ? GW_CODE_UNAVAILABLE : GW_CODE_OK);
  }
}

static void disk_drop(gpointer p, gpointer user) {
  Kept *file = p;
  disk.faults += file->is_gone;
  file->is_gone = TRUE;
}

static void kept_free(gpointer p) {
  g_byte_array_unref(((Kept *)p)->held);
  g_free(p);
}

static int setup_disk(void **state) {
  disk = (struct Disk){.files = g_ptr_array_new_with_free_func(kept_free)};
  return setup(state);
}

static int teardown_disk(void **state) {
  const int failed = teardown(state);
  g_clear_pointer(&disk.files, g_ptr_array_unref);
  return failed;
}

/* ---- the test's side ---- */

static void start_with_disk(Center *c) {
  add_camera(c, "C-1");
  start_ingest(c);
  c->ingest->config.file_begin = disk_begin;
  c->ingest->config.file_write = disk_write;
  c->ingest->config.file_end = disk_end;
  c->ingest->config.file_drop = disk_drop;
  turn_until(count(c, LIVE) == 1);
}

static GwId ask(Center *c) {
  const GwUsec now_us = gw_clock_real_us();
  return order(c, 1, "clip.ask",
               json_pack("{s:i, s:I, s:I, s:s}", "camera_id", 1, "from_us", (json_int_t)(now_us - 3 * GW_SEC), "to_us",
                         (json_int_t)(now_us + 60 * GW_SEC - GW_SEC), "words", "取证"),
               "clip_id");
}

static void later(Center *c, GwUsec by_us) {
  for (guint i = 0; i < c->ingest->clips->all->len; i++)
    ((GwClipJob *)g_ptr_array_index(c->ingest->clips->all, i))->again_mono_us -= by_us;
  gw_clips_tick(c->ingest, gw_clock_mono_us());
}

#define SAVED "select count(*) from clip where state = 'saved' and bytes = 204800"

static void clip_is_pulled_piece_by_piece_and_let_go_when_it_is_on_disk(void **state) {
  Center *c = *state;
  start_with_disk(c);
  disk.holds_ends = TRUE;
  const GwId id = ask(c);
  turn_until(disk.held_job);
  gw_clips_tick(c->ingest, gw_clock_mono_us());
  assert_int_equal(notes("drop:"), 0); /* the worker has it until the disk has it */
  assert_int_equal(count(c, SAVED), 0);
  g_autofree char *hash = g_strnfill(64, 'a');
  disk_answer(disk.held_done, disk.held_job, hash, WHOLE, GW_CODE_OK);
  turn_until(count(c, SAVED) == 1);
  turn_until(notes("drop:") == 1);
  assert_int_equal(id, 1);
  assert_int_equal(disk.faults, 0);
}

static void store_without_room_at_the_end_of_a_clip_is_asked_again(void **state) {
  Center *c = *state;
  start_with_disk(c);
  disk.busy_ends = 2;
  ask(c);
  turn_until(disk.ends == 1 && disk.busy_ends == 1);
  turn_until((later(c, 2 * GW_SEC), count(c, SAVED) == 1));
  assert_int_equal(disk.ends, 3);
  assert_int_equal(disk.faults, 0);
  assert_int_equal(notes("cut:"), 1); /* the worker had kept it */
}

static void worker_that_dies_after_its_last_piece_costs_nothing(void **state) {
  Center *c = *state;
  start_with_disk(c);
  disk.holds_ends = TRUE;
  ask(c);
  turn_until(disk.held_job);
  kill(pid_of(c, 0), SIGKILL);
  turn_until(c->downs == 1);
  g_autofree char *hash = g_strnfill(64, 'b');
  disk_answer(disk.held_done, disk.held_job, hash, WHOLE, GW_CODE_OK);
  turn_until(count(c, SAVED) == 1);
  assert_int_equal(notes("cut:"), 1);
  assert_int_equal(disk.faults, 0);
}

static void parts_that_nobody_asked_for_are_not_taken(void **state) {
  Center *c = *state;
  start_with_disk(c);
  leave_note("want-flood-of-parts");
  disk.is_slow = TRUE;
  ask(c);
  turn_until(count(c, SAVED) == 1);
  assert_int_equal(disk.ends, 1);
  assert_int_equal(disk.faults, 0);
}

static void clip_that_nobody_answers_ends_by_a_clock_that_nobody_sets(void **state) {
  Center *c = *state;
  start_with_disk(c);
  leave_note("want-silence");
  ask(c);
  turn_until(notes("cut:") == 1);
  const GwUsec now_mono_us = gw_clock_mono_us(); /* its end is 59 s away */
  gw_clips_tick(c->ingest, now_mono_us + 138 * GW_SEC);
  assert_int_equal(c->ingest->clips->all->len, 1);
  gw_clips_tick(c->ingest, now_mono_us + 140 * GW_SEC);
  assert_int_equal(c->ingest->clips->all->len, 0);
  turn_until(count(c, "select count(*) from clip where state = 'failed' and why = 'timeout'") == 1);
}

static void clip_without_a_length_is_none(void **state) {
  Center *c = *state;
  start_with_disk(c);
  leave_note("want-no-length");
  ask(c);
  turn_until(count(c, "select count(*) from clip where state = 'failed' and why = 'no_pictures'") == 1);
  assert_int_equal(disk.files->len, 0);
}

/* The center stops: nothing is known of the clip, and the next start asks for it again. */
static void clip_is_not_given_up_because_the_center_stops(void **state) {
  Center *c = *state;
  start_with_disk(c);
  disk.has_stopped = TRUE;
  ask(c);
  turn_until(c->ingest->clips->all->len == 0);
  turn_until(notes("drop:") == 1);
  order(c, 1, "camera.change", json_pack("{s:i, s:s}", "camera_id", 1, "name", "西门"), "camera_id"); /* the ledger has heard all */
  assert_int_equal(count(c, "select count(*) from clip where state = 'waiting'"), 1);
}

#undef fact
#define fact(name) cmocka_unit_test_setup_teardown(name, setup_disk, teardown_disk)

int main(void) {
  fake_more = fake_clips;
  if (is_worker())
    return fake_worker();
  const struct CMUnitTest tests[] = {
      fact(clip_is_pulled_piece_by_piece_and_let_go_when_it_is_on_disk),
      fact(store_without_room_at_the_end_of_a_clip_is_asked_again),
      fact(worker_that_dies_after_its_last_piece_costs_nothing),
      fact(parts_that_nobody_asked_for_are_not_taken),
      fact(clip_that_nobody_answers_ends_by_a_clock_that_nobody_sets),
      fact(clip_without_a_length_is_none),
      fact(clip_is_not_given_up_because_the_center_stops),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
