#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>

#include "daemon/base/clock.h"
#include "daemon/net/net_private.h"
#include "daemon/net/parse.h"

#define LOOK_AGAIN_US (10 * GW_SEC)

GPtrArray *gw_net_addresses(void) {
  GPtrArray *found = g_ptr_array_new_with_free_func(g_free);
  struct ifaddrs *all = NULL;
  if (getifaddrs(&all) != 0)
    return found;
  for (struct ifaddrs *i = all; i; i = i->ifa_next) {
    char text[INET6_ADDRSTRLEN] = "";
    if (!i->ifa_addr || (i->ifa_flags & IFF_LOOPBACK) || !(i->ifa_flags & IFF_UP))
      continue;
    if (i->ifa_addr->sa_family == AF_INET)
      (void)inet_ntop(AF_INET, &((struct sockaddr_in *)(gpointer)i->ifa_addr)->sin_addr, text, sizeof text);
    else if (i->ifa_addr->sa_family == AF_INET6 &&
             !IN6_IS_ADDR_LINKLOCAL(&((struct sockaddr_in6 *)(gpointer)i->ifa_addr)->sin6_addr))
      (void)inet_ntop(AF_INET6, &((struct sockaddr_in6 *)(gpointer)i->ifa_addr)->sin6_addr, text, sizeof text);
    if (*text)
      g_ptr_array_add(found, g_strdup(text));
  }
  freeifaddrs(all);
  return found;
}

static void add(GwNet *net, const char *host) {
  if (host && *host)
    g_hash_table_add(net->hosts, g_ascii_strdown(host, -1));
}

static void add_all(GwNet *net, const char *const *hosts) {
  for (gsize i = 0; hosts && hosts[i]; i++)
    add(net, hosts[i]);
}

/* Addresses come and go (DHCP, a VPN): looked at again when an unknown one is asked for. */
static void look(GwNet *net) {
  if (!net->hosts)
    net->hosts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  g_hash_table_remove_all(net->hosts);
  static const char *const own[] = {"localhost", "127.0.0.1", "::1", NULL};
  add_all(net, own);
  add_all(net, net->config.hosts);
  add_all(net, net->config.addresses);
  add(net, g_get_host_name());
  g_autofree char *local = g_strconcat(g_get_host_name(), ".local", NULL);
  add(net, local);
  g_autoptr(GPtrArray) addresses = gw_net_addresses();
  for (guint i = 0; i < addresses->len; i++)
    add(net, g_ptr_array_index(addresses, i));
  net->hosts_at_us = gw_clock_mono_us();
}

gboolean gw_net_knows_host(GwNet *net, const char *header) {
  g_autofree char *host = gw_parse_host(header);
  if (!host)
    return FALSE;
  if (!net->hosts)
    look(net);
  if (g_hash_table_contains(net->hosts, host))
    return TRUE;
  if (gw_clock_mono_us() - net->hosts_at_us < LOOK_AGAIN_US)
    return FALSE;
  look(net);
  return g_hash_table_contains(net->hosts, host);
}
