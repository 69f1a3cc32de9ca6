#include "daemon/store/clip.h"

#include "daemon/store/file.h"
#include "daemon/store/ids.h"

#define COLUMNS                                                                                              \
  "id, rev, source, alert_id, camera_id, state, why, hash, from_us, to_us, bytes, frames, width, height,"    \
  " codecs, broken, asked_by, asked_at_us, words_text_id, allowed_by, allowed_at_us, saved_at_us,"           \
  " keep_until_us, locked_by, locked_at_us from clip "

GW_SQL(CLIP_BY_ID, "select " COLUMNS "where id = :id");
GW_SQL(CLIP_BY_HASH, "select " COLUMNS "where hash = :hash and hash <> '' order by state = 'saved' desc, keep_until_us desc limit 1");
GW_SQL(CLIP_INSERT,
       "insert into clip (source, alert_id, camera_id, state, why, from_us, to_us, asked_by, asked_at_us, words_text_id,"
       " allowed_by, allowed_at_us, keep_until_us) values (:source, :alert_id, :camera_id, :state, :why, :from_us, :to_us,"
       " :asked_by, :asked_at_us, :words_text_id, :allowed_by, :allowed_at_us, :keep_until_us)");
GW_SQL(CLIP_UPDATE,
       "update clip set rev = :rev, state = :state, why = :why, hash = :hash, from_us = :from_us, to_us = :to_us,"
       " bytes = :bytes, frames = :frames, width = :width, height = :height, codecs = :codecs, broken = :broken,"
       " allowed_by = :allowed_by, allowed_at_us = :allowed_at_us, saved_at_us = :saved_at_us,"
       " keep_until_us = :keep_until_us, locked_by = :locked_by, locked_at_us = :locked_at_us where id = :id");
GW_SQL(CLIP_IDS_WAITING, "select id from clip where state in ('asked','waiting') and state = 'waiting' order by id");
GW_SQL(CLIP_IDS_OVER, "select id from clip where state = 'saved' and locked_by is null and keep_until_us <= :now_us"
                      " order by keep_until_us limit :most");
GW_SQL(CLIP_COUNT_OPEN, "select count(*) from clip where state in ('asked','waiting') and asked_by is not null");
GW_SQL(CLIP_BEFORE, "select coalesce(sum(p.to_us - p.from_us), 0) from clip p join camera c on c.id = p.camera_id"
                    " where p.state in ('asked','waiting') and p.state = 'waiting' and p.source = 'recorder' and p.id <> :id"
                    " and c.recorder = (select recorder from camera where id = :camera_id)");
GW_SQL(CLIP_FILE_IS_NAMED, "select 1 from file where hash = :hash and " GW_FILE_NAMED);
/* Of those that were a clip's once: one that has a row and no clip yet is about to get one. */
GW_SQL(CLIP_FILES_UNNAMED, "select hash from file where kind = 'mp4' and not (" GW_FILE_NAMED ")"
                           " and exists (select 1 from clip c where c.hash = file.hash and c.hash <> '') limit 20");

static gboolean read_row(GwStmt *s, GwClipRow *ret) {
  *ret = (GwClipRow){
      .id = gw_col_int(s, 0),
      .rev = gw_col_int(s, 1),
      .core = {.from_us = gw_col_int(s, 8),
               .to_us = gw_col_int(s, 9),
               .asked_by = gw_col_int(s, 16),
               .asked_at_us = gw_col_int(s, 17),
               .allowed_by = gw_col_int(s, 19),
               .allowed_at_us = gw_col_int(s, 20),
               .saved_at_us = gw_col_int(s, 21),
               .keep_until_us = gw_col_int(s, 22),
               .locked_by = gw_col_int(s, 23),
               .locked_at_us = gw_col_int(s, 24)},
      .alert_id = gw_col_int(s, 3),
      .camera_id = gw_col_int(s, 4),
      .bytes = gw_col_int(s, 10),
      .frames = gw_col_int(s, 11),
      .width = (int)gw_col_int(s, 12),
      .height = (int)gw_col_int(s, 13),
      .broken = gw_col_int(s, 15),
      .words_text_id = gw_col_int(s, 18),
  };
  g_strlcpy(ret->hash, gw_col_text(s, 7), sizeof ret->hash);
  g_strlcpy(ret->codecs, gw_col_text(s, 14), sizeof ret->codecs);
  if (!gw_clip_why_from_string(gw_col_text(s, 6), &ret->core.why)) /* a word of a newer version */
    ret->core.why = GW_CLIP_WHY_NONE;
  return gw_clip_source_from_string(gw_col_text(s, 2), &ret->core.source) &&
         gw_clip_state_from_string(gw_col_text(s, 5), &ret->core.state); /* the table's CHECK has the same words */
}

gboolean gw_store_clip_get(GwDb *db, GwId id, GwClipRow *ret, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &CLIP_BY_ID);
  gw_bind_id(s, ":id", id);
  return gw_step_row(s, error) && read_row(s, ret);
}

gboolean gw_store_clip_by_hash(GwDb *db, const char *hash, GwClipRow *ret, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &CLIP_BY_HASH);
  gw_bind_text(s, ":hash", hash);
  return gw_step_row(s, error) && read_row(s, ret);
}

static void bind_life(GwStmt *s, const GwClipRow *row) {
  gw_bind_text(s, ":state", gw_clip_state_to_string(row->core.state));
  gw_bind_text(s, ":why", gw_clip_why_to_string(row->core.why));
  gw_bind_int(s, ":from_us", row->core.from_us);
  gw_bind_int(s, ":to_us", row->core.to_us);
  gw_bind_id(s, ":allowed_by", row->core.allowed_by);
  gw_bind_at(s, ":allowed_at_us", row->core.allowed_at_us);
  gw_bind_int(s, ":keep_until_us", row->core.keep_until_us);
}

gboolean gw_store_clip_insert(GwDb *db, GwClipRow *row, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &CLIP_INSERT);
  bind_life(s, row);
  gw_bind_text(s, ":source", gw_clip_source_to_string(row->core.source));
  gw_bind_id(s, ":alert_id", row->alert_id);
  gw_bind_id(s, ":camera_id", row->camera_id);
  gw_bind_id(s, ":asked_by", row->core.asked_by);
  gw_bind_int(s, ":asked_at_us", row->core.asked_at_us);
  gw_bind_id(s, ":words_text_id", row->words_text_id);
  if (!gw_step_done(s, error))
    return FALSE;
  row->id = gw_db_last_id(db);
  row->rev = 1;
  return TRUE;
}

gboolean gw_store_clip_update(GwDb *db, GwClipRow *row, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &CLIP_UPDATE);
  row->rev++;
  bind_life(s, row);
  gw_bind_int(s, ":id", row->id);
  gw_bind_int(s, ":rev", row->rev);
  gw_bind_text(s, ":hash", row->hash);
  gw_bind_int(s, ":bytes", row->bytes);
  gw_bind_int(s, ":frames", row->frames);
  gw_bind_int(s, ":width", row->width);
  gw_bind_int(s, ":height", row->height);
  gw_bind_text(s, ":codecs", row->codecs);
  gw_bind_int(s, ":broken", row->broken);
  gw_bind_at(s, ":saved_at_us", row->core.saved_at_us);
  gw_bind_id(s, ":locked_by", row->core.locked_by);
  gw_bind_at(s, ":locked_at_us", row->core.locked_at_us);
  return gw_step_done(s, error);
}

GArray *gw_store_clip_ids_waiting(GwDb *db, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &CLIP_IDS_WAITING);
  return gw_store_read_ids(s, error);
}

GArray *gw_store_clip_ids_over(GwDb *db, GwUsec now_us, guint most, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &CLIP_IDS_OVER);
  gw_bind_int(s, ":now_us", now_us);
  gw_bind_int(s, ":most", most);
  return gw_store_read_ids(s, error);
}

gboolean gw_store_clip_count_open(GwDb *db, guint *ret, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &CLIP_COUNT_OPEN);
  if (!gw_step_row(s, error))
    return FALSE;
  *ret = (guint)gw_col_int(s, 0);
  return TRUE;
}

gboolean gw_store_clip_before_us(GwDb *db, GwId camera_id, GwId clip_id, GwUsec *ret, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &CLIP_BEFORE);
  gw_bind_int(s, ":camera_id", camera_id);
  gw_bind_int(s, ":id", clip_id);
  if (!gw_step_row(s, error))
    return FALSE;
  *ret = gw_col_int(s, 0);
  return TRUE;
}

gboolean gw_store_clip_file_is_named(GwDb *db, const char *hash, gboolean *ret, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &CLIP_FILE_IS_NAMED);
  gw_bind_text(s, ":hash", hash);
  GwStep step = gw_step(s, error);
  *ret = step == GW_STEP_ROW;
  return step != GW_STEP_FAILED;
}

GPtrArray *gw_store_clip_files_unnamed(GwDb *db, GError **error) {
  g_autoptr(GwStmt) s = gw_stmt(db, &CLIP_FILES_UNNAMED);
  g_autoptr(GPtrArray) hashes = g_ptr_array_new_with_free_func(g_free);
  GwStep step;
  while ((step = gw_step(s, error)) == GW_STEP_ROW)
    g_ptr_array_add(hashes, g_strdup(gw_col_text(s, 0)));
  return step == GW_STEP_DONE ? g_steal_pointer(&hashes) : NULL;
}
