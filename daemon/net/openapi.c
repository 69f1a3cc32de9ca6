#include <string.h>

#include "daemon/net/net_private.h"
#include "daemon/wire/command.h"
#include "daemon/wire/schema.h"

/* GET /api/v1/openapi.json: made of the embedded schemas, so it cannot say another thing than the daemon
 * does.  References into the schema files become references into components. */

static json_t *moved(json_t *value, const char *prefix);

static json_t *moved_object(json_t *value, const char *prefix) {
  json_t *out = json_object(), *member;
  const char *key;
  json_object_foreach(value, key, member) {
    const char *ref = strcmp(key, "$ref") == 0 ? json_string_value(member) : NULL;
    if (ref && g_str_has_prefix(ref, "#/$defs/"))
      json_object_set_new(out, key, json_sprintf("#/components/schemas/%s%s", prefix, ref + strlen("#/$defs/")));
    else
      json_object_set_new(out, key, moved(member, prefix));
  }
  return out;
}

static json_t *moved(json_t *value, const char *prefix) {
  if (json_is_object(value))
    return moved_object(value, prefix);
  if (!json_is_array(value))
    return json_deep_copy(value);
  json_t *out = json_array(), *item;
  gsize i;
  json_array_foreach(value, i, item) json_array_append_new(out, moved(item, prefix));
  return out;
}

static void add_schemas(json_t *schemas, const char *file, const char *prefix) {
  json_t *definitions = json_object_get(gw_schema_root(file), "$defs"), *definition;
  const char *name;
  json_object_foreach(definitions, name, definition) {
    g_autofree char *key = g_strconcat(prefix, name, NULL);
    json_object_set_new(schemas, key, moved(definition, prefix));
  }
}

static json_t *json_body(json_t *schema) {
  return json_pack("{s:{s:{s:o}}}", "content", "application/json", "schema", schema);
}

static json_t *answers(json_t *schema) {
  json_t *ok = json_body(schema);
  json_object_set_new(ok, "description", json_string("done"));
  json_t *refused = json_body(json_pack("{s:s}", "$ref", "#/components/schemas/refusal"));
  json_object_set_new(refused, "description", json_string("refused; the sentences say what to do"));
  return json_pack("{s:o,s:o}", "200", ok, "default", refused);
}

static void add_command(const char *name, json_t *entry, gpointer user) {
  json_t *paths = user;
  json_t *request = json_pack("{s:s,s:{s:{s:s,s:s},s:o,s:{s:s}},s:[s],s:b}", "type", "object", "properties", "id",
                              "type", "string", "format", "uuid", "args", moved(json_object_get(entry, "args"), "arg_"),
                              "if_rev", "type", "integer", "required", "id", "additionalProperties", FALSE);
  json_t *post = json_pack("{s:O?,s:s,s:O?,s:o,s:o}", "summary", json_object_get(entry, "en"), "operationId", name,
                           "x-roles", json_object_get(entry, "roles"), "requestBody", json_body(request), "responses",
                           answers(json_pack("{s:s}", "$ref", "#/components/schemas/message_reply")));
  g_autofree char *path = g_strconcat("/api/v1/", name, NULL);
  json_object_set_new(paths, path, json_pack("{s:o}", "post", post));
}

static void add_reads(json_t *paths) {
  static const char *const nouns[] = {"event", "alert", "ticket", "camera", "place", "way", "checkpoint", "route", "round",
                                      "unit",  "slot",  "person", "reader", "user",  "session", "rule", "shift",
                                      "finding", "outage", "uptime", "clip", "recorder", "tour", "tour_run", "tour_look"};
  for (gsize i = 0; i < G_N_ELEMENTS(nouns); i++) {
    g_autofree char *path = g_strconcat("/api/v1/", nouns[i], NULL);
    json_t *page = json_pack("{s:s,s:{s:{s:s},s:{s:[s,s]}}}", "type", "object", "properties", "rows", "type", "array",
                             "next", "type", "string", "null");
    json_t *get = json_pack("{s:s,s:[{s:s,s:s,s:{s:s,s:i,s:i}},{s:s,s:s,s:{s:s}}],s:o}", "summary", "A page, by keyset cursor",
                            "parameters", "name", "limit", "in", "query", "schema", "type", "integer", "minimum", 1,
                            "maximum", 200, "name", "cursor", "in", "query", "schema", "type", "string", "responses",
                            answers(page));
    json_object_set_new(paths, path, json_pack("{s:o}", "get", get));
  }
}

static json_t *make(void) {
  json_t *paths = json_object(), *schemas = json_object();
  gw_command_foreach(add_command, paths);
  add_reads(paths);
  add_schemas(schemas, "commands", "arg_");
  add_schemas(schemas, "objects", "");
  json_object_set_new(schemas, "refusal",
                      json_pack("{s:s,s:{s:{s:s},s:{s:s},s:{s:s}},s:[s,s,s]}", "type", "object", "properties", "code", "type",
                                "string", "sentence_zh", "type", "string", "sentence_en", "type", "string", "required",
                                "code", "sentence_zh", "sentence_en"));
  return json_pack("{s:s,s:{s:s,s:s},s:o,s:{s:o}}", "openapi", "3.1.0", "info", "title", "Gridwarden", "version",
                   GW_VERSION, "paths", paths, "components", "schemas", schemas);
}

void gw_net_get_openapi(GwNet *net, GwRequest *r) {
  gw_respond_json(r, 200, make());
}
