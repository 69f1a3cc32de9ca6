#include "daemon/net/net.h"

#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/base/token.h"
#include "daemon/net/net_private.h"
#include "daemon/net/tls.h"
#include "daemon/store/object.h"

#define READERS 2
#define STOP_US (1 * GW_SEC)
#define CERTIFICATE_LOOK_S 3600
#define SEEN_EVERY_S 60
#define GAUGES_FRESH_US (5 * GW_SEC) /* they come once a second */

/* --- snapshots, read by a reader --- */

typedef struct {
  GwNet *net;
  char *view;
  gint64 seq;
  GBytes *text;
} Snapshot;

static gboolean read_snapshot(GwDb *db, gpointer p, GError **error) {
  Snapshot *snapshot = p;
  GwUsec now_us = gw_clock_real_us();
  json_t *put = gw_snapshot(db, snapshot->view, 0, now_us, &snapshot->seq, error);
  if (put)
    snapshot->text = gw_feed_snapshot_text(snapshot->view, snapshot->seq, now_us, put);
  json_decref(put);
  return snapshot->text != NULL;
}

static void on_snapshot(gpointer p, const GError *error) {
  Snapshot *snapshot = p;
  if (error)
    gw_warning("the snapshot of %s could not be read: %s; trying again", snapshot->view, error->message);
  if (snapshot->net->feed)
    gw_feed_snapshot(snapshot->net->feed, snapshot->view, snapshot->seq, snapshot->text);
  g_clear_pointer(&snapshot->text, g_bytes_unref);
  g_free(snapshot->view);
  g_free(snapshot);
}

static gboolean want_snapshot(const char *view, gpointer user) {
  GwNet *net = user;
  Snapshot *snapshot = g_new0(Snapshot, 1);
  snapshot->net = net;
  snapshot->view = g_strdup(view);
  if (gw_readers_run(net->readers, read_snapshot, on_snapshot, snapshot))
    return TRUE;
  g_free(snapshot->view);
  g_free(snapshot);
  return FALSE;
}

/* --- start --- */

static gboolean start_feed(GwNet *net, GError **error) {
  g_autoptr(GwDb) db = gw_db_open(net->config.database, GW_DB_READ, error);
  gint64 seq = 0;
  json_t *known = db ? gw_snapshot(db, "desk", 0, gw_clock_real_us(), &seq, error) : NULL;
  if (!known)
    return FALSE;
  GwFeedConfig config = {.boot = net->boot, .seq = seq, .known = known, .read_snapshot = want_snapshot, .user = net};
  net->feed = gw_feed_new(&config);
  json_decref(known);
  return TRUE;
}

static void on_sessions_loaded(gpointer user) {
  GwNet *net = user;
  GQueue waiting = net->waiting;
  g_queue_init(&net->waiting);
  net->seen = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
  for (GwRequest *r = g_queue_pop_head(&waiting); r; r = g_queue_pop_head(&waiting)) {
    if (r->wsi)
      gw_net_answer_now(r);
    gw_request_unref(r);
  }
}

static char **certificate_names(GwNet *net) {
  g_autoptr(GStrvBuilder) b = g_strv_builder_new();
  g_autofree char *local = g_strconcat(g_get_host_name(), ".local", NULL);
  const char *own[] = {"localhost", "127.0.0.1", "::1", g_get_host_name(), local, NULL};
  g_strv_builder_addv(b, own);
  if (net->config.hosts)
    g_strv_builder_addv(b, (const char **)net->config.hosts);
  if (net->config.addresses)
    g_strv_builder_addv(b, (const char **)net->config.addresses);
  g_autoptr(GPtrArray) addresses = gw_net_addresses();
  for (guint i = 0; i < addresses->len; i++)
    g_strv_builder_add(b, g_ptr_array_index(addresses, i));
  return g_strv_builder_end(b);
}

/* ret_made: the leaf is a new one. */
static gboolean prepare_certificate(GwNet *net, gboolean *ret_made, GError **error) {
  *ret_made = FALSE;
  if (net->config.tls_port < 0)
    return TRUE;
  if (net->config.tls_certificate) {
    if (!net->certificate) {
      net->certificate = g_strdup(net->config.tls_certificate);
      net->key = g_strdup(net->config.tls_key);
    }
    return TRUE;
  }
  g_autofree char *folder = g_build_filename(net->config.state, "tls", NULL);
  g_auto(GStrv) names = certificate_names(net);
  GwTlsPaths paths = {0};
  if (!gw_tls_prepare(folder, (const char *const *)names, gw_clock_real_us(), &paths, ret_made, error))
    return FALSE;
  if (!net->certificate) {
    net->ca_path = g_strdup(paths.ca);
    net->certificate = g_strdup(paths.certificate);
    net->key = g_strdup(paths.key);
  }
  gw_tls_paths_clear(&paths);
  return TRUE;
}

static gboolean start_server(GwNet *net, GError **error) {
  gboolean made = FALSE;
  if (!prepare_certificate(net, &made, error))
    return FALSE;
  GwServerConfig config = {.port = net->config.port,
                           .tls_port = net->config.tls_port,
                           .certificate = net->certificate,
                           .key = net->key,
                           .clients = net->config.clients,
                           .demo = net->config.demo,
                           .on_request = gw_net_route,
                           .on_upgrade = gw_net_allow_upgrade,
                           .kinds = {&gw_net_feed_socket, &gw_net_media_socket},
                           .user = net};
  net->server = gw_server_start(&config, error);
  return net->server != NULL;
}

void gw_net_reload(GwNet *net) {
  g_autoptr(GError) error = NULL;
  gboolean made = FALSE;
  if (!prepare_certificate(net, &made, &error))
    gw_warning("%s; the old certificate stays in use", error->message);
  else if (!gw_server_reload_certificate(net->server))
    gw_warning("the certificate could not be read; the old one stays in use");
  else if (net->server && net->config.tls_port >= 0)
    gw_info("the certificate was read anew");
}

static void look_at_certificate(GwNet *net) {
  g_autoptr(GError) error = NULL;
  gboolean made = FALSE;
  if (!prepare_certificate(net, &made, &error))
    gw_warning("%s", error->message);
  else if (made && !gw_server_reload_certificate(net->server))
    gw_warning("the new certificate could not be read; the old one stays in use");
}

static gboolean on_tick(gpointer user) {
  GwNet *net = user;
  gw_sessions_expire(net->sessions, gw_clock_real_us());
  gw_feed_tick(net->feed);
  gw_net_close_slow(net);
  if (net->ticks % SEEN_EVERY_S == 0)
    gw_net_tell_seen(net);
  if (++net->ticks % CERTIFICATE_LOOK_S == 0)
    look_at_certificate(net);
  return G_SOURCE_CONTINUE;
}

static gboolean start_parts(GwNet *net, GError **error) {
  GwSessionsConfig sessions = {.on_gone = gw_net_session_gone, .on_loaded = on_sessions_loaded, .user = net};
  net->pages = gw_static_new(net->config.dashboard);
  net->throttle = gw_throttle_new(net->config.login_per_minute);
  net->media = gw_media_new(&net->config);
  net->passwords = gw_passwords_start();
  net->readers = gw_readers_start(net->config.database, READERS, error);
  if (!net->readers)
    return FALSE;
  sessions.readers = net->readers;
  net->sessions = gw_sessions_new(&sessions);
  net->files = gw_files_start(net->config.media, net->config.database, error);
  if (!net->files || !start_feed(net, error))
    return FALSE;
  gw_sessions_load(net->sessions);
  return start_server(net, error);
}

GwNet *gw_net_start(const GwNetConfig *config, GError **error) {
  GwNet *net = g_new0(GwNet, 1);
  net->config = *config;
  net->boot = gw_uuid_new();
  net->started_us = gw_clock_mono_us();
  g_queue_init(&net->waiting);
  if (!start_parts(net, error)) {
    gw_net_stop(net);
    return NULL;
  }
  net->tick_source = g_timeout_add(1000, on_tick, net);
  return net;
}

/* --- stop --- */

static gboolean on_wake(gpointer unused) {
  return G_SOURCE_CONTINUE;
}

static gboolean is_quiet(GwNet *net) {
  return net->questions == 0 && (!net->server || gw_server_sockets(net->server) == 0);
}

/* Good-byes go out, and answers that are on their way come in; a peer that takes nothing is not waited for. */
static void drain(GwNet *net) {
  GwUsec until_us = gw_clock_mono_us() + STOP_US;
  guint wake = g_timeout_add(20, on_wake, NULL);
  while (!is_quiet(net) && gw_clock_mono_us() < until_us)
    g_main_context_iteration(NULL, TRUE);
  g_source_remove(wake);
}

static void turn(void) {
  for (int turns = 0; turns < 1000 && g_main_context_iteration(NULL, FALSE); turns++)
    ;
}

static void free_parts(GwNet *net) {
  g_queue_clear_full(&net->waiting, (GDestroyNotify)gw_request_unref);
  g_clear_pointer(&net->feed, gw_feed_free);
  g_clear_pointer(&net->media, gw_media_free);
  g_clear_pointer(&net->sessions, gw_sessions_free);
  g_clear_pointer(&net->readers, gw_readers_free);
  g_clear_pointer(&net->passwords, gw_passwords_free);
  g_clear_pointer(&net->files, gw_files_free);
  g_clear_pointer(&net->throttle, gw_throttle_free);
  g_clear_pointer(&net->pages, gw_static_free);
  g_clear_pointer(&net->gauges, json_decref);
  g_clear_pointer(&net->hosts, g_hash_table_unref);
  g_clear_pointer(&net->seen, g_hash_table_unref);
}

void gw_net_stop(GwNet *net) {
  if (!net)
    return;
  if (net->tick_source)
    g_source_remove(net->tick_source);
  /* The threads end first and take no more; then what they and the ledger still have to say is heard; then
   * the doors close, and only then is anything freed that a late answer could touch. */
  if (net->server)
    gw_net_close_all(net);
  gw_readers_close(net->readers);
  gw_passwords_close(net->passwords);
  gw_files_close(net->files);
  turn();
  drain(net);
  g_clear_pointer(&net->server, gw_server_stop);
  turn();
  if (net->questions > 0) {
    gw_warning("%u questions to the ledger had no answer at the end", net->questions);
    return; /* their answers may still come, to a net that only listens: better kept than freed */
  }
  free_parts(net);
  g_free(net->ca_path);
  g_free(net->certificate);
  g_free(net->key);
  g_free(net->boot);
  g_free(net);
}

/* --- what the other rooms tell --- */

static void on_removed(const char *hash, gsize bytes, const GError *error, gpointer p) {
  json_t *body = json_pack("{s:s}", "hash", hash);
  (void)gw_net_ask_observe(p, "file.removed", body, NULL, NULL, NULL); /* a full lane: swept again within the hour */
  json_decref(body);
}

static void remove_file(GwNet *net, json_t *effect) {
  const char *hash = json_string_value(json_object_get(effect, "hash"));
  const char *kind = json_string_value(json_object_get(effect, "kind"));
  if (hash && gw_hash_hex_is_valid(hash) && kind && strcmp(kind, "mp4") == 0)
    gw_files_remove(net->files, hash, kind, on_removed, net);
}

static void look_at_effects(GwNet *net, json_t *effects) {
  gsize i;
  json_t *effect;
  json_array_foreach(effects, i, effect) {
    if (g_strcmp0(json_string_value(json_object_get(effect, "effect")), "file.remove") == 0)
      remove_file(net, effect);
  }
}

void gw_net_on_publication(GwNet *net, const GwPublication *publication) {
  look_at_effects(net, publication->effects);
  gw_sessions_on_publication(net->sessions, publication);
  gw_feed_publish(net->feed, publication);
}

void gw_net_on_storage(GwNet *net, const char *state, GwUsec since_us) {
  gw_feed_storage(net->feed, state, since_us);
}

json_t *gw_net_gauges(const GwNet *net) {
  return gw_clock_real_us() - net->gauges_at_us < GAUGES_FRESH_US ? net->gauges : NULL;
}

void gw_net_on_gauges(GwNet *net, json_t *cameras) {
  gw_feed_gauges(net->feed, cameras);
  json_decref(net->gauges);
  net->gauges = json_incref(cameras);
  net->gauges_at_us = gw_clock_real_us();
}

void gw_net_on_still(GwNet *net, const GwNetStill *still) {
  gw_media_still(net->media, still);
}

void gw_net_on_thumb(GwNet *net, const GwNetStill *thumb) {
  gw_media_thumb(net->media, thumb);
}

gboolean gw_net_is_unit_connected(GwNet *net, GwId unit_id) {
  g_autofree char *view = g_strdup_printf("unit:%" G_GINT64_FORMAT, unit_id);
  return gw_feed_is_watched(net->feed, view);
}

int gw_net_port(GwNet *net) {
  return gw_server_port(net->server);
}

int gw_net_tls_port(GwNet *net) {
  return gw_server_tls_port(net->server);
}
