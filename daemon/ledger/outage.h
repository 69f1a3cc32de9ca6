#pragma once
#include "daemon/ledger/tx.h"
#include "daemon/store/alert.h"
#include "daemon/store/condition.h"

/* Outages by cause, in the ledger (core/outage.h decides).  Thread: the ledger's. */

/* The on-delay of a camera's fault is over: what becomes of it. */
typedef enum GwOutageAnswer {
  GW_OUTAGE_SAYS_RAISE, /* it is the camera's own: the row's sighting has the priority of now */
  GW_OUTAGE_SAYS_LATER, /* ask again at *ret_again_at_us */
  GW_OUTAGE_SAYS_TAKEN, /* an outage has it, or nobody looks at it any more: no alert of its own */
} GwOutageAnswer;
gboolean gw_outage_ask(GwTx *tx, GwConditionRow *row, GwUsec on_delay_us, GwOutageAnswer *ret,
                       GwUsec *ret_again_at_us, GError **error);

/* A camera fell: *ret_taken TRUE when an outage that lasts has it, and nothing else is to be said. */
gboolean gw_outage_camera_fell(GwTx *tx, GwId camera_id, gboolean *ret_taken, GError **error);
/* It is back, or answers at least, or nobody watches it any more. */
gboolean gw_outage_camera_left(GwTx *tx, GwId camera_id, GError **error);

/* An alert was raised after its rule's delay: the outage that it is of, if any, names it. */
gboolean gw_outage_alert_raised(GwTx *tx, const GwAlertRow *alert, GError **error);

/* 3 when a place among those of these cameras has no other camera that sees, else 4 (camera.c). */
gboolean gw_camera_priority_now(GwTx *tx, GwId camera_id, int *ret, GError **error);
/* What did not come back with the others is the camera's own fault from now on (camera.c). */
gboolean gw_camera_own_fault(GwTx *tx, GwId camera_id, GError **error);
