/* What an ONVIF device may answer when it is asked what it can be turned to. */
#include "pipelines/ptz/said.h"
#include "pipelines/ptz/soap.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(const char *text, gsize bytes) {
  g_assert(memchr(text, 0, bytes));
  g_assert(g_utf8_validate(text, -1, NULL));
}

/* What a device called something goes back to it, inside a document of ours. */
static void ask_again(const GwPtzSaid *said) {
  const GwSoapWho who = {"admin", "x", said->utc_us};
  g_autofree char *asked = gw_soap_goto(&who, said->profile, said->n_presets ? said->presets[0].token : "");
  GwPtzSaid back;
  g_assert(gw_ptz_said_parse(asked, strlen(asked), &back));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  g_autofree char *exact = g_memdup2(data, size);
  g_autofree GwPtzSaid *said = g_new(GwPtzSaid, 1);
  const gboolean is_good = gw_ptz_said_parse(exact, size, said);
  g_assert(is_good || (said->n_presets == 0 && !said->profile[0]));
  g_assert(said->n_presets <= GW_PTZ_MOST_PRESETS);
  check_text(said->profile, sizeof said->profile);
  for (guint i = 0; i < said->n_presets; i++) {
    g_assert(said->presets[i].token[0] && said->presets[i].name[0]);
    check_text(said->presets[i].token, sizeof said->presets[i].token);
    check_text(said->presets[i].name, sizeof said->presets[i].name);
    g_assert(g_utf8_strlen(said->presets[i].name, -1) <= GW_PTZ_NAME_CHARS);
  }
  if (is_good)
    ask_again(said);
  return 0;
}
