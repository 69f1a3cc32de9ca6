#pragma once
#include "daemon/store/db.h"

/* Rows of `camera`.  Strings belong to the row; gw_camera_row_clear() frees them.
 * Thread and errors: as GwDb.  A getter answers FALSE without an error when there is no such row. */
typedef struct GwCameraRow {
  GwId id;
  gint64 rev;
  char *code, *name;
  GwId place_id;   /* 0: none */
  double lat, lon; /* NaN: unknown */
  char *zone, *url, *user_name;
  GBytes *secret; /* secretbox of the password; NULL: none */
  char *transport, *recorder, *switch_name;
  gboolean enabled;
  char *state, *cause;
  GwUsec state_at_us;
  char *codec;
  int width, height;
  GwUsec removed_at_us; /* 0: it is there */
} GwCameraRow;
void gw_camera_row_clear(GwCameraRow *row);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GwCameraRow, gw_camera_row_clear)

gboolean gw_store_camera_get(GwDb *db, GwId id, GwCameraRow *ret, GError **error);
gboolean gw_store_camera_by_code(GwDb *db, const char *code, GwCameraRow *ret, GError **error);
/* Writes a new row (id is given by SQLite and stored in the row), or the row as it is (rev included). */
gboolean gw_store_camera_insert(GwDb *db, GwCameraRow *row, GError **error);
gboolean gw_store_camera_update(GwDb *db, const GwCameraRow *row, GError **error);
/* The columns that a worker's word changes: state, cause, time, codec, size, rev. */
gboolean gw_store_camera_set_state(GwDb *db, const GwCameraRow *row, GError **error);

/* Ids (GwId) in order; the caller frees the array; NULL with an error. */
GArray *gw_store_camera_ids_watched(GwDb *db, GError **error); /* enabled and not removed */
GArray *gw_store_camera_ids_known(GwDb *db, GError **error);   /* whose state is not "unknown" */

/* Cameras of the same grid (the nearest grid above the place, else the place itself, with everything
 * below), watched, without this one: how many, and how many of them are not at fault. */
gboolean gw_store_camera_neighbours(GwDb *db, GwId camera_id, GwId place_id, guint *ret_cameras,
                                    guint *ret_sound, GError **error);
/* How many journal rows about this camera's state were written since; for "at most six a minute". */
gint64 gw_store_camera_rows_since(GwDb *db, GwId camera_id, GwUsec since_us);
/* rev of the newest journal row about this camera; 0: none. */
gint64 gw_store_camera_journaled_rev(GwDb *db, GwId camera_id);
gboolean gw_store_camera_count(GwDb *db, gint64 *ret, GError **error); /* not removed */
