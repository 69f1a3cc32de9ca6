/* The supervisor with real processes: this program is its own worker when it finds sockets at 3 and 4. */
#include <glib/gstdio.h>
#include <jansson.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

#include "daemon/base/clock.h"
#include "daemon/base/token.h"
#include "daemon/ingest/ingest.h"
#include "daemon/ingest/ingest_private.h"
#include "daemon/ledger/ledger.h"
#include "daemon/link/frame.h"
#include "daemon/store/db.h"

static const guint8 tiny_jpeg[] = {0xff, 0xd8, 0xff, 0xd9};

/* ---------------------------------------------------------------- the worker's side */

typedef struct Fake {
  GMainLoop *loop;
  GwLink *control, *media;
} Fake;

static void say(GwLink *link, json_t *message, gconstpointer data, gsize bytes) {
  g_assert(message && gw_link_send(link, message, data, bytes));
  json_decref(message);
}

/* A file in the test's folder: what the worker saw, for the test to look at. */
static void leave_note(const char *name) {
  g_autofree char *path = g_build_filename(g_getenv("GW_FAKE_DIR"), name, NULL);
  g_assert(g_file_set_contents(path, "x", 1, NULL));
}

static gboolean took_note(const char *name) {
  g_autofree char *path = g_build_filename(g_getenv("GW_FAKE_DIR"), name, NULL);
  return g_file_test(path, G_FILE_TEST_EXISTS);
}

static const char *text(json_t *message, const char *name) {
  const char *value = json_string_value(json_object_get(message, name));
  return value ? value : "";
}

static json_int_t number(json_t *message, const char *name) {
  return json_integer_value(json_object_get(message, name));
}

#define FLOOD 9000 /* more than the ledger's lane holds */

static void flood(Fake *fake, json_int_t id) {
  for (int i = 0; i < FLOOD; i++)
    say(fake->control,
        json_pack("{s:s, s:I, s:s, s:s, s:I}", "type", "camera.state", "id", id, "state",
                  i % 2 ? "live" : "connecting", "cause", i % 2 ? "none" : "starting", "at_us",
                  (json_int_t)gw_clock_real_us()),
        NULL, 0);
}

static void fake_camera(Fake *fake, json_t *m) {
  const json_int_t id = number(m, "id");
  if (strstr(text(m, "url"), "flood")) {
    flood(fake, id);
    return;
  }
  const gboolean may = strcmp(text(m, "password"), "s3cret") == 0 && strcmp(text(m, "user"), "admin") == 0;
  /* an id that nobody gave, and a state that is none: both are to be dropped */
  say(fake->control,
      json_pack("{s:s, s:i, s:s, s:s, s:i}", "type", "camera.state", "id", 999, "state", "live", "cause",
                "none", "at_us", 1),
      NULL, 0);
  say(fake->control,
      json_pack("{s:s, s:I, s:s, s:s, s:i}", "type", "camera.state", "id", id, "state", "broken", "cause",
                "none", "at_us", 1),
      NULL, 0);
  say(fake->control,
      json_pack("{s:s, s:I, s:s, s:s, s:I}", "type", "camera.state", "id", id, "state",
                may ? "live" : "refused", "cause", may ? "none" : "auth", "at_us",
                (json_int_t)gw_clock_real_us()),
      NULL, 0);
  say(fake->control,
      json_pack("{s:s, s:I, s:[{s:I, s:f, s:i, s:i, s:i, s:s, s:i, s:i, s:i}, {s:i, s:i}]}", "type", "gauges",
                "at_us", (json_int_t)gw_clock_real_us(), "cameras", "id", id, "fps", 15.0, "kbps", 900,
                "width", 1920, "height", 1080, "codec", "h264", "gop", 30, "age_ms", 12, "reconnects", 0,
                "id", 999, "fps", 1),
      NULL, 0);
}

static void fake_stills(Fake *fake, json_t *m) {
  size_t i;
  json_t *id;
  json_array_foreach(json_object_get(m, "cameras"), i, id) {
    say(fake->media,
        json_pack("{s:s, s:I, s:I, s:i, s:i}", "type", "still", "id", json_integer_value(id), "at_us",
                  (json_int_t)gw_clock_real_us(), "width", 640, "height", 360),
        tiny_jpeg, sizeof tiny_jpeg);
    say(fake->media,
        json_pack("{s:s, s:I, s:I, s:i, s:i}", "type", "still", "id", (json_int_t)998, "at_us",
                  (json_int_t)gw_clock_real_us(), "width", 640, "height", 360),
        tiny_jpeg, sizeof tiny_jpeg);
  }
}

static void fake_checkin(Fake *fake, json_t *m, const guint8 *data, gsize bytes) {
  if (g_strstr_len((const char *)data, (gssize)bytes, "POISON")) {
    leave_note("poisoned");
    abort();
  }
  say(fake->control,
      json_pack("{s:s, s:i, s:I, s:s, s:s, s:b}", "type", "checkin", "ref", 3, "raw_id", number(m, "raw_id"),
                "source", text(m, "source"), "verdict", "ok", "late", 0),
      NULL, 0);
  /* raw ids that were never pushed */
  say(fake->control,
      json_pack("{s:s, s:i, s:i, s:s, s:s}", "type", "checkin", "ref", 4, "raw_id", 777, "source", "phone",
                "verdict", "bad_format"),
      NULL, 0);
}

static void on_control(GwLink *link, json_t *m, const guint8 *data, gsize bytes, gpointer user) {
  Fake *fake = user;
  const char *type = text(m, "type");
  if (strcmp(type, "hello") == 0)
    say(link,
        json_pack("{s:s, s:i, s:s, s:i, s:s}", "type", "hello", "v", 1, "worker", text(m, "worker"), "pid",
                  (int)getpid(), "gstreamer", "fake"),
        NULL, 0);
  else if (strcmp(type, "camera.set") == 0)
    fake_camera(fake, m);
  else if (strcmp(type, "still.watch") == 0)
    fake_stills(fake, m);
  else if (strcmp(type, "camera.probe") == 0)
    say(link,
        json_pack("{s:s, s:I, s:b, s:s, s:s, s:s}", "type", "camera.probed", "ref", number(m, "ref"), "ok", 1,
                  "cause", "none", "sentence_zh", "好", "sentence_en", text(m, "url")),
        NULL, 0);
  else if (strcmp(type, "checkin.push") == 0)
    fake_checkin(fake, m, data, bytes);
  else if (strcmp(type, "reader.set") == 0)
    say(link,
        json_pack("{s:s, s:i, s:s, s:s, s:I, s:i, s:i, s:I, s:s, s:b}", "type", "checkin", "ref", 41,
                  "source", "udp", "verdict", "ok", "reader_id", number(m, "id"), "epoch", 1, "seq", 1,
                  "device_at_us", (json_int_t)gw_clock_real_us(), "tag",
                  strlen(text(m, "key")) == 64 ? "TAG1" : "BADKEY", "late", 0),
        "GW1,line", 8);
  else if (strcmp(type, "checkin.stored") == 0) {
    g_autofree char *name = g_strdup_printf("stored-%d-%s", (int)number(m, "ref"), text(m, "code"));
    leave_note(name);
  } else if (strcmp(type, "listen") == 0)
    say(link, json_pack("{s:s, s:i, s:i}", "type", "listening", "udp_port", 7710, "tcp_port", 7711), NULL, 0);
}

static void on_media(GwLink *link, json_t *m, const guint8 *data, gsize bytes, gpointer user) {
}

static void on_closed(GwLink *link, const char *reason, gpointer user) {
  g_main_loop_quit(((Fake *)user)->loop);
}

static int fake_worker(void) {
  Fake fake = {.loop = g_main_loop_new(NULL, FALSE)};
  fake.control = gw_link_new(NULL, 3, on_control, on_closed, &fake);
  fake.media = gw_link_new(NULL, 4, on_media, on_closed, &fake);
  g_main_loop_run(fake.loop);
  gw_link_free(fake.control);
  gw_link_free(fake.media);
  g_main_loop_unref(fake.loop);
  return 0;
}

/* ---------------------------------------------------------------- the test's side */

typedef struct Center {
  char *dir, *database, *key_file, *program;
  GwLedger *ledger;
  GwIngest *ingest;
  GwDb *db;
  json_t *gauges, *probed;
  GError *probe_error;
  guint stills, saved, ups, downs;
  int udp_port;
  GwId saved_alert_id;
  GwCode code;
  gboolean replied;
  json_t *result;
} Center;

static gboolean give_up(gpointer timed_out) {
  *(gboolean *)timed_out = TRUE;
  return G_SOURCE_REMOVE;
}

/* Turns the loop until the condition holds; one that never holds fails the test after 10 s. */
#define turn_until(condition)                                                                                \
  do {                                                                                                       \
    gboolean timed_out = FALSE;                                                                              \
    const guint turn_limit = g_timeout_add(10000, give_up, &timed_out);                                      \
    const guint turn_poll = g_timeout_add(10, keep_turning, NULL);                                           \
    while (!(condition) && !timed_out)                                                                       \
      g_main_context_iteration(NULL, TRUE);                                                                  \
    g_source_remove(turn_poll);                                                                              \
    if (timed_out)                                                                                           \
      fail_msg("never: %s", #condition);                                                                     \
    g_source_remove(turn_limit);                                                                             \
  } while (0)

static gboolean keep_turning(gpointer unused) {
  return G_SOURCE_CONTINUE;
}

static void on_publish(const GwPublication *p, gpointer user) {
  Center *c = user;
  if (c->ingest)
    gw_ingest_on_publication(c->ingest, p);
}

static void on_gauges(json_t *cameras, gpointer user) {
  Center *c = user;
  json_decref(c->gauges);
  c->gauges = json_incref(cameras);
}

static void on_still(const GwStill *still, gpointer user) {
  assert_int_equal(g_bytes_get_size(still->jpeg), sizeof tiny_jpeg);
  ((Center *)user)->stills++;
}

static void on_still_save(GwId alert_id, const GwStill *still, gpointer user) {
  Center *c = user;
  c->saved++;
  c->saved_alert_id = alert_id;
}

static void on_worker(const char *name, gboolean up, gpointer user) {
  Center *c = user;
  if (strcmp(name, "cameras") == 0)
    *(up ? &c->ups : &c->downs) += 1;
}

static void on_listening(int udp_port, int tcp_port, gpointer user) {
  ((Center *)user)->udp_port = udp_port;
}

static void start_ingest(Center *c) {
  g_autoptr(GError) error = NULL;
  const GwIngestConfig config = {
      .ledger = c->ledger,
      .program = c->program,
      .database = c->database,
      .key_file = c->key_file,
      .media = c->dir,
      .on_gauges = on_gauges,
      .on_still_save = on_still_save,
      .on_worker = on_worker,
      .on_listening = on_listening,
      .user = c,
  };
  c->ingest = gw_ingest_start(&config, &error);
  if (!c->ingest)
    fail_msg("%s", error->message);
  gw_stills_subscribe(gw_ingest_stills(c->ingest), on_still, c);
}

static int setup(void **state) {
  Center *c = g_new0(Center, 1);
  c->dir = g_dir_make_tmp("gw-ingest-XXXXXX", NULL);
  c->database = g_build_filename(c->dir, "center.db", NULL);
  c->key_file = g_build_filename(c->dir, "key", NULL);
  c->program = g_file_read_link("/proc/self/exe", NULL);
  g_setenv("GW_FAKE_DIR", c->dir, TRUE);
  g_autoptr(GError) error = NULL;
  g_autoptr(GwDb) db = gw_db_open(c->database, GW_DB_WRITE, &error);
  assert_true(db && gw_db_exec(db,
                               "insert into user (id, name, role, created_at_us) values (1, 'admin', "
                               "'admin', 0), (2, 'p', 'patrol', 0)",
                               &error));
  assert_true(
      gw_db_exec(db, "insert into unit (id, code, name, kind) values (1, 'U1', '一组', 'guard')", &error));
  assert_true(gw_db_exec(db,
                         "insert into checkpoint (id, code, name, lat, lon, tag) values (1, 'P-01', '东门', "
                         "36.29, 120.38, 'TAG1')",
                         &error));
  const GwLedgerConfig config = {
      .database = c->database, .key_file = c->key_file, .on_publish = on_publish, .user = c};
  c->ledger = gw_ledger_start(&config, &error);
  if (!c->ledger)
    fail_msg("%s", error->message);
  c->db = gw_db_open(c->database, GW_DB_READ, &error);
  *state = c;
  return 0;
}

static int teardown(void **state) {
  Center *c = *state;
  gw_ingest_stop(g_steal_pointer(&c->ingest));
  gw_db_close(c->db);
  gw_ledger_stop(c->ledger);
  while (g_main_context_iteration(NULL, FALSE)) {
  }
  g_autoptr(GDir) dir = g_dir_open(c->dir, 0, NULL);
  for (const char *name; (name = g_dir_read_name(dir));) {
    g_autofree char *path = g_build_filename(c->dir, name, NULL);
    g_unlink(path);
  }
  g_rmdir(c->dir);
  json_decref(c->gauges);
  json_decref(c->probed);
  json_decref(c->result);
  g_clear_error(&c->probe_error);
  g_free(c->dir);
  g_free(c->database);
  g_free(c->key_file);
  g_free(c->program);
  g_free(c);
  return 0;
}

static void on_reply(const GwReply *reply, gpointer user) {
  Center *c = user;
  c->code = reply->code;
  c->replied = TRUE;
  json_decref(c->result);
  c->result = json_incref(reply->result);
}

static GwId order(Center *c, GwId user_id, const char *command, json_t *args, const char *result) {
  const GwActor actor = {.user_id = user_id,
                         .unit_id = user_id == 2 ? 1 : 0,
                         .role = user_id == 2 ? GW_ROLE_PATROL : GW_ROLE_ADMIN};
  g_autofree char *uuid = gw_uuid_new();
  c->replied = FALSE;
  assert_true(gw_ledger_command(c->ledger, &actor, uuid, command, args, 0, on_reply, c, NULL));
  json_decref(args);
  turn_until(c->replied);
  assert_int_equal(c->code, GW_CODE_OK);
  return json_integer_value(json_object_get(c->result, result));
}

static GwId add_camera(Center *c, const char *code) {
  return order(c, 1, "camera.add",
               json_pack("{s:s, s:s, s:s, s:s, s:s}", "code", code, "name", "东门", "url",
                         "rtsp://192.0.2.1/1", "user_name", "admin", "password", "s3cret"),
               "camera_id");
}

static GwId submit(Center *c, const char *tag) {
  g_autofree char *uuid = gw_uuid_new();
  return order(c, 2, "checkin.submit",
               json_pack("{s:s, s:s, s:s, s:I}", "client_id", uuid, "method", "qr", "tag", tag,
                         "device_at_us", (json_int_t)gw_clock_real_us()),
               "raw_id");
}

static gint64 count(Center *c, const char *sql) {
  sqlite3_stmt *s = NULL;
  assert_int_equal(sqlite3_prepare_v2(gw_db_handle(c->db), sql, -1, &s, NULL), SQLITE_OK);
  const gint64 value = sqlite3_step(s) == SQLITE_ROW ? sqlite3_column_int64(s, 0) : -1;
  sqlite3_finalize(s);
  return value;
}

#define LIVE "select count(*) from camera where state = 'live'"

static void camera_is_watched_with_its_password_and_its_size_is_learnt(void **state) {
  Center *c = *state;
  add_camera(c, "C-1"); /* before the worker runs */
  start_ingest(c);
  turn_until(count(c, LIVE) == 1);
  add_camera(c, "C-2"); /* and while it does */
  turn_until(count(c, LIVE) == 2);
  turn_until(count(c, "select count(*) from camera where codec = 'h264' and width = 1920") == 2);
  turn_until(json_array_size(c->gauges) == 1); /* of one camera a message, and the stranger is left out */
  assert_true(gw_ingest_is_up(c->ingest, "cameras"));
}

static int pid_of(Center *c, int i) {
  json_t *status = gw_ingest_status(c->ingest);
  const int pid = (int)json_integer_value(json_object_get(json_array_get(status, (size_t)i), "pid"));
  json_decref(status);
  return pid;
}

static void killed_worker_is_back_within_2_s_and_cameras_are_unknown_meanwhile(void **state) {
  Center *c = *state;
  add_camera(c, "C-1");
  start_ingest(c);
  turn_until(count(c, LIVE) == 1);
  const int pid = pid_of(c, 0);
  const GwUsec killed_us = gw_clock_mono_us();
  kill(pid, SIGKILL);
  turn_until(c->downs == 1);
  turn_until(count(c, "select count(*) from camera where state = 'unknown' and cause = 'worker_gone'") == 1);
  turn_until(c->ups == 2 && count(c, LIVE) == 1);
  assert_true(gw_clock_mono_us() - killed_us < 2 * GW_SEC);
  assert_int_not_equal(pid_of(c, 0), pid);
  assert_int_equal(count(c, "select count(*) from journal where kind = 'worker.down'"), 1);
  assert_int_equal(count(c, "select count(*) from alert"), 0);
}

static void check_in_that_waited_for_the_worker_is_counted(void **state) {
  Center *c = *state;
  submit(c, "TAG1");
  assert_int_equal(count(c, "select count(*) from checkin where state = 'stored'"), 1);
  start_ingest(c);
  turn_until(count(c, "select count(*) from checkin where state = 'counted'") == 1);
  for (int i = 0; i < 40; i++) /* more than are under way at once */
    submit(c, "TAG1");
  turn_until(count(c, "select count(*) from checkin where state = 'counted'") == 41);
}

static void message_that_kills_the_worker_three_times_is_refused(void **state) {
  Center *c = *state;
  start_ingest(c);
  order(c, 1, "checkin.dump", json_pack("{s:s}", "body", "POISON"), "raw_id");
  turn_until(count(c, "select count(*) from checkin where state = 'refused'") == 1);
  assert_true(took_note("poisoned"));
  submit(c, "TAG1");
  turn_until(count(c, "select count(*) from checkin where state = 'counted'") == 1);
}

static void reader_line_is_acknowledged_after_it_is_stored(void **state) {
  Center *c = *state;
  start_ingest(c);
  turn_until(gw_ingest_is_up(c->ingest, "checkins"));
  order(c, 1, "reader.add", json_pack("{s:s, s:i}", "name", "stick1", "unit_id", 1), "reader_id");
  turn_until(took_note("stored-41-ok"));
  assert_int_equal(count(c, "select count(*) from checkin where state = 'counted' and tag = 'TAG1' and "
                            "cast(raw as text) = 'GW1,line'"),
                   1);
  turn_until(c->udp_port == 7710);
}

static void picture_comes_while_somebody_looks(void **state) {
  Center *c = *state;
  const GwId id = add_camera(c, "C-1");
  start_ingest(c);
  turn_until(count(c, LIVE) == 1);
  GwStills *stills = gw_ingest_stills(c->ingest);
  assert_null(gw_stills_newest(stills, id));
  gw_stills_watch_once(stills, id, 5 * GW_SEC);
  turn_until(gw_stills_newest(stills, id));
  assert_int_equal(gw_stills_newest(stills, id)->width, 640);
  assert_null(gw_stills_newest(stills, 998)); /* nobody gave that id */
  assert_int_equal(c->stills, 1);
}

static void still_of_an_alert_is_saved_as_soon_as_there_is_one(void **state) {
  Center *c = *state;
  const GwId id = add_camera(c, "C-1");
  start_ingest(c);
  turn_until(count(c, LIVE) == 1);
  json_t *effects =
      json_pack("[{s:s, s:i, s:I}]", "effect", "still.save", "alert_id", 7, "camera_id", (json_int_t)id);
  const GwPublication publication = {.effects = effects};
  gw_ingest_on_publication(c->ingest, &publication); /* nobody looked: it is decoded for this */
  turn_until(c->saved == 1);
  gw_ingest_on_publication(c->ingest, &publication); /* fresh enough: at once */
  assert_int_equal(c->saved, 2);
  assert_int_equal(c->saved_alert_id, 7);
  json_decref(effects);
}

static void on_probed(json_t *result, const GError *error, gpointer user) {
  Center *c = user;
  c->probed = json_incref(result);
  c->probe_error = error ? g_error_copy(error) : NULL;
  c->replied = TRUE;
}

static void probe_answers_once(void **state) {
  Center *c = *state;
  start_ingest(c);
  c->replied = FALSE;
  gw_ingest_probe(c->ingest, "rtsp://192.0.2.1/1", NULL, NULL, 2000, on_probed, c);
  assert_false(c->replied); /* not before it returns, even when the worker is not there yet */
  turn_until(c->replied);
  assert_int_equal(gw_error_code(c->probe_error), GW_CODE_UNAVAILABLE);
  g_clear_error(&c->probe_error);
  turn_until(gw_ingest_is_up(c->ingest, "cameras"));
  c->replied = FALSE;
  gw_ingest_probe(c->ingest, "rtsp://192.0.2.1/1", NULL, NULL, 2000, on_probed, c);
  turn_until(c->replied);
  assert_true(json_is_true(json_object_get(c->probed, "ok")));
  assert_null(json_object_get(c->probed, "ref"));
}

static void missing_program_is_a_worker_that_is_down(void **state) {
  Center *c = *state;
  g_free(c->program);
  c->program = g_strdup("/nonexistent/gridwarden-ingest");
  start_ingest(c);
  turn_until(count(c, "select count(*) from condition where key = 'worker:cameras'") == 1);
  assert_false(gw_ingest_is_up(c->ingest, "cameras"));
}

static void full_lane_pauses_the_worker_and_loses_nothing(void **state) {
  Center *c = *state;
  order(c, 1, "camera.add",
        json_pack("{s:s, s:s, s:s}", "code", "C-1", "name", "x", "url", "rtsp://192.0.2.1/flood"),
        "camera_id");
  gw_ledger_stop(c->ledger);
  const GwLedgerConfig config = {.database = c->database, .key_file = c->key_file};
  c->ledger = gw_ledger_open_for_test(&config, NULL); /* one that only works when told to */
  start_ingest(c);
  turn_until(!g_queue_is_empty(&c->ingest->waiting));
  const guint waiting = g_queue_get_length(&c->ingest->waiting);
  for (int i = 0; i < 20; i++)
    g_main_context_iteration(NULL, FALSE);
  assert_int_equal(g_queue_get_length(&c->ingest->waiting), waiting); /* nothing more is read */
  gw_ledger_run_for_test(c->ledger);
  turn_until(g_queue_is_empty(&c->ingest->waiting));
  gw_ledger_run_for_test(c->ledger);
  turn_until((gw_ledger_run_for_test(c->ledger), count(c, "select rev from camera") == FLOOD + 1));
}

/* ---------------------------------------------------------------- stills alone */

static json_int_t watched(GwStills *stills, size_t i) {
  json_t *list = gw_stills_take_watch(stills);
  const json_int_t value =
      list ? (i == 99 ? (json_int_t)json_array_size(list) : json_integer_value(json_array_get(list, i))) : -1;
  json_decref(list);
  return value;
}

static void watch_list_is_the_union_and_ends(void **state) {
  gw_clock_fake(0);
  GwStills *stills = gw_stills_new(NULL, NULL);
  const GwId one[] = {3, 1}, two[] = {3, 9};
  assert_true(gw_stills_watch(stills, 1, one, 2, 0));
  assert_true(gw_stills_watch(stills, 2, two, 2, 5 * GW_SEC));
  assert_int_equal(watched(stills, 99), 3);
  assert_int_equal(watched(stills, 99), -1); /* told already */
  gw_clock_fake_advance(6 * GW_SEC);
  gw_stills_tick(stills, gw_clock_mono_us());
  assert_int_equal(watched(stills, 99), 2);
  assert_true(gw_stills_watch(stills, 1, NULL, 0, 0));
  assert_int_equal(watched(stills, 99), 0);
  gw_stills_free(stills);
  gw_clock_unfake();
}

static void picture_nobody_wants_is_let_go(void **state) {
  gw_clock_fake(0);
  GwStills *stills = gw_stills_new(NULL, NULL);
  g_autoptr(GBytes) jpeg = g_bytes_new_static(tiny_jpeg, sizeof tiny_jpeg);
  gw_stills_put(stills, 5, 1, 640, 360, jpeg);
  gw_clock_fake_advance(59 * GW_SEC);
  gw_stills_tick(stills, gw_clock_mono_us());
  assert_non_null(gw_stills_newest(stills, 5));
  gw_clock_fake_advance(2 * GW_SEC);
  gw_stills_tick(stills, gw_clock_mono_us());
  assert_null(gw_stills_newest(stills, 5));
  gw_stills_free(stills);
  gw_clock_unfake();
}

static void viewers_and_lists_are_bounded(void **state) {
  GwStills *stills = gw_stills_new(NULL, NULL);
  GwId many[GW_LIMIT_STILL_LIST + 1] = {1};
  assert_false(gw_stills_watch(stills, 1, many, G_N_ELEMENTS(many), 0));
  for (guint64 v = 1; v <= GW_LIMIT_STILL_VIEWERS; v++)
    assert_true(gw_stills_watch(stills, v, many, 1, 0));
  assert_false(gw_stills_watch(stills, GW_LIMIT_STILL_VIEWERS + 1, many, 1, 0));
  assert_true(gw_stills_watch(stills, 1, many, 2, 0)); /* who is there may change his list */
  gw_stills_free(stills);
}

static gboolean is_worker(void) {
  int type = 0;
  socklen_t n = sizeof type;
  return g_getenv("GW_FAKE_DIR") && getsockopt(3, SOL_SOCKET, SO_TYPE, &type, &n) == 0;
}

#define fact(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
int main(void) {
  if (is_worker())
    return fake_worker();
  const struct CMUnitTest tests[] = {
      fact(camera_is_watched_with_its_password_and_its_size_is_learnt),
      fact(killed_worker_is_back_within_2_s_and_cameras_are_unknown_meanwhile),
      fact(check_in_that_waited_for_the_worker_is_counted),
      fact(message_that_kills_the_worker_three_times_is_refused),
      fact(reader_line_is_acknowledged_after_it_is_stored),
      fact(picture_comes_while_somebody_looks),
      fact(still_of_an_alert_is_saved_as_soon_as_there_is_one),
      fact(probe_answers_once),
      fact(missing_program_is_a_worker_that_is_down),
      fact(full_lane_pauses_the_worker_and_loses_nothing),
      cmocka_unit_test(watch_list_is_the_union_and_ends),
      cmocka_unit_test(picture_nobody_wants_is_let_go),
      cmocka_unit_test(viewers_and_lists_are_bounded),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
