#pragma once
#include "daemon/store/db.h"

/* Rows of `recorder` and `playback`.  Strings belong to the row; gw_recorder_row_clear() frees them.
 * Thread and errors: as GwDb.  A getter answers FALSE without an error when there is no such row. */
typedef struct GwRecorderRow {
  GwId id;
  gint64 rev;
  char *name, *make, *url_template, *user_name;
  GBytes *secret;    /* secretbox of the password; NULL: none */
  int playbacks_most;
  gint64 days_held;  /* -1: never asked */
  GwUsec held_at_us, removed_at_us; /* 0: never; it is there */
} GwRecorderRow;
void gw_recorder_row_clear(GwRecorderRow *row);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GwRecorderRow, gw_recorder_row_clear)

gboolean gw_store_recorder_get(GwDb *db, GwId id, GwRecorderRow *ret, GError **error);
gboolean gw_store_recorder_by_name(GwDb *db, const char *name, GwRecorderRow *ret, GError **error); /* of those that are there */
/* The recorder that this camera names, when it is registered; *ret_channel 0: the camera has none there. */
gboolean gw_store_recorder_of_camera(GwDb *db, GwId camera_id, GwRecorderRow *ret, int *ret_channel, GError **error);
gboolean gw_store_recorder_insert(GwDb *db, GwRecorderRow *row, GError **error); /* gives id and rev */
gboolean gw_store_recorder_update(GwDb *db, GwRecorderRow *row, GError **error); /* counts rev up */
gboolean gw_store_recorder_count(GwDb *db, guint *ret, GError **error);
/* Cameras that name it: GwId; the caller frees the array; NULL with an error. */
GArray *gw_store_recorder_cameras(GwDb *db, const char *name, GError **error);

/* Somebody looks back. */
typedef struct GwPlaybackRow {
  GwId id, camera_id, user_id;
  GwUsec at_us, asked_at_us;
} GwPlaybackRow;
gboolean gw_store_playback_insert(GwDb *db, GwPlaybackRow *row, GError **error); /* gives the id */
gboolean gw_store_playback_get(GwDb *db, GwId id, GwPlaybackRow *ret, GError **error);
