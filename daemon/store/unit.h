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
/* The unit that carries this badge; 0: nobody does. */
GwId gw_store_unit_by_badge(GwDb *db, const char *badge);
gboolean gw_store_unit_set_badge(GwDb *db, GwId id, const char *badge, gint64 rev, GError **error);
/* Ids (GwId) of the units whose round is on and has this checkpoint to do at that time. */
GArray *gw_store_unit_ids_due_at(GwDb *db, GwId checkpoint_id, GwUsec at_us, GError **error);
/* Ids (GwId) of all units; the caller frees the array. */
GArray *gw_store_unit_ids(GwDb *db, GError **error);
/* Ids of units whose page shows but gave no sign since then. */
GArray *gw_store_unit_ids_silent(GwDb *db, GwUsec since_us, GError **error);
