#include "daemon/core/refusal.h"

static const struct {
  GwCode code;
  const char *en, *zh;
} refusals[] = {
#define X(name, code, en, zh) {GW_CODE_##code, en, zh},
    GW_REFUSALS(X)
#undef X
};

gboolean gw_refuse(GError **error, GwRefusal why) {
  g_set_error_literal(error, GW_ERROR, (int)refusals[why].code, refusals[why].en);
  return FALSE;
}

const char *gw_refusal_en(GwRefusal why) {
  return refusals[why].en;
}

GwCode gw_refusal_code(GwRefusal why) {
  return refusals[why].code;
}

const char *gw_refusal_zh(const char *english) {
  for (gsize i = 0; i < G_N_ELEMENTS(refusals); i++)
    if (g_strcmp0(refusals[i].en, english) == 0)
      return refusals[i].zh;
  return NULL;
}
