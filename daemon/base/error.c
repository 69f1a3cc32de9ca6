#include "daemon/base/error.h"

G_DEFINE_QUARK(gw-error-quark, gw_error)

static const struct {
  const char *wire;
  int http;
} codes[] = {
#define X(name, wire, http) {wire, http},
    GW_CODES(X)
#undef X
};
G_STATIC_ASSERT(G_N_ELEMENTS(codes) == GW_N_CODES);

const char *gw_code_to_string(GwCode code) {
  g_return_val_if_fail((unsigned)code < GW_N_CODES, "internal");
  return codes[code].wire;
}

int gw_code_http_status(GwCode code) {
  g_return_val_if_fail((unsigned)code < GW_N_CODES, 500);
  return codes[code].http;
}

GwCode gw_error_code(const GError *error) {
  if (!error)
    return GW_CODE_OK;
  if (error->domain != GW_ERROR || (unsigned)error->code >= GW_N_CODES)
    return GW_CODE_INTERNAL;
  return error->code;
}
