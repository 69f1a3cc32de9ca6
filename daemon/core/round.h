#pragma once
#include "daemon/core/effect.h"
#include "daemon/core/geo.h"

/* The life of a patrol round and of its points (LIFECYCLES, PATROL): R2, R3, R10 for the round as one
 * table [from][input] (and of R11 only that a round which nobody began ends as MISSED_RUN); R4-R8 for a point
 * as another.  R1 is plan.h, which check-in belongs to which point is checkin.h.  Nothing is edited: a point
 * that was MISSED stays so in the records, and a later proof adds one.  Pure.  Thread: any. */
#define GW_ROUND_STATES(X)                                                                                   \
  X(PLANNED, "PLANNED")                                                                                      \
  X(OPEN, "OPEN")                                                                                            \
  X(STARTED, "STARTED")                                                                                      \
  X(COMPLETED, "COMPLETED")                                                                                  \
  X(INCOMPLETE, "INCOMPLETE")                                                                                \
  X(ABANDONED, "ABANDONED")                                                                                  \
  X(MISSED_RUN, "MISSED_RUN")

typedef enum GwRoundState {
#define X(name, text) GW_ROUND_##name,
  GW_ROUND_STATES(X)
#undef X
      GW_N_ROUND_STATES
} GwRoundState;

#define GW_ROUND_INPUTS(X)                                                                                   \
  X(OPEN_DUE, "open_due")   /* R2: 15 min before the start */                                                \
  X(START, "start")         /* R3: the key, or by radio */                                                   \
  X(START_DUE, "start_due") /* R3: 10 min after the start, and nobody has begun */                           \
  X(SIGN, "sign")           /* a sign of life: check-in, call, radio word; begins an open round (R3) */      \
  X(ALL_DONE, "all_done")   /* R10: no point is open any more and none is missed */                          \
  X(END_DUE, "end_due")     /* R10: every window and its grace are over */                                   \
  X(QUIET_DUE, "quiet_due") /* R10: the quiet timer fired */

typedef enum GwRoundInput {
#define X(name, text) GW_ROUND_DO_##name,
  GW_ROUND_INPUTS(X)
#undef X
      GW_N_ROUND_INPUTS
} GwRoundInput;

#define GW_ROUND_OPEN_BEFORE_US (15 * GW_MIN)
#define GW_ROUND_START_WITHIN_US (10 * GW_MIN)
#define GW_ROUND_QUIET_US (20 * GW_MIN)
#define GW_ROUND_MAKE_UP_US (30 * GW_MIN)
#define GW_POINT_GRACE_US (5 * GW_MIN)
#define GW_POINT_LOOK_AGAIN_US (30 * GW_SEC)
#define GW_POINT_OFFLINE_US (24 * GW_HOUR) /* how old the news of an offline phone may be */

typedef struct GwRound {
  GwRoundState state;
  gboolean volunteer; /* 夕阳红: no alerts, no mark on the wall */
  GwUsec planned_at_us;
  GwUsec ends_at_us; /* the last point's window end */
  GwUsec started_at_us, life_at_us, done_at_us;
} GwRound;

typedef struct GwRoundMove {
  GwRoundInput input;
  guint points, points_done; /* ALL_DONE, END_DUE: how the points stand; done counts late sync and made up */
  gboolean has_unknown; /* END_DUE, QUIET_DUE: raw check-ins wait or their worker is down: look again later */
  gboolean nobody_on_duty; /* OPEN_DUE: no unit to walk it */
} GwRoundMove;

typedef struct GwRoundDecision {
  GwRound next;
  const char *row;  /* "R3" */
  const char *kind; /* "round.started"; NULL: nothing worth a journal row */
  GwEffects effects;
} GwRoundDecision;

/* The timers a round is born with (R1): open, start, end. */
void gw_round_planned(const GwRound *round, GwEffects *effects);
gboolean gw_round_decide(const GwRound *now_is, const GwRoundMove *move, GwUsec now_us, GwRoundDecision *ret,
                         GError **error);
const char *gw_round_table_row(GwRoundState from, GwRoundInput input);
gboolean gw_round_state_is_open(GwRoundState state); /* OPEN or STARTED: check-ins begin or continue it */
const char *gw_round_state_to_string(GwRoundState state);
gboolean gw_round_state_from_string(const char *text, GwRoundState *ret);
const char *gw_round_input_to_string(GwRoundInput input);

/* ---- one point ---- */
typedef enum GwPointState {
  GW_POINT_DUE,
  GW_POINT_DONE,
  GW_POINT_MISSED,
  GW_POINT_UNKNOWN, /* nobody can say yet: raw check-ins wait, or their worker is down */
  GW_N_POINT_STATES
} GwPointState;

typedef enum GwPointTiming {
  GW_TIMING_NONE,
  GW_TIMING_ON_TIME,
  GW_TIMING_EARLY,
  GW_TIMING_LATE,
  GW_TIMING_LATE_SYNC, /* R7: proof from inside the window, arrived after the miss; counted on time */
  GW_TIMING_MADE_UP,   /* R8: a real visit after the miss; not counted on time */
  GW_N_POINT_TIMINGS
} GwPointTiming;

typedef enum GwPointInput {
  GW_POINT_DO_CHECK_IN,   /* R4, R7, R8 */
  GW_POINT_DO_WINDOW_DUE, /* R6: window end + grace, or "look again" */
  GW_N_POINT_INPUTS
} GwPointInput;

typedef struct GwRoundPoint {
  GwPointState state;
  GwPointTiming timing;
  GwUsec due_at_us, from_us, to_us; /* the window [t - early, t + late] */
  GwUsec done_at_us;
} GwRoundPoint;

typedef struct GwPointMove {
  GwPointInput input;
  GwUsec device_at_us;     /* CHECK_IN: when it was done, in server time (clock offset already taken out) */
  gboolean volunteer;      /* of the round: no alert */
  GwUsec round_ends_at_us; /* for "made up before round end + 30 min" */
  gboolean has_unknown;    /* WINDOW_DUE: raw check-ins wait, or the worker is down */
} GwPointMove;

typedef struct GwPointDecision {
  GwRoundPoint next;
  const char *row;  /* "R6" */
  const char *kind; /* journal kind: "round.point_missed"; NULL: nothing worth a row */
  const char
      *record;       /* the append-only record: DONE, MISSED, DONE_LATE_SYNC, MADE_UP; NULL: none (unknown) */
  GwEffects effects; /* raise/clear point_missed, look again */
} GwPointDecision;

/* A point's timer (R6): window end + grace. */
void gw_point_planned(const GwRoundPoint *point, GwEffects *effects);
gboolean gw_point_decide(const GwRoundPoint *now_is, const GwPointMove *move, GwUsec now_us,
                         GwPointDecision *ret, GError **error);
const char *gw_point_table_row(GwPointState from, GwPointInput input);
const char *gw_point_state_to_string(GwPointState state);
gboolean gw_point_state_from_string(const char *text, GwPointState *ret);
const char *gw_point_timing_to_string(GwPointTiming timing); /* "" for none */
gboolean gw_point_timing_from_string(const char *text, GwPointTiming *ret);
