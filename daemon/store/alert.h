#pragma once
#include "daemon/core/alert.h"
#include "daemon/store/db.h"

/* Rows of `alert`.  Plain values, no ownership.  Thread: the connection's. */
#define GW_ALERT_KEY_BYTES 160

typedef struct GwAlertRow {
  GwId id;
  gint64 rev;
  char code[32];
  GwId rule_id;
  int rule_version;
  char key[GW_ALERT_KEY_BYTES];
  char category[48];
  GwAlert core; /* what decides; has_ticket is read from the ticket's state */
  char subject[32];
  GwId subject_id, place_id, camera_id;
  double lat, lon; /* NaN: unknown */
  int floor;       /* the storey somebody must climb to; 0: not known */
  GwId words_text_id, ticket_id, reported_by;
  char still_hash[65];
  GwAlertState was_state; /* as it is on disk: a change that only counts is a smaller statement */
} GwAlertRow;

gboolean gw_store_alert_get(GwDb *db, GwId id, GwAlertRow *ret, GError **error); /* GW_CODE_NOT_FOUND */
/* The open alert of a key; FALSE without an error when there is none. */
gboolean gw_store_alert_open(GwDb *db, const char *key, GwAlertRow *ret, GError **error);
gboolean gw_store_alert_insert(GwDb *db, GwAlertRow *row, GError **error); /* fills id and rev */
gboolean gw_store_alert_update(GwDb *db, GwAlertRow *row, GError **error); /* counts rev up */
/* The same, after a sighting of the same key (A2, A6): the frequent one. */
gboolean gw_store_alert_count(GwDb *db, GwAlertRow *row, GError **error);
