#pragma once
#include <jansson.h>
#include "daemon/base/error.h"

/* One look at a camera: starts a worker of our own for it, whether the daemon runs or not.  Blocks for at most
 * timeout_ms and a second.  `result` is camera.probed of daemon/link/README.md; a new reference, NULL with an error. */
json_t *gw_cli_probe(const char *worker, const char *url, const char *user_name, const char *password, int timeout_ms, GError **error);
