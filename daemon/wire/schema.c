#include "daemon/wire/schema.h"

#include <math.h>
#include <string.h>

#include "daemon/base/limits.h"
#include "daemon/base/token.h"
#include "schema/embedded.h"

static gboolean check(json_t *root, json_t *schema, json_t *value, GString *path, GError **error);

G_GNUC_PRINTF(3, 4)
static gboolean wrong(GString *path, GError **error, const char *format, ...) {
  va_list args;
  va_start(args, format);
  g_autofree char *text = g_strdup_vprintf(format, args);
  va_end(args);
  g_set_error(error, GW_ERROR, GW_CODE_BAD_ARGS, "%s: %s", path->str, text);
  return FALSE;
}

static gboolean is_of_type(json_t *value, const char *type) {
  if (strcmp(type, "object") == 0)
    return json_is_object(value);
  if (strcmp(type, "array") == 0)
    return json_is_array(value);
  if (strcmp(type, "string") == 0)
    return json_is_string(value);
  if (strcmp(type, "integer") == 0)
    return json_is_integer(value);
  if (strcmp(type, "number") == 0)
    return json_is_number(value);
  if (strcmp(type, "boolean") == 0)
    return json_is_boolean(value);
  return strcmp(type, "null") == 0 && json_is_null(value);
}

static gboolean check_type(json_t *schema, json_t *value, GString *path, GError **error) {
  json_t *type = json_object_get(schema, "type");
  if (!type)
    return TRUE;
  if (json_is_string(type))
    return is_of_type(value, json_string_value(type)) ||
           wrong(path, error, "must be of type %s", json_string_value(type));
  size_t i;
  json_t *one;
  json_array_foreach(type, i, one) {
    if (is_of_type(value, json_string_value(one)))
      return TRUE;
  }
  return wrong(path, error, "is of the wrong type");
}

static gboolean check_enum(json_t *schema, json_t *value, GString *path, GError **error) {
  json_t *constant = json_object_get(schema, "const");
  if (constant && !json_equal(constant, value))
    return wrong(path, error, "must be the one fixed value");
  json_t *list = json_object_get(schema, "enum");
  if (!list)
    return TRUE;
  g_autoptr(GString) words = g_string_new(NULL);
  size_t i;
  json_t *one;
  json_array_foreach(list, i, one) {
    if (json_equal(one, value))
      return TRUE;
    g_string_append_printf(words, "%s%s", i ? ", " : "", json_is_string(one) ? json_string_value(one) : "?");
  }
  return wrong(path, error, "must be one of %s", words->str);
}

static gboolean check_number(json_t *schema, json_t *value, GString *path, GError **error) {
  if (!json_is_number(value))
    return TRUE;
  json_t *least = json_object_get(schema, "minimum"), *most = json_object_get(schema, "maximum");
  double v = json_number_value(value);
  if (!isfinite(v) || (least && v < json_number_value(least)) || (most && v > json_number_value(most)))
    return wrong(path, error, "must be between %.15g and %.15g", least ? json_number_value(least) : -INFINITY,
                 most ? json_number_value(most) : INFINITY);
  return TRUE;
}

static gboolean check_string(json_t *schema, json_t *value, GString *path, GError **error) {
  if (!json_is_string(value))
    return TRUE;
  const char *text = json_string_value(value);
  if (strlen(text) != json_string_length(value))
    return wrong(path, error, "must not hold a NUL");
  json_t *least = json_object_get(schema, "minLength"), *most = json_object_get(schema, "maxLength");
  glong chars = g_utf8_strlen(text, -1);
  if (least && chars < json_integer_value(least))
    return wrong(path, error, "needs at least %" JSON_INTEGER_FORMAT " characters", json_integer_value(least));
  if (most && chars > json_integer_value(most))
    return wrong(path, error, "may have at most %" JSON_INTEGER_FORMAT " characters", json_integer_value(most));
  const char *format = json_string_value(json_object_get(schema, "format"));
  if (g_strcmp0(format, "uuid") == 0 && !gw_uuid_is_valid(text))
    return wrong(path, error, "must be a UUID");
  if (g_strcmp0(format, "hash") == 0 && !gw_hash_hex_is_valid(text))
    return wrong(path, error, "must be 64 lower-case hex digits");
  return TRUE;
}

static gboolean check_object(json_t *root, json_t *schema, json_t *value, GString *path, GError **error) {
  json_t *properties = json_object_get(schema, "properties");
  if (!json_is_object(value))
    return TRUE;
  size_t i;
  json_t *name;
  json_array_foreach(json_object_get(schema, "required"), i, name) {
    if (!json_object_get(value, json_string_value(name)))
      return wrong(path, error, "needs the field \"%s\"", json_string_value(name));
  }
  const char *key;
  json_t *member;
  json_object_foreach(value, key, member) {
    json_t *of = json_object_get(properties, key);
    if (!of && json_is_false(json_object_get(schema, "additionalProperties")))
      return wrong(path, error, "has an unknown field \"%.40s\"", key);
    if (!of)
      continue;
    gsize before = path->len;
    g_string_append_printf(path, ".%s", key);
    if (!check(root, of, member, path, error))
      return FALSE;
    g_string_truncate(path, before);
  }
  return TRUE;
}

static gboolean check_array(json_t *root, json_t *schema, json_t *value, GString *path, GError **error) {
  json_t *items = json_object_get(schema, "items"), *most = json_object_get(schema, "maxItems");
  if (!json_is_array(value))
    return TRUE;
  if (most && (json_int_t)json_array_size(value) > json_integer_value(most))
    return wrong(path, error, "may have at most %" JSON_INTEGER_FORMAT " entries", json_integer_value(most));
  size_t i;
  json_t *one;
  if (items)
    json_array_foreach(value, i, one) {
      gsize before = path->len;
      g_string_append_printf(path, "[%zu]", i);
      if (!check(root, items, one, path, error))
        return FALSE;
      g_string_truncate(path, before);
    }
  return TRUE;
}

static gboolean check_any(json_t *root, json_t *schema, json_t *value, GString *path, GError **error) {
  json_t *any = json_object_get(schema, "anyOf");
  if (!any)
    return TRUE;
  size_t i;
  json_t *one;
  g_autoptr(GError) last = NULL;
  json_array_foreach(any, i, one) {
    gsize before = path->len;
    g_clear_error(&last);
    if (check(root, one, value, path, &last))
      return TRUE;
    g_string_truncate(path, before);
  }
  return wrong(path, error, "fits none of its shapes%s%s", last ? "; " : "", last ? last->message : "");
}

static gboolean check(json_t *root, json_t *schema, json_t *value, GString *path, GError **error) {
  const char *ref = json_string_value(json_object_get(schema, "$ref"));
  if (ref && g_str_has_prefix(ref, "#/$defs/")) {
    json_t *target = json_object_get(json_object_get(root, "$defs"), ref + strlen("#/$defs/"));
    g_assert(target); /* our own schema file is broken */
    return check(root, target, value, path, error);
  }
  return check_type(schema, value, path, error) && check_enum(schema, value, path, error) &&
         check_number(schema, value, path, error) && check_string(schema, value, path, error) &&
         check_object(root, schema, value, path, error) && check_array(root, schema, value, path, error) &&
         check_any(root, schema, value, path, error);
}

gboolean gw_schema_check(json_t *root, json_t *schema, json_t *value, const char *name, GError **error) {
  g_autoptr(GString) path = g_string_new(name);
  return check(root, schema, value, path, error);
}

static json_t *load_embedded(const char *name) {
  for (const GwEmbeddedWire *w = gw_wire_schemas; w->name; w++) {
    if (strcmp(w->name, name) != 0)
      continue;
    json_error_t why;
    json_t *root = json_loads(w->json, JSON_REJECT_DUPLICATES, &why);
    if (!root)
      g_error("schema/wire/%s.json line %d: %s", name, why.line, why.text);
    return root;
  }
  g_error("schema/wire/%s.json is not in this program", name);
  return NULL;
}

json_t *gw_schema_root(const char *name) {
  static GMutex lock; /* leaf lock */
  static GHashTable *roots;
  g_mutex_lock(&lock);
  if (!roots)
    roots = g_hash_table_new(g_str_hash, g_str_equal);
  json_t *root = g_hash_table_lookup(roots, name);
  if (!root) {
    root = load_embedded(name);
    g_hash_table_insert(roots, g_strdup(name), root);
  }
  g_mutex_unlock(&lock);
  return root;
}
