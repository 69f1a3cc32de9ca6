#pragma once
#include "daemon/ledger/tx.h"
#include "daemon/store/alert.h"

/* Alerts, for the nouns that move them.  Thread: the ledger's. */
typedef struct GwAlertWithRule {
  GwAlertRow row;
  GwRule rule;
} GwAlertWithRule;

gboolean gw_alert_load(GwTx *tx, GwId id, GwAlertWithRule *ret, GError **error);
/* Asks core and, when it agrees, writes row, journal, timers and messages.  `extra` (consumed, may be NULL)
 * is what the journal says besides. */
gboolean gw_alert_move(GwTx *tx, GwAlertWithRule *alert, const GwAlertMove *move, json_t *extra,
                       GError **error);
/* A new alert of a condition that held long enough; row's subject, place, words are filled, the rest is
 * decided here. */
gboolean gw_alert_raise(GwTx *tx, GwAlertWithRule *alert, const GwAlertMove *raise, json_t *extra,
                        GError **error);
/* Its ticket was closed: A7.  An alert that is closed already stays so. */
gboolean gw_alert_ticket_closed(GwTx *tx, GwId alert_id, GError **error);

/* alert.dispatch and the tables' entries that live in other files */
gboolean gw_alert_run_dispatch(GwTx *tx, json_t *args, json_t **ret_result, GError **error);
gboolean gw_condition_on_due(GwTx *tx, const GwTimer *timer, GError **error);
gboolean gw_condition_off_due(GwTx *tx, const GwTimer *timer, GError **error);
/* As gw_condition_raise(), and the alert as it is now; ret->id 0: none (yet). */
gboolean gw_condition_raise_row(GwTx *tx, const GwCondition *c, GwAlertRow *ret, GError **error);
/* The alert of this key is closed: so is its condition. */
gboolean gw_condition_forget(GwTx *tx, const char *key, GError **error);
