#pragma once
#include <jansson.h>
#include "daemon/base/error.h"
#include "daemon/base/types.h"

/* One look at a camera, or (play_from_us not 0) at what a recorder has of that time (by_range: the URL does not name
 * it): starts a worker of our own for it, whether the daemon runs or not.  Blocks for at most timeout_ms and a second.
 * `result` is camera.probed of daemon/link/README.md; a new reference, NULL with an error. */
json_t *gw_cli_probe(const char *worker, const char *url, const char *user_name, const char *password, int timeout_ms,
                     GwUsec play_from_us, gboolean by_range, GError **error);
