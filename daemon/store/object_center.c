#include "daemon/base/clock.h"
#include "daemon/store/meta.h"
#include "daemon/store/object_private.h"

/* The center itself: what `meta` says of it, the time zone, and the day's figures.  Its storage is "ok" here,
 * since what can be read was written; a fault of the disk is told from memory (message_link). */
GW_SQL(CENTER_OBJECT,
       "select :id as id, coalesce((select cast(value as integer) from meta where key = 'center.rev'), 1) as rev,"
       " coalesce((select value from meta where key = 'center.name'), '') as name,"
       " coalesce((select value from meta where key = 'center.community'), '') as community,"
       " coalesce((select value = '1' from meta where key = 'center.demo'), 0) as demo,"
       " coalesce((select value from meta where key = 'worker.checkin'), 'down') as checkin_worker,"
       " coalesce((select value from meta where key = 'worker.camera'), 'down') as camera_worker,"
       " (select value from meta where key = 'center.blind') as blind,"
       " (select count(*) from camera where enabled = 1 and removed_at_us is null and state = 'unknown'"
       "  and cause = 'worker_gone') as cameras_unwatched where :id = 1");
GW_SQL(CENTER_TODAY, "select (select count(*) from ticket where origin_at_us >= :midnight),"
                     " (select count(*) from ticket where state = 'CLOSED' and closed_at_us >= :midnight)");

static gboolean add_today(GwDb *db, json_t *object, GError **error) {
  g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(gw_clock_real_us() / GW_SEC);
  g_autoptr(GDateTime) local = g_date_time_to_local(utc);
  g_autoptr(GDateTime) midnight = g_date_time_new_local(g_date_time_get_year(local), g_date_time_get_month(local),
                                                        g_date_time_get_day_of_month(local), 0, 0, 0);
  g_autoptr(GwStmt) s = gw_stmt(db, &CENTER_TODAY);
  gw_bind_int(s, ":midnight", g_date_time_to_unix(midnight) * GW_SEC);
  if (!gw_step_row(s, error))
    return FALSE;
  json_object_set_new_nocheck(object, "utc_offset_s", json_integer(g_date_time_get_utc_offset(local) / GW_SEC));
  json_object_set_new_nocheck(object, "tickets_today", json_integer(gw_col_int(s, 0)));
  json_object_set_new_nocheck(object, "tickets_closed_today", json_integer(gw_col_int(s, 1)));
  return TRUE;
}

static json_t *make_center(GwDb *db, GwStmt *s, GError **error) {
  json_t *object = gw_object_from_row(s, "center", "iittbttji");
  json_object_set_new_nocheck(object, "version", json_string(GW_VERSION));
  json_object_set_new_nocheck(object, "storage", json_string("ok"));
  if (add_today(db, object, error))
    return object;
  json_decref(object);
  return NULL;
}

const GwObjectType gw_object_center = {"center", &CENTER_OBJECT, FALSE, make_center};
