#pragma once
#include "daemon/core/clip.h"
#include "daemon/store/db.h"

/* Rows of `clip`.  Plain values, nothing to free.
 * Thread and errors: as GwDb.  A getter answers FALSE without an error when there is no such row. */
typedef struct GwClipRow {
  GwId id;
  gint64 rev;
  GwClip core;
  GwId alert_id, camera_id; /* alert_id 0: none */
  char hash[65];            /* "" until saved */
  gint64 bytes, frames, broken;
  int width, height;
  char codecs[41];
  GwId words_text_id; /* 0: none */
} GwClipRow;

gboolean gw_store_clip_get(GwDb *db, GwId id, GwClipRow *ret, GError **error);
gboolean gw_store_clip_insert(GwDb *db, GwClipRow *row, GError **error); /* gives id and rev */
gboolean gw_store_clip_update(GwDb *db, GwClipRow *row, GError **error); /* counts rev up */

/* Ids in order; the caller frees the array; NULL with an error. */
GArray *gw_store_clip_ids_waiting(GwDb *db, GError **error);
/* Whose time is over and which are not locked, the longest over first. */
GArray *gw_store_clip_ids_over(GwDb *db, GwUsec now_us, guint most, GError **error);
/* Asked for by people and neither made nor given up. */
gboolean gw_store_clip_count_open(GwDb *db, guint *ret, GError **error);
/* How long the clips that are being made from this camera's recorder take, all together, without this one. */
gboolean gw_store_clip_before_us(GwDb *db, GwId camera_id, GwId clip_id, GwUsec *ret, GError **error);
/* Another saved clip, or anything else, is this file. */
gboolean gw_store_clip_file_is_named(GwDb *db, const char *hash, gboolean *ret, GError **error);
/* Clips' files that nothing names any more (up to 20): char*; the caller unrefs. */
GPtrArray *gw_store_clip_files_unnamed(GwDb *db, GError **error);

/* What a file that was asked for by its hash is, or was: the clip that keeps it longest.  For the door that
 * gives files out: one that was removed is answered with "kept until". */
gboolean gw_store_clip_by_hash(GwDb *db, const char *hash, GwClipRow *ret, GError **error);
