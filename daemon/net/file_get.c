/* GET /api/v1/file/<hash>: pictures and clips, with the roles of what names them; clips also in parts. */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "daemon/base/token.h"
#include "daemon/net/net_private.h"
#include "daemon/net/parse.h"
#include "daemon/store/clip.h"

GW_SQL(NET_FILE_KIND, "select kind from file where hash = :hash");
/* A patrol sees what it uploaded and what belongs to tickets of its unit. */
GW_SQL(NET_FILE_OF_UNIT,
       "select 1 from file f where f.hash = :hash and (f.user_id = :user or exists (select 1 from ticket_file tf"
       " join ticket t on t.id = tf.ticket_id where tf.hash = f.hash and t.unit_id = :unit)"
       " or exists (select 1 from alert a join ticket t on t.alert_id = a.id where a.still_hash = f.hash and t.unit_id = :unit)"
       " or exists (select 1 from finding d join ticket t on t.alert_id = d.alert_id where t.unit_id = :unit"
       "  and ((d.now_hash = f.hash and d.now_hash <> '') or (d.before_hash = f.hash and d.before_hash <> ''))))");
/* The wall sees the pictures of what is open. */
GW_SQL(NET_FILE_OF_OPEN_ALERT,
       "select 1 from alert where still_hash = :hash and state <> 'NORM' union all"
       " select 1 from finding d join alert a on a.id = d.alert_id where a.state <> 'NORM'"
       " and ((d.now_hash = :hash and d.now_hash <> '') or (d.before_hash = :hash and d.before_hash <> ''))");

typedef struct {
  GwNet *net;
  GwRequest *r;
  GwSession session;
  char *hash, *attachment; /* attachment NULL: to be shown, not saved */
  char *part;              /* the Range that counts; NULL: all */
  gboolean is_head;
  const char *type;
  GBytes *bytes;
  GwUsec gone_us; /* it was a clip, and was kept until then; 0: no */
} Fetch;

static gboolean is_clip(const Fetch *fetch) {
  return g_strcmp0(fetch->type, "video/mp4") == 0;
}

static gboolean may_see(GwDb *db, const Fetch *fetch, GError **error) {
  if (fetch->session.role & GW_ROLES_DESK)
    return TRUE;
  if (is_clip(fetch))
    return FALSE;
  gboolean wall = fetch->session.role == GW_ROLE_WALL;
  g_autoptr(GwStmt) s = gw_stmt(db, wall ? &NET_FILE_OF_OPEN_ALERT : &NET_FILE_OF_UNIT);
  gw_bind_text(s, ":hash", fetch->hash);
  if (!wall) {
    gw_bind_int(s, ":user", fetch->session.user_id);
    gw_bind_int(s, ":unit", fetch->session.unit_id);
  }
  return gw_step_row(s, error);
}

static void set_type(Fetch *fetch, const char *kind) {
  fetch->type = strcmp(kind, "mp4") == 0 ? "video/mp4" : strcmp(kind, "png") == 0 ? "image/png" : "image/jpeg";
}

/* The owner sends it from the mapping: what is not in memory yet is read here, so that no disk holds him up. */
static void warm(const Fetch *fetch) {
  gsize n = 0;
  const guint8 *data = g_bytes_get_data(fetch->bytes, &n);
  gint64 first = 0, last = (gint64)n - 1;
  guint8 sum = 0;
  if (fetch->is_head || gw_parse_range(fetch->part, (gint64)n, &first, &last) == GW_RANGE_OUTSIDE)
    return;
  (void)madvise((void *)data, n, MADV_SEQUENTIAL); /* a hint, no more */
  for (gint64 at = first; at <= last; at += sysconf(_SC_PAGESIZE))
    sum ^= ((const volatile guint8 *)data)[at];
  (void)sum;
}

/* One that was there until its time was over is told so to whoever might have seen it. */
static gboolean find_gone(GwDb *db, Fetch *fetch, GError **error) {
  GwClipRow row;
  if (!(fetch->session.role & GW_ROLES_DESK) || !gw_store_clip_by_hash(db, fetch->hash, &row, error) ||
      row.core.state != GW_CLIP_REMOVED)
    return FALSE;
  fetch->gone_us = row.core.keep_until_us;
  return TRUE;
}

static gboolean find_kind(GwDb *db, Fetch *fetch, char **ret_kind, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &NET_FILE_KIND);
  gw_bind_text(s, ":hash", fetch->hash);
  if (!gw_step_row(s, error))
    return FALSE;
  *ret_kind = g_strdup(gw_col_text(s, 0));
  set_type(fetch, *ret_kind);
  return TRUE;
}

static gboolean read_file(GwDb *db, gpointer p, GError **error) {
  Fetch *fetch = p;
  g_autofree char *kind = NULL;
  if (!find_kind(db, fetch, &kind, error))
    return !(error && *error) && find_gone(db, fetch, error);
  if (!may_see(db, fetch, error))
    return FALSE;
  if (is_clip(fetch) && find_gone(db, fetch, error)) /* its file may not be away yet */
    return TRUE;
  if (error && *error)
    return FALSE;
  g_autofree char *path = gw_files_path(fetch->net->files, fetch->hash, kind);
  g_autoptr(GMappedFile) mapped = g_mapped_file_new(path, FALSE, NULL);
  if (!mapped)
    return find_gone(db, fetch, error);
  fetch->bytes = g_mapped_file_get_bytes(mapped);
  warm(fetch);
  return TRUE;
}

static void fetch_free(Fetch *fetch) {
  gw_request_unref(fetch->r);
  g_clear_pointer(&fetch->bytes, g_bytes_unref);
  g_free(fetch->attachment);
  g_free(fetch->part);
  g_free(fetch->hash);
  g_free(fetch);
}

static void respond_gone(GwRequest *r, GwUsec kept_until_us) {
  g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(kept_until_us / GW_SEC);
  g_autoptr(GDateTime) local = g_date_time_to_local(utc);
  g_autofree char *day = g_date_time_format(local, "%Y-%m-%d");
  g_autofree char *zh = g_strdup_printf("该录像保留至 %s，已按规定移除；其哈希值仍在日志中。", day);
  g_autofree char *en = g_strdup_printf("This clip was kept until %s, then removed by rule; its hash stays in the journal.", day);
  gw_respond_json(r, 410, gw_refusal_json(GW_CODE_NOT_FOUND, zh, en));
}

/* All of it, or the part that was asked for. */
static void respond_bytes(const Fetch *fetch) {
  GwRequest *r = fetch->r;
  const gint64 size = (gint64)g_bytes_get_size(fetch->bytes);
  gint64 first = 0, last = 0;
  const GwRange range = gw_parse_range(fetch->part, size, &first, &last);
  g_autofree char *content = range == GW_RANGE_OUTSIDE
                                 ? g_strdup_printf("bytes */%" G_GINT64_FORMAT, size)
                                 : g_strdup_printf("bytes %" G_GINT64_FORMAT "-%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT,
                                                   first, last, size);
  g_autoptr(GBytes) part =
      range == GW_RANGE_PART ? g_bytes_new_from_bytes(fetch->bytes, (gsize)first, (gsize)(last - first + 1)) : NULL;
  gw_request_header(r, "Accept-Ranges", "bytes");
  if (range != GW_RANGE_NONE)
    gw_request_header(r, "Content-Range", content);
  if (fetch->attachment)
    gw_request_header(r, "Content-Disposition", fetch->attachment);
  if (range == GW_RANGE_OUTSIDE)
    gw_respond(r, 416, NULL, NULL);
  else
    gw_respond(r, part ? 206 : 200, fetch->type, part ? part : fetch->bytes);
}

static char *etag_of(const Fetch *fetch) {
  return g_strdup_printf("\"%.20s\"", fetch->hash);
}

static void respond_file(const Fetch *fetch) {
  GwRequest *r = fetch->r;
  g_autofree char *etag = etag_of(fetch);
  gw_request_header(r, "Cache-Control", "private, max-age=86400, immutable");
  gw_request_header(r, "Content-Security-Policy", "default-src 'none'; media-src 'self'");
  gw_request_header(r, "ETag", etag);
  if (gw_parse_etag_matches(r->if_none_match, etag))
    gw_respond(r, 304, fetch->type, NULL);
  else
    respond_bytes(fetch);
}

static void on_file(gpointer p, const GError *error) {
  Fetch *fetch = p;
  if (error)
    gw_respond_error(fetch->r, error);
  else if (fetch->gone_us)
    respond_gone(fetch->r, fetch->gone_us);
  else
    respond_file(fetch);
  fetch_free(fetch);
}

void gw_net_get_file(GwNet *net, GwRequest *r) {
  const char *hash = r->path + strlen("/api/v1/file/"), *name = gw_request_query(r, "name");
  Fetch *fetch = g_new0(Fetch, 1);
  *fetch = (Fetch){.net = net, .r = gw_request_ref(r), .hash = g_strdup(hash), .attachment = gw_parse_attachment(name)};
  fetch->is_head = r->method == GW_METHOD_HEAD;
  g_autofree char *etag = etag_of(fetch);
  if (!r->if_range || strcmp(r->if_range, etag) == 0) /* a part of something else than he has is of no use to him */
    fetch->part = g_strdup(r->range);
  GwSentence refused = GW_SAY_READS_BUSY;
  if (!gw_hash_hex_is_valid(hash) || !gw_net_session_of(net, r, &fetch->session))
    refused = GW_SAY_NO_SUCH_OBJECT;
  else if (name && !fetch->attachment)
    refused = GW_SAY_FILTER_WRONG;
  else if (gw_readers_run(net->readers, read_file, on_file, fetch))
    return;
  gw_respond_say(r, refused);
  fetch_free(fetch);
}
