#pragma once
/* For tests of the supervisor with real processes: the program is its own worker when it finds sockets at 3
 * and 4; the ledger, its thread and its database are real. */
#include <glib/gstdio.h>
#include <jansson.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

#include "daemon/base/clock.h"
#include "daemon/base/error.h"
#include "daemon/base/limits.h"
#include "daemon/base/post.h"
#include "daemon/base/token.h"
#include "daemon/ingest/ingest.h"
#include "daemon/ingest/ingest_private.h"
#include "daemon/ledger/ledger.h"
#include "daemon/link/frame.h"
#include "daemon/store/db.h"

static const guint8 tiny_jpeg[] = {0xff, 0xd8, 0xff, 0xd9};
static const guint8 other_jpeg[] = {0xff, 0xd8, 0x00, 0xff}; /* as far as the supervisor looks */

/* ---------------------------------------------------------------- the worker's side */

typedef struct Fake {
  GMainLoop *loop;
  GwLink *control, *media;
  char *name;
  int sets;
  json_int_t last_id; /* of the camera that was set last */
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

G_GNUC_UNUSED static gboolean took_note(const char *name) {
  g_autofree char *path = g_build_filename(g_getenv("GW_FAKE_DIR"), name, NULL);
  return g_file_test(path, G_FILE_TEST_EXISTS);
}

/* How many notes begin so. */
G_GNUC_UNUSED static guint notes(const char *prefix) {
  guint n = 0;
  g_autoptr(GDir) dir = g_dir_open(g_getenv("GW_FAKE_DIR"), 0, NULL);
  for (const char *name; (name = g_dir_read_name(dir));)
    n += g_str_has_prefix(name, prefix);
  return n;
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
  g_autofree char *note =
      g_strdup_printf("set:%s:%d:%d-%d", fake->name, (int)id, (int)getpid(), ++fake->sets);
  leave_note(note);
  fake->last_id = id;
  if (strstr(text(m, "url"), "poison"))
    abort();
  if (strstr(text(m, "url"), "/sub"))
    leave_note(json_is_true(json_object_get(m, "metadata")) ? "sub-with-metadata" : "sub-without-metadata");
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

static void say_thumb(Fake *fake, json_int_t id, gsize bytes) {
  g_autofree guint8 *jpeg = g_malloc0(bytes);
  memcpy(jpeg, tiny_jpeg, 2);
  say(fake->media,
      json_pack("{s:s, s:I, s:I, s:i, s:i}", "type", "thumb", "id", id, "at_us",
                (json_int_t)gw_clock_real_us(), "width", 320, "height", 180),
      jpeg, bytes);
}

/* before | now | … as the binary of a finding */
static void say_finding(Fake *fake, json_int_t id, const char *kind, json_int_t zone_id, gboolean on) {
  guint8 both[2 * sizeof tiny_jpeg];
  memcpy(both, tiny_jpeg, sizeof tiny_jpeg);
  memcpy(both + sizeof tiny_jpeg, other_jpeg, sizeof other_jpeg);
  json_t *m = json_pack("{s:s, s:I, s:s, s:b, s:I, s:f, s:f, s:i, s:i}", "type", "finding", "id", id, "kind",
                        kind, "on", on, "at_us", (json_int_t)gw_clock_real_us(), "measure", 0.75, "threshold",
                        0.5, "before_bytes", (int)sizeof tiny_jpeg, "now_bytes", (int)sizeof other_jpeg);
  if (zone_id > 0)
    json_object_set_new(m, "zone_id", json_integer(zone_id));
  say(fake->control, m, both, sizeof both);
}

/* Everything a worker that was taken over could try about a camera; none of it may be believed. */
static void be_hostile(Fake *fake, json_int_t id) {
  static const char *const texts[] = {
      "{'type':'finding','id':%I,'kind':'ghost','on':true,'measure':1,'threshold':0}",
      "{'type':'finding','id':%I,'kind':'zone','zone_id':4711,'on':true,'measure':1,'threshold':0}",
      "{'type':'finding','id':%I,'kind':'zone','on':true,'measure':1,'threshold':0}",
      "{'type':'finding','id':%I,'kind':'black','zone_id':1,'on':true,'measure':1,'threshold':0}",
      "{'type':'finding','id':%I,'kind':'black','on':1,'measure':1,'threshold':0}",
      "{'type':'finding','id':%I,'kind':'black','on':true,'measure':1e300,'threshold':0}",
      "{'type':'finding','id':%I,'kind':'black','on':true,'measure':'x','threshold':0}",
      "{'type':'finding','id':999,'kind':'black','on':true,'measure':1,'threshold':0}",
      "{'type':'reference','id':%I,'asked':false,'jpeg_bytes':99999999}",
      "{'type':'reference','id':%I,'asked':false,'jpeg_bytes':-1}",
      "{'type':'reference','id':%I,'asked':false}",
      "{'type':'light','id':%I,'to':'dusk'}",
      "{'type':'observed','id':%I,'topic':'ghost'}",
      "{'type':'code','id':%I,'text':'caf\u00e9'}",
      "{'type':'code','id':%I,'text':''}",
      "{'type':'code','id':999,'text':'ABC'}",
      "{'type':'camera.state','id':%I,'state':['live'],'cause':{}}",
      "{'type':'gauges','cameras':[{'id':%I,'fps':1e300,'kbps':-5,'gop':'x','clock_ms':1e300,'rate':'odd','"
      "activity':500,"
      "'key_ms':-1,'frames':3.5,'codec':7,'width':1e99,'height':-1}],'worker':{'threads':-3,'rss_bytes':"
      "1e300,'cpu_us':'x'}}",
      "{'type':'gauges','cameras':{'id':1},'worker':[]}",
      "{'type':'something new','id':%I}",
  };
  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
    g_autoptr(GString) line = g_string_new(texts[i]);
    g_autofree char *number_text = g_strdup_printf("%" G_GINT64_FORMAT, (gint64)id);
    g_string_replace(line, "%I", number_text, 0);
    g_string_replace(line, "'", "\"", 0);
    json_t *m = json_loads(line->str, 0, NULL);
    g_assert(m);
    say(fake->control, m, "\xff\xd8xx", 4);
  }
  say_thumb(fake, 999, 100);
  say_thumb(fake, id, GW_LIMIT_THUMB_BYTES + 1);
  say(fake->media,
      json_pack("{s:s, s:I, s:i, s:i, s:i}", "type", "thumb", "id", id, "at_us", 1, "width", 320, "height",
                180),
      "no jpeg", 7);
}

static void say_reference(Fake *fake, json_int_t id, gboolean asked, const char *body) {
  g_autoptr(GByteArray) both = g_byte_array_new();
  g_byte_array_append(both, tiny_jpeg, sizeof tiny_jpeg);
  g_byte_array_append(both, (const guint8 *)body, (guint)strlen(body));
  say(fake->control,
      json_pack("{s:s, s:I, s:I, s:b, s:i}", "type", "reference", "id", id, "at_us",
                (json_int_t)gw_clock_real_us(), "asked", asked, "jpeg_bytes", (int)sizeof tiny_jpeg),
      both->data, both->len);
}

/* Tells back what it was told, and sees what the test's notes in its folder ask for. */
static void fake_scene(Fake *fake, json_t *m, const guint8 *data, gsize bytes) {
  const json_int_t id = number(m, "id");
  json_t *zones = json_object_get(m, "zones");
  const json_int_t zone_id = number(json_array_get(zones, 0), "id");
  g_autofree char *note =
      g_strdup_printf("scene-%d-%d-%.*s", (int)json_array_size(zones), (int)number(m, "utc_offset_s"),
                      (int)bytes, data ? (const char *)data : "");
  leave_note(note);
  if (took_note("want-hostile"))
    be_hostile(fake, id);
  if (took_note("want-flood"))
    for (int i = 0; i < 1000; i++)
      say_finding(fake, id, "black", 0, i % 2 == 0);
  if (took_note("want-findings")) {
    say_finding(fake, id, "covered", 0, TRUE);
    say_finding(fake, id, "black", 0, TRUE);
    say_finding(fake, id, "black", 0, FALSE);
    if (zone_id > 0)
      say_finding(fake, id, "zone", zone_id, TRUE);
    say_thumb(fake, id, 1000);
  }
  if (took_note("want-reference") && bytes == 0)
    say_reference(fake, id, FALSE, "first");
}

/* What else a test's own worker does; TRUE: that was it. */
static gboolean (*fake_more)(Fake *fake, const char *type, json_t *m);

static void on_control(GwLink *link, json_t *m, const guint8 *data, gsize bytes, gpointer user) {
  Fake *fake = user;
  const char *type = text(m, "type");
  if (fake_more && fake_more(fake, type, m))
    return;
  if (strcmp(type, "hello") == 0) {
    g_free(fake->name);
    fake->name = g_strdup(text(m, "worker"));
    g_autofree char *note = g_strdup_printf("hello:%s:%d:%d", fake->name, (int)number(m, "ring_bytes"),
                                            (int)number(m, "looks_per_s"));
    leave_note(note);
    say(link,
        json_pack("{s:s, s:i, s:s, s:i, s:s}", "type", "hello", "v", 1, "worker", text(m, "worker"), "pid",
                  (int)getpid(), "gstreamer", "fake"),
        NULL, 0);
  } else if (strcmp(type, "camera.set") == 0)
    fake_camera(fake, m);
  else if (strcmp(type, "camera.remove") == 0) {
    g_autofree char *note = g_strdup_printf("removed:%s:%d", fake->name, (int)number(m, "id"));
    leave_note(note);
  } else if (strcmp(type, "scene.set") == 0)
    fake_scene(fake, m, data, bytes);
  else if (strcmp(type, "scene.learn") == 0)
    say_reference(fake, number(m, "id"), TRUE, "learnt");
  else if (strcmp(type, "quit") == 0)
    g_main_loop_quit(fake->loop);
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
  g_free(fake.name);
  g_main_loop_unref(fake.loop);
  fflush(NULL);
  _exit(0); /* a sanitizer that traces the process at its end would have its death told before it can be waited for */
}

/* ---------------------------------------------------------------- the test's side */

typedef struct Center {
  char *dir, *database, *key_file, *program;
  GwLedger *ledger;
  GwIngest *ingest;
  GwDb *db;
  json_t *gauges, *probed;
  GError *probe_error;
  guint stills, saved, ups, downs, thumbs, forgotten;
  int camera_workers;
  gboolean store_is_busy; /* pictures cannot be stored now */
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

static void on_thumb(const GwStill *thumb, gpointer user) {
  Center *c = user;
  if (thumb->jpeg)
    c->thumbs++;
  else
    c->forgotten++;
}

typedef struct Saved {
  GwIngestSaved done;
  gpointer job;
  char *hash;
  gsize bytes;
} Saved;

static void say_saved(gpointer p) {
  const Saved *saved = p;
  saved->done(saved->hash, saved->bytes, NULL, saved->job);
}

static void saved_free(gpointer p) {
  g_free(((Saved *)p)->hash);
  g_free(p);
}

/* As net does it: on disk (here: in memory), then in the table of files, then said, later; or busy, at once.
 */
static void save_picture(GBytes *picture, GwIngestSaved done, gpointer job, gpointer user) {
  Center *c = user;
  gsize bytes = 0;
  const guint8 *data = g_bytes_get_data(picture, &bytes);
  if (c->store_is_busy) {
    g_autoptr(GError) busy = g_error_new_literal(GW_ERROR, GW_CODE_BUSY, "busy");
    done(NULL, 0, busy, job);
    return;
  }
  Saved *saved = g_new(Saved, 1);
  *saved = (Saved){done, job, gw_hash_hex(data, bytes), bytes};
  json_t *body = json_pack("{s:s, s:s, s:I, s:i}", "hash", saved->hash, "kind", "jpg", "bytes",
                           (json_int_t)bytes, "user_id", 0);
  assert_true(gw_ledger_observe(c->ledger, "file.stored", body, NULL, 0, NULL, NULL, NULL));
  json_decref(body);
  gw_post(NULL, say_saved, saved, saved_free);
}

static void on_worker(const char *name, gboolean up, gpointer user) {
  Center *c = user;
  if (strcmp(name, "cameras") == 0)
    *(up ? &c->ups : &c->downs) += 1;
}

G_GNUC_UNUSED static void on_listening(int udp_port, int tcp_port, gpointer user) {
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
      .on_thumb = on_thumb,
      .save_picture = save_picture,
      .camera_workers = c->camera_workers,
      .utc_offset_s = 28800,
      .ring_seconds = 12,
      .ring_bytes = 1200,
      .looks_per_s = 40,
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

G_GNUC_UNUSED static GwId add_camera_at(Center *c, const char *code, const char *url) {
  return order(c, 1, "camera.add",
               json_pack("{s:s, s:s, s:s, s:s, s:s}", "code", code, "name", "东门", "url", url, "user_name",
                         "admin", "password", "s3cret"),
               "camera_id");
}

G_GNUC_UNUSED static GwId add_camera(Center *c, const char *code) {
  return add_camera_at(c, code, "rtsp://192.0.2.1/1");
}

G_GNUC_UNUSED static GwId submit(Center *c, const char *tag) {
  g_autofree char *uuid = gw_uuid_new();
  return order(c, 2, "checkin.submit",
               json_pack("{s:s, s:s, s:s, s:I}", "client_id", uuid, "method", "qr", "tag", tag,
                         "device_at_us", (json_int_t)gw_clock_real_us()),
               "raw_id");
}

G_GNUC_UNUSED static gint64 count(Center *c, const char *sql) {
  sqlite3_stmt *s = NULL;
  assert_int_equal(sqlite3_prepare_v2(gw_db_handle(c->db), sql, -1, &s, NULL), SQLITE_OK);
  const gint64 value = sqlite3_step(s) == SQLITE_ROW ? sqlite3_column_int64(s, 0) : -1;
  sqlite3_finalize(s);
  return value;
}

static gboolean is_worker(void) {
  int type = 0;
  socklen_t n = sizeof type;
  return g_getenv("GW_FAKE_DIR") && getsockopt(3, SOL_SOCKET, SO_TYPE, &type, &n) == 0;
}

G_GNUC_UNUSED static int pid_of(Center *c, int i) {
  json_t *status = gw_ingest_status(c->ingest);
  const int pid = (int)json_integer_value(json_object_get(json_array_get(status, (size_t)i), "pid"));
  json_decref(status);
  return pid;
}

#define LIVE "select count(*) from camera where state = 'live'"
#define fact(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
