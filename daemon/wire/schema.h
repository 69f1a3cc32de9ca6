#pragma once
#include <jansson.h>
#include "daemon/base/error.h"

/* Checks a JSON value against a JSON Schema (draft 2020-12), the part of it that schema/wire uses: type
 * (also a list), enum, const, properties, required, additionalProperties false, items, maxItems,
 * minimum, maximum, minLength, maxLength (in characters), format "uuid" and "hash", anyOf, and $ref
 * into "#/$defs/" of the same root.
 *
 * Thread: any.  FALSE with GW_CODE_BAD_ARGS and a sentence that names the field ("args.lat: must be
 * between -90 and 90"). */
gboolean gw_schema_check(json_t *root, json_t *schema, json_t *value, const char *name, GError **error);

/* The embedded schema file by its name ("commands", "objects"): parsed once, lent for ever. */
json_t *gw_schema_root(const char *name);
