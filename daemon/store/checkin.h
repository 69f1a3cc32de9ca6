#pragma once
#include "daemon/store/db.h"

/* Rows of `checkin`: the raw message first, what the worker read from it later.  Strings belong to the row.
 * Thread and errors: as GwDb.  A getter answers FALSE without an error when there is no such row. */
typedef struct GwCheckinRow {
  GwId id;
  GwUsec received_at_us;
  char *source; /* udp, tcp, phone, behalf, code, dump, camera */
  GBytes *raw;
  char *state;     /* stored, counted, refused */
  char *verdict;   /* "" until read */
  char *client_id; /* UUID of the phone; NULL: none */
  GwId reader_id;
  gint64 epoch, sequence;
  GwId unit_id, user_id, checkpoint_id, point_id;
  GwUsec device_at_us;
  double lat, lon, accuracy_m; /* NaN: none */
  char *method, *tag, *flags, *channel;
  GwId words_text_id;
} GwCheckinRow;
void gw_checkin_row_clear(GwCheckinRow *row);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GwCheckinRow, gw_checkin_row_clear)
/* A row with every string set ("" or "[]"), unknown position, no raw. */
GwCheckinRow gw_checkin_row_new(const char *source, GwUsec received_at_us);

gboolean gw_store_checkin_get(GwDb *db, GwId id, GwCheckinRow *ret, GError **error);
GwId gw_store_checkin_by_client(GwDb *db, const char *client_id);              /* 0: none */
gboolean gw_store_checkin_insert(GwDb *db, GwCheckinRow *row, GError **error); /* gives the id */
gboolean gw_store_checkin_update(GwDb *db, const GwCheckinRow *row,
                                 GError **error); /* all but raw, source, client */

/* The next row that still waits for the worker, after this id; 0: none. */
GwId gw_store_checkin_next_stored(GwDb *db, GwId after_id);
/* TRUE while a raw message waits that may be of this unit (a dump may be of any). */
gboolean gw_store_checkin_waits(GwDb *db, GwId unit_id);

/* Where the same device (reader, else the unit) was last, up to that time: FALSE when it is not known. */
gboolean gw_store_checkin_last(GwDb *db, GwId reader_id, GwId unit_id, GwId not_id, GwUsec at_us,
                               GwUsec *ret_at_us, double *ret_lat, double *ret_lon);
/* TRUE when another reader or another person's phone read the same tag within two minutes of it. */
gboolean gw_store_checkin_tag_by_other(GwDb *db, const char *tag, GwUsec at_us, GwId reader_id, GwId user_id,
                                       GwId not_id);
/* TRUE when a camera told the same of this checkpoint since: the same unit's badge, or the same tag. */
gboolean gw_store_checkin_by_camera_since(GwDb *db, GwId checkpoint_id, GwId unit_id, const char *tag,
                                          GwUsec since_us);
