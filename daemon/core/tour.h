#pragma once
#include "daemon/base/error.h"
#include "daemon/base/types.h"

/* Tours 视频轮巡: all cameras in turn, page by page, so many times a shift.  A shift is cut into equal windows; in
 * each the tour is due once, and a run counts as done when somebody confirmed every page of it.  One run has one
 * table [from][input].  Pure.  Thread: any. */
#define GW_TOUR_STATES(X)                                                                                    \
  X(DUE, "due")         /* its window is to come or open; perhaps begun and left, its looks are kept */      \
  X(RUNNING, "running") /* somebody looks */                                                                 \
  X(DONE, "done")       /* every page was confirmed */                                                       \
  X(MISSED, "missed")   /* the window is over and it was not done */                                         \
  X(LEFT, "left")       /* begun and not finished, and there was no duty to */

typedef enum GwTourState {
#define X(name, text) GW_TOUR_##name,
  GW_TOUR_STATES(X)
#undef X
      GW_N_TOUR_STATES
} GwTourState;

#define GW_TOUR_INPUTS(X)                                                                                    \
  X(START, "start")     /* V1: somebody begins it, or goes on with it */                                     \
  X(LOOK, "look")       /* V2: a page is confirmed */                                                        \
  X(STOP, "stop")       /* V3: somebody leaves it */                                                         \
  X(END_DUE, "end_due") /* V4: its window is over */                                                         \
  X(DROP, "drop")       /* V5: its tour was removed, another run takes its place, or its shift is over */

typedef enum GwTourInput {
#define X(name, text) GW_TOUR_DO_##name,
  GW_TOUR_INPUTS(X)
#undef X
      GW_N_TOUR_INPUTS
} GwTourInput;

/* Nobody has looked at nine pictures in less. */
#define GW_TOUR_LOOK_US (2 * GW_SEC)
#define GW_TOUR_PAGES_MOST 2000

typedef struct GwTourRun {
  GwTourState state;
  GwUsec from_us, to_us; /* its window [from, to); to_us 0: one more, that nobody asked for */
  GwId user_id;          /* who looks, or looked last; 0: nobody yet */
  guint pages, looked;   /* pages 0: not begun */
  GwUsec started_at_us, ended_at_us;
} GwTourRun;

typedef struct GwTourMove {
  GwTourInput input;
  GwId user_id;
  guint pages;            /* START of a run that has none: how many it gets */
  guint page;             /* LOOK */
  gboolean is_looked_at;  /* LOOK: that page was confirmed before */
  GwUsec before_us;       /* LOOK: when this run was begun (again), or the last page confirmed */
  gboolean time_stands;   /* LOOK: the clock was set back, and nobody can say how long ago that was */
} GwTourMove;

typedef struct GwTourDecision {
  GwTourRun next;
  const char *row;  /* "V2" */
  const char *kind; /* "tour.looked"; NULL: nothing worth a journal row */
  gboolean is_done; /* LOOK: that was the last page */
} GwTourDecision;

gboolean gw_tour_decide(const GwTourRun *now_is, const GwTourMove *move, GwUsec now_us, GwTourDecision *ret,
                        GError **error);
const char *gw_tour_table_row(GwTourState from, GwTourInput input);
const char *gw_tour_state_to_string(GwTourState state);
gboolean gw_tour_state_from_string(const char *text, GwTourState *ret);
const char *gw_tour_input_to_string(GwTourInput input);
gboolean gw_tour_state_is_open(GwTourState state); /* DUE or RUNNING */

/* ---- windows ---- */

typedef struct GwTourWindow {
  GwUsec from_us, to_us; /* [from, to) */
} GwTourWindow;

/* The n-th (from 0) of `per_shift` equal parts of a shift; the last ends with it. */
GwTourWindow gw_tour_window(GwUsec shift_from_us, GwUsec shift_to_us, guint per_shift, guint n);
/* A tour that is added in the middle of a window may ask for it only while at least half of it is ahead. */
gboolean gw_tour_window_is_fair(const GwTourWindow *window, GwUsec now_us);
gboolean gw_tour_windows_overlap(const GwTourWindow *a, const GwTourWindow *b);

/* ---- pages ---- */

guint gw_tour_pages(guint cameras, guint tiles);
/* Which cameras, in their order, stand on a page: the first, and how many. */
void gw_tour_page(guint cameras, guint tiles, guint page, guint *ret_first, guint *ret_n);
