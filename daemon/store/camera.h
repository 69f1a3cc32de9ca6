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
  char *zone, *url, *sub_url, *user_name; /* sub_url "": it has no small stream */
  GBytes *secret;                         /* secretbox of the password, of both streams; NULL: none */
  char *transport, *recorder, *switch_name, *power;
  char *watch;           /* "sub": the small stream where there is one; "main" */
  gboolean metadata;     /* its ONVIF track is taken too */
  GwId checkpoint_id;    /* its pictures are read for codes of this checkpoint; 0: not */
  int channel;           /* at its recorder; 0: none */
  char *control_url;     /* its ONVIF device service; "": it cannot be turned */
  char *home_preset;     /* "": none */
  char *away_preset;     /* where somebody turned it; "": it is home */
  gboolean enabled;
  char *state, *cause;
  GwUsec state_at_us;
  char *codec;
  int width, height;
  char *via;  /* "", "lean", "rtspsrc" */
  char *sees; /* "yes", "no", "unknown" */
  GwUsec removed_at_us; /* 0: it is there */
} GwCameraRow;
void gw_camera_row_clear(GwCameraRow *row);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GwCameraRow, gw_camera_row_clear)

gboolean gw_store_camera_get(GwDb *db, GwId id, GwCameraRow *ret, GError **error);
gboolean gw_store_camera_by_code(GwDb *db, const char *code, GwCameraRow *ret, GError **error);
/* Writes a new row (id is given by SQLite and stored in the row), or the row as it is (rev included). */
gboolean gw_store_camera_insert(GwDb *db, GwCameraRow *row, GError **error);
gboolean gw_store_camera_update(GwDb *db, const GwCameraRow *row, GError **error);
/* The address that is watched: the small stream where there is one and it is wanted; lent. */
const char *gw_store_camera_watched_url(const GwCameraRow *row);
/* The columns that a worker's word changes: state, cause, time, codec, size, via, sees, rev. */
gboolean gw_store_camera_set_state(GwDb *db, const GwCameraRow *row, GError **error);

/* Ids (GwId) in order; the caller frees the array; NULL with an error. */
GArray *gw_store_camera_ids_watched(GwDb *db, GError **error); /* enabled and not removed */
GArray *gw_store_camera_ids_known(GwDb *db, GError **error);   /* whose state is not "unknown" */

GArray *gw_store_camera_places(GwDb *db, GError **error);      /* places that have one in them */

/* Cameras of the same grid (the nearest grid above the place, else the place itself, with everything
 * below), watched, without this one: how many, and how many of them are live and see. */
gboolean gw_store_camera_neighbours(GwDb *db, GwId camera_id, GwId place_id, guint *ret_cameras,
                                    guint *ret_see, GError **error);
/* Cameras that stand in this very place, watched: how many, and how many of them are live and see.
 * *ret_cameras 0 also when the place is of a kind that nobody calls blind (a way, a room). */
gboolean gw_store_camera_of_place(GwDb *db, GwId place_id, guint *ret_cameras, guint *ret_see, GError **error);
gboolean gw_store_camera_checkpoint_is_there(GwDb *db, GwId checkpoint_id, gboolean *ret, GError **error);
/* A finding that blinds it is open. */
gboolean gw_store_camera_is_blinded(GwDb *db, GwId camera_id, gboolean *ret, GError **error);
/* How many journal rows about this camera's state were written since; for "at most six a minute". */
gint64 gw_store_camera_rows_since(GwDb *db, GwId camera_id, GwUsec since_us);
/* rev of the newest journal row about this camera; 0: none. */
gint64 gw_store_camera_journaled_rev(GwDb *db, GwId camera_id);
gboolean gw_store_camera_bump(GwDb *db, GwId camera_id, GError **error); /* its rev: what its object shows changed elsewhere */
gboolean gw_store_camera_count(GwDb *db, gint64 *ret, GError **error); /* not removed */
