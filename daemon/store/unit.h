#pragma once
#include "daemon/store/db.h"

/* Rows of `unit`: the teams that go out.  Strings belong to the row.
 * Thread and errors: as GwDb.  A getter answers FALSE without an error when there is no such row. */
typedef struct GwUnitRow {
  GwId id;
  gint64 rev;
  char *code, *name, *kind, *travel, *radio_channel;
  GwId phone_text_id, slot_id;
  gboolean on_duty;
  GwUsec duty_at_us;
  GwId ticket_id; /* 0: free */
  double lat, lon, accuracy_m;
  GwUsec position_at_us; /* 0: never */
  char *presence, *device;
  GwUsec presence_at_us; /* 0: never */
} GwUnitRow;
void gw_unit_row_clear(GwUnitRow *row);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GwUnitRow, gw_unit_row_clear)

gboolean gw_store_unit_get(GwDb *db, GwId id, GwUnitRow *ret, GError **error);
/* Writes what changes in service: rev, duty, ticket, position, presence, device. */
gboolean gw_store_unit_update(GwDb *db, const GwUnitRow *row, GError **error);
/* Ids (GwId) of all units; the caller frees the array. */
GArray *gw_store_unit_ids(GwDb *db, GError **error);
/* Ids of units whose page shows but gave no sign since then. */
GArray *gw_store_unit_ids_silent(GwDb *db, GwUsec since_us, GError **error);
