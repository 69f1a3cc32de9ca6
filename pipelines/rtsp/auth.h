#pragma once
#include <glib.h>

/* Basic and Digest (RFC 2617, RFC 7616: MD5 and SHA-256, with and without qop=auth) for RTSP requests.
 *
 * Pure but for the random cnonce.  Thread: one at a time.  Nothing here is ever logged. */
typedef enum GwAuthKind { GW_AUTH_NONE, GW_AUTH_BASIC, GW_AUTH_DIGEST_MD5, GW_AUTH_DIGEST_SHA256 } GwAuthKind;

typedef struct GwAuth {
  char *user, *password; /* NULL: we have none */
  GwAuthKind kind;
  gboolean qop, stale;
  char *realm, *nonce, *opaque;
  guint count; /* requests with this nonce */
} GwAuth;

void gw_auth_init(GwAuth *auth, const char *user, const char *password);
void gw_auth_clear(GwAuth *auth);

void gw_auth_forget(GwAuth *auth); /* before the challenges of another answer */
/* One WWW-Authenticate value: kept when it is stronger than what is kept.  FALSE: of no use to us. */
gboolean gw_auth_challenge(GwAuth *auth, const char *value);

/* The Authorization value of a request (the caller's); NULL: no challenge or no user. */
char *gw_auth_answer(GwAuth *auth, const char *method, const char *uri);
