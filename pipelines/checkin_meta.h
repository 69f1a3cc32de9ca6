#pragma once
#include "pipelines/reader_table.h"

#include <gst/gst.h>

/* What a buffer of application/x-gridwarden-checkin carries besides its bytes (the raw message): a
 * GstCustomMeta, so that any program can read it with gst_buffer_get_custom_meta().
 *
 * GW_CHECKIN_META on the way out of gwcheckin: `verdict` (string: ok bad_format bad_mac unknown_reader),
 * `source` (string), `late` (boolean), and what the message said: `reader`, `tag`, `client_id`, `method`,
 * `words`, `channel` (string), `reader_id`, `epoch`, `seq`, `device_at_us`, `unit_id`, `user_id`,
 * `checkpoint_id` (gint64), `lat`, `lon`, `accuracy_m` (double).
 * GW_ORIGIN_META on the way in (optional): fields that are added to those, as they are. */
#define GW_CHECKIN_CAPS "application/x-gridwarden-checkin"
#define GW_CHECKIN_META "GwCheckinMeta"
#define GW_ORIGIN_META "GwCheckinOriginMeta"
#define GW_CHECKIN_MESSAGE "gridwarden-checkin" /* the element message with the same fields */

#define GW_LATE_US (5 * GW_MIN) /* an older read was stored in its device */

void gw_checkin_meta_register(void); /* once or more; before the rest */

/* The fields of the meta; lent, NULL when the buffer has none. */
const GstStructure *gw_checkin_fields(GstBuffer *buffer);
void gw_checkin_add_fields(GstStructure *to, const GstStructure *from); /* those of `from` win */
void gw_checkin_attach(GstBuffer *buffer, const GstStructure *fields);
GstStructure *gw_checkin_origin_new(GstBuffer *buffer); /* adds the meta; lent, to be filled */
const GstStructure *gw_checkin_origin(GstBuffer *buffer);

/* Reads one message, of either form, into fields (the caller's). */
GstStructure *gw_checkin_read(const char *text, gsize bytes, GwReaderTable *readers, const char *source,
                              gboolean late, GwUsec now_us);
