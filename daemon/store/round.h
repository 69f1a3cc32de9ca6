#pragma once
#include "daemon/core/round.h"
#include "daemon/store/db.h"

/* Rows of `round`, `round_point` and `round_record`.  Strings belong to the row.
 * Thread and errors: as GwDb.  A getter answers FALSE without an error when there is no such row. */
typedef struct GwRoundRow {
  GwId id;
  gint64 rev;
  GwId route_id, unit_id;
  char *name;
  gboolean ordered;
  GwRound life; /* the columns that decide */
} GwRoundRow;
void gw_round_row_clear(GwRoundRow *row);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GwRoundRow, gw_round_row_clear)

typedef struct GwRoundPointRow {
  GwId id;
  gint64 rev;
  GwId round_id;
  int idx;
  GwId checkpoint_id;
  char *name, *tag;
  double lat, lon, radius_m;
  GwRoundPoint life; /* the columns that decide */
  char *flags;       /* JSON array of strings */
  GwId checkin_id;
} GwRoundPointRow;
void gw_round_point_row_clear(GwRoundPointRow *row);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GwRoundPointRow, gw_round_point_row_clear)

gboolean gw_store_round_get(GwDb *db, GwId id, GwRoundRow *ret, GError **error);
gboolean gw_store_round_insert(GwDb *db, GwRoundRow *row, GError **error); /* gives the id */
gboolean gw_store_round_update(GwDb *db, const GwRoundRow *row, GError **error);
gboolean gw_store_round_delete(GwDb *db, GwId id, GError **error); /* a mere plan, with its points */
/* TRUE when this run of the route is planned already. */
gboolean gw_store_round_is_planned(GwDb *db, GwId route_id, GwUsec planned_at_us);

/* Ids (GwId); the caller frees the array; NULL with an error. */
/* Rounds of a unit that a check-in made at that time could be for: 15 min before to 30 min after. */
GArray *gw_store_round_ids_at(GwDb *db, GwId unit_id, GwUsec at_us, GError **error);
GArray *gw_store_round_ids_planned(GwDb *db, GwId route_id, GwUsec after_us,
                                   GError **error); /* state PLANNED */
GArray *gw_store_round_ids_started(GwDb *db, GwId unit_id, GError **error);

gboolean gw_store_round_point_get(GwDb *db, GwId id, GwRoundPointRow *ret, GError **error);
gboolean gw_store_round_point_insert(GwDb *db, GwRoundPointRow *row, GError **error); /* gives the id */
gboolean gw_store_round_point_update(GwDb *db, const GwRoundPointRow *row, GError **error);
/* GwRoundPointRow by idx; unreffing the array frees the strings. */
GArray *gw_store_round_points(GwDb *db, GwId round_id, GError **error);
gboolean gw_store_round_counts(GwDb *db, GwId round_id, guint *ret_points, guint *ret_done, GError **error);
/* The append-only record: what, when, by which check-in, and the journal row that says so. */
gboolean gw_store_round_record(GwDb *db, GwId point_id, const char *kind, GwUsec at_us, GwId checkin_id,
                               gint64 seq, GError **error);
