#pragma once
#include "daemon/core/tour.h"
#include "daemon/store/db.h"

/* Rows of `tour`, `tour_run` and `tour_look`.  Strings belong to the row; the _clear functions free them.
 * Thread and errors: as GwDb.  A getter answers FALSE without an error when there is no such row. */
typedef struct GwTourRow {
  GwId id;
  gint64 rev;
  char *name;
  guint tiles, dwell_s, per_shift;
  char *selector; /* JSON: {}, {"cameras": [ids]} or {"places": [ids]} */
  gboolean enabled;
  GwUsec removed_at_us; /* 0: it is there */
} GwTourRow;
void gw_tour_row_clear(GwTourRow *row);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GwTourRow, gw_tour_row_clear)

gboolean gw_store_tour_get(GwDb *db, GwId id, GwTourRow *ret, GError **error);
gboolean gw_store_tour_insert(GwDb *db, GwTourRow *row, GError **error); /* gives id and rev */
gboolean gw_store_tour_update(GwDb *db, GwTourRow *row, GError **error); /* counts rev up */
GArray *gw_store_tour_ids(GwDb *db, GError **error); /* GwId of those that are there, switched on or not */
/* Its cameras as of now, in their order: enabled ones by code.  GwId; caller frees. */
GArray *gw_store_tour_cameras(GwDb *db, GwId tour_id, GError **error);
/* Every one of these (a JSON array of ids) is a camera; is a place. */
gboolean gw_store_tour_are_cameras(GwDb *db, const char *ids, gboolean *ret, GError **error);
gboolean gw_store_tour_are_places(GwDb *db, const char *ids, gboolean *ret, GError **error);

/* ---- runs ---- */

typedef struct GwTourRunRow {
  GwId id;
  gint64 rev;
  GwId tour_id, shift_id;
  GwTourRun life; /* pages and looked are counted from the rows */
  char *pages;    /* JSON: camera ids page by page; "[]": not begun */
} GwTourRunRow;
void gw_tour_run_row_clear(GwTourRunRow *row);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GwTourRunRow, gw_tour_run_row_clear)

gboolean gw_store_tour_run_get(GwDb *db, GwId id, GwTourRunRow *ret, GError **error);
gboolean gw_store_tour_run_insert(GwDb *db, GwTourRunRow *row, GError **error); /* gives id and rev */
gboolean gw_store_tour_run_update(GwDb *db, GwTourRunRow *row, GError **error); /* counts rev up */
gboolean gw_store_tour_run_delete(GwDb *db, GwId id, GError **error);           /* one that nobody began */
/* The run that is due now, one that somebody began first; 0: none. */
GwId gw_store_tour_run_due(GwDb *db, GwId tour_id, GwId shift_id, GwUsec now_us, GError **error);
/* One more that goes on, of whatever shift; 0: none. */
GwId gw_store_tour_run_extra(GwDb *db, GwId tour_id, GError **error);
GArray *gw_store_tour_runs_open(GwDb *db, GwId tour_id, GError **error);    /* GwId: due or running */
GArray *gw_store_tour_runs_of_shift(GwDb *db, GwId shift_id, GError **error); /* GwId */
/* Windows (GwTourWindow) that this tour has in this shift already. */
GArray *gw_store_tour_windows(GwDb *db, GwId tour_id, GwId shift_id, GError **error);

/* The shift that ended last at or before then; FALSE without an error: none. */
gboolean gw_store_tour_shift_before(GwDb *db, GwUsec at_us, GwId *ret_id, GwUsec *ret_starts_at_us,
                                    GwUsec *ret_ends_at_us, GError **error);

/* ---- looks ---- */

typedef struct GwTourLookRow {
  GwId run_id, user_id;
  guint page;
  GwUsec at_us, looked_us;
  const char *seen, *unseen; /* JSON arrays of camera ids; lent */
} GwTourLookRow;
gboolean gw_store_tour_look_insert(GwDb *db, const GwTourLookRow *row, GError **error);
gboolean gw_store_tour_look_has(GwDb *db, GwId run_id, guint page, gboolean *ret, GError **error);
/* The first page that nobody confirmed; -1: none. */
int gw_store_tour_next_page(GwDb *db, GwId run_id, GError **error);
/* When the run was begun (again), or its last page confirmed; 0: never. */
GwUsec gw_store_tour_before_us(GwDb *db, GwId run_id, GError **error);
/* The camera shows what is there now: it is watched, live, and its picture is not frozen. */
gboolean gw_store_tour_camera_is_live(GwDb *db, GwId camera_id, gboolean *ret, GError **error);
