#include "daemon/base/log.h"
#include "daemon/net/net_private.h"

/* When each session was last of use: gathered here, told to the ledger once a minute in one observation, so
 * that a list of sessions says which one is a forgotten screen. */

void gw_net_session_seen(GwNet *net, GwId session_id) {
  if (g_hash_table_contains(net->seen, &session_id))
    return;
  g_hash_table_add(net->seen,
                   g_memdup2(&session_id, sizeof session_id)); /* no more than there are sessions */
}

static void see_socket(GwSocket *socket, gpointer user) {
  gw_net_session_seen(user, socket->session_id);
}

/* A full lane: those seen stay gathered for the next minute. */
void gw_net_tell_seen(GwNet *net) {
  gw_server_foreach_socket(net->server, see_socket, net);
  if (g_hash_table_size(net->seen) == 0)
    return;
  g_autoptr(GError) error = NULL;
  json_t *ids = json_array();
  GHashTableIter iter;
  gpointer id;
  g_hash_table_iter_init(&iter, net->seen);
  while (g_hash_table_iter_next(&iter, &id, NULL))
    json_array_append_new(ids, json_integer(*(const GwId *)id));
  json_t *body = json_pack("{s:o}", "session_ids", ids);
  if (gw_net_ask_observe(net, "session.seen", body, NULL, NULL, &error))
    g_hash_table_remove_all(net->seen);
  else
    gw_debug("the sessions' last use is told later: %s", error->message);
  json_decref(body);
}
