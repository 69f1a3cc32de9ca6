#pragma once
#include <glib.h>

/* The server's half of Digest (RFC 2617, and RFC 7616 with SHA-256) and Basic.
 * Thread: any; no state.  Passwords are compared, never kept or logged. */
typedef enum FarmAuth { FARM_AUTH_DIGEST, FARM_AUTH_DIGEST_QOP, FARM_AUTH_SHA256, FARM_AUTH_BASIC } FarmAuth;

gboolean farm_auth_from_string(const char *name, FarmAuth *ret_auth); /* digest, digest-qop, sha256, basic */

/* The line of a 401 that asks for credentials, with its line end.  Caller frees. */
char *farm_auth_challenge(FarmAuth auth, const char *realm, const char *nonce, gboolean stale);

typedef enum FarmVerdict { FARM_VERDICT_RIGHT, FARM_VERDICT_WRONG, FARM_VERDICT_STALE } FarmVerdict;

/* Judges the value of an Authorization header.  STALE: well made, but for another nonce. */
FarmVerdict farm_auth_check(FarmAuth auth, const char *authorization, const char *method, const char *realm,
                            const char *nonce, const char *user, const char *password);

/* The response field that a client would send; qop may be NULL (then nc and cnonce are unused). */
char *farm_digest_response(GChecksumType hash, const char *user, const char *realm, const char *password,
                           const char *method, const char *uri, const char *nonce, const char *nc,
                           const char *cnonce, const char *qop);
