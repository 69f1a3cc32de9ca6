#include "daemon/core/round.h"

#include "daemon/core/names.h"
#include "daemon/core/refusal.h"

static const char *const state_names[GW_N_POINT_STATES] = {"DUE", "DONE", "MISSED", "UNKNOWN"};
static const char *const timing_names[GW_N_POINT_TIMINGS] = {"",     "on_time",   "early",
                                                             "late", "late_sync", "made_up"};

GW_NAMES_DEFINE(GwPointState, gw_point_state, state_names)
GW_NAMES_DEFINE(GwPointTiming, gw_point_timing, timing_names)

typedef struct Turn {
  const GwPointMove *move;
  GwUsec now_us;
  GwPointDecision *out; /* out->next starts as a copy of what is */
} Turn;

typedef gboolean (*Act)(Turn *turn, GError **error);

static GwUsec grace_over_us(const GwRoundPoint *point) {
  return point->to_us + GW_POINT_GRACE_US;
}

void gw_point_planned(const GwRoundPoint *point, GwEffects *effects) {
  gw_effects_timer_set(effects, GW_TIMER_POINT_DUE, 0, grace_over_us(point), TRUE);
}

static void set_done(Turn *turn, GwPointTiming timing, const char *record) {
  GwRoundPoint *next = &turn->out->next;
  next->state = GW_POINT_DONE;
  next->timing = timing;
  next->done_at_us = turn->move->device_at_us;
  turn->out->kind = "round.point_done";
  turn->out->record = record;
  gw_effects_timer_cancel(&turn->out->effects, GW_TIMER_POINT_DUE);
}

static GwPointTiming timing_of(const GwRoundPoint *point, GwUsec at_us) {
  return at_us < point->from_us ? GW_TIMING_EARLY : at_us > point->to_us ? GW_TIMING_LATE : GW_TIMING_ON_TIME;
}

static gboolean done(Turn *turn, GError **error) {
  set_done(turn, timing_of(&turn->out->next, turn->move->device_at_us), "DONE");
  return TRUE;
}

static gboolean refuse_done(Turn *turn, GError **error) {
  return gw_refuse(error, GW_REFUSAL_POINT_ALREADY_DONE);
}

/* The miss stays in the records; this adds what became of it. */
static gboolean after_miss(Turn *turn, GError **error) {
  GwUsec at_us = turn->move->device_at_us;
  GwPointTiming timing = timing_of(&turn->out->next, at_us);
  turn->out->row = timing == GW_TIMING_LATE ? "R8" : "R7";
  if (turn->now_us - at_us > GW_POINT_OFFLINE_US)
    return gw_refuse(error, GW_REFUSAL_POINT_OFFLINE_LATE);
  if (timing == GW_TIMING_LATE) {
    if (at_us > turn->move->round_ends_at_us + GW_ROUND_MAKE_UP_US)
      return gw_refuse(error, GW_REFUSAL_POINT_TOO_LATE);
    set_done(turn, GW_TIMING_MADE_UP, "MADE_UP");
    gw_effects_clear(&turn->out->effects, "point_missed", "made_up");
    return TRUE;
  }
  set_done(turn, timing == GW_TIMING_EARLY ? timing : GW_TIMING_LATE_SYNC, "DONE_LATE_SYNC");
  gw_effects_withdraw(&turn->out->effects, "point_missed", "late_sync");
  return TRUE;
}

static gboolean window_over(Turn *turn, GError **error) {
  GwRoundPoint *next = &turn->out->next;
  GwEffects *effects = &turn->out->effects;
  if (turn->now_us < grace_over_us(next)) {
    gw_effects_timer_set(effects, GW_TIMER_POINT_DUE, 0, grace_over_us(next), TRUE);
    return TRUE;
  }
  if (turn->move->has_unknown) {
    turn->out->kind = next->state == GW_POINT_UNKNOWN ? NULL : "round.point_unknown";
    next->state = GW_POINT_UNKNOWN;
    gw_effects_timer_set(effects, GW_TIMER_POINT_DUE, 0, turn->now_us + GW_POINT_LOOK_AGAIN_US, FALSE);
    return TRUE;
  }
  next->state = GW_POINT_MISSED;
  turn->out->kind = "round.point_missed";
  turn->out->record = "MISSED";
  gw_effects_timer_cancel(effects, GW_TIMER_POINT_DUE);
  if (!turn->move->volunteer)
    gw_effects_raise(effects, "point_missed", 3);
  return TRUE;
}

/* A cell with an act and no row is a refusal that has a better sentence than the general one. */
typedef struct Cell {
  const char *row;
  Act act;
} Cell;

static const Cell table[GW_N_POINT_STATES][GW_N_POINT_INPUTS] = {
    [GW_POINT_DUE] =
        {
            [GW_POINT_DO_CHECK_IN] = {"R4", done},
            [GW_POINT_DO_WINDOW_DUE] = {"R6", window_over},
        },
    [GW_POINT_UNKNOWN] =
        {
            [GW_POINT_DO_CHECK_IN] = {"R4", done},
            [GW_POINT_DO_WINDOW_DUE] = {"R6", window_over},
        },
    [GW_POINT_MISSED] =
        {
            [GW_POINT_DO_CHECK_IN] = {"R7", after_miss}, /* or R8 */
        },
    [GW_POINT_DONE] =
        {
            [GW_POINT_DO_CHECK_IN] = {NULL, refuse_done},
        },
};

const char *gw_point_table_row(GwPointState from, GwPointInput input) {
  return table[from][input].row;
}

gboolean gw_point_decide(const GwRoundPoint *now_is, const GwPointMove *move, GwUsec now_us,
                         GwPointDecision *ret, GError **error) {
  const Cell *cell = &table[now_is->state][move->input];
  if (!cell->act)
    return gw_refuse(error, GW_REFUSAL_ROUND_NO_SUCH_MOVE);
  GwPointDecision out = {.next = *now_is, .row = cell->row};
  Turn turn = {.move = move, .now_us = now_us, .out = &out};
  if (!cell->act(&turn, error))
    return FALSE;
  *ret = out;
  return TRUE;
}
