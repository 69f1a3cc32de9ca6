/* Clips, recorders and spots as pages see them: objects, snapshots, pages, stories, masks, and what names a file. */
#include "tests/unit/store_fixture.h"
#include "daemon/base/token.h"
#include "daemon/store/backup.h"
#include "daemon/store/clip.h"
#include "daemon/store/file.h"
#include "daemon/store/journal.h"
#include "daemon/store/object.h"
#include "daemon/store/page.h"
#include "daemon/store/recorder.h"
#include "daemon/store/story.h"
#include "daemon/wire/schema.h"

#define X8(s) s s s s s s s s
#define A64 X8("cccccccc")
#define B64 X8("bbbbbbbb")

/* 1: of the open alert, long ago; 2: of a closed one, long ago; 3: asked for now of last month; 4: waits for a week
 * to be allowed; 5: removed. */
static int setup(void **state) {
  fixture_setup(state);
  fixture_community(*state);
  Fixture *f = *state;
  fixture_exec(f,
    "insert into user (id, name, role, display, created_at_us) values (5, 'lead', 'supervisor', '赵主管', 1);"
    "insert into file values ('" A64 "', 'mp4', 500, null, 1), ('" B64 "', 'mp4', 500, null, 1);"
    "insert into clip (id, source, alert_id, camera_id, state, hash, from_us, to_us, bytes, frames, width, height, codecs, broken,"
    " asked_by, asked_at_us, words_text_id, allowed_by, allowed_at_us, saved_at_us, keep_until_us, locked_by, locked_at_us) values"
    " (1, 'ring', 1, 1, 'saved', '" A64 "', 100, 130, 500, 450, 1280, 720, 'avc1.64001F', 2, null, 100, null, null, null, 140,"
    "  1795226400000000, 5, 150),"
    " (2, 'ring', 3, 1, 'saved', '" B64 "', 200, 230, 500, 450, 1280, 720, 'avc1.64001F', 0, 1, 200, 3, 1, 201, 240,"
    "  1795226400000000, null, null),"
    " (3, 'recorder', null, 2, 'failed', '', 300, 330, 0, 0, 0, 0, '', 0, 1, 1795226300000000, 3, 5, 1795226301000000, null,"
    "  1797818400000000, null, null),"
    " (4, 'recorder', null, 2, 'asked', '', 400, 430, 0, 0, 0, 0, '', 0, 1, 400, null, null, null, null, 1797818400000000, null, null),"
    " (5, 'ring', 3, 1, 'removed', '" B64 "', 500, 530, 500, 450, 1280, 720, 'avc1.64001F', 0, null, 500, null, null, null, 540,"
    "  1000, null, null);"
    "insert into recorder (id, name, make, url_template, user_name, secret, days_held, held_at_us) values"
    " (1, 'NVR-1', 'hikvision', 'rtsp://10.0.0.9/{channel}', 'admin', x'00112233', 31, 9);"
    "insert into recorder (id, name, make, url_template, removed_at_us) values (2, 'NVR-2', 'other', 'rtsp://10.0.0.8/{channel}', 5);"
    "update camera set recorder = 'NVR-1', channel = 4 where id = 1;"
    "update camera set recorder = 'NVR-2', channel = 4 where id = 2;"
    "insert into preset values (1, '10', '车库'), (1, '2', '东门'), (2, '1', '');"
    "update spot set camera_id = 1, alert_id = 1, at_us = 5 where id = 1;"
    "update spot set camera_id = 2, pinned_by = 5, at_us = 6 where id = 2;");
  return 0;
}

static void check(json_t *object) {
  g_autoptr(GError) error = NULL;
  json_t *root = gw_schema_root("objects");
  const char *type = json_string_value(json_object_get(object, "type"));
  json_t *schema = json_object_get(json_object_get(root, "$defs"), type);
  assert_non_null(schema);
  if (!gw_schema_check(root, schema, object, type, &error))
    fail_msg("%s", error->message);
}

static json_t *load(Fixture *f, const char *type, GwId id) {
  g_autoptr(GError) error = NULL;
  json_t *object = gw_object_load(f->db, type, id, &error);
  must(object != NULL, error, type);
  check(object);
  return object;
}

static const char *text_of(json_t *object, const char *key) {
  const char *value = json_string_value(json_object_get(object, key));
  assert_non_null(value);
  return value;
}

static void a_clip_names_everybody_who_had_to_do_with_it(void **state) {
  json_t *own = load(*state, "clip", 1), *asked = load(*state, "clip", 2), *failed = load(*state, "clip", 3);
  assert_string_equal(text_of(own, "asked_by"), "");
  assert_string_equal(text_of(own, "locked_by"), "赵主管");
  assert_true(json_is_true(json_object_get(own, "locked")));
  assert_string_equal(text_of(asked, "asked_by"), "王值机");
  assert_string_equal(text_of(asked, "words"), "2单元门前有人倒地");
  assert_false(json_is_true(json_object_get(asked, "locked")));
  assert_true(json_is_null(json_object_get(failed, "saved_at_us")));
  assert_string_equal(text_of(failed, "allowed_by"), "赵主管");
  json_decref(own);
  json_decref(asked);
  json_decref(failed);
}

static void a_camera_can_be_looked_back_at_where_its_recorder_is_there(void **state) {
  Fixture *f = *state;
  json_t *yes = load(f, "camera", 1), *removed = load(f, "camera", 2);
  assert_true(json_is_true(json_object_get(yes, "look_back")));
  assert_false(json_is_true(json_object_get(removed, "look_back")));
  json_t *presets = json_object_get(yes, "presets");
  assert_int_equal(json_array_size(presets), 2);
  assert_string_equal(text_of(json_array_get(presets, 0), "name"), "东门"); /* 2 before 10 */
  json_decref(yes);
  json_decref(removed);
  fixture_exec(f, "update camera set channel = 0 where id = 1");
  json_t *no = load(f, "camera", 1);
  assert_false(json_is_true(json_object_get(no, "look_back")));
  json_decref(no);
}

static void a_recorder_travels_without_its_password_and_not_once_it_is_removed(void **state) {
  Fixture *f = *state;
  json_t *recorder = load(f, "recorder", 1);
  g_autofree char *text = json_dumps(recorder, 0);
  assert_null(strstr(text, "secret"));
  assert_null(strstr(text, "0011"));
  json_decref(recorder);
  g_autoptr(GError) error = NULL;
  assert_null(gw_object_load(f->db, "recorder", 2, &error));
  assert_null(error);
}

static json_t *snapshot(Fixture *f, const char *view) {
  g_autoptr(GError) error = NULL;
  gint64 seq;
  json_t *put = gw_snapshot(f->db, view, 0, FIXTURE_NOW_US, &seq, &error);
  must(put != NULL, error, view);
  return put;
}

/* "1 3 4": the ids of a type in it, in order. */
static char *ids_in(json_t *put, const char *type) {
  GString *out = g_string_new(NULL);
  for (GwId id = 1; id < 10; id++) {
    size_t i;
    json_t *object;
    json_array_foreach(put, i, object) {
      if (strcmp(text_of(object, "type"), type) == 0 && json_integer_value(json_object_get(object, "id")) == id)
        g_string_append_printf(out, "%s%d", out->len ? " " : "", (int)id);
    }
  }
  return g_string_free(out, FALSE);
}

static void a_snapshot_has_what_is_open_what_is_waited_for_and_what_was_asked_for_lately(void **state) {
  json_t *desk = snapshot(*state, "desk");
  g_autofree char *clips = ids_in(desk, "clip"), *recorders = ids_in(desk, "recorder"), *spots = ids_in(desk, "spot");
  assert_string_equal(clips, "1 3 4");
  assert_string_equal(recorders, "1");
  assert_string_equal(spots, "1 2");
  json_decref(desk);
}

static void the_wall_reads_neither_words_nor_addresses_and_a_phone_none_of_it(void **state) {
  Fixture *f = *state;
  fixture_exec(f, "update clip set words_text_id = 3 where id = 1");
  json_t *wall = snapshot(f, "wall"), *unit = snapshot(f, "unit:1"), *object;
  size_t i;
  json_array_foreach(wall, i, object) {
    check(object);
    if (strcmp(text_of(object, "type"), "clip") == 0)
      assert_string_equal(text_of(object, "words"), "");
    if (strcmp(text_of(object, "type"), "recorder") == 0) {
      assert_string_equal(text_of(object, "url_template"), "");
      assert_string_equal(text_of(object, "user_name"), "");
    }
  }
  g_autofree char *clips = ids_in(wall, "clip"), *spots = ids_in(wall, "spot");
  assert_string_equal(clips, "1 3 4");
  assert_string_equal(spots, "1 2");
  g_autofree char *of_unit = ids_in(unit, "clip"), *recorders = ids_in(unit, "recorder"), *of_wall = ids_in(unit, "spot");
  assert_string_equal(of_unit, "");
  assert_string_equal(recorders, "");
  assert_string_equal(of_wall, "");
  json_decref(wall);
  json_decref(unit);
}

static char *page_ids(Fixture *f, const char *noun, const char *key, const char *value) {
  g_autoptr(GError) error = NULL;
  json_t *filters = json_object();
  if (key)
    json_object_set_new(filters, key, json_string(value));
  GwPageQuery query = {.noun = noun, .filters = filters};
  json_t *answer = gw_page(f->db, &query, &error), *row;
  must(answer != NULL, error, noun);
  GString *out = g_string_new(NULL);
  size_t i;
  json_array_foreach(json_object_get(answer, "rows"), i, row) {
    check(row);
    g_string_append_printf(out, "%s%d", out->len ? " " : "", (int)json_integer_value(json_object_get(row, "id")));
  }
  json_decref(answer);
  json_decref(filters);
  return g_string_free(out, FALSE);
}

static void clips_are_found_by_each_filter_the_newest_first(void **state) {
  static const struct {
    const char *noun, *key, *value, *ids;
  } facts[] = {
      {"clip", NULL, NULL, "5 4 3 2 1"},     {"clip", "camera_id", "2", "4 3"},   {"clip", "alert_id", "3", "5 2"},
      {"clip", "state", "saved", "2 1"},     {"clip", "source", "recorder", "4 3"}, {"clip", "locked", "1", "1"},
      {"clip", "locked", "0", "5 4 3 2"},    {"clip", "from_us", "330", "5 4 3"}, {"clip", "to_us", "300", "2 1"},
      {"recorder", NULL, NULL, "1"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(facts); i++) {
    g_autofree char *ids = page_ids(*state, facts[i].noun, facts[i].key, facts[i].value);
    assert_string_equal(ids, facts[i].ids);
  }
}

static void an_alerts_story_shows_its_clips_and_who_took_them_out(void **state) {
  Fixture *f = *state;
  GwJournalHead head = {0};
  static const char *const kinds[] = {"clip.saved", "clip.exported"};
  for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
    json_t *body = json_pack("{s:s}", "hash", A64);
    GwJournalRow row = {.at_us = FIXTURE_NOW_US + (GwUsec)i, .kind = kinds[i], .subject = "clip", .subject_id = 1, .actor_id = i ? 5 : 0,
                        .body = body};
    assert_true(gw_journal_append(f->db, &head, &row, NULL));
    json_decref(body);
  }
  for (int by_ticket = 0; by_ticket < 2; by_ticket++) {
    g_autoptr(GError) error = NULL;
    json_t *story = gw_story(f->db, by_ticket ? "ticket" : "alert", 1, &error), *item;
    must(story != NULL, error, "story");
    guint clips = 0, exported = 0;
    size_t i;
    json_array_foreach(json_object_get(story, "items"), i, item) {
      clips += strcmp(text_of(item, "type"), "clip") == 0 && json_integer_value(json_object_get(item, "id")) == 1;
      if (strcmp(text_of(item, "type"), "event") == 0 && strcmp(text_of(item, "kind"), "clip.exported") == 0) {
        exported++;
        assert_string_equal(text_of(item, "actor"), "赵主管");
      }
    }
    assert_int_equal(clips, 1);
    assert_int_equal(exported, 1);
    json_decref(story);
  }
}

/* ---- files ---- */

static void a_clip_keeps_its_file_until_its_time_is_over(void **state) {
  Fixture *f = *state;
  g_autoptr(GError) error = NULL;
  gboolean is_named = FALSE;
  must(gw_store_clip_file_is_named(f->db, B64, &is_named, &error), error, "named");
  assert_true(is_named); /* by clip 2, though clip 5 of the same file is removed */
  g_autofree char *hash = NULL, *kind = NULL;
  assert_false(gw_store_file_orphan(f->db, G_MAXINT64, &hash, &kind, &error));
  assert_null(error);
  assert_true(gw_store_file_remove_orphan(f->db, B64, NULL));
  assert_int_equal(fixture_int(f, "select count(*) from file"), 2);
  fixture_exec(f, "update clip set state = 'removed' where id = 2");
  g_autoptr(GPtrArray) unnamed = gw_store_clip_files_unnamed(f->db, &error);
  assert_int_equal(unnamed->len, 1);
  assert_string_equal(unnamed->pdata[0], B64);
  assert_true(gw_store_file_orphan(f->db, G_MAXINT64, &hash, &kind, &error));
  assert_string_equal(kind, "mp4");
  assert_true(gw_store_file_remove_orphan(f->db, B64, NULL));
  assert_int_equal(fixture_int(f, "select count(*) from file"), 1);
}

static void a_picture_of_a_ticket_that_is_a_clip_too_stays_for_the_ticket(void **state) {
  Fixture *f = *state;
  fixture_exec(f, "update clip set state = 'removed'; insert into ticket_file values (1, '" B64 "', 'still', 5, null)");
  g_autoptr(GPtrArray) unnamed = gw_store_clip_files_unnamed(f->db, NULL);
  assert_int_equal(unnamed->len, 1);
  assert_string_equal(unnamed->pdata[0], A64);
}

static void a_file_that_went_is_known_by_its_hash(void **state) {
  Fixture *f = *state;
  GwClipRow row;
  assert_true(gw_store_clip_by_hash(f->db, B64, &row, NULL));
  assert_int_equal(row.id, 2); /* the one that is there */
  fixture_exec(f, "update clip set state = 'removed' where id = 2");
  assert_true(gw_store_clip_by_hash(f->db, B64, &row, NULL));
  assert_int_equal(row.core.state, GW_CLIP_REMOVED);
  assert_int_equal(row.core.keep_until_us, 1795226400000000); /* the last of them */
  g_autoptr(GError) error = NULL;
  assert_false(gw_store_clip_by_hash(f->db, "", &row, &error));
  assert_null(error);
}

static void a_backup_brings_clips_of_any_size(void **state) {
  Fixture *f = *state;
  const gsize bytes = 9 * 1024 * 1024; /* more than anybody may upload */
  g_autofree char *content = g_malloc(bytes), *media = g_build_filename(f->folder, "media", NULL);
  memset(content, 'v', bytes);
  g_autofree char *hash = gw_hash_hex(content, bytes), *folder = g_strdup_printf("%s/%.2s", media, hash);
  g_autofree char *path = g_strdup_printf("%s/%s.mp4", folder, hash);
  g_mkdir_with_parents(folder, 0700);
  assert_true(g_file_set_contents(path, content, (gssize)bytes, NULL));
  assert_true(gw_store_file_add(f->db, hash, "mp4", (gint64)bytes, 0, 1, NULL));
  g_autoptr(GError) error = NULL;
  g_autoptr(GwDb) db = gw_db_open(f->path, GW_DB_MAINTAIN, &error);
  g_autofree char *to = g_build_filename(f->folder, "backup", NULL);
  GwBackupReport report;
  must(db && gw_backup(db, media, to, &report, &error), error, "backup");
  assert_int_equal(report.files, 1);
  assert_int_equal(report.missing, 2); /* those of the fixture are not on any disk */
  assert_int_equal(report.file_bytes, bytes);
}

static void the_recorder_of_a_camera_comes_with_its_channel(void **state) {
  Fixture *f = *state;
  g_auto(GwRecorderRow) row = {0};
  g_autoptr(GError) error = NULL;
  int channel = 0;
  assert_true(gw_store_recorder_of_camera(f->db, 1, &row, &channel, &error));
  assert_string_equal(row.name, "NVR-1");
  assert_int_equal(channel, 4);
  assert_int_equal(row.days_held, 31);
  g_auto(GwRecorderRow) none = {0};
  assert_false(gw_store_recorder_of_camera(f->db, 2, &none, &channel, &error)); /* removed */
  assert_null(error);
}

int main(void) {
#define FACT(name) cmocka_unit_test_setup_teardown(name, setup, fixture_teardown)
  const struct CMUnitTest tests[] = {
      FACT(a_clip_names_everybody_who_had_to_do_with_it),
      FACT(a_camera_can_be_looked_back_at_where_its_recorder_is_there),
      FACT(a_recorder_travels_without_its_password_and_not_once_it_is_removed),
      FACT(a_snapshot_has_what_is_open_what_is_waited_for_and_what_was_asked_for_lately),
      FACT(the_wall_reads_neither_words_nor_addresses_and_a_phone_none_of_it),
      FACT(clips_are_found_by_each_filter_the_newest_first),
      FACT(an_alerts_story_shows_its_clips_and_who_took_them_out),
      FACT(a_clip_keeps_its_file_until_its_time_is_over),
      FACT(a_picture_of_a_ticket_that_is_a_clip_too_stays_for_the_ticket),
      FACT(a_file_that_went_is_known_by_its_hash),
      FACT(a_backup_brings_clips_of_any_size),
      FACT(the_recorder_of_a_camera_comes_with_its_channel),
  };
  return cmocka_run_group_tests_name("store clip", tests, NULL, NULL);
}
