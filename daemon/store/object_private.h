#pragma once
#include "daemon/store/object.h"

/* What the object_<noun>.c files share. */

/* The present row of `s` as an object: column names are the keys, and a letter of `kinds` a column says what it is:
 *   i integer, r number, b boolean, t text, j JSON   (a NULL is null, of t "", of j an empty array)
 *   J JSON object or null   - left out (for who wants the value: his to read from the statement)
 * Adds "type" first. */
json_t *gw_object_from_row(GwStmt *s, const char *type, const char *kinds);

/* Text of a column as JSON, mended when it is not UTF-8: a damaged byte must not take a snapshot down. */
json_t *gw_object_text(const char *text);

/* How a noun makes its objects. */
typedef struct GwObjectType {
  const char *type;
  const GwSql *by_id; /* one parameter, :id; and :now where `timed` */
  gboolean timed;
  json_t *(*make)(GwDb *db, GwStmt *row, GError **error); /* of the present row */
} GwObjectType;

extern const GwObjectType gw_object_center, gw_object_place, gw_object_camera, gw_object_checkpoint, gw_object_unit,
    gw_object_alert, gw_object_ticket, gw_object_round, gw_object_shift, gw_object_watch, gw_object_outbox,
    gw_object_reader, gw_object_event_type, gw_object_zone, gw_object_finding, gw_object_rule, gw_object_outage,
    gw_object_clip, gw_object_recorder, gw_object_spot;
extern const GwObjectType gw_object_tour, gw_object_tour_run;
const GwObjectType *gw_object_type(const char *type); /* NULL: no such */

/* Runs a statement whose parameters are bound already, and appends an object a row. */
gboolean gw_object_append_all(GwDb *db, GwStmt *s, const GwObjectType *type, json_t *array, GError **error);

/* Sub-array of an object: rows of `sql` with :id bound, each made by gw_object_from_row without "type". */
json_t *gw_object_rows(GwDb *db, const GwSql *sql, GwId id, const char *kinds, GError **error);

/* The statements of a snapshot; the parameters each takes stand behind it. */
extern const GwSql *const gw_snapshot_place;      /* :now */
extern const GwSql *const gw_snapshot_camera;
extern const GwSql *const gw_snapshot_checkpoint;
extern const GwSql *const gw_snapshot_unit;
extern const GwSql *const gw_snapshot_reader;
extern const GwSql *const gw_snapshot_alert;      /* :since */
extern const GwSql *const gw_snapshot_ticket;     /* :since */
extern const GwSql *const gw_snapshot_round;      /* :since :until */
extern const GwSql *const gw_snapshot_shift;      /* :now */
extern const GwSql *const gw_snapshot_watch;
extern const GwSql *const gw_snapshot_outbox;     /* :since */
extern const GwSql *const gw_snapshot_zone;
extern const GwSql *const gw_snapshot_finding;    /* :since */
extern const GwSql *const gw_snapshot_rule;
extern const GwSql *const gw_snapshot_outage;     /* :since */
extern const GwSql *const gw_snapshot_tour;
extern const GwSql *const gw_snapshot_tour_run;   /* :since :now */
extern const GwSql *const gw_snapshot_clip;       /* :since */
extern const GwSql *const gw_snapshot_recorder;
extern const GwSql *const gw_snapshot_spot;
extern const GwSql *const gw_snapshot_event;      /* :n */

/* The name that is shown for a user joined as `alias`. */
#define GW_USER_NAME(alias) "coalesce(nullif(" alias ".display, ''), " alias ".name, '')"
