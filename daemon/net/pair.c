#include <string.h>

#include "daemon/net/net_private.h"
#include "daemon/net/tls.h"

/* What /pair shows: how a phone comes to trust this center and where it finds it. */
void gw_net_get_ca(GwNet *net, GwRequest *r) {
  g_autofree char *text = NULL;
  if (!net->ca_path || !g_file_get_contents(net->ca_path, &text, NULL, NULL)) {
    gw_respond_say(r, GW_SAY_TLS_NO_CA);
    return;
  }
  gw_request_header(r, "Content-Disposition", "attachment; filename=\"gridwarden-ca.crt\"");
  gw_respond_text(r, 200, "application/x-x509-ca-cert", text);
}

void gw_net_get_pair(GwNet *net, GwRequest *r) {
  json_t *urls = json_array();
  int port = gw_server_tls_port(net->server);
  g_autoptr(GPtrArray) addresses = gw_net_addresses();
  for (guint i = 0; port > 0 && i < addresses->len; i++) {
    const char *address = g_ptr_array_index(addresses, i);
    json_array_append_new(urls, json_sprintf(strchr(address, ':') ? "https://[%s]:%d/" : "https://%s:%d/", address, port));
  }
  g_autofree char *fingerprint = net->ca_path ? gw_tls_fingerprint(net->ca_path) : NULL;
  gw_respond_json(r, 200, json_pack("{s:o,s:b,s:s*,s:i}", "urls", urls, "own_ca", net->ca_path != NULL,
                                    "ca_fingerprint", fingerprint, "tls_port", port));
}
