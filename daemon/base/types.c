#include "daemon/base/types.h"

static const struct {
  GwRole role;
  const char *name;
} roles[] = {
    {GW_ROLE_ADMIN, "admin"},   {GW_ROLE_SUPERVISOR, "supervisor"}, {GW_ROLE_OPERATOR, "operator"},
    {GW_ROLE_PATROL, "patrol"}, {GW_ROLE_WARDEN, "warden"},         {GW_ROLE_WALL, "wall"},
    {GW_ROLE_SOURCE, "source"},
};

GwRole gw_role_from_string(const char *name) {
  for (gsize i = 0; i < G_N_ELEMENTS(roles); i++)
    if (g_strcmp0(name, roles[i].name) == 0)
      return roles[i].role;
  return GW_ROLE_NONE;
}

const char *gw_role_to_string(GwRole role) {
  for (gsize i = 0; i < G_N_ELEMENTS(roles); i++)
    if (role == roles[i].role)
      return roles[i].name;
  return "none";
}
