#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/net/limits.h"
#include "daemon/net/net_private.h"
#include "daemon/wire/message.h"

/* /ws/v1: the feed and commands of one page. */
typedef struct {
  GwNet *net;
  GwSocket *socket; /* NULL: the peer has gone, a reply may still be on its way */
  GwFeedClient *client;
  guint pending; /* commands without an answer yet */
  int refs;
} Page;

static void page_unref(Page *page) {
  if (--page->refs == 0)
    g_free(page);
}

static void on_want_write(gpointer user) {
  Page *page = user;
  gw_socket_want_write(page->socket);
}

static void on_close(gpointer user) {
  Page *page = user;
  gw_socket_close(page->socket);
}

static gboolean live_session(Page *page, GwSession *ret) {
  return gw_sessions_by_id(page->net->sessions, page->socket->session_id, gw_clock_real_us(), ret);
}

static json_t *views_of(const GwSession *session) {
  json_t *views = json_array();
  if (session->role & GW_ROLES_DESK)
    json_array_append_new(views, json_string("desk"));
  if (session->role & (GW_ROLES_DESK | GW_ROLE_WALL))
    json_array_append_new(views, json_string("wall"));
  if (session->role == GW_ROLE_PATROL && session->unit_id)
    json_array_append_new(views, json_sprintf("unit:%" JSON_INTEGER_FORMAT, (json_int_t)session->unit_id));
  return views;
}

static gboolean may_see(const GwSession *session, const char *view) {
  json_t *views = views_of(session), *name;
  gboolean may = FALSE;
  gsize i;
  json_array_foreach(views, i, name) may = may || strcmp(json_string_value(name), view) == 0;
  json_decref(views);
  return may;
}

static void page_opened(GwSocket *socket) {
  Page *page = g_new0(Page, 1);
  *page = (Page){.net = gw_server_user(socket->server), .socket = socket, .refs = 1};
  socket->peer = page;
  GwFeedClientHooks hooks = {on_want_write, on_close, page};
  page->client = gw_feed_client_new(page->net->feed, &hooks);
  GwSession session;
  if (!live_session(page, &session)) {
    gw_feed_client_bye(page->client, "revoked");
    return;
  }
  gw_feed_client_send(page->client,
                      json_pack("{s:i,s:s,s:s,s:s,s:I,s:o,s:o}", "v", 1, "type", "hello", "version", GW_VERSION, "boot",
                                page->net->boot, "now_us", (json_int_t)gw_clock_real_us(), "user",
                                gw_session_user_json(&session), "views", views_of(&session)));
  if (strcmp(gw_feed_storage_state(page->net->feed), "ok") != 0)
    gw_feed_client_send(page->client, gw_feed_storage_message(page->net->feed));
}

static void page_closed(GwSocket *socket) {
  Page *page = socket->peer;
  g_clear_pointer(&page->client, gw_feed_client_free);
  page->socket = NULL;
  page_unref(page);
}

static GBytes *page_next(GwSocket *socket) {
  Page *page = socket->peer;
  return gw_feed_client_next(page->client);
}

static void refuse(Page *page, const char *id, GwCode code, const char *zh, const char *en) {
  gw_feed_client_send(page->client, gw_message_reply(id ? id : "", code, zh, en, NULL, NULL, 0, gw_net_retry_after_ms(code)));
}

static void refuse_say(Page *page, const char *id, GwSentence say) {
  refuse(page, id, gw_say_code(say), gw_say_zh(say), gw_say_en(say));
}

static void refuse_error(Page *page, const char *id, const GError *error) {
  refuse(page, id, gw_error_code(error), gw_say_error_zh(error), error->message);
}

typedef struct {
  Page *page;
  char *id;
} Pending;

static void on_reply(const GwReply *reply, gpointer p) {
  Pending *pending = p;
  Page *page = pending->page;
  page->pending--;
  if (page->client)
    gw_feed_client_send(page->client,
                        gw_message_reply(pending->id, reply->code, reply->sentence_zh, reply->sentence_en, reply->result,
                                         reply->object, reply->seq, gw_net_retry_after_ms(reply->code)));
  page_unref(page);
  g_free(pending->id);
  g_free(pending);
}

static void take_command(Page *page, const GwMessage *m) {
  GwSession session;
  if (!live_session(page, &session)) {
    gw_feed_client_bye(page->client, "revoked");
    return;
  }
  if (page->pending >= GW_LIMIT_PENDING_COMMANDS) {
    refuse_say(page, m->id, GW_SAY_LEDGER_BUSY);
    return;
  }
  Pending *pending = g_new0(Pending, 1);
  *pending = (Pending){page, g_strdup(m->id)};
  page->refs++;
  page->pending++;
  gw_net_command(page->net, &session, m->id, m->command, m->args, m->if_rev, on_reply, pending);
}

static void take_subscribe(Page *page, const GwMessage *m) {
  GwSession session;
  g_autoptr(GError) error = NULL;
  if (!live_session(page, &session)) {
    gw_feed_client_bye(page->client, "revoked");
    return;
  }
  if (!may_see(&session, m->view)) {
    refuse_say(page, m->id, GW_SAY_VIEW_WRONG);
    return;
  }
  if (!gw_feed_client_subscribe(page->client, m->view, m->boot, m->seq, &error)) {
    refuse_error(page, m->id, error);
    return;
  }
  if (session.role == GW_ROLE_PATROL && page->net->config.on_unit_connected)
    page->net->config.on_unit_connected(session.unit_id, page->net->config.user);
}

static gboolean page_message(GwSocket *socket, const char *text, gsize bytes) {
  Page *page = socket->peer;
  GwMessage m = {0};
  g_autoptr(GError) error = NULL;
  if (!gw_message_decode(text, bytes, &m, &error))
    refuse_error(page, m.id, error); /* the next message may be sound: the connection stays */
  else if (m.kind == GW_MESSAGE_COMMAND)
    take_command(page, &m);
  else if (m.kind == GW_MESSAGE_SUBSCRIBE)
    take_subscribe(page, &m);
  else
    gw_feed_client_unsubscribe(page->client, m.view);
  gw_message_clear(&m);
  return TRUE;
}

const GwSocketKind gw_net_feed_socket = {.protocol = "gridwarden.v1",
                                         .path = "/ws/v1",
                                         .opened = page_opened,
                                         .message = page_message,
                                         .next = page_next,
                                         .closed = page_closed};

/* --- /ws/media --- */

static void media_want_write(gpointer user) {
  gw_socket_want_write(user);
}

static void media_opened(GwSocket *socket) {
  GwNet *net = gw_server_user(socket->server);
  GwSession session;
  gboolean may = gw_sessions_by_id(net->sessions, socket->session_id, gw_clock_real_us(), &session) &&
                 (session.role & (GW_ROLES_DESK | GW_ROLE_WALL));
  const GwMediaWho who = {.user_id = may ? session.user_id : 0, .may_look_back = may && (session.role & GW_ROLES_DESK)};
  socket->peer = gw_media_viewer_new(net->media, socket->number, &who, media_want_write, socket);
  if (!may)
    gw_socket_close(socket);
}

static void media_closed(GwSocket *socket) {
  gw_media_viewer_free(g_steal_pointer(&socket->peer));
}

static gboolean media_message(GwSocket *socket, const char *text, gsize bytes) {
  return gw_media_viewer_message(socket->peer, text, bytes);
}

static GBytes *media_next(GwSocket *socket) {
  GwMediaOut out;
  if (!gw_media_viewer_next(socket->peer, &out))
    return NULL;
  memcpy(socket->head, out.head, out.head_bytes);
  socket->head_bytes = out.head_bytes;
  socket->out_is_text = out.is_text;
  return out.bytes;
}

static gboolean media_has_next(GwSocket *socket) {
  return gw_media_viewer_has_next(socket->peer);
}

const GwSocketKind gw_net_media_socket = {.protocol = "gridwarden.media.v1",
                                          .path = "/ws/media",
                                          .binary = TRUE,
                                          .opened = media_opened,
                                          .message = media_message,
                                          .next = media_next,
                                          .has_next = media_has_next,
                                          .closed = media_closed};

/* --- ends --- */

static void end_session(GwSocket *socket, gpointer user) {
  if (socket->session_id != *(GwId *)user)
    return;
  if (socket->kind == &gw_net_feed_socket)
    gw_feed_client_bye(((Page *)socket->peer)->client, "revoked");
  else
    gw_socket_close(socket);
}

void gw_net_session_gone(GwId session_id, gpointer user) {
  GwNet *net = user;
  if (net->server)
    gw_server_foreach_socket(net->server, end_session, &session_id);
}

static void end_at_stop(GwSocket *socket, gpointer user) {
  if (socket->kind == &gw_net_feed_socket)
    gw_feed_client_bye(((Page *)socket->peer)->client, "shutdown");
  else
    gw_socket_close(socket);
}

void gw_net_close_all(GwNet *net) {
  gw_server_foreach_socket(net->server, end_at_stop, NULL);
}

static void end_if_slow(GwSocket *socket, gpointer user) {
  GwUsec now_us = *(GwUsec *)user;
  if (!socket->waits_since_us || now_us - socket->waits_since_us < GW_LIMIT_SLOW_S * GW_SEC)
    return;
  if (socket->kind == &gw_net_feed_socket)
    gw_feed_client_bye(((Page *)socket->peer)->client, "slow");
  gw_socket_close(socket);
}

void gw_net_close_slow(GwNet *net) {
  GwUsec now_us = gw_clock_mono_us();
  gw_server_foreach_socket(net->server, end_if_slow, &now_us);
}
