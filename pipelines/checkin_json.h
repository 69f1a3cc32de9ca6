#pragma once
#include "daemon/base/types.h"

/* The JSON form of a check-in, as phones and on-behalf entries send it (daemon/link/README.md): types and
 * ranges are checked here, whether it counts is the ledger's to say.  Pure; made to be fuzzed.
 *
 * Thread: any. */
typedef struct GwCheckinJson {
  char *client_id;                      /* UUID, or NULL */
  char *method;                         /* qr nfc position radio phone paper */
  char *tag;                            /* or NULL */
  char *badge;                          /* a unit's, read by a camera; or NULL */
  char *words, *channel;                /* or NULL */
  GwId unit_id, user_id, checkpoint_id, camera_id; /* 0: not said */
  gboolean has_position, has_accuracy;
  double lat, lon, accuracy_m; /* WGS-84 */
  GwUsec device_at_us;
} GwCheckinJson;

gboolean gw_checkin_json_parse(const char *text, gsize bytes,
                               GwCheckinJson *ret_checkin); /* FALSE: *ret_checkin is clear */
void gw_checkin_json_clear(GwCheckinJson *checkin);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GwCheckinJson, gw_checkin_json_clear)

/* The message of source "code": `u32 json bytes | JSON | picture`.  The spans point into `data`. */
gboolean gw_checkin_code_split(const guint8 *data, gsize bytes, const char **ret_json, gsize *ret_json_bytes,
                               const guint8 **ret_picture, gsize *ret_picture_bytes);

/* The same JSON with this tag (which must be a valid one) in it; NULL when it is not an object.  The
 * caller's. */
char *gw_checkin_json_with_tag(const char *json, gsize bytes, const char *tag);
