#pragma once
#include "daemon/net/feed.h"
#include "daemon/net/files.h"
#include "daemon/net/media.h"
#include "daemon/net/net.h"
#include "daemon/net/passwords.h"
#include "daemon/net/readers.h"
#include "daemon/net/server.h"
#include "daemon/net/sessions.h"
#include "daemon/net/static.h"
#include "daemon/net/throttle.h"

/* What the routes of net work with; owned by net.c. */
struct GwNet {
  GwNetConfig config;
  char *boot; /* of this run */
  GwServer *server;
  GwReaders *readers;
  GwPasswords *passwords;
  GwSessions *sessions;
  GwThrottle *throttle;
  GwFeed *feed;
  GwMedia *media;
  GwFiles *files;
  GwStatic *pages;
  json_t *gauges; /* the newest of the cameras; NULL: none yet */
  GwUsec gauges_at_us;
  GHashTable *hosts; /* set of char *: names and addresses that this center answers to */
  GHashTable *seen;  /* set of GwId: sessions that were used since the ledger was told */
  GwUsec hosts_at_us, started_us;
  char *ca_path, *certificate, *key; /* ca_path NULL: a real certificate */
  guint tick_source, ticks, questions; /* questions: to the ledger, not answered yet */
  GQueue waiting; /* GwRequest: came with a token not known yet, while sessions are loaded */
};

#define GW_ROLES_DESK (GW_ROLE_OPERATOR | GW_ROLE_SUPERVISOR | GW_ROLE_ADMIN)
#define GW_ROLES_ALL 0x7f

/* hosts.c */
gboolean gw_net_knows_host(GwNet *net, const char *host);
GPtrArray *gw_net_addresses(void); /* char *, of this machine's interfaces, loopback not; caller frees */

/* route.c */
void gw_net_route(GwRequest *r, gpointer net);
void gw_net_answer_now(GwRequest *r); /* one that waited for the sessions */
gboolean gw_net_allow_upgrade(GwRequest *r, GwId *ret_session_id, int *ret_status, gpointer net);
/* Who asks; FALSE: nobody.  From a bearer token or the cookie of this mount. */
gboolean gw_net_session_of(GwNet *net, GwRequest *r, GwSession *ret);

/* seen.c */
void gw_net_session_seen(GwNet *net, GwId session_id);
void gw_net_tell_seen(GwNet *net); /* once a minute */

/* login.c: POST session.login, session.kiosk, session.logout; GET session.  The body is there. */
void gw_net_login(GwNet *net, GwRequest *r);
void gw_net_kiosk(GwNet *net, GwRequest *r);
void gw_net_logout(GwNet *net, GwRequest *r);
void gw_net_whoami(GwNet *net, GwRequest *r);
const char *gw_net_cookie_name(const GwRequest *r);

/* ask.c: questions to the ledger, as gw_ledger_command() and gw_ledger_observe(); `done` may be NULL */
gboolean gw_net_ask_command(GwNet *net, const GwActor *actor, const char *uuid, const char *command, json_t *args,
                            gint64 if_rev, GwReplyFunc done, gpointer user, GError **error);
gboolean gw_net_ask_observe(GwNet *net, const char *kind, json_t *body, GwReplyFunc done, gpointer user, GError **error);

/* commands.c: one way for the socket and for HTTP.  `done` exactly once, perhaps before it returns. */
void gw_net_command(GwNet *net, const GwSession *session, const char *uuid, const char *command, json_t *args,
                    gint64 if_rev, GwReplyFunc done, gpointer user);
void gw_net_post_command(GwNet *net, GwRequest *r);
guint gw_net_retry_after_ms(GwCode code);

/* socket.c */
extern const GwSocketKind gw_net_feed_socket, gw_net_media_socket;
void gw_net_session_gone(GwId session_id, gpointer net); /* closes its sockets */
void gw_net_close_all(GwNet *net);
void gw_net_close_slow(GwNet *net); /* those that take nothing for GW_LIMIT_SLOW_S */

/* reads.c, story.c, health.c, openapi.c, upload.c, pair.c */
void gw_net_get_noun(GwNet *net, GwRequest *r);
void gw_net_get_story(GwNet *net, GwRequest *r);
void gw_net_get_recommend(GwNet *net, GwRequest *r);
void gw_net_get_shift_log(GwNet *net, GwRequest *r);
void gw_net_get_export(GwNet *net, GwRequest *r);
void gw_net_get_openapi(GwNet *net, GwRequest *r);
void gw_net_get_makes(GwNet *net, GwRequest *r);
void gw_net_get_health(GwNet *net, GwRequest *r);
void gw_net_get_metrics(GwNet *net, GwRequest *r);
void gw_net_get_still(GwNet *net, GwRequest *r);
void gw_net_get_thumb(GwNet *net, GwRequest *r);
void gw_net_get_gauges(GwNet *net, GwRequest *r);
/* The newest, lent; NULL when the last are so old that they say nothing about now. */
json_t *gw_net_gauges(const GwNet *net);
void gw_net_get_file(GwNet *net, GwRequest *r);
void gw_net_post_file(GwNet *net, GwRequest *r);
void gw_net_post_probe(GwNet *net, GwRequest *r);
void gw_net_get_ca(GwNet *net, GwRequest *r);
void gw_net_get_pair(GwNet *net, GwRequest *r);
/* The decoded object of a JSON body; NULL: it has been answered. */
json_t *gw_net_body(GwRequest *r, gsize most_bytes);
