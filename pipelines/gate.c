#include "pipelines/gate.h"

struct GwGatePass {
  char *host;
  GwGateOpen on_open;
  gpointer user;
  gboolean inside;
};

struct GwGate {
  guint most, most_per_host, inside;
  GHashTable *hosts; /* name -> how many inside */
  GQueue waiting;
  gboolean pumping;
};

GwGate *gw_gate_new(guint most, guint most_per_host) {
  GwGate *gate = g_new0(GwGate, 1);
  gate->hosts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  g_queue_init(&gate->waiting);
  gw_gate_set_limits(gate, most, most_per_host);
  return gate;
}

void gw_gate_free(GwGate *gate) {
  if (!gate)
    return;
  g_assert(gate->inside == 0 && g_queue_is_empty(&gate->waiting));
  g_hash_table_unref(gate->hosts);
  g_free(gate);
}

void gw_gate_set_limits(GwGate *gate, guint most, guint most_per_host) {
  gate->most = MAX(most, 1);
  gate->most_per_host = MAX(most_per_host, 1);
}

static guint inside_host(GwGate *gate, const char *host) {
  return GPOINTER_TO_UINT(g_hash_table_lookup(gate->hosts, host));
}

static void set_inside_host(GwGate *gate, const char *host, guint n) {
  if (n == 0)
    g_hash_table_remove(gate->hosts, host);
  else
    g_hash_table_insert(gate->hosts, g_strdup(host), GUINT_TO_POINTER(n));
}

/* The first waiting one whose host has room; NULL when there is none. */
static GwGatePass *next(GwGate *gate) {
  if (gate->inside >= gate->most)
    return NULL;
  for (GList *l = gate->waiting.head; l; l = l->next) {
    GwGatePass *pass = l->data;
    if (inside_host(gate, pass->host) < gate->most_per_host) {
      g_queue_delete_link(&gate->waiting, l);
      return pass;
    }
  }
  return NULL;
}

/* on_open may ask or leave again: those calls only mark, and this loop goes on. */
static void pump(GwGate *gate) {
  if (gate->pumping)
    return;
  gate->pumping = TRUE;
  for (GwGatePass *pass = next(gate); pass; pass = next(gate)) {
    pass->inside = TRUE;
    gate->inside++;
    set_inside_host(gate, pass->host, inside_host(gate, pass->host) + 1);
    pass->on_open(pass->user);
  }
  gate->pumping = FALSE;
}

void gw_gate_ask(GwGate *gate, const char *host, GwGatePass **ret_pass, GwGateOpen on_open, gpointer user) {
  GwGatePass *pass = g_new0(GwGatePass, 1);
  pass->host = g_strdup(host);
  pass->on_open = on_open;
  pass->user = user;
  g_queue_push_tail(&gate->waiting, pass);
  *ret_pass = pass; /* before on_open, which may look at it */
  pump(gate);
}

void gw_gate_leave(GwGate *gate, GwGatePass *pass) {
  if (!pass)
    return;
  if (pass->inside) {
    gate->inside--;
    set_inside_host(gate, pass->host, inside_host(gate, pass->host) - 1);
  } else {
    g_queue_remove(&gate->waiting, pass);
  }
  g_free(pass->host);
  g_free(pass);
  pump(gate);
}

guint gw_gate_inside(GwGate *gate) {
  return gate->inside;
}
