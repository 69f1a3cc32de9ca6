#pragma once
#include "daemon/net/http.h"

/* The built pages, as files of one folder: hashed assets for ever, index.html always asked for anew, the
 * ".gz" beside a file where the browser takes it.  Files are mapped and looked at again when they change.
 * Thread: the owner. */
typedef struct GwStatic GwStatic;

GwStatic *gw_static_new(const char *folder);
void gw_static_free(GwStatic *pages); /* accepts NULL */
/* Answers a GET or HEAD. */
void gw_static_respond(GwStatic *pages, GwRequest *r);
const char *gw_static_type(const char *name); /* by its ending; static */
/* Routes that the page itself resolves: "/", "/desk" … -> index.html. */
gboolean gw_static_is_route(const char *path);
