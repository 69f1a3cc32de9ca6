#include "daemon/store/sample.h"

GW_SQL(SAMPLE_UNITS,
       "insert or ignore into sample (at_us, subject, subject_id, body) select :at_us, 'unit', id, "
       "json_object('lat', lat, 'lon', lon, 'position_at_us', position_at_us, 'on_duty', on_duty, 'presence', presence, "
       "'ticket_id', ticket_id) from unit where on_duty = 1 or position_at_us is not null");
GW_SQL(SAMPLE_CAMERAS,
       "insert or ignore into sample (at_us, subject, subject_id, body) select :at_us, 'camera', id, "
       "json_object('state', state, 'cause', cause) from camera where enabled = 1 and removed_at_us is null");

gboolean gw_store_sample_all(GwDb *db, GwUsec at_us, GError **error) {
  const GwSql *each[] = {&SAMPLE_UNITS, &SAMPLE_CAMERAS};
  for (gsize i = 0; i < G_N_ELEMENTS(each); i++) {
    g_autoptr(GwStmt) s = gw_stmt(db, each[i]);
    gw_bind_int(s, ":at_us", at_us);
    if (!gw_step_done(s, error))
      return FALSE;
  }
  return TRUE;
}
