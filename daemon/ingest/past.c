#include "daemon/ingest/past.h"

#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/core/clip.h"
#include "daemon/core/playback.h"
#include "daemon/ingest/views.h"

void gw_past_clear(GwPast *past) {
  gw_recorder_row_clear(&past->recorder);
  past->channel = 0;
}

gboolean gw_past_of_camera(GwIngest *ingest, GwId camera_id, GwPast *ret, GError **error) {
  return gw_store_recorder_of_camera(ingest->db, camera_id, &ret->recorder, &ret->channel, error) && ret->channel > 0;
}

GwId gw_past_camera_of(GwIngest *ingest, GwId playback_id, GwId user_id) {
  GwPlaybackRow row;
  g_autoptr(GError) why = NULL;
  if (gw_store_playback_get(ingest->db, playback_id, &row, &why))
    return row.user_id == user_id && row.asked_at_us > gw_clock_real_us() - GW_CLIP_PLAYBACK_US ? row.camera_id : 0;
  if (why)
    gw_warning("A playback cannot be read: %s", why->message);
  return 0;
}

gboolean gw_past_add(GwIngest *ingest, const GwPast *past, GwUsec from_us, GwUsec to_us, json_t *message,
                     GError **error) {
  gw_ingest_add_password(ingest, past->recorder.name, past->recorder.secret, message);
  const GwPlaybackAsk ask = {.channel = past->channel,
                             .from_us = from_us,
                             .to_us = to_us,
                             .utc_offset_s = ingest->config.utc_offset_s,
                             .user_name = past->recorder.user_name,
                             .password = json_string_value(json_object_get(message, "password"))};
  gboolean by_range = FALSE;
  g_autofree char *url = gw_playback_expand(past->recorder.url_template, &ask, &by_range, error);
  if (!url)
    return FALSE;
  json_object_set_new(message, "url", json_string(url));
  json_object_set_new(message, "transport", json_string("tcp"));
  json_object_set_new(message, "by_range", json_boolean(by_range));
  if (*past->recorder.user_name)
    json_object_set_new(message, "user", json_string(past->recorder.user_name));
  return TRUE;
}

guint gw_past_playing(GwIngest *ingest, GwId recorder_id) {
  return gw_views_of_recorder(ingest, recorder_id) + gw_clips_of_recorder(ingest, recorder_id);
}
