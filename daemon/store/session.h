#pragma once
#include "daemon/store/db.h"

/* Rows of `session`: what a browser, a kiosk or a machine proves itself with; only hashes are kept.
 * Thread and errors: as GwDb.  A getter answers FALSE without an error when there is no such row. */
typedef struct GwSessionRow {
  GwId id;
  char *token_hash; /* BLAKE2b-256, 64 hex digits: gw_hash_hex() of the token */
  GwId user_id;
  char *kind; /* "login", "kiosk", "source" */
  char *label, *address, *agent;
  GwUsec created_at_us, seen_at_us, expires_at_us;
  GwUsec revoked_at_us; /* 0: not revoked */
} GwSessionRow;
void gw_session_row_clear(GwSessionRow *row);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GwSessionRow, gw_session_row_clear)

gboolean gw_store_session_get(GwDb *db, GwId id, GwSessionRow *ret, GError **error);
/* Revoked and expired ones too: the caller looks at the times. */
gboolean gw_store_session_by_token_hash(GwDb *db, const char *token_hash, GwSessionRow *ret, GError **error);
gboolean gw_store_session_insert(GwDb *db, GwSessionRow *row, GError **error); /* gives the id */
gboolean gw_store_session_revoke(GwDb *db, GwId id, GwUsec at_us, GError **error);
gboolean gw_store_session_seen(GwDb *db, GwId id, GwUsec at_us, GError **error);
/* Ids (GwId) of a user's sessions that are valid then, oldest first; the caller frees the array. */
GArray *gw_store_session_ids_valid(GwDb *db, GwId user_id, GwUsec at_us, GError **error);
