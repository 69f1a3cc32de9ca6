#include <stdio.h>
#include <unistd.h>

#include "daemon/base/clock.h"
#include "daemon/net/net_private.h"

/* 503 only when nothing can be recorded: a worker that is down is a matter for the desk, not for a load
 * balancer. */
void gw_net_get_health(GwNet *net, GwRequest *r) {
  gboolean ok = gw_ledger_can_commit(net->config.ledger);
  json_t *workers = net->config.workers ? net->config.workers(net->config.user) : json_array();
  gw_respond_json(r, ok ? 200 : 503,
                  json_pack("{s:b,s:s,s:s,s:o,s:I}", "ok", ok, "storage", gw_feed_storage_state(net->feed), "version",
                            GW_VERSION, "workers", workers, "uptime_s",
                            (json_int_t)((gw_clock_mono_us() - net->started_us) / GW_SEC)));
}

static void metric(GString *text, const char *name, const char *type, const char *help, double value) {
  char number[G_ASCII_DTOSTR_BUF_SIZE];
  g_ascii_formatd(number, sizeof number, "%.17g", value);
  g_string_append_printf(text, "# HELP gridwarden_%s %s\n# TYPE gridwarden_%s %s\ngridwarden_%s %s\n", name, help, name,
                         type, name, number);
}

static double resident_bytes(void) {
  g_autofree char *text = NULL;
  long pages = 0, unused = 0;
  if (!g_file_get_contents("/proc/self/statm", &text, NULL, NULL) || sscanf(text, "%ld %ld", &unused, &pages) != 2)
    return 0;
  return (double)pages * (double)sysconf(_SC_PAGESIZE);
}

static void worker_metrics(GwNet *net, GString *text) {
  json_t *workers = net->config.workers ? net->config.workers(net->config.user) : json_array(), *worker;
  gsize i;
  g_string_append(text, "# HELP gridwarden_worker_up Whether an ingest worker runs.\n# TYPE gridwarden_worker_up gauge\n");
  json_array_foreach(workers, i, worker) {
    const char *name = json_string_value(json_object_get(worker, "worker"));
    g_string_append_printf(text, "gridwarden_worker_up{worker=\"%s\"} %d\n", name ? name : "",
                           json_is_true(json_object_get(worker, "up")));
  }
  json_decref(workers);
}

static char *metrics_text(GwNet *net) {
  GString *text = g_string_new(NULL);
  const GwServerCounters *server = gw_server_counters(net->server);
  const GwFeedCounters *feed = gw_feed_counters(net->feed);
  metric(text, "up_seconds", "gauge", "Since the start.", (double)(gw_clock_mono_us() - net->started_us) / GW_SEC);
  metric(text, "can_commit", "gauge", "1 when the ledger records.", gw_ledger_can_commit(net->config.ledger));
  metric(text, "ledger_waiting", "gauge", "Items in the ledger's lanes.", (double)gw_ledger_waiting(net->config.ledger));
  metric(text, "reads_waiting", "gauge", "Reads that wait for a reader.", (double)gw_readers_waiting(net->readers));
  metric(text, "sessions", "gauge", "Valid sessions.", gw_sessions_count(net->sessions));
  metric(text, "sockets", "gauge", "Open sockets.", gw_server_sockets(net->server));
  metric(text, "http_requests_total", "counter", "HTTP requests.", (double)server->requests);
  metric(text, "bytes_sent_total", "counter", "Bytes written to peers.", (double)server->bytes_sent);
  metric(text, "sockets_opened_total", "counter", "Sockets opened.", (double)server->sockets_opened);
  metric(text, "feed_patches_total", "counter", "Patches built, one a view.", (double)feed->patches);
  metric(text, "feed_snapshots_total", "counter", "Snapshots read.", (double)feed->snapshots);
  metric(text, "feed_resumed_total", "counter", "Clients that went on from the ring.", (double)feed->resumed);
  metric(text, "feed_overflows_total", "counter", "Queues of clients that ran over.", (double)feed->overflows);
  metric(text, "feed_slow_closed_total", "counter", "Clients closed as too slow.", (double)feed->slow_closed);
  metric(text, "resident_bytes", "gauge", "Resident memory of the daemon.", resident_bytes());
  worker_metrics(net, text);
  return g_string_free(text, FALSE);
}

void gw_net_get_metrics(GwNet *net, GwRequest *r) {
  GwSession session;
  gboolean known = gw_net_session_of(net, r, &session) &&
                   (session.role & (GW_ROLE_ADMIN | GW_ROLE_SUPERVISOR | GW_ROLE_SOURCE));
  if (!known && !r->loopback) {
    gw_respond_say(r, GW_SAY_LOGIN_FIRST);
    return;
  }
  g_autofree char *text = metrics_text(net);
  gw_request_header(r, "Cache-Control", "no-store");
  gw_respond_text(r, 200, "text/plain; version=0.0.4; charset=utf-8", text);
}
