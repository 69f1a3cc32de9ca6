#pragma once
#include <glib.h>
#include "daemon/base/types.h"

/* The small grammars of HTTP that libwebsockets leaves to us.  Pure.  Thread: any. */

/* The value of cookie `name` in a Cookie header; caller frees; NULL when absent, empty or over 128 bytes. */
char *gw_parse_cookie(const char *header, const char *name);
/* The token of "Bearer <token>"; caller frees; NULL when it is something else. */
char *gw_parse_bearer(const char *authorization);
/* "name:port", "[::1]:8080", "name" -> the host in lower case without port; NULL when malformed.  Caller frees. */
char *gw_parse_host(const char *host);
/* TRUE when `origin` is scheme://`host` exactly as the Host header has it (ports included). */
gboolean gw_parse_origin_is(const char *origin, gboolean tls, const char *host);
/* TRUE when Accept-Encoding allows gzip (absent, or q=0: it does not). */
gboolean gw_parse_accepts_gzip(const char *accept_encoding);
/* TRUE when If-None-Match holds this quoted ETag or "*" (weak ones count). */
gboolean gw_parse_etag_matches(const char *if_none_match, const char *etag);
/* TRUE when a Content-Type is `type`, whatever its parameters. */
gboolean gw_parse_type_is(const char *content_type, const char *type);
/* A whole decimal number within [least, most]; FALSE for anything else. */
gboolean gw_parse_int(const char *text, gint64 least, gint64 most, gint64 *ret);
/* A path of ours: starts with '/', no NUL, no "..", no "//", no backslash, printable. */
gboolean gw_parse_path_is_safe(const char *path);

/* A Range header for a body of `size` bytes.  GW_RANGE_NONE: send all of it (absent, another unit, several ranges, not
 * a range at all: RFC 9110, 14.2); GW_RANGE_OUTSIDE: 416.  Both ends count. */
typedef enum GwRange { GW_RANGE_NONE, GW_RANGE_PART, GW_RANGE_OUTSIDE } GwRange;
GwRange gw_parse_range(const char *header, gint64 size, gint64 *ret_first, gint64 *ret_last);
/* The value of a Content-Disposition that saves the body under this name; caller frees; NULL when it is no name for a
 * file: empty, over 120 characters, not UTF-8, hidden, or with a character that some system does not take. */
char *gw_parse_attachment(const char *name);
