#pragma once
#include "daemon/app/config.h"

/* The daemon's parts put together: ledger, net, ingest, notify; started in this order and stopped in the
 * other.  Thread: the owner (main). */
typedef struct GwCenter GwCenter;

GwCenter *gw_center_start(const GwConfig *config, GError **error);
void gw_center_stop(GwCenter *center); /* within 5 s; accepts NULL */
/* SIGHUP: certificates, and from `config` (NULL: it could not be read) how many workers watch the cameras. */
void gw_center_reload(GwCenter *center, const GwConfig *config);
gboolean gw_center_is_alive(GwCenter *center); /* for the watchdog */
