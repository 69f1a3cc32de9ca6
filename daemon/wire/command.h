#pragma once
#include <jansson.h>
#include "daemon/base/error.h"
#include "daemon/base/types.h"

/* The command table as schema/wire/commands.json states it: one table for the socket, for
 * POST /api/v1/<command>, for the types of the pages and for openapi.json.  Thread: any. */

gboolean gw_command_exists(const char *name);
/* TRUE when a person of this role may give this command with these arguments (an object; NULL counts as
 * empty).  Errors: UNKNOWN_COMMAND, FORBIDDEN, BAD_ARGS, each with a sentence. */
gboolean gw_command_check(const char *name, GwRole role, json_t *args, GError **error);
guint gw_command_roles(const char *name); /* mask of GwRole; 0: no such command */
/* Calls func for each command with its entry of commands.json (lent). */
void gw_command_foreach(void (*func)(const char *name, json_t *entry, gpointer user), gpointer user);
