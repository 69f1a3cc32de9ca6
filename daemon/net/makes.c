#include "daemon/core/playback.h"
#include "daemon/net/net_private.h"

/* GET /api/v1/makes: what an administrator begins with who registers a recorder.  The table is core's. */
void gw_net_get_makes(GwNet *net, GwRequest *r) {
  gsize n = 0;
  const GwPlaybackMake *makes = gw_playback_makes(&n);
  json_t *rows = json_array();
  for (gsize i = 0; i < n; i++)
    json_array_append_new(rows, json_pack("{s:s,s:s,s:s,s:s,s:s,s:s}", "name", makes[i].name, "zh", makes[i].zh, "en",
                                          makes[i].en, "example", makes[i].example, "note_zh", makes[i].note_zh,
                                          "note_en", makes[i].note_en));
  gw_respond_json(r, 200, json_pack("{s:o}", "makes", rows));
}
