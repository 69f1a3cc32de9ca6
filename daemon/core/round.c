#include "daemon/core/round.h"

#include "daemon/core/names.h"
#include "daemon/core/refusal.h"

static const char *const state_names[] = {
#define X(name, text) text,
    GW_ROUND_STATES(X)
#undef X
};
static const char *const input_names[] = {
#define X(name, text) text,
    GW_ROUND_INPUTS(X)
#undef X
};

GW_NAMES_DEFINE(GwRoundState, gw_round_state, state_names)

const char *gw_round_input_to_string(GwRoundInput input) {
  return (guint)input < GW_N_ROUND_INPUTS ? input_names[input] : "?";
}

gboolean gw_round_state_is_open(GwRoundState state) {
  return state == GW_ROUND_OPEN || state == GW_ROUND_STARTED;
}

typedef struct Turn {
  const GwRoundMove *move;
  GwUsec now_us;
  GwRoundDecision *out; /* out->next starts as a copy of what is */
} Turn;

typedef gboolean (*Act)(Turn *turn, GError **error);

static GwUsec end_due_us(const GwRound *round) {
  return round->ends_at_us + GW_POINT_GRACE_US;
}

void gw_round_planned(const GwRound *round, GwEffects *effects) {
  gw_effects_timer_set(effects, GW_TIMER_ROUND_OPEN, 0, round->planned_at_us - GW_ROUND_OPEN_BEFORE_US, TRUE);
  gw_effects_timer_set(effects, GW_TIMER_ROUND_END, 0, end_due_us(round), TRUE);
}

static gboolean open_round(Turn *turn, GError **error) {
  GwRound *next = &turn->out->next;
  GwEffects *effects = &turn->out->effects;
  next->state = GW_ROUND_OPEN;
  turn->out->kind = "round.opened";
  gw_effects_timer_set(effects, GW_TIMER_ROUND_START, 0, next->planned_at_us + GW_ROUND_START_WITHIN_US,
                       TRUE);
  if (!turn->move->nobody_on_duty)
    gw_effects_notify(effects, GW_NOTIFY_UNIT, "round_open");
  else if (!next->volunteer)
    gw_effects_raise(effects, "round_not_started", 3);
  return TRUE;
}

static void live(Turn *turn) {
  turn->out->next.life_at_us = turn->now_us;
  gw_effects_timer_set(&turn->out->effects, GW_TIMER_ROUND_QUIET, 0, turn->now_us + GW_ROUND_QUIET_US, FALSE);
}

static gboolean start(Turn *turn, GError **error) {
  turn->out->next.state = GW_ROUND_STARTED;
  turn->out->next.started_at_us = turn->now_us;
  turn->out->kind = "round.started";
  gw_effects_timer_cancel(&turn->out->effects, GW_TIMER_ROUND_START);
  gw_effects_clear(&turn->out->effects, "round_not_started", "started");
  live(turn);
  return TRUE;
}

static gboolean refuse_unopened(Turn *turn, GError **error) {
  return gw_refuse(error, GW_REFUSAL_ROUND_NOT_OPEN);
}

static gboolean not_started(Turn *turn, GError **error) {
  if (turn->out->next.volunteer)
    return TRUE;
  turn->out->kind = "round.not_started";
  gw_effects_raise(&turn->out->effects, "round_not_started", 3);
  return TRUE;
}

static gboolean sign(Turn *turn, GError **error) {
  live(turn);
  return TRUE;
}

/* A phone that was only out of reach comes back while there is still something to walk. */
static gboolean resume(Turn *turn, GError **error) {
  GwRound *next = &turn->out->next;
  if (turn->now_us >= end_due_us(next))
    return gw_refuse(error, GW_REFUSAL_ROUND_OVER);
  next->state = GW_ROUND_STARTED;
  next->done_at_us = 0;
  turn->out->kind = "round.resumed";
  gw_effects_timer_set(&turn->out->effects, GW_TIMER_ROUND_END, 0, end_due_us(next), TRUE);
  live(turn);
  return TRUE;
}

static void finish(Turn *turn, GwRoundState state, const char *kind) {
  GwEffects *effects = &turn->out->effects;
  turn->out->next.state = state;
  turn->out->next.done_at_us = turn->now_us;
  turn->out->kind = kind;
  gw_effects_timer_cancel(effects, GW_TIMER_ROUND_START);
  gw_effects_timer_cancel(effects, GW_TIMER_ROUND_QUIET);
  gw_effects_timer_cancel(effects, GW_TIMER_ROUND_END);
}

static gboolean look_again(Turn *turn, GwTimerKind timer) {
  gw_effects_timer_set(&turn->out->effects, timer, 0, turn->now_us + GW_POINT_LOOK_AGAIN_US, FALSE);
  return TRUE;
}

static gboolean all_done(Turn *turn, GError **error) {
  if (turn->move->points_done < turn->move->points)
    return gw_refuse(error, GW_REFUSAL_ROUND_NO_SUCH_MOVE);
  finish(turn, GW_ROUND_COMPLETED, "round.completed");
  return TRUE;
}

static gboolean end_started(Turn *turn, GError **error) {
  if (turn->move->has_unknown)
    return look_again(turn, GW_TIMER_ROUND_END);
  if (turn->move->points_done >= turn->move->points)
    return all_done(turn, error);
  finish(turn, GW_ROUND_INCOMPLETE, "round.incomplete");
  gw_effects_notify(&turn->out->effects, GW_NOTIFY_UNIT, "round_incomplete");
  return TRUE;
}

static gboolean end_unstarted(Turn *turn, GError **error) {
  if (turn->move->has_unknown)
    return look_again(turn, GW_TIMER_ROUND_END);
  finish(turn, GW_ROUND_MISSED_RUN, "round.missed_run");
  return TRUE;
}

static gboolean quiet(Turn *turn, GError **error) {
  GwUsec quiet_at_us = turn->out->next.life_at_us + GW_ROUND_QUIET_US;
  if (turn->move->has_unknown)
    return look_again(turn, GW_TIMER_ROUND_QUIET);
  if (turn->now_us < quiet_at_us) {
    gw_effects_timer_set(&turn->out->effects, GW_TIMER_ROUND_QUIET, 0, quiet_at_us, FALSE);
    return TRUE;
  }
  finish(turn, GW_ROUND_ABANDONED, "round.abandoned");
  return TRUE;
}

/* A cell with an act and no row is a refusal that has a better sentence than the general one. */
typedef struct Cell {
  const char *row;
  Act act;
} Cell;

static const Cell table[GW_N_ROUND_STATES][GW_N_ROUND_INPUTS] = {
    [GW_ROUND_PLANNED] =
        {
            [GW_ROUND_DO_OPEN_DUE] = {"R2", open_round},
            [GW_ROUND_DO_START] = {NULL, refuse_unopened},
            [GW_ROUND_DO_SIGN] = {NULL, refuse_unopened},
        },
    [GW_ROUND_OPEN] =
        {
            [GW_ROUND_DO_START] = {"R3", start},
            [GW_ROUND_DO_SIGN] = {"R3", start},
            [GW_ROUND_DO_START_DUE] = {"R3", not_started},
            [GW_ROUND_DO_END_DUE] = {"R11", end_unstarted},
        },
    [GW_ROUND_STARTED] =
        {
            [GW_ROUND_DO_SIGN] = {"R3", sign},
            [GW_ROUND_DO_ALL_DONE] = {"R10", all_done},
            [GW_ROUND_DO_END_DUE] = {"R10", end_started},
            [GW_ROUND_DO_QUIET_DUE] = {"R10", quiet},
        },
    [GW_ROUND_ABANDONED] =
        {
            [GW_ROUND_DO_SIGN] = {"R3", resume},
        },
};

const char *gw_round_table_row(GwRoundState from, GwRoundInput input) {
  return table[from][input].row;
}

gboolean gw_round_decide(const GwRound *now_is, const GwRoundMove *move, GwUsec now_us, GwRoundDecision *ret,
                         GError **error) {
  const Cell *cell = &table[now_is->state][move->input];
  if (!cell->act)
    return gw_refuse(error, now_is->state >= GW_ROUND_COMPLETED ? GW_REFUSAL_ROUND_OVER
                                                                : GW_REFUSAL_ROUND_NO_SUCH_MOVE);
  GwRoundDecision out = {.next = *now_is, .row = cell->row};
  Turn turn = {.move = move, .now_us = now_us, .out = &out};
  if (!cell->act(&turn, error))
    return FALSE;
  *ret = out;
  return TRUE;
}
