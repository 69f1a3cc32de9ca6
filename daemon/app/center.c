#include "daemon/app/center.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <jansson.h>
#include <string.h>
#include <unistd.h>

#include "daemon/app/cli_token.h"
#include "daemon/app/look.h"
#include "daemon/app/maintenance.h"
#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/ingest/ingest.h"
#include "daemon/net/net.h"
#include "daemon/notify/notify.h"
#include "daemon/sys/notify.h"
#include "daemon/sys/process.h"

/* A ledger that has items and finishes none for so long is stuck: the watchdog is let run out. */
#define STUCK_US (30 * GW_SEC)

struct GwCenter {
  const GwConfig *config;
  int lock_fd;
  char *reserve;
  GwLedger *ledger;
  GwMaintenance *maintenance;
  GwNet *net;
  GwIngest *ingest;
  GwNotifier *notifier;
  GwLook look;
  guint stills;          /* subscription */
  GwUsec not_idle_since_us;
  int udp_port, tcp_port; /* where readers are listened to */
};

/* --- ledger to the others --- */

static void on_publish(const GwPublication *publication, gpointer user) {
  GwCenter *center = user;
  if (center->net)
    gw_net_on_publication(center->net, publication);
  if (center->ingest)
    gw_ingest_on_publication(center->ingest, publication);
  if (center->notifier)
    gw_notifier_on_publication(center->notifier, publication);
}

static void on_storage(const char *state, GwUsec since_us, gpointer user) {
  GwCenter *center = user;
  g_autofree char *status = g_strdup_printf("STATUS=storage: %s", state);
  gw_log(strcmp(state, "ok") == 0 ? GW_LOG_INFO : GW_LOG_ERROR, "storage: %s", state);
  gw_sd_notify(status);
  if (center->net)
    gw_net_on_storage(center->net, state, since_us);
}

/* --- net and ingest, which do not know each other --- */

static json_t *on_workers(gpointer user) {
  GwCenter *center = user;
  return center->ingest ? gw_ingest_status(center->ingest) : json_array();
}

static gboolean on_still_newest(GwId camera_id, GwNetStill *ret, gpointer user) {
  GwCenter *center = user;
  const GwStill *still = center->ingest ? gw_stills_newest(gw_ingest_stills(center->ingest), camera_id) : NULL;
  if (still)
    *ret = (GwNetStill){still->camera_id, still->at_us, still->width, still->height, still->jpeg};
  return still != NULL;
}

static gboolean on_still_watch(guint64 viewer, const GwId *cameras, gsize n, GwUsec ttl_us, gpointer user) {
  GwCenter *center = user;
  return center->ingest && gw_stills_watch(gw_ingest_stills(center->ingest), viewer, cameras, n, ttl_us);
}

static void on_still_watch_once(GwId camera_id, GwUsec ttl_us, gpointer user) {
  GwCenter *center = user;
  if (center->ingest)
    gw_stills_watch_once(gw_ingest_stills(center->ingest), camera_id, ttl_us);
}

static void on_probe(const char *url, const char *user_name, const char *password, GwNetProbeDone done, gpointer job,
                     gpointer user) {
  GwCenter *center = user;
  if (center->ingest) {
    gw_ingest_probe(center->ingest, url, user_name, password, 8000, done, job);
    return;
  }
  g_autoptr(GError) error = NULL;
  g_set_error_literal(&error, GW_ERROR, GW_CODE_UNAVAILABLE, "No ingest worker is configured.");
  done(NULL, error, job);
}

static void on_gauges(json_t *cameras, gpointer user) {
  GwCenter *center = user;
  if (center->net)
    gw_net_on_gauges(center->net, cameras);
}

static void on_still(const GwStill *still, gpointer user) {
  GwCenter *center = user;
  GwNetStill copy = {still->camera_id, still->at_us, still->width, still->height, still->jpeg};
  gw_net_on_still(center->net, &copy);
}

/* `thumb` without a picture: the camera is watched no more. */
static void on_thumb(const GwStill *thumb, gpointer user) {
  GwCenter *center = user;
  GwNetStill copy = {thumb->camera_id, thumb->at_us, thumb->width, thumb->height, thumb->jpeg};
  if (center->net)
    gw_net_on_thumb(center->net, &copy);
}

static void on_save_picture(GBytes *picture, GwIngestSaved done, gpointer job, gpointer user) {
  GwCenter *center = user;
  if (center->net) {
    gw_net_save_picture(center->net, picture, done, job);
    return;
  }
  g_autoptr(GError) error = g_error_new_literal(GW_ERROR, GW_CODE_UNAVAILABLE, "The center stops.");
  done(NULL, 0, error, job);
}

static gpointer on_look(const GwNetLook *what, GwNetSightFunc func, gpointer job, const char **ret_cause, gpointer user) {
  return gw_look_begin(&((GwCenter *)user)->look, what, func, job, ret_cause);
}

static void on_look_away(gpointer handle, gpointer user) {
  gw_look_away(handle);
}

static void on_look_figures(GwNetLookFigures *ret, gpointer user) {
  gw_look_figures(&((GwCenter *)user)->look, ret);
}

static gpointer on_file_begin(gpointer user) {
  return gw_look_file_begin(&((GwCenter *)user)->look);
}

static void on_file_write(gpointer file, GBytes *piece, GwIngestSaved done, gpointer job, gpointer user) {
  gw_look_file_write(&((GwCenter *)user)->look, file, piece, done, job);
}

static void on_file_end(gpointer file, GwIngestSaved done, gpointer job, gpointer user) {
  gw_look_file_end(&((GwCenter *)user)->look, file, done, job);
}

static void on_file_drop(gpointer file, gpointer user) {
  gw_look_file_drop(&((GwCenter *)user)->look, file);
}

static void on_file_forget(const char *hash, gpointer user) {
  gw_look_file_forget(&((GwCenter *)user)->look, hash);
}

static void on_listening(int udp_port, int tcp_port, gpointer user) {
  GwCenter *center = user;
  if (udp_port == center->udp_port && tcp_port == center->tcp_port)
    return;
  center->udp_port = udp_port;
  center->tcp_port = tcp_port;
  gw_info("guard-tour readers: UDP port %d, TCP port %d", udp_port, tcp_port);
}

/* --- the picture that goes with an alert --- */

typedef struct {
  GwCenter *center;
  GwId alert_id, camera_id;
  GwUsec at_us;
} StillSave;

static void on_still_stored(const char *hash, gsize bytes, const GError *error, gpointer p) {
  g_autofree StillSave *save = p;
  g_autoptr(GError) refused = NULL;
  if (error) {
    gw_warning("the picture of alert %" G_GINT64_FORMAT " was not kept: %s", save->alert_id, error->message);
    return;
  }
  json_t *body = json_pack("{s:I,s:I,s:s,s:I,s:I}", "alert_id", (json_int_t)save->alert_id, "camera_id",
                           (json_int_t)save->camera_id, "hash", hash, "bytes", (json_int_t)bytes, "at_us",
                           (json_int_t)save->at_us);
  if (!gw_ledger_observe(save->center->ledger, "still.saved", body, NULL, 0, NULL, NULL, &refused))
    gw_warning("the picture of alert %" G_GINT64_FORMAT " was not recorded: %s", save->alert_id, refused->message);
  json_decref(body);
}

static void on_still_save(GwId alert_id, const GwStill *still, gpointer user) {
  GwCenter *center = user;
  StillSave *save = g_new0(StillSave, 1);
  *save = (StillSave){center, alert_id, still->camera_id, still->at_us};
  gw_net_save_picture(center->net, still->jpeg, on_still_stored, save);
}

/* --- notify --- */

static gboolean is_unit_connected(GwId unit_id, gpointer user) {
  GwCenter *center = user;
  return center->net && gw_net_is_unit_connected(center->net, unit_id);
}

static void on_unit_connected(GwId unit_id, gpointer user) {
  GwCenter *center = user;
  if (center->notifier)
    gw_notifier_on_unit_connected(center->notifier, unit_id);
}

/* --- start --- */

static gboolean make_folders(const GwConfig *config, GError **error) {
  g_autofree char *database = g_path_get_dirname(config->database);
  g_autofree char *key = g_path_get_dirname(config->key);
  const char *const folders[] = {config->state, database, key, config->media};
  for (gsize i = 0; i < G_N_ELEMENTS(folders); i++) {
    if (g_mkdir_with_parents(folders[i], 0750) == 0 && g_access(folders[i], W_OK | X_OK) == 0)
      continue;
    g_set_error(error, GW_ERROR, GW_CODE_STORAGE, "cannot write into %s: %s; give its owner the right, or change [storage]",
                folders[i], g_strerror(errno));
    return FALSE;
  }
  return TRUE;
}

static gboolean start_ledger(GwCenter *center, GError **error) {
  const GwConfig *config = center->config;
  if (config->reserve_bytes > 0)
    center->reserve = g_strconcat(config->database, ".reserve", NULL);
  GwLedgerConfig ledger = {.database = config->database,
                           .key_file = config->key,
                           .reserve = center->reserve,
                           .reserve_bytes = (gsize)config->reserve_bytes,
                           .on_publish = on_publish,
                           .on_storage = on_storage,
                           .user = center};
  center->ledger = gw_ledger_start(&ledger, error);
  if (!center->ledger)
    return FALSE;
  center->maintenance = gw_maintenance_start(config->database, center->ledger);
  return TRUE;
}

static gboolean start_net(GwCenter *center, GError **error) {
  const GwConfig *config = center->config;
  GwNetConfig net = {.ledger = center->ledger,
                     .database = config->database,
                     .media = config->media,
                     .state = config->state,
                     .dashboard = config->dashboard,
                     .demo = config->demo,
                     .port = config->port,
                     .tls_port = config->tls_port,
                     .hosts = (const char *const *)config->hosts,
                     .addresses = (const char *const *)config->addresses,
                     .tls_certificate = config->tls_certificate,
                     .tls_key = config->tls_key,
                     .clients = config->clients,
                     .login_per_minute = config->login_per_minute,
                     .workers = on_workers,
                     .still_newest = on_still_newest,
                     .still_watch = on_still_watch,
                     .still_watch_once = on_still_watch_once,
                     .probe = on_probe,
                     .look = on_look,
                     .look_away = on_look_away,
                     .look_figures = on_look_figures,
                     .on_unit_connected = on_unit_connected,
                     .user = center};
  center->net = gw_net_start(&net, error);
  return center->net != NULL;
}

static gboolean start_ingest(GwCenter *center, GError **error) {
  const GwConfig *config = center->config;
  if (!*config->worker)
    return TRUE; /* a center without eyes: for tests and for phones alone */
  GwIngestConfig ingest = {.ledger = center->ledger,
                           .program = config->worker,
                           .database = config->database,
                           .key_file = config->key,
                           .media = config->media,
                           .connects = config->connects,
                           .connects_per_host = config->connects_per_host,
                           .camera_workers = config->camera_workers,
                           .utc_offset_s = config->utc_offset_s,
                           .ring_seconds = config->ring_seconds,
                           .ring_bytes = (gint64)config->ring_mb << 20,
                           .looks_per_s = config->looks_per_s,
                           .look_every_ms = config->look_every_s * 1000,
                           .suspect_every_ms = config->suspect_every_s * 1000,
                           .reader_address = config->reader_address,
                           .reader_udp_port = config->udp_port,
                           .reader_tcp_port = config->tcp_port,
                           .on_gauges = on_gauges,
                           .on_still_save = on_still_save,
                           .on_thumb = on_thumb,
                           .save_picture = on_save_picture,
                           .file_begin = on_file_begin,
                           .file_write = on_file_write,
                           .file_end = on_file_end,
                           .file_drop = on_file_drop,
                           .file_forget = on_file_forget,
                           .on_listening = on_listening,
                           .user = center};
  center->ingest = gw_ingest_start(&ingest, error);
  if (!center->ingest)
    return FALSE;
  center->stills = gw_stills_subscribe(gw_ingest_stills(center->ingest), on_still, center);
  return TRUE;
}

static void start_notify(GwCenter *center) {
  GwNotifierConfig notify = {.ledger = center->ledger, .is_unit_connected = is_unit_connected, .user = center};
  center->notifier = gw_notifier_start(&notify);
}

static void describe(GwCenter *center) {
  g_autoptr(GError) error = NULL;
  json_t *body = json_pack("{s:s,s:s,s:b}", "name", center->config->name, "community", center->config->community, "demo",
                           center->config->demo);
  if (!gw_ledger_observe(center->ledger, "center.set", body, NULL, 0, NULL, NULL, &error))
    gw_warning("the center's name could not be recorded: %s", error->message);
  json_decref(body);
}

static gboolean lock(GwCenter *center, GError **error) {
  g_autofree char *path = g_strconcat(center->config->database, ".lock", NULL);
  center->lock_fd = gw_process_lock(path, error);
  return center->lock_fd >= 0;
}

GwCenter *gw_center_start(const GwConfig *config, GError **error) {
  GwCenter *center = g_new0(GwCenter, 1);
  center->config = config;
  center->look = (GwLook){&center->net, &center->ingest};
  center->lock_fd = -1;
  gboolean ok = make_folders(config, error) && lock(center, error) && start_ledger(center, error) &&
                start_net(center, error) && start_ingest(center, error);
  if (!ok) {
    gw_center_stop(center);
    return NULL;
  }
  start_notify(center);
  describe(center);
  gw_cli_token_write(center->ledger, config->state);
  gw_info("gridwardend " GW_VERSION " listens on http://127.0.0.1:%d (this machine only)", gw_net_port(center->net));
  if (gw_net_tls_port(center->net) > 0)
    gw_info("and on https://<this machine>:%d", gw_net_tls_port(center->net));
  return center;
}

void gw_center_stop(GwCenter *center) {
  if (!center)
    return;
  g_autofree char *token = g_build_filename(center->config->state, "cli.token", NULL);
  if (center->ledger)
    (void)g_unlink(token);
  g_clear_pointer(&center->notifier, gw_notifier_stop);
  if (center->ingest)
    gw_stills_unsubscribe(gw_ingest_stills(center->ingest), center->stills);
  g_clear_pointer(&center->net, gw_net_stop);
  g_clear_pointer(&center->ingest, gw_ingest_stop);
  g_clear_pointer(&center->maintenance, gw_maintenance_stop);
  g_clear_pointer(&center->ledger, gw_ledger_stop);
  /* Answers that nobody waits for any more. */
  for (int turns = 0; turns < 1000 && g_main_context_iteration(NULL, FALSE); turns++)
    ;
  if (center->lock_fd >= 0)
    close(center->lock_fd);
  g_free(center->reserve);
  g_free(center);
}

void gw_center_reload(GwCenter *center, const GwConfig *config) {
  gw_net_reload(center->net);
  if (!config || !center->ingest || config->camera_workers == gw_ingest_camera_workers(center->ingest))
    return;
  gw_info("%d workers watch the cameras from now on", config->camera_workers);
  gw_ingest_set_camera_workers(center->ingest, config->camera_workers);
}

gboolean gw_center_is_alive(GwCenter *center) {
  GwUsec now_us = gw_clock_mono_us();
  if (gw_ledger_waiting(center->ledger) == 0)
    center->not_idle_since_us = now_us;
  return !center->not_idle_since_us || now_us - center->not_idle_since_us < STUCK_US;
}
