#include "daemon/wire/command.h"

#include "daemon/wire/schema.h"

static json_t *entry_of(const char *name) {
  return json_object_get(json_object_get(gw_schema_root("commands"), "commands"), name);
}

gboolean gw_command_exists(const char *name) {
  return entry_of(name) != NULL;
}

guint gw_command_roles(const char *name) {
  guint mask = 0;
  size_t i;
  json_t *role;
  json_array_foreach(json_object_get(entry_of(name), "roles"), i, role) {
    mask |= gw_role_from_string(json_string_value(role));
  }
  return mask;
}

gboolean gw_command_check(const char *name, GwRole role, json_t *args, GError **error) {
  json_t *entry = entry_of(name);
  if (!entry) {
    g_set_error(error, GW_ERROR, GW_CODE_UNKNOWN_COMMAND, "There is no command \"%.40s\".", name);
    return FALSE;
  }
  if (!(gw_command_roles(name) & role)) {
    g_set_error(error, GW_ERROR, GW_CODE_FORBIDDEN, "The role %s may not give the command %s.",
                gw_role_to_string(role), name);
    return FALSE;
  }
  json_t *empty = args ? NULL : json_object();
  gboolean ok =
      gw_schema_check(gw_schema_root("commands"), json_object_get(entry, "args"), args ? args : empty, "args", error);
  json_decref(empty);
  return ok;
}

void gw_command_foreach(void (*func)(const char *name, json_t *entry, gpointer user), gpointer user) {
  const char *name;
  json_t *entry;
  json_object_foreach(json_object_get(gw_schema_root("commands"), "commands"), name, entry) {
    func(name, entry, user);
  }
}
