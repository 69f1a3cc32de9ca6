#include "pipelines/look/look_turn.h"

#include <math.h>

#define INTERVAL_MOST_US (5 * GW_MIN)
#define CODE_EVERY_US (450 * GW_MS) /* two a second, though keyframes jitter */
#define FED_US (30 * GW_SEC)
#define HURRY (GW_LOOK_SUSPECT | GW_LOOK_STILL | GW_LOOK_CODE)

static gboolean is_due(const GwLookTurn *turn, GwUsec every_us, GwUsec now_us) {
  /* the next keyframe may come too late; a little jitter is no reason to look twice as often */
  return !turn->looked_us || now_us - turn->looked_us + turn->key_interval_us * 8 / 10 >= every_us;
}

guint gw_look_turn_offer(GwLookTurn *turn, const GwLookRules *rules, GwUsec now_us) {
  guint want = GW_LOOK_NOT;
  if (turn->offered_us)
    turn->key_interval_us = MIN(now_us - turn->offered_us, INTERVAL_MOST_US);
  else
    turn->first_offer_us = now_us;
  turn->offered_us = now_us;
  if (turn->is_watched && now_us >= turn->still_due_us)
    want |= GW_LOOK_STILL;
  if (rules->looks_per_s) {
    if (turn->is_suspected && is_due(turn, rules->suspect_every_us, now_us))
      want |= GW_LOOK_SUSPECT;
    if (turn->has_codes && now_us >= turn->code_due_us)
      want |= GW_LOOK_CODE;
    if (is_due(turn, rules->look_every_us, now_us))
      want |= GW_LOOK_ROUTINE;
  }
  turn->want |= want;
  return turn->want;
}

gboolean gw_look_turn_taken(GwLookTurn *turn, const GwLookRules *rules, GwUsec still_every_us,
                            GwUsec now_us) {
  const gboolean is_look =
      rules->looks_per_s && ((turn->want & (GW_LOOK_ROUTINE | GW_LOOK_SUSPECT)) ||
                             turn->offered_us - turn->looked_us >= rules->suspect_every_us);
  /* keeps step, so that keyframes a little early or late do not halve the rate */
  if (turn->want & GW_LOOK_STILL)
    turn->still_due_us = MAX(turn->still_due_us + still_every_us, now_us + still_every_us / 2);
  if (turn->has_codes)
    turn->code_due_us = now_us + CODE_EVERY_US;
  if (is_look)
    turn->looked_us = turn->offered_us;
  turn->want = GW_LOOK_NOT;
  return is_look;
}

gboolean gw_look_turn_is_fed(const GwLookTurn *turn, GwUsec now_us) {
  return turn->offered_us && now_us - turn->offered_us <= MAX(FED_US, 3 * turn->key_interval_us);
}

gpointer gw_look_order_next(GwLookOrder *order, gpointer const *places, guint n,
                            GwLookTurn *(*turn_of)(gpointer place)) {
  gpointer hurried = NULL, other = NULL;
  const GwLookTurn *hurried_turn = NULL, *other_turn = NULL;
  for (guint i = 0; i < n; i++) {
    const GwLookTurn *turn = turn_of(places[i]);
    if (!turn || !turn->want)
      continue;
    const gboolean is_hurried = turn->want & HURRY;
    gpointer *best = is_hurried ? &hurried : &other;
    const GwLookTurn **best_turn = is_hurried ? &hurried_turn : &other_turn;
    if (!*best || turn->looked_us < (*best_turn)->looked_us) {
      *best = places[i];
      *best_turn = turn;
    }
  }
  const gboolean take_hurried = hurried && (!other || !order->was_hurried);
  order->was_hurried = take_hurried;
  return take_hurried ? hurried : other;
}

GwUsec gw_look_budget_wait_us(GwLookBudget *budget, guint per_s, GwUsec now_us) {
  const double most = MAX(1.0, per_s / 4.0);
  if (!budget->at_us)
    budget->tokens = most;
  else
    budget->tokens = MIN(most, budget->tokens + (double)(now_us - budget->at_us) * per_s / (double)GW_SEC);
  budget->at_us = now_us;
  if (budget->tokens >= 1) {
    budget->tokens -= 1;
    return 0;
  }
  return MAX(1, (GwUsec)ceil((1 - budget->tokens) * (double)GW_SEC / MAX(per_s, 1)));
}
