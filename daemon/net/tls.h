#pragma once
#include "daemon/base/error.h"
#include "daemon/base/types.h"

/* TLS without anybody's help: a certificate authority of this center (EC P-256, ten years, for the hosts of
 * this center alone in the hands of those who trust it) and a leaf for its names and addresses (397 days at
 * most, made anew when they change or 30 days before its end).  Files in `folder`, keys 0600.
 * Thread: any; only the main one uses it. */
typedef struct GwTlsPaths {
  char *ca, *certificate, *key; /* PEM files; the leaf's file carries the CA behind it */
} GwTlsPaths;
void gw_tls_paths_clear(GwTlsPaths *paths);

/* Makes what is missing or out of date.  `names`: host names and addresses, NULL-terminated.
 * `ret_made`: TRUE when a new leaf was written. */
gboolean gw_tls_prepare(const char *folder, const char *const *names, GwUsec now_us, GwTlsPaths *ret,
                        gboolean *ret_made, GError **error);
/* SHA-256 of the certificate, "AB:CD:…"; caller frees; NULL when it cannot be read. */
char *gw_tls_fingerprint(const char *certificate);
