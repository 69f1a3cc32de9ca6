#pragma once
#include <glib.h>

/* The one list of refusals (DESIGN.md 3.3): what goes over the wire is the spelling, what a person
 * reads is the GError's message, which says what to do.  Every gw_ function that can fail for a
 * reason outside our own code sets a GError of this domain, whose code is a GwCode.
 *
 * Add a code only if a client would act differently on it. */
#define GW_CODES(X)                                                                                     \
  X(OK, "ok", 200)                                                                                     \
  X(BAD_JSON, "bad_json", 400)               /* not JSON, not UTF-8, or nested too deep */             \
  X(BAD_ARGS, "bad_args", 400)               /* a field is missing, unknown, of the wrong type or range */ \
  X(UNKNOWN_COMMAND, "unknown_command", 404) /* no such command or page */                             \
  X(UNAUTHORIZED, "unauthorized", 401)       /* log in first, or again */                              \
  X(FORBIDDEN, "forbidden", 403)             /* this role may not */                                   \
  X(NOT_FOUND, "not_found", 404)             /* no such object, or not yours to see */                 \
  X(CHANGED, "changed", 409)                 /* if_rev is stale: look at the object, then decide again */ \
  X(CONFLICT, "conflict", 409)               /* the same command id came with another payload */       \
  X(ILLEGAL, "illegal", 409)                 /* the life cycle has no such move from here */           \
  X(BUSY, "busy", 503)                       /* a queue is full: try again after retry_after_ms */     \
  X(THROTTLED, "throttled", 429)             /* too many attempts: wait retry_after_ms */              \
  X(TOO_LARGE, "too_large", 413)                                                                       \
  X(UNSUPPORTED, "unsupported", 415)         /* a file or content type that we do not take */          \
  X(STORAGE, "storage", 503)                 /* the disk is full or read-only: nothing was recorded */ \
  X(UNAVAILABLE, "unavailable", 503)         /* a part of the product is down: a worker, the recorder */ \
  X(INTERNAL, "internal", 500)               /* our mistake; it is in the log */

typedef enum GwCode {
#define X(name, wire, http) GW_CODE_##name,
  GW_CODES(X)
#undef X
      GW_N_CODES
} GwCode;

#define GW_ERROR (gw_error_quark())
GQuark gw_error_quark(void);

const char *gw_code_to_string(GwCode code); /* static; the wire spelling */
int gw_code_http_status(GwCode code);

/* The GwCode of an error: its code when it is ours, GW_CODE_INTERNAL for any other domain,
 * GW_CODE_OK for NULL. */
GwCode gw_error_code(const GError *error);
