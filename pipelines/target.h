#pragma once
#include <glib.h>

/* Where a camera's URL leads.  FALSE: not rtsp:// or rtsps:// with a host. */
gboolean gw_target_parse(const char *url, char **ret_host, guint16 *ret_port);
