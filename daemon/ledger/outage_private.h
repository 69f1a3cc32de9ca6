#pragma once
#include "daemon/ledger/outage.h"
#include "daemon/store/outage.h"

/* What outage.c, outage_take.c and outage_ask.c share.  Thread: the ledger's. */

char *gw_outage_key(GwId outage_id); /* of its alert; caller frees */
gboolean gw_outage_load(GwTx *tx, GwId id, GwOutageRow *ret, GError **error);
/* `body` is consumed and gets what every row about an outage says. */
gboolean gw_outage_journal(GwTx *tx, const GwOutageRow *row, const char *kind, int severity, json_t *body,
                           GError **error);
gboolean gw_outage_touch_camera(GwTx *tx, GwId camera_id, GError **error); /* its object names its outage */
/* Writes the row and sets the timer of its end anew: a camera fell or is back. */
gboolean gw_outage_write_moved(GwTx *tx, GwOutageRow *row, GError **error);
/* Raises its alert, or keeps the one there is from ending; row->alert_id is set when it is known. */
gboolean gw_outage_raise_alert(GwTx *tx, GwOutageRow *row, int priority, GError **error);
/* It is over.  What stays away gets an alert of its own; part_of: the outage that took it over instead, 0: none. */
gboolean gw_outage_end(GwTx *tx, GwOutageRow *row, GwId part_of, GError **error);

/* One more, with all that fell by the same since; and the first.  asked_id: the camera that is asked about, whose
 * condition its asker ends. */
gboolean gw_outage_grow(GwTx *tx, GwOutageScene *scene, const GwOutageDecision *decision, GwId asked_id, GError **error);
gboolean gw_outage_begin(GwTx *tx, GwOutageScene *scene, const GwOutageDecision *decision, GwId asked_id, GError **error);
