#include "pipelines/target.h"

#define PORT_RTSP 554
#define PORT_RTSPS 322

gboolean gw_target_parse(const char *url, char **ret_host, guint16 *ret_port) {
  if (!url)
    return FALSE;
  g_autoptr(GUri) uri = g_uri_parse(url, G_URI_FLAGS_NONE, NULL);
  if (!uri || !g_uri_get_host(uri) || !*g_uri_get_host(uri))
    return FALSE;
  const gboolean is_tls = g_strcmp0(g_uri_get_scheme(uri), "rtsps") == 0;
  if (!is_tls && g_strcmp0(g_uri_get_scheme(uri), "rtsp") != 0)
    return FALSE;
  const int port = g_uri_get_port(uri);
  if (port == 0 || port > 65535)
    return FALSE;
  *ret_host = g_strdup(g_uri_get_host(uri));
  *ret_port = (guint16)(port > 0 ? port : is_tls ? PORT_RTSPS : PORT_RTSP);
  return TRUE;
}
