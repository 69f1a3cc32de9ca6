#pragma once
#include <glib.h>

/* One SOAP request over HTTP or HTTPS and its answer.  Blocking: on the pool of ptz.c alone.
 *
 * No redirects, no proxy, no compression, nothing but http and https.  An answer to a challenge is Digest
 * alone: Basic would show the password to whoever listens.  A camera's certificate is its own and is not
 * checked, as what goes through is a digest and no secret. */
#define GW_POST_TIMEOUT_MS 3000
#define GW_POST_ANSWER_BYTES (256 * 1024)

typedef enum GwPostEnd {
  GW_POST_ANSWERED, /* status and body are there, whatever they are */
  GW_POST_UNREACHABLE,
  GW_POST_TIMEOUT,
  GW_POST_BROKEN, /* no HTTP, too large, cut off */
} GwPostEnd;

typedef struct GwPostAnswer {
  long status;
  GString *body;
} GwPostAnswer;
void gw_post_answer_clear(GwPostAnswer *answer);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GwPostAnswer, gw_post_answer_clear)

typedef struct GwPoster GwPoster;

void gw_post_global_init(void); /* once, before the first thread */
/* `cancelled` is lent and looked at (atomically) while it waits.  Strings are copied. */
GwPoster *gw_poster_new(const char *user, const char *password, const int *cancelled);
void gw_poster_free(GwPoster *poster); /* accepts NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GwPoster, gw_poster_free)

/* Sends `body`; after a 401 with a Digest challenge once more with the answer to it.  timeout_ms for both. */
GwPostEnd gw_post_soap(GwPoster *poster, const char *url, const char *body, int timeout_ms,
                       GwPostAnswer *ret);
