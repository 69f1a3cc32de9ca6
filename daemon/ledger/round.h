#pragma once
#include "daemon/core/plan.h"
#include "daemon/ledger/tx.h"
#include "daemon/store/checkin.h"
#include "daemon/store/round.h"

/* What the check-in noun and the unit noun ask of the round noun (round.c, round_point.c).  Ledger's thread.
 */

/* Does what core decides: row, timers, alert, message, journal, publication.  `soft`: a move that the round
 * does not have is nothing, instead of a refusal. */
gboolean gw_round_move(GwTx *tx, GwRoundRow *row, const GwRoundMove *move, gboolean soft, GError **error);
/* TRUE while nobody can say whether this unit checked in: raw messages wait, or their worker is down. */
gboolean gw_round_is_unknown(GwTx *tx, GwId unit_id);
/* Any sign of the unit keeps its started rounds alive; written at most once a minute a round. */
gboolean gw_round_unit_lives(GwTx *tx, GwId unit_id, GError **error);

/* Finds the point that a read check-in is for, and counts it there (R3-R5, R7, R8): fills point_id,
 * checkpoint_id and flags of `checkin`, which has its id already.  A check-in that fits no point is fine. */
gboolean gw_round_count(GwTx *tx, GwCheckinRow *checkin, GwUsec at_us, GwUsec skew_us, GError **error);

/* The timer of a point (R6). */
gboolean gw_round_point_due(GwTx *tx, const GwTimer *timer, GError **error);

/* Makes the rounds of every route for the next 24 hours, and again in an hour (plan.c). */
gboolean gw_round_plan_due(GwTx *tx, const GwTimer *timer, GError **error);
/* The route was changed: what is planned and not yet open is planned anew. */
gboolean gw_round_replan(GwTx *tx, GwId route_id, GError **error);
/* {"times":["20:00"],"weekdays":[1..7],"days":[..],"last_weekday":6} */
gboolean gw_round_plan_from_json(const char *json, GwPlan *ret, GError **error);
