#pragma once
#include "daemon/ledger/ledger.h"
#include "daemon/net/readers.h"

/* Who is behind a cookie or a bearer token: every valid session of the database, in memory, so that each
 * request and each command is decided by the row as it is now.  Read at start, and again after each
 * transaction that changed a session or a user; a revoked one goes at once by its effect.
 *
 * Thread: the owner.  A GwSession is a value: ask again for each command. */
typedef struct GwSessions GwSessions;

typedef struct GwSession {
  GwId id, user_id, unit_id;
  GwRole role;
  char name[44], display[324]; /* user.name, user.display: 40 and 80 characters */
  char kind[8];                /* login, kiosk, source */
  char label[324];             /* of a token: what the administrator called it */
  gboolean loopback_only;      /* the command line's own */
  GwUsec expires_at_us;
} GwSession;

/* `on_gone` is called for each session that was valid and is not any more: its sockets are to be closed.
 * `on_loaded` after each load from the database. */
typedef struct GwSessionsConfig {
  GwReaders *readers;
  void (*on_gone)(GwId session_id, gpointer user);
  void (*on_loaded)(gpointer user);
  gpointer user;
} GwSessionsConfig;

GwSessions *gw_sessions_new(const GwSessionsConfig *config);
void gw_sessions_free(GwSessions *sessions); /* accepts NULL; a load under way is let go */

void gw_sessions_load(GwSessions *sessions); /* again, later, when one is under way */
gboolean gw_sessions_is_loading(GwSessions *sessions);
/* Looks at what a transaction says about sessions and users. */
void gw_sessions_on_publication(GwSessions *sessions, const GwPublication *publication);
void gw_sessions_expire(GwSessions *sessions, GwUsec now_us); /* once a second */

/* FALSE: no such session, or it is over. */
gboolean gw_sessions_by_token(GwSessions *sessions, const char *token, GwUsec now_us, GwSession *ret);
gboolean gw_sessions_by_id(GwSessions *sessions, GwId id, GwUsec now_us, GwSession *ret);
/* A session that the ledger has just committed, so that it works before the next load; also for tests. */
void gw_sessions_add(GwSessions *sessions, const char *token_hash, const GwSession *session);
guint gw_sessions_count(GwSessions *sessions);

GwActor gw_session_actor(const GwSession *session);
/* {"id","name","display","role","unit_id"}; new reference. */
json_t *gw_session_user_json(const GwSession *session);
