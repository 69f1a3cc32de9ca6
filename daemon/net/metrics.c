#include <stdio.h>
#include <unistd.h>

#include "daemon/base/clock.h"
#include "daemon/net/metrics.h"
#include "daemon/net/net_private.h"
#include "daemon/store/figures.h"

/* GET /metrics: what the owner knows by itself, and what a reader counts in the database.  A database that
 * cannot be read must not silence the rest: then the counts are left out, and said to be. */

typedef struct Metrics {
  GwNet *net;
  GwRequest *r;
  GwFigures figures;
  GPtrArray *cameras; /* NULL: not read */
} Metrics;

void gw_metrics_head(GString *text, const char *name, const char *type, const char *help) {
  g_string_append_printf(text, "# HELP gridwarden_%s %s\n# TYPE gridwarden_%s %s\n", name, help, name, type);
}

static void append_escaped(GString *text, const char *value) {
  for (const char *c = value; *c; c++) {
    if (*c == '\\' || *c == '"')
      g_string_append_c(text, '\\');
    if (*c == '\n')
      g_string_append(text, "\\n");
    else
      g_string_append_c(text, *c);
  }
}

void gw_metrics_line(GString *text, const char *name, const char *label, const char *value, double number) {
  char digits[G_ASCII_DTOSTR_BUF_SIZE];
  g_ascii_formatd(digits, sizeof digits, "%.17g", number);
  g_string_append_printf(text, "gridwarden_%s", name);
  if (label) {
    g_string_append_printf(text, "{%s=\"", label);
    append_escaped(text, value);
    g_string_append(text, "\"}");
  }
  g_string_append_printf(text, " %s\n", digits);
}

static void metric(GString *text, const char *name, const char *type, const char *help, double number) {
  gw_metrics_head(text, name, type, help);
  gw_metrics_line(text, name, NULL, NULL, number);
}

static double resident_bytes(void) {
  g_autofree char *text = NULL;
  long pages = 0, unused = 0;
  if (!g_file_get_contents("/proc/self/statm", &text, NULL, NULL) ||
      sscanf(text, "%ld %ld", &unused, &pages) != 2)
    return 0;
  return (double)pages * (double)sysconf(_SC_PAGESIZE);
}

/* What a worker of cameras says about itself, by its name in the status. */
static const struct {
  const char *field, *name, *type, *help;
  double unit;
} figures_of_workers[] = {
    {"ring_bytes", "worker_ring_bytes", "gauge", "Bytes in the rings of the last seconds.", 1},
    {"rss_bytes", "worker_rss_bytes", "gauge", "Resident memory of a worker.", 1},
    {"threads", "worker_threads", "gauge", "Threads of a worker.", 1},
    {"cpu_us", "worker_cpu_seconds_total", "counter", "Processor time of a worker since its start.", 1e-6},
    {"looks", "worker_looks_total", "counter", "Keyframes that were looked at since its start.", 1},
    {"looks_dropped", "worker_looks_dropped_total", "counter", "Keyframes left out because newer ones came.", 1},
    {"look_wait_ms", "worker_look_age_seconds", "gauge", "The longest age of a look over all live cameras.", 1e-3},
};

static void worker_lines(GString *text, json_t *workers, const char *name, const char *type, const char *help,
                         const char *group, const char *field, double unit) {
  json_t *worker;
  gsize i;
  gw_metrics_head(text, name, type, help);
  json_array_foreach(workers, i, worker) {
    const char *label = json_string_value(json_object_get(worker, "worker"));
    json_t *value = json_object_get(group ? json_object_get(worker, group) : worker, field);
    if (label && value)
      gw_metrics_line(text, name, "worker", label, json_is_boolean(value) ? json_is_true(value) : json_number_value(value) * unit);
  }
}

static void worker_metrics(GwNet *net, GString *text) {
  json_t *workers = net->config.workers ? net->config.workers(net->config.user) : json_array();
  worker_lines(text, workers, "worker_up", "gauge", "Whether an ingest worker runs.", NULL, "up", 1);
  worker_lines(text, workers, "worker_restarts_total", "counter", "How often it was started anew.", NULL, "restarts", 1);
  worker_lines(text, workers, "worker_cameras", "gauge", "Cameras that it was given.", NULL, "cameras", 1);
  worker_lines(text, workers, "worker_cameras_live", "gauge", "Those of them that are live.", NULL, "live", 1);
  for (gsize i = 0; i < G_N_ELEMENTS(figures_of_workers); i++)
    worker_lines(text, workers, figures_of_workers[i].name, figures_of_workers[i].type, figures_of_workers[i].help,
                 "figures", figures_of_workers[i].field, figures_of_workers[i].unit);
  json_decref(workers);
}

static void ledger_metrics(GwNet *net, GString *text) {
  GwLedgerFigures ledger;
  gw_ledger_figures(net->config.ledger, &ledger);
  metric(text, "can_commit", "gauge", "1 when the ledger records.", gw_ledger_can_commit(net->config.ledger));
  metric(text, "ledger_waiting", "gauge", "Items in the ledger's lanes.",
         (double)(ledger.commands + ledger.observations));
  gw_metrics_head(text, "ledger_lane_waiting", "gauge", "Items in each lane.");
  gw_metrics_line(text, "ledger_lane_waiting", "lane", "commands", (double)ledger.commands);
  gw_metrics_line(text, "ledger_lane_waiting", "lane", "observations", (double)ledger.observations);
  gw_metrics_head(text, "ledger_commit_seconds", "histogram", "From the begin of a transaction until it is on disk.");
  for (gsize i = 0; i < GW_LEDGER_BUCKETS; i++) {
    g_autofree char *most = g_strdup_printf("%g", (double)ledger.bucket_ms[i] / 1000);
    gw_metrics_line(text, "ledger_commit_seconds_bucket", "le", most, (double)ledger.within[i]);
  }
  gw_metrics_line(text, "ledger_commit_seconds_bucket", "le", "+Inf", (double)ledger.commits);
  gw_metrics_line(text, "ledger_commit_seconds_sum", NULL, NULL, (double)ledger.commit_us / GW_SEC);
  gw_metrics_line(text, "ledger_commit_seconds_count", NULL, NULL, (double)ledger.commits);
  metric(text, "ledger_items_total", "counter", "Commands, observations and timers that were run.",
         (double)ledger.items);
  metric(text, "camera_observed_dropped_total", "counter", "What cameras observed and no rule is for.",
         (double)ledger.observed_dropped);
}

static void net_metrics(GwNet *net, GString *text) {
  const GwServerCounters *server = gw_server_counters(net->server);
  const GwFeedCounters *feed = gw_feed_counters(net->feed);
  metric(text, "up_seconds", "gauge", "Since the start.",
         (double)(gw_clock_mono_us() - net->started_us) / GW_SEC);
  metric(text, "reads_waiting", "gauge", "Reads that wait for a reader.",
         (double)gw_readers_waiting(net->readers));
  metric(text, "sessions", "gauge", "Valid sessions.", gw_sessions_count(net->sessions));
  metric(text, "sockets", "gauge", "Open sockets.", gw_server_sockets(net->server));
  metric(text, "http_requests_total", "counter", "HTTP requests.", (double)server->requests);
  metric(text, "bytes_sent_total", "counter", "Bytes written to peers.", (double)server->bytes_sent);
  metric(text, "sockets_opened_total", "counter", "Sockets opened.", (double)server->sockets_opened);
  metric(text, "feed_patches_total", "counter", "Patches built, one a view.", (double)feed->patches);
  metric(text, "feed_snapshots_total", "counter", "Snapshots read.", (double)feed->snapshots);
  metric(text, "feed_resumed_total", "counter", "Clients that went on from the ring.", (double)feed->resumed);
  metric(text, "feed_overflows_total", "counter", "Queues of clients that ran over.",
         (double)feed->overflows);
  metric(text, "feed_slow_closed_total", "counter", "Clients closed as too slow.", (double)feed->slow_closed);
  metric(text, "resident_bytes", "gauge", "Resident memory of the daemon.", resident_bytes());
}

static void look_metrics(GwNet *net, GString *text) {
  GwMediaFigures media;
  GwNetLookFigures look = {0};
  gw_media_figures(net->media, &media);
  if (net->config.look_figures)
    net->config.look_figures(&look, net->config.user);
  metric(text, "media_sockets", "gauge", "Sockets that pictures go to.", media.viewers);
  metric(text, "views", "gauge", "Streams that workers send for people to look at.", look.views);
  metric(text, "viewers", "gauge", "Moving pictures that people look at.", media.slots);
  metric(text, "pictures_late_total", "counter", "Pictures left out because their viewer was too slow.",
         (double)media.late);
  metric(text, "pictures_missed_total", "counter", "Pictures that a worker's queue had no room for.",
         (double)look.pictures_missed);
  metric(text, "clips_waiting", "gauge", "Clips that are being made.", look.clips_waiting);
  metric(text, "clips_saved_total", "counter", "Clips that were stored since the start.", (double)look.clips_saved);
  metric(text, "clips_failed_total", "counter", "Clips that could not be made since the start.",
         (double)look.clips_failed);
}

static void by_priority(GString *text, const char *name, const char *help, const gint64 *counts) {
  static const char *const names[] = {"", "1", "2", "3", "4"};
  gw_metrics_head(text, name, "gauge", help);
  for (int priority = 1; priority <= 4; priority++)
    gw_metrics_line(text, name, "priority", names[priority], (double)counts[priority]);
}

static void center_metrics(const GwFigures *f, GString *text) {
  by_priority(text, "alerts_open", "Alerts that are not closed.", f->alerts_open);
  by_priority(text, "alerts_unacked", "Alerts nobody has answered.", f->alerts_unacked);
  metric(text, "tickets_open", "gauge", "Tickets that are not over.", (double)f->tickets_open);
  metric(text, "tickets_overdue", "gauge", "Tickets with a clock that ran out.", (double)f->tickets_overdue);
  metric(text, "tickets_unsent", "gauge", "Tickets for whom the lead must find somebody.",
         (double)f->tickets_unsent);
  metric(text, "outbox_unknown", "gauge", "Messages nobody confirmed.", (double)f->outbox_unknown);
  gw_metrics_head(text, "cameras", "gauge", "Watched cameras by state.");
  for (GwCameraState state = 0; state < GW_N_CAMERA_STATES; state++)
    gw_metrics_line(text, "cameras", "state", gw_camera_state_to_string(state), (double)f->cameras[state]);
  metric(text, "checkins_waiting", "gauge", "Check-ins stored and not counted.", (double)f->checkins_waiting);
  metric(text, "units_on_duty", "gauge", "Units on duty.", (double)f->units_on_duty);
  metric(text, "units_busy", "gauge", "Units with a ticket.", (double)f->units_busy);
  metric(text, "tours_due", "gauge", "Tours whose window is open and that are not done.", (double)f->tours_due);
  metric(text, "tours_missed", "gauge", "Tours missed in the shift that is on.", (double)f->tours_missed);
  metric(text, "timers_late", "gauge", "Timers due for more than two seconds.", (double)f->timers_late);
  metric(text, "journal_rows_total", "counter", "Rows of the journal, ever.", (double)f->journal_rows);
  metric(text, "database_bytes", "gauge", "The database file.", (double)f->database_bytes);
  metric(text, "wal_bytes", "gauge", "Its write-ahead log.", (double)f->wal_bytes);
}

/* `figures` NULL: the database could not be read. */
static void respond(GwNet *net, GwRequest *r, const GwFigures *figures, GPtrArray *cameras) {
  g_autoptr(GString) text = g_string_new(NULL);
  net_metrics(net, text);
  worker_metrics(net, text);
  look_metrics(net, text);
  ledger_metrics(net, text);
  metric(text, "database_readable", "gauge", "1 when a reader could count what follows.", figures != NULL);
  if (figures)
    center_metrics(figures, text);
  if (cameras)
    gw_metrics_cameras(text, cameras,
                       gw_net_gauges(net));
  gw_request_header(r, "Cache-Control", "no-store");
  gw_respond_text(r, 200, "text/plain; version=0.0.4; charset=utf-8", text->str);
}

static gboolean count(GwDb *db, gpointer p, GError **error) {
  Metrics *job = p;
  job->cameras = gw_metrics_read_cameras(db, error);
  return job->cameras && gw_store_figures(db, gw_clock_real_us(), &job->figures, error);
}

static void on_counted(gpointer p, const GError *error) {
  Metrics *job = p;
  respond(job->net, job->r, error ? NULL : &job->figures, job->cameras);
  g_clear_pointer(&job->cameras, g_ptr_array_unref);
  gw_request_unref(job->r);
  g_free(job);
}

void gw_net_get_metrics(GwNet *net, GwRequest *r) {
  GwSession session;
  gboolean known = gw_net_session_of(net, r, &session) &&
                   (session.role & (GW_ROLE_ADMIN | GW_ROLE_SUPERVISOR | GW_ROLE_SOURCE));
  if (!known && !r->loopback) {
    gw_respond_say(r, GW_SAY_LOGIN_FIRST);
    return;
  }
  Metrics *job = g_new0(Metrics, 1);
  job->net = net;
  job->r = gw_request_ref(r);
  if (gw_readers_run(net->readers, count, on_counted, job))
    return;
  respond(net, r, NULL, NULL);
  gw_request_unref(job->r);
  g_free(job);
}
