#include <string.h>
#include <sys/stat.h>

#include "daemon/base/clock.h"
#include "daemon/base/limits.h"
#include "daemon/base/token.h"
#include "daemon/net/net_private.h"
#include "daemon/net/parse.h"
#include "daemon/net/read_job.h"

/* --- POST /api/v1/file, and pictures of our own: on disk, then in the journal, then answered --- */

typedef struct {
  GwNet *net;
  GwNetFileDone done;
  gpointer user;
  GwId user_id;
  GwFileStored stored;
} Save;

static void on_committed(const GwReply *reply, gpointer p) {
  g_autofree Save *save = p;
  g_autoptr(GError) error = NULL;
  if (reply->code != GW_CODE_OK)
    g_set_error_literal(&error, GW_ERROR, (int)reply->code, reply->sentence_en ? reply->sentence_en : "Not recorded.");
  save->done(error ? NULL : save->stored.hash, save->stored.bytes, error, save->user);
}

static void on_stored(const GwFileStored *stored, const GError *failed, gpointer p) {
  Save *save = p;
  g_autoptr(GError) error = NULL;
  if (!stored) {
    save->done(NULL, 0, failed, save->user);
    g_free(save);
    return;
  }
  save->stored = *stored;
  json_t *body = json_pack("{s:s,s:s,s:I,s:I}", "hash", stored->hash, "kind", gw_picture_kind_name(stored->kind), "bytes",
                           (json_int_t)stored->bytes, "user_id", (json_int_t)save->user_id);
  if (!gw_net_ask_observe(save->net, "file.stored", body, on_committed, save, &error)) {
    save->done(NULL, 0, error, save->user);
    g_free(save);
  }
  json_decref(body);
}

static void save_picture(GwNet *net, GBytes *picture, GwId user_id, GwNetFileDone done, gpointer user) {
  Save *save = g_new0(Save, 1);
  *save = (Save){.net = net, .done = done, .user = user, .user_id = user_id};
  if (gw_files_store(net->files, picture, on_stored, save))
    return;
  g_autoptr(GError) error = NULL;
  gw_say_error(&error, GW_SAY_FILES_BUSY);
  done(NULL, 0, error, user);
  g_free(save);
}

void gw_net_save_picture(GwNet *net, GBytes *picture, GwNetFileDone done, gpointer user) {
  save_picture(net, picture, 0, done, user);
}

GwFileWriter *gw_net_file_begin(GwNet *net) {
  return gw_files_begin(net->files);
}

void gw_net_file_forget(GwNet *net, const char *hash) {
  gw_files_forget(net->files, hash);
}

static void on_saved(const char *hash, gsize bytes, const GError *error, gpointer p) {
  GwRequest *r = p;
  if (error)
    gw_respond_error(r, error);
  else
    gw_respond_json(r, 200, json_pack("{s:s,s:I,s:s}", "hash", hash, "bytes", (json_int_t)bytes, "kind",
                                      (const char *)r->scratch));
  gw_request_unref(r);
}

void gw_net_post_file(GwNet *net, GwRequest *r) {
  GwSession session;
  GwPictureKind kind = r->body ? gw_picture_kind(r->body->data, r->body->len) : GW_PICTURE_NONE;
  if (kind == GW_PICTURE_NONE || !gw_net_session_of(net, r, &session)) {
    gw_respond_say(r, GW_SAY_PICTURE_WANTED);
    return;
  }
  r->scratch = (gpointer)gw_picture_kind_name(kind);
  g_autoptr(GBytes) picture = g_byte_array_free_to_bytes(g_steal_pointer(&r->body));
  save_picture(net, picture, session.user_id, on_saved, gw_request_ref(r));
}

/* --- GET /api/v1/still/<camera> --- */

#define STILL_WAIT_MS 250
#define STILL_TRIES 12
#define STILL_WATCH_US (10 * GW_SEC)
#define STILL_FRESH_US (3 * GW_SEC)

typedef struct {
  GwNet *net;
  GwRequest *r;
  GwId camera_id;
  int tries;
} StillWait;

static gboolean respond_still(GwNet *net, GwRequest *r, GwId camera_id, gboolean any) {
  GwNetStill still;
  if (!net->config.still_newest || !net->config.still_newest(camera_id, &still, net->config.user))
    return FALSE;
  if (!any && gw_clock_real_us() - still.at_us > STILL_FRESH_US)
    return FALSE;
  g_autofree char *at = g_strdup_printf("%" G_GINT64_FORMAT, still.at_us);
  gw_request_header(r, "X-Gridwarden-At-Us", at);
  gw_request_header(r, "Cache-Control", "no-store");
  gw_respond(r, 200, "image/jpeg", still.jpeg);
  return TRUE;
}

static gboolean on_still_wait(gpointer p) {
  StillWait *wait = p;
  gboolean last = ++wait->tries >= STILL_TRIES;
  if (wait->r->wsi && !respond_still(wait->net, wait->r, wait->camera_id, last)) {
    if (!last)
      return G_SOURCE_CONTINUE;
    gw_respond_say(wait->r, GW_SAY_STILL_NONE);
  }
  gw_request_unref(wait->r);
  g_free(wait);
  return G_SOURCE_REMOVE;
}

/* Nobody may have looked at this camera until now: it is decoded for a while, and the answer waits for the
 * next keyframe, three seconds at most. */
void gw_net_get_still(GwNet *net, GwRequest *r) {
  gint64 id = 0;
  if (!gw_parse_int(r->path + strlen("/api/v1/still/"), 1, GW_ID_MAX - 1, &id)) {
    gw_respond_say(r, GW_SAY_NO_SUCH_OBJECT);
    return;
  }
  if (net->config.still_watch_once)
    net->config.still_watch_once(id, STILL_WATCH_US, net->config.user);
  if (respond_still(net, r, id, FALSE))
    return;
  StillWait *wait = g_new0(StillWait, 1);
  *wait = (StillWait){.net = net, .r = gw_request_ref(r), .camera_id = id};
  g_timeout_add(STILL_WAIT_MS, on_still_wait, wait);
}

/* --- GET /api/v1/thumb/<camera>, /api/v1/gauges: what is there, at once --- */

void gw_net_get_thumb(GwNet *net, GwRequest *r) {
  gint64 id = 0;
  GwUsec at_us = 0;
  const gboolean is_id = gw_parse_int(r->path + strlen("/api/v1/thumb/"), 1, GW_ID_MAX - 1, &id);
  g_autoptr(GBytes) jpeg = is_id ? gw_media_thumb_newest(net->media, id, &at_us) : NULL;
  if (!jpeg) {
    gw_respond_say(r, is_id ? GW_SAY_STILL_NONE : GW_SAY_NO_SUCH_OBJECT);
    return;
  }
  g_autofree char *at = g_strdup_printf("%" G_GINT64_FORMAT, at_us);
  g_autofree char *etag = g_strdup_printf("\"%" G_GINT64_FORMAT "-%" G_GINT64_FORMAT "\"", id, at_us);
  const gboolean same = gw_parse_etag_matches(r->if_none_match, etag);
  gw_request_header(r, "X-Gridwarden-At-Us", at);
  gw_request_header(r, "ETag", etag);
  gw_request_header(r, "Cache-Control", "private, no-cache");
  gw_respond(r, same ? 304 : 200, "image/jpeg", same ? NULL : jpeg);
}

/* The last message of gauges, for those who hold no socket. */
void gw_net_get_gauges(GwNet *net, GwRequest *r) {
  json_t *gauges = gw_net_gauges(net), *cameras = gauges ? json_incref(gauges) : json_array();
  gw_request_header(r, "Cache-Control", "no-store");
  gw_respond_json(r, 200, json_pack("{s:i,s:s,s:I,s:o}", "v", 1, "type", "gauges", "now_us",
                                    (json_int_t)net->gauges_at_us, "cameras", cameras));
}

/* --- POST /api/v1/camera.probe --- */

static void on_probed(json_t *result, const GError *error, gpointer p) {
  GwRequest *r = p;
  if (error)
    gw_respond_error(r, error);
  else
    gw_respond_json(r, 200, json_incref(result));
  gw_request_unref(r);
}

void gw_net_post_probe(GwNet *net, GwRequest *r) {
  json_t *root = gw_net_body(r, r->body_most);
  if (!root)
    return;
  const char *url = json_string_value(json_object_get(root, "url"));
  if (!url || !net->config.probe || !(g_str_has_prefix(url, "rtsp://") || g_str_has_prefix(url, "rtsps://")))
    gw_respond_say(r, GW_SAY_FILTER_WRONG);
  else
    net->config.probe(url, json_string_value(json_object_get(root, "user_name")),
                      json_string_value(json_object_get(root, "password")), on_probed, gw_request_ref(r),
                      net->config.user);
  json_decref(root);
}
