#include "daemon/store/outage.h"

#include "daemon/store/ids.h"

#define OUTAGE_COLUMNS "id, rev, cause, name, place_id, alert_id, members, began_at_us, ended_at_us from outage "
GW_SQL(OUTAGE_BY_ID, "select " OUTAGE_COLUMNS "where id = :id");
GW_SQL(OUTAGE_INSERT, "insert into outage (cause, name, place_id, members, began_at_us)"
                      " values (:cause, :name, :place_id, :members, :began_at_us)");
GW_SQL(OUTAGE_UPDATE, "update outage set rev = :rev, place_id = :place_id, alert_id = :alert_id, members = :members,"
                      " ended_at_us = :ended_at_us where id = :id");
GW_SQL(OUTAGE_RECENT,
       "select id from outage where cause = :cause and name = :name and (ended_at_us is null or ended_at_us > :since_us)"
       " and (cause <> 'building' or place_id is :place_id) order by ended_at_us is null desc, id desc limit 1");
GW_SQL(OUTAGE_IDS_OPEN, "select id from outage where ended_at_us is null order by id");
GW_SQL(OUTAGE_HAS_ENDED,
       "select 1 from journal where subject = 'outage' and subject_id = :id and kind = 'outage.ended' limit 1");
GW_SQL(OUTAGE_COMMON_PLACE,
       "with recursive above (camera_id, id, parent_id, depth) as ("
       " select m.camera_id, p.id, p.parent_id, 0 from outage_camera m join camera c on c.id = m.camera_id"
       "  join place p on p.id = c.place_id where m.outage_id = :id"
       " union all select a.camera_id, p.id, p.parent_id, depth + 1 from above a join place p on p.id = a.parent_id"
       "  where depth < 16)"
       " select id from above group by id having count(*) = (select count(*) from outage_camera where outage_id = :id)"
       " order by max(depth) limit 1");

GW_SQL(OUTAGE_CAMERA_IS_THERE, "select 1 from outage_camera where outage_id = :id and camera_id = :camera_id");
GW_SQL(OUTAGE_CAMERA_FELL, "insert into outage_camera (outage_id, camera_id, fell_at_us) values (:id, :camera_id, :fell_at_us)"
                           " on conflict do update set back_at_us = null");
GW_SQL(OUTAGE_CAMERA_BACK,
       "update outage_camera set back_at_us = :back_at_us where outage_id = :id and camera_id = :camera_id");
GW_SQL(OUTAGE_CAMERAS_LEAVE,
       "update outage_camera set back_at_us = :at_us where outage_id = :id and back_at_us is null");
GW_SQL(OUTAGE_OF_CAMERA,
       "select m.outage_id, m.back_at_us is null from outage o indexed by outage_open"
       " cross join outage_camera m on m.outage_id = o.id" /* cross: the few that are open first, not all of years */
       " where o.ended_at_us is null and m.camera_id = :camera_id order by m.back_at_us is null desc, o.id desc limit 1");
GW_SQL(OUTAGE_COUNT, "select count(*), count(back_at_us), max(max(fell_at_us), coalesce(max(back_at_us), 0))"
                     " from outage_camera where outage_id = :id");
GW_SQL(OUTAGE_IDS_DOWN, "select camera_id from outage_camera where outage_id = :id and back_at_us is null order by camera_id");

/* The building of a camera is the nearest one above its place, or else the place itself.  Who was never live did
 * not fall: ten wrong addresses of a recorder that is set up today are ten faults. */
GW_SQL(OUTAGE_SCENE,
       "with recursive up (place_id, at_id, kind, parent_id, depth) as ("
       " select id, id, kind, parent_id, 0 from place where id in (select place_id from camera)"
       " union all select u.place_id, p.id, p.kind, p.parent_id, depth + 1 from up u join place p on p.id = u.parent_id"
       "  where u.kind <> 'building' and depth < 16)"
       " select c.id, c.switch, c.recorder, c.power, coalesce(b.at_id, c.place_id), c.place_id,"
       "  coalesce(m.fell_at_us, k.first_at_us), m.outage_id from camera c"
       " left join up b on b.place_id = c.place_id and b.kind = 'building'"
       " left join condition k on k.key = 'camera:' || c.id and k.rule_kind = 'camera_fault' and k.state in ('RISING','ON')"
       "  and json_extract(k.sighting, '$.category') not in ('camera_refused','camera_unsupported')"
       "  and json_extract(k.sighting, '$.own') is null"
       "  and (c.codec <> '' or exists (select 1 from journal j where j.subject = 'camera' and j.subject_id = c.id"
       "   and j.kind in ('camera.state','camera.states_summed') and json_extract(j.body, '$.state') = 'live'))"
       " left join (select m.camera_id, m.fell_at_us, m.outage_id from outage o indexed by outage_open"
       "  cross join outage_camera m on m.outage_id = o.id"
       "  where o.ended_at_us is null and m.back_at_us is null) m on m.camera_id = c.id"
       " where c.enabled = 1 and c.removed_at_us is null and c.state <> 'unknown' order by c.id");

void gw_outage_row_clear(GwOutageRow *row) {
  g_clear_pointer(&row->name, g_free);
}

gboolean gw_store_outage_get(GwDb *db, GwId id, GwOutageRow *ret, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &OUTAGE_BY_ID);
  gw_bind_id(s, ":id", id);
  if (!gw_step_row(s, error))
    return FALSE;
  *ret = (GwOutageRow){
      .id = gw_col_int(s, 0),
      .rev = gw_col_int(s, 1),
      .name = g_strdup(gw_col_text(s, 3)),
      .place_id = gw_col_int(s, 4),
      .alert_id = gw_col_int(s, 5),
      .members = (guint)gw_col_int(s, 6),
      .began_at_us = gw_col_int(s, 7),
      .ended_at_us = gw_col_int(s, 8),
  };
  return gw_outage_cause_from_string(gw_col_text(s, 2), &ret->cause); /* the table's CHECK has the same words */
}

gboolean gw_store_outage_insert(GwDb *db, GwOutageRow *row, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &OUTAGE_INSERT);
  gw_bind_text(s, ":cause", gw_outage_cause_to_string(row->cause));
  gw_bind_text(s, ":name", row->name);
  gw_bind_id(s, ":place_id", row->place_id);
  gw_bind_int(s, ":members", row->members);
  gw_bind_int(s, ":began_at_us", row->began_at_us);
  if (!gw_step_done(s, error))
    return FALSE;
  row->id = gw_db_last_id(db);
  row->rev = 1;
  return TRUE;
}

gboolean gw_store_outage_update(GwDb *db, const GwOutageRow *row, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &OUTAGE_UPDATE);
  gw_bind_int(s, ":rev", row->rev);
  gw_bind_id(s, ":place_id", row->place_id);
  gw_bind_id(s, ":alert_id", row->alert_id);
  gw_bind_int(s, ":members", row->members);
  gw_bind_at(s, ":ended_at_us", row->ended_at_us);
  gw_bind_id(s, ":id", row->id);
  return gw_step_done(s, error);
}

GwId gw_store_outage_recent(GwDb *db, GwOutageCause cause, const char *name, GwId place_id, GwUsec since_us,
                            GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &OUTAGE_RECENT);
  gw_bind_text(s, ":cause", gw_outage_cause_to_string(cause));
  gw_bind_text(s, ":name", name);
  gw_bind_id(s, ":place_id", place_id);
  gw_bind_int(s, ":since_us", since_us);
  return gw_step_row(s, error) ? gw_col_int(s, 0) : 0;
}

GArray *gw_store_outage_ids_open(GwDb *db, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &OUTAGE_IDS_OPEN);
  return gw_store_read_ids(s, error);
}

gboolean gw_store_outage_has_ended(GwDb *db, GwId outage_id, gboolean *ret, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &OUTAGE_HAS_ENDED);
  gw_bind_id(s, ":id", outage_id);
  GwStep step = gw_step(s, error);
  *ret = step == GW_STEP_ROW;
  return step != GW_STEP_FAILED;
}

GwId gw_store_outage_common_place(GwDb *db, GwId outage_id, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &OUTAGE_COMMON_PLACE);
  gw_bind_id(s, ":id", outage_id);
  return gw_step_row(s, error) ? gw_col_int(s, 0) : 0;
}

/* ---- its cameras ---- */

static gboolean is_there(GwDb *db, GwId outage_id, GwId camera_id, gboolean *ret, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &OUTAGE_CAMERA_IS_THERE);
  gw_bind_id(s, ":id", outage_id);
  gw_bind_id(s, ":camera_id", camera_id);
  GwStep step = gw_step(s, error);
  *ret = step == GW_STEP_ROW;
  return step != GW_STEP_FAILED;
}

gboolean gw_store_outage_camera_fell(GwDb *db, GwId outage_id, GwId camera_id, GwUsec fell_at_us,
                                     gboolean *ret_new, GError **error) {
  gboolean there = FALSE;
  if (!is_there(db, outage_id, camera_id, &there, error))
    return FALSE;
  *ret_new = !there;
  g_autoptr(GwStmt) s = gw_stmt(db, &OUTAGE_CAMERA_FELL);
  gw_bind_id(s, ":id", outage_id);
  gw_bind_id(s, ":camera_id", camera_id);
  gw_bind_int(s, ":fell_at_us", fell_at_us);
  return gw_step_done(s, error);
}

gboolean gw_store_outage_camera_back(GwDb *db, GwId outage_id, GwId camera_id, GwUsec back_at_us, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &OUTAGE_CAMERA_BACK);
  gw_bind_id(s, ":id", outage_id);
  gw_bind_id(s, ":camera_id", camera_id);
  gw_bind_at(s, ":back_at_us", back_at_us);
  return gw_step_done(s, error);
}

gboolean gw_store_outage_cameras_leave(GwDb *db, GwId outage_id, GwUsec at_us, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &OUTAGE_CAMERAS_LEAVE);
  gw_bind_id(s, ":id", outage_id);
  gw_bind_at(s, ":at_us", at_us);
  return gw_step_done(s, error);
}

gboolean gw_store_outage_of_camera(GwDb *db, GwId camera_id, GwId *ret_outage_id, gboolean *ret_down, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &OUTAGE_OF_CAMERA);
  gw_bind_id(s, ":camera_id", camera_id);
  if (!gw_step_row(s, error))
    return FALSE;
  *ret_outage_id = gw_col_int(s, 0);
  *ret_down = gw_col_int(s, 1) != 0;
  return TRUE;
}

gboolean gw_store_outage_count(GwDb *db, GwId outage_id, guint *ret_cameras, guint *ret_back,
                               GwUsec *ret_moved_at_us, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &OUTAGE_COUNT);
  gw_bind_id(s, ":id", outage_id);
  if (!gw_step_row(s, error))
    return FALSE;
  *ret_cameras = (guint)gw_col_int(s, 0);
  *ret_back = (guint)gw_col_int(s, 1);
  *ret_moved_at_us = gw_col_int(s, 2);
  return TRUE;
}

GArray *gw_store_outage_ids_down(GwDb *db, GwId outage_id, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &OUTAGE_IDS_DOWN);
  gw_bind_id(s, ":id", outage_id);
  return gw_store_read_ids(s, error);
}

/* ---- the scene ---- */

void gw_outage_scene_free(GwOutageScene *scene) {
  if (!scene)
    return;
  g_array_unref(scene->cameras);
  g_array_unref(scene->outage_ids);
  g_array_unref(scene->place_ids);
  g_array_unref(scene->open);
  g_ptr_array_unref(scene->names);
  g_free(scene);
}

/* One number a name, whatever it names; 0 for "". */
static GwId number_of(GwOutageScene *scene, GHashTable *numbers, const char *name) {
  if (!*name)
    return 0;
  gpointer number = g_hash_table_lookup(numbers, name);
  if (number)
    return GPOINTER_TO_INT(number);
  char *own = g_strdup(name);
  g_ptr_array_add(scene->names, own);
  g_hash_table_insert(numbers, own, GINT_TO_POINTER((int)scene->names->len));
  return scene->names->len;
}

static void add_camera(GwOutageScene *scene, GHashTable *numbers, GwStmt *s) {
  const GwOutageCamera camera = {
      .id = gw_col_int(s, 0),
      .group = {[GW_OUTAGE_SWITCH] = number_of(scene, numbers, gw_col_text(s, 1)),
                [GW_OUTAGE_RECORDER] = number_of(scene, numbers, gw_col_text(s, 2)),
                [GW_OUTAGE_POWER] = number_of(scene, numbers, gw_col_text(s, 3)),
                [GW_OUTAGE_BUILDING] = gw_col_int(s, 4)},
      .fell_at_us = gw_col_int(s, 6),
  };
  const GwId place_id = gw_col_int(s, 5), outage_id = gw_col_int(s, 7);
  g_array_append_val(scene->cameras, camera);
  g_array_append_val(scene->place_ids, place_id);
  g_array_append_val(scene->outage_ids, outage_id);
}

static gboolean add_cameras(GwDb *db, GwOutageScene *scene, GHashTable *numbers, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &OUTAGE_SCENE);
  GwStep step;
  while ((step = gw_step(s, error)) == GW_STEP_ROW)
    add_camera(scene, numbers, s);
  return step == GW_STEP_DONE;
}

static gboolean add_open(GwDb *db, GwOutageScene *scene, GHashTable *numbers, GError **error) {
  g_autoptr(GArray) ids = gw_store_outage_ids_open(db, error);
  for (guint i = 0; ids && i < ids->len; i++) {
    g_auto(GwOutageRow) row = {0};
    if (!gw_store_outage_get(db, g_array_index(ids, GwId, i), &row, error))
      return FALSE;
    GwOutageOpen open = {.id = row.id, .cause = row.cause};
    if (row.cause == GW_OUTAGE_BUILDING)
      open.group = row.place_id;
    else if (row.cause != GW_OUTAGE_LINK)
      open.group = number_of(scene, numbers, row.name);
    g_array_append_val(scene->open, open);
  }
  return ids != NULL;
}

GwOutageScene *gw_store_outage_scene(GwDb *db, GError **error) {
  g_autoptr(GwOutageScene) scene = g_new0(GwOutageScene, 1);
  scene->cameras = g_array_new(FALSE, FALSE, sizeof(GwOutageCamera));
  scene->outage_ids = g_array_new(FALSE, FALSE, sizeof(GwId));
  scene->place_ids = g_array_new(FALSE, FALSE, sizeof(GwId));
  scene->open = g_array_new(FALSE, FALSE, sizeof(GwOutageOpen));
  scene->names = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(GHashTable) numbers = g_hash_table_new(g_str_hash, g_str_equal);
  if (!add_cameras(db, scene, numbers, error) || !add_open(db, scene, numbers, error))
    return NULL;
  return g_steal_pointer(&scene);
}

const char *gw_outage_scene_name(const GwOutageScene *scene, GwOutageCause cause, GwId group) {
  if (cause == GW_OUTAGE_LINK || cause == GW_OUTAGE_BUILDING || group < 1 || group > scene->names->len)
    return "";
  return scene->names->pdata[group - 1];
}
