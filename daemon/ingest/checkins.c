/* The job "checkins": readers and their doors, and every stored message through the element. */
#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/base/limits.h"
#include "daemon/base/log.h"
#include "daemon/base/token.h"
#include "daemon/ingest/ingest_private.h"
#include "daemon/store/checkin.h"
#include "daemon/store/reader.h"

#define PUSHED_MOST 8 /* under way at once: a worker that dies has few to suspect */
#define PUSHED_BYTES_MOST (2 * 1024 * 1024)
#define ANSWER_WITHIN_US (60 * GW_SEC)
#define DEATHS_MOST 3 /* a message that was under way at three deaths is not tried again */

/* The way back of a ledger's answer to the worker that asked; it may come after the worker's death. */
typedef struct Asked {
  GwIngest *ingest; /* referenced */
  guint generation;
  gint64 ref;
  GwId raw_id; /* 0: a line that came from a reader */
  gboolean wants_answer;
} Asked;

static void asked_free(gpointer p) {
  Asked *asked = p;
  gw_ingest_unref(asked->ingest);
  g_free(asked);
}

void gw_checkins_init(GwIngest *ingest) {
  ingest->readers = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
  ingest->pushed = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
  ingest->deaths = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
}

void gw_checkins_clear(GwIngest *ingest) {
  g_hash_table_unref(ingest->readers);
  g_hash_table_unref(ingest->pushed);
  g_hash_table_unref(ingest->deaths);
}

static GwWorker *worker_of(GwIngest *ingest) {
  return ingest->checkins;
}

/* ---- readers ---- */

static char *key_hex(GwIngest *ingest, const GwReaderRow *row) {
  gsize sealed_bytes = 0, bytes = 0;
  const guint8 *sealed = g_bytes_get_data(row->secret, &sealed_bytes);
  g_autoptr(GError) why = NULL;
  char *key = gw_secret_open(ingest->secret, sealed, sealed_bytes, &bytes, &why);
  if (!key) {
    gw_warning("The key of reader %s cannot be opened: %s", row->name, why->message);
    return NULL;
  }
  GString *hex = g_string_sized_new(2 * bytes);
  for (gsize i = 0; i < bytes; i++)
    g_string_append_printf(hex, "%02x", (guint8)key[i]);
  gw_secret_wipe(key, bytes);
  return g_string_free(hex, FALSE);
}

static void remove_reader(GwIngest *ingest, GwId id) {
  if (g_hash_table_remove(ingest->readers, &id))
    (void)gw_worker_send(worker_of(ingest),
                         json_pack("{s:s, s:I}", "type", "reader.remove", "id", (json_int_t)id), NULL, 0);
}

static void set_reader(GwIngest *ingest, GwId id) {
  g_auto(GwReaderRow) row = {0};
  g_autoptr(GError) why = NULL;
  if (!gw_store_reader_get(ingest->db, id, &row, &why) || row.removed_at_us > 0) {
    if (why)
      gw_warning("Reader %" G_GINT64_FORMAT " cannot be read: %s", id, why->message);
    remove_reader(ingest, id);
    return;
  }
  g_autofree char *hex = key_hex(ingest, &row);
  if (!hex)
    return;
  char seen[17];
  g_snprintf(seen, sizeof seen, "%016" G_GINT64_MODIFIER "x", row.seen);
  json_t *message = json_pack("{s:s, s:I, s:s, s:s, s:I, s:I, s:s}", "type", "reader.set", "id",
                              (json_int_t)id, "name", row.name, "key", hex, "epoch", (json_int_t)row.epoch,
                              "last_seq", (json_int_t)row.last_seq, "seen", seen);
  g_hash_table_add(ingest->readers, gw_id_key(id));
  (void)gw_worker_send(worker_of(ingest), message, NULL, 0);
}

/* ---- stored messages through the element ---- */

/* u32 json bytes | JSON | picture, the picture from the file store. */
static GByteArray *with_picture(GwIngest *ingest, const GwCheckinRow *row) {
  gsize bytes = 0;
  const char *text = g_bytes_get_data(row->raw, &bytes);
  json_t *message = json_loadb(text, bytes, 0, NULL);
  const char *hash = gw_msg_text(message, "picture");
  GByteArray *whole = NULL;
  for (int i = 0; !whole && i < 2 && hash && gw_hash_hex_is_valid(hash) && ingest->config.media; i++) {
    g_autofree char *path =
        g_strdup_printf("%s/%.2s/%s.%s", ingest->config.media, hash, hash, i == 0 ? "jpg" : "png");
    g_autofree char *picture = NULL;
    gsize picture_bytes = 0;
    if (!g_file_get_contents(path, &picture, &picture_bytes, NULL) ||
        picture_bytes > GW_LIMIT_CHECKIN_BYTES - bytes - 4)
      continue;
    const guint32 length = GUINT32_TO_BE((guint32)bytes);
    whole = g_byte_array_new();
    g_byte_array_append(whole, (const guint8 *)&length, sizeof length);
    g_byte_array_append(whole, (const guint8 *)text, (guint)bytes);
    g_byte_array_append(whole, (const guint8 *)picture, (guint)picture_bytes);
  }
  json_decref(message);
  return whole;
}

static GByteArray *message_bytes(GwIngest *ingest, const GwCheckinRow *row) {
  if (g_str_equal(row->source, "code"))
    return with_picture(ingest, row);
  gsize bytes = 0;
  const guint8 *data = g_bytes_get_data(row->raw, &bytes);
  GByteArray *whole = g_byte_array_sized_new((guint)bytes);
  return g_byte_array_append(whole, data, (guint)bytes);
}

/* What cannot go through the element is answered here, as the element would. */
static void refuse(GwIngest *ingest, GwId id, const char *verdict) {
  gw_ingest_observe(ingest, "checkin", json_pack("{s:I, s:s}", "raw_id", (json_int_t)id, "verdict", verdict),
                    NULL, 0, NULL, NULL, NULL);
}

/* FALSE: the worker cannot take more now. */
static gboolean push_one(GwIngest *ingest, GwId id) {
  g_auto(GwCheckinRow) row = {0};
  if (!gw_store_checkin_get(ingest->db, id, &row, NULL) || !g_str_equal(row.state, "stored"))
    return TRUE;
  if (GPOINTER_TO_UINT(g_hash_table_lookup(ingest->deaths, &id)) >= DEATHS_MOST) {
    gw_warning("Check-in %" G_GINT64_FORMAT " was under way at %d deaths of the worker: it is refused", id,
               DEATHS_MOST);
    g_hash_table_remove(ingest->deaths, &id);
    refuse(ingest, id, "bad_format");
    return TRUE;
  }
  g_autoptr(GByteArray) bytes = message_bytes(ingest, &row);
  if (!bytes) {
    refuse(ingest, id, "no_code");
    return TRUE;
  }
  json_t *message =
      json_pack("{s:s, s:I, s:s}", "type", "checkin.push", "raw_id", (json_int_t)id, "source", row.source);
  if (row.unit_id > 0)
    json_object_set_new(message, "unit_id", json_integer(row.unit_id));
  if (!gw_worker_send(worker_of(ingest), message, bytes->data, bytes->len))
    return FALSE;
  GwPushedRaw *pushed = g_new0(GwPushedRaw, 1);
  pushed->sent_mono_us = gw_clock_mono_us();
  g_hash_table_replace(ingest->pushed, gw_id_key(id), pushed);
  return TRUE;
}

static gboolean may_push(GwIngest *ingest) {
  GwWorker *worker = worker_of(ingest);
  GwLink *link = worker->is_up ? gw_child_control(worker->child) : NULL;
  return link && g_hash_table_size(ingest->pushed) < PUSHED_MOST &&
         gw_link_queued_bytes(link) < PUSHED_BYTES_MOST;
}

static void push_more(GwIngest *ingest) {
  while (may_push(ingest)) {
    const GwId next = gw_store_checkin_next_stored(ingest->db, ingest->cursor);
    if (next == 0 || !push_one(ingest, next))
      return;
    ingest->cursor = next;
  }
}

/* ---- what the worker read ---- */

static void answer_worker(const Asked *asked, const char *code) {
  GwWorker *worker = worker_of(asked->ingest);
  if (asked->wants_answer && worker->generation == asked->generation)
    (void)gw_worker_send(
        worker,
        json_pack("{s:s, s:I, s:s}", "type", "checkin.stored", "ref", (json_int_t)asked->ref, "code", code),
        NULL, 0);
}

static void on_judged(const GwReply *reply, gpointer user) {
  Asked *asked = user;
  GwIngest *ingest = asked->ingest;
  const char *code = reply->code == GW_CODE_OK ? gw_msg_text(reply->result, "code") : NULL;
  if (!ingest->is_stopped) {
    answer_worker(asked, code ? code : "busy");
    if (asked->raw_id > 0) {
      g_hash_table_remove(ingest->pushed, &asked->raw_id);
      if (reply->code == GW_CODE_OK)
        g_hash_table_remove(ingest->deaths, &asked->raw_id);
      else
        ingest->push_again = TRUE;
      push_more(ingest);
    }
  }
  asked_free(asked);
}

/* Only readers that the worker was given may be named. */
static gboolean names_are_ours(GwIngest *ingest, json_t *message) {
  const GwId reader_id = gw_msg_int(message, "reader_id");
  if (reader_id != 0 && !g_hash_table_contains(ingest->readers, &reader_id))
    return FALSE;
  size_t i;
  json_t *item;
  json_array_foreach(json_object_get(message, "items"), i, item) {
    const GwId id = gw_msg_int(item, "reader_id");
    if (id != 0 && !g_hash_table_contains(ingest->readers, &id))
      return FALSE;
  }
  return TRUE;
}

static void on_checkin(GwIngest *ingest, json_t *message, const guint8 *data, gsize bytes) {
  const GwId raw_id = gw_msg_int(message, "raw_id");
  GwPushedRaw *pushed = raw_id > 0 ? g_hash_table_lookup(ingest->pushed, &raw_id) : NULL;
  const char *verdict = gw_msg_text(message, "verdict");
  if (!verdict || strlen(verdict) > 32 || !names_are_ours(ingest, message) ||
      (raw_id != 0 && (!pushed || pushed->is_answered)))
    return;
  if (pushed)
    pushed->is_answered = TRUE;
  Asked *asked = g_new(Asked, 1);
  *asked = (Asked){gw_ingest_ref(ingest), worker_of(ingest)->generation, gw_msg_int(message, "ref"), raw_id,
                   raw_id == 0 && g_str_equal(verdict, "ok")};
  gw_ingest_observe(ingest, "checkin", json_deep_copy(message), data, bytes, on_judged, asked, asked_free);
}

void gw_checkins_on_message(GwIngest *ingest, const char *type, json_t *message, const guint8 *data,
                            gsize bytes) {
  if (strcmp(type, "checkin") == 0)
    on_checkin(ingest, message, data, bytes);
  else if (strcmp(type, "listening") == 0 && ingest->config.on_listening)
    ingest->config.on_listening((int)gw_msg_int(message, "udp_port"), (int)gw_msg_int(message, "tcp_port"),
                                ingest->config.user);
}

/* ---- its life ---- */

static void listen_for_readers(GwIngest *ingest) {
  const GwIngestConfig *config = &ingest->config;
  json_t *message = json_pack("{s:s, s:s}", "type", "listen", "address",
                              config->reader_address ? config->reader_address : "127.0.0.1");
  if (config->reader_udp_port >= 0)
    json_object_set_new(message, "udp_port", json_integer(config->reader_udp_port));
  if (config->reader_tcp_port >= 0)
    json_object_set_new(message, "tcp_port", json_integer(config->reader_tcp_port));
  (void)gw_worker_send(worker_of(ingest), message, NULL, 0);
}

/* Readers first, so that the first line that comes in has a key to be checked with. */
void gw_checkins_on_hello(GwIngest *ingest) {
  g_autoptr(GError) why = NULL;
  g_autoptr(GArray) ids = gw_store_reader_ids(ingest->db, &why);
  g_hash_table_remove_all(ingest->readers);
  if (!ids)
    gw_warning("The readers cannot be read: %s", why->message);
  for (guint i = 0; ids && i < ids->len; i++)
    set_reader(ingest, g_array_index(ids, GwId, i));
  if (ingest->config.reader_udp_port >= 0 || ingest->config.reader_tcp_port >= 0)
    listen_for_readers(ingest);
  ingest->cursor = 0;
  push_more(ingest);
}

void gw_checkins_on_down(GwIngest *ingest) {
  GHashTableIter iter;
  gpointer key, value;
  g_hash_table_iter_init(&iter, ingest->pushed);
  while (g_hash_table_iter_next(&iter, &key, &value)) {
    const guint deaths = GPOINTER_TO_UINT(g_hash_table_lookup(ingest->deaths, key));
    if (!((GwPushedRaw *)value)->is_answered)
      g_hash_table_replace(ingest->deaths, gw_id_key(*(GwId *)key), GUINT_TO_POINTER(deaths + 1));
  }
  g_hash_table_remove_all(ingest->pushed);
  g_hash_table_remove_all(ingest->readers);
}

void gw_checkins_on_effect(GwIngest *ingest, const char *effect, json_t *body) {
  if (!worker_of(ingest)->is_up)
    return; /* its hello brings all */
  if (strcmp(effect, "reader.set") == 0)
    set_reader(ingest, gw_msg_int(body, "id"));
  else if (strcmp(effect, "reader.remove") == 0)
    remove_reader(ingest, gw_msg_int(body, "id"));
  else if (strcmp(effect, "checkin.push") == 0)
    push_more(ingest);
}

static gboolean is_overdue(gpointer key, gpointer value, gpointer now_mono_us) {
  return *(const GwUsec *)now_mono_us - ((GwPushedRaw *)value)->sent_mono_us > ANSWER_WITHIN_US;
}

void gw_checkins_tick(GwIngest *ingest, GwUsec now_mono_us) {
  if (g_hash_table_foreach_remove(ingest->pushed, is_overdue, &now_mono_us) > 0)
    ingest->push_again = TRUE;
  if (ingest->push_again && g_hash_table_size(ingest->pushed) == 0) {
    ingest->push_again = FALSE;
    ingest->cursor = 0;
  }
  push_more(ingest);
}
