#pragma once
#include "daemon/ledger/tx.h"
#include "daemon/store/alert.h"
#include "daemon/store/ticket.h"

/* Tickets, for the files that move them (dispatch.c, ticket_unit.c, ticket_desk.c) and the nouns that
 * touch them.  Thread: the ledger's. */

/* Loads and checks if_rev. */
gboolean gw_ticket_load(GwTx *tx, json_t *args, GwTicketRow *ret, GError **error);
/* Asks core and, when it agrees, writes row, clocks, timers, messages, journal and the unit's being busy.
 * on_behalf_id: the unit that was heard, 0: none.  `extra` (consumed, may be NULL): what the journal says
 * besides. */
gboolean gw_ticket_move(GwTx *tx, GwTicketRow *row, const GwTicketMove *move, GwId on_behalf_id,
                        json_t *extra, GError **error);
/* Writes a decision that was made already; row->id 0 inserts. */
gboolean gw_ticket_write(GwTx *tx, GwTicketRow *row, const GwTicketDecision *decision, GwTicketInput input,
                         GwId on_behalf_id, json_t *extra, GError **error);
/* Who acts: person, lead or not, unit, on behalf of whom.  FALSE: refused. */
gboolean gw_ticket_actor(GwTx *tx, const GwTicketRow *row, json_t *args, GwTicketMove *move,
                         GwId *ret_on_behalf_id, json_t *extra, GError **error);
/* The result of every ticket command. */
json_t *gw_ticket_result(const GwTicketRow *row);
/* Words into `body`, erasable. */
gboolean gw_tx_words_into(GwTx *tx, json_t *body, const char *name, const char *words, GError **error);

/* The unit's phone has the dispatch. */
gboolean gw_ticket_received(GwTx *tx, GwId ticket_id, GwId unit_id, GError **error);
/* The condition of its alert ended: a facility ticket ends with it. */
gboolean gw_ticket_condition_ended(GwTx *tx, const GwAlertRow *alert, GError **error);

gboolean gw_ticket_run_dispatch(GwTx *tx, json_t *args, json_t **ret_result, GError **error);
gboolean gw_ticket_run_recall(GwTx *tx, json_t *args, json_t **ret_result, GError **error);
gboolean gw_ticket_accept_due(GwTx *tx, const GwTimer *timer, GError **error);

gboolean gw_ticket_run_accept(GwTx *tx, json_t *args, json_t **ret_result, GError **error);
gboolean gw_ticket_run_decline(GwTx *tx, json_t *args, json_t **ret_result, GError **error);
gboolean gw_ticket_run_en_route(GwTx *tx, json_t *args, json_t **ret_result, GError **error);
gboolean gw_ticket_run_arrive(GwTx *tx, json_t *args, json_t **ret_result, GError **error);
gboolean gw_ticket_run_note(GwTx *tx, json_t *args, json_t **ret_result, GError **error);
gboolean gw_ticket_run_photo(GwTx *tx, json_t *args, json_t **ret_result, GError **error);
gboolean gw_ticket_run_close_request(GwTx *tx, json_t *args, json_t **ret_result, GError **error);

gboolean gw_ticket_run_file(GwTx *tx, json_t *args, json_t **ret_result, GError **error);
gboolean gw_ticket_run_reject(GwTx *tx, json_t *args, json_t **ret_result, GError **error);
gboolean gw_ticket_run_merge(GwTx *tx, json_t *args, json_t **ret_result, GError **error);
gboolean gw_ticket_run_check(GwTx *tx, json_t *args, json_t **ret_result, GError **error);
