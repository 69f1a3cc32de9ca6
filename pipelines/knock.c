#include "pipelines/knock.h"

#include <gio/gio.h>

#define TIMEOUT_SECONDS 2

struct GwKnock {
  GCancellable *cancel;
  GwKnockDone done;
  gpointer user;
};

/* The attempt outlives the knock that was given up: it holds the cancellable alone. */
typedef struct Attempt {
  GwKnock *knock; /* lent; not looked at after a cancel */
  GCancellable *cancel;
} Attempt;

static void on_connected(GObject *client, GAsyncResult *result, gpointer p) {
  Attempt *attempt = p;
  g_autoptr(GError) error = NULL;
  g_autoptr(GSocketConnection) connection =
      g_socket_client_connect_to_host_finish(G_SOCKET_CLIENT(client), result, &error);
  if (!g_cancellable_is_cancelled(attempt->cancel))
    attempt->knock->done(attempt->knock, error, attempt->knock->user);
  g_object_unref(attempt->cancel);
  g_free(attempt);
}

GwKnock *gw_knock_start(const char *host, guint16 port, GwKnockDone done, gpointer user) {
  GwKnock *knock = g_new0(GwKnock, 1);
  knock->cancel = g_cancellable_new();
  knock->done = done;
  knock->user = user;
  Attempt *attempt = g_new(Attempt, 1);
  *attempt = (Attempt){knock, g_object_ref(knock->cancel)};
  g_autoptr(GSocketClient) client = g_socket_client_new();
  g_socket_client_set_enable_proxy(client, FALSE); /* cameras stand on our own network */
  g_socket_client_set_timeout(client, TIMEOUT_SECONDS);
  g_socket_client_connect_to_host_async(client, host, port, knock->cancel, on_connected, attempt);
  return knock;
}

void gw_knock_free(GwKnock *knock) {
  if (!knock)
    return;
  g_cancellable_cancel(knock->cancel);
  g_object_unref(knock->cancel);
  g_free(knock);
}
