#pragma once
#include <jansson.h>
#include "daemon/core/ticket.h"
#include "daemon/store/db.h"

/* Rows of `ticket`, `ticket_file` and `clock`.  Thread: the connection's. */
typedef struct GwTicketRow {
  GwId id;
  gint64 rev;
  char code[32];
  GwTicket core; /* what decides */
  char category[48];
  int priority;
  GwId alert_id, place_id, words_text_id, merged_into;
  GwId reporter_id, dispatcher_id, checker_id;
  double lat, lon;    /* NaN: unknown */
  json_t *candidates; /* of the last dispatch; the row's */
  char result[24];
  char *reason;
  GwUsec received_at_us;
} GwTicketRow;
void gw_ticket_row_clear(GwTicketRow *row);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GwTicketRow, gw_ticket_row_clear)

gboolean gw_store_ticket_get(GwDb *db, GwId id, GwTicketRow *ret, GError **error); /* GW_CODE_NOT_FOUND */
gboolean gw_store_ticket_insert(GwDb *db, GwTicketRow *row, GError **error);       /* fills id and rev */
gboolean gw_store_ticket_update(GwDb *db, GwTicketRow *row, GError **error);       /* counts rev up */

gboolean gw_store_ticket_file_add(GwDb *db, GwId ticket_id, const char *hash, const char *role, GwUsec at_us,
                                  GwId user_id, GError **error); /* the same twice is one */
/* How many pictures of a role the ticket has whose file is really there. */
gboolean gw_store_ticket_files(GwDb *db, GwId ticket_id, const char *role, guint *ret, GError **error);
