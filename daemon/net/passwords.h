#pragma once
#include "daemon/base/error.h"

/* Argon2id on a thread of its own: it takes a tenth of a second and 64 MiB by design, which is nothing for
 * the owner or the ledger to wait for.  At most GW_LIMIT_LOGIN_QUEUE wait.
 *
 * Thread: the owner; answers come on the owner, exactly once for each call that returned TRUE.  Passwords
 * are copied into memory that is wiped afterwards. */
typedef struct GwPasswords GwPasswords;

GwPasswords *gw_passwords_start(void);
void gw_passwords_close(GwPasswords *passwords); /* takes no more and waits for the thread; answers still come; accepts NULL */
void gw_passwords_free(GwPasswords *passwords);  /* closes first; accepts NULL */

/* `hash`: the Argon2id string, lent; NULL when hashing failed (out of memory). */
typedef void (*GwHashFunc)(const char *hash, gpointer user);
gboolean gw_passwords_hash(GwPasswords *passwords, const char *password, GwHashFunc done, gpointer user);

/* `hash` NULL or not a hash: verifies against a fixed one all the same and answers FALSE, so that the time
 * taken does not tell which names exist. */
typedef void (*GwVerifyFunc)(gboolean ok, gpointer user);
gboolean gw_passwords_verify(GwPasswords *passwords, const char *hash, const char *password, GwVerifyFunc done,
                             gpointer user);

/* For the command line and tests: here and now.  Caller frees. */
char *gw_password_hash_now(const char *password);
