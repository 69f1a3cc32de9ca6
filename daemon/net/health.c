#include "daemon/base/clock.h"
#include "daemon/net/net_private.h"

/* 503 only when nothing can be recorded: a worker that is down is a matter for the desk, not for a load
 * balancer. */
void gw_net_get_health(GwNet *net, GwRequest *r) {
  gboolean ok = gw_ledger_can_commit(net->config.ledger);
  json_t *workers = net->config.workers ? net->config.workers(net->config.user) : json_array(), *worker;
  gsize i;
  json_array_foreach(workers, i, worker) json_object_del(worker, "figures"); /* those are for /metrics */
  gw_respond_json(r, ok ? 200 : 503,
                  json_pack("{s:b,s:s,s:s,s:o,s:I}", "ok", ok, "storage", gw_feed_storage_state(net->feed), "version",
                            GW_VERSION, "workers", workers, "uptime_s",
                            (json_int_t)((gw_clock_mono_us() - net->started_us) / GW_SEC)));
}
