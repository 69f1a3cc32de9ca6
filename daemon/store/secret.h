#pragma once
#include "daemon/base/error.h"
#include "daemon/base/types.h"

/* Passwords of cameras and keys of readers and sources at rest: secretbox (XSalsa20-Poly1305) under a key in a
 * file of its own, so that a copy of the database alone tells nothing.
 *
 * Thread: any, after loading.  Errors: GW_CODE_STORAGE for the file, GW_CODE_INTERNAL for a box that does not
 * open (another key). */
typedef struct GwSecret GwSecret;

/* Reads the 32 bytes; when the file is missing and `make`, draws them and writes it with mode 0600.  A file that
 * others may read is refused. */
GwSecret *gw_secret_load(const char *path, gboolean make, GError **error);
void gw_secret_free(GwSecret *secret); /* wipes; accepts NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GwSecret, gw_secret_free)

/* Nonce (24 bytes) and box.  Caller frees. */
guint8 *gw_secret_seal(const GwSecret *secret, gconstpointer plain, gsize bytes, gsize *ret_bytes);
/* NUL added behind the plain bytes.  Caller frees with gw_secret_wipe(). */
char *gw_secret_open(const GwSecret *secret, const guint8 *sealed, gsize bytes, gsize *ret_bytes, GError **error);
void gw_secret_wipe(char *plain, gsize bytes);
/* BLAKE2b-256 under a key of its own (drawn from the secret's), as 64 hex digits: a hash that nobody can guess
 * from who only has the database.  Caller frees. */
char *gw_secret_hash_hex(const GwSecret *secret, gconstpointer data, gsize bytes);

/* A file of `bytes` random bytes, mode 0600, made when missing: the rule of every key file of ours.
 * `draw` fills a new one; NULL: random bytes. */
gboolean gw_secret_file(const char *path, gboolean make, guint8 *ret_key, gsize bytes, void (*draw)(guint8 *key),
                        GError **error);
