#pragma once
#include <libwebsockets.h>
#include "daemon/net/http.h"

/* What libwebsockets parsed, as a GwRequest.  Thread: the owner, inside a callback with headers. */
GwRequest *gw_request_from_lws(struct lws *wsi, gboolean demo);
char *gw_request_lws_header(struct lws *wsi, enum lws_token_indexes token); /* caller frees; NULL when absent */
void gw_request_write_continue(struct lws *wsi);                            /* "100 Continue" */
