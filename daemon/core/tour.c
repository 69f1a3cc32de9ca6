#include "daemon/core/tour.h"

#include "daemon/core/names.h"
#include "daemon/core/refusal.h"

static const char *const state_names[] = {
#define X(name, text) text,
    GW_TOUR_STATES(X)
#undef X
};
static const char *const input_names[] = {
#define X(name, text) text,
    GW_TOUR_INPUTS(X)
#undef X
};

GW_NAMES_DEFINE(GwTourState, gw_tour_state, state_names)

const char *gw_tour_input_to_string(GwTourInput input) {
  return (guint)input < GW_N_TOUR_INPUTS ? input_names[input] : "?";
}

gboolean gw_tour_state_is_open(GwTourState state) {
  return state == GW_TOUR_DUE || state == GW_TOUR_RUNNING;
}

/* ---- the life of one run ---- */

typedef struct Turn {
  const GwTourMove *move;
  GwUsec now_us;
  GwTourDecision *out; /* out->next starts as a copy of what is */
} Turn;

typedef gboolean (*Act)(Turn *turn, GError **error);

static gboolean is_duty(const GwTourRun *run) {
  return run->to_us > 0;
}

static gboolean begin(Turn *turn, GError **error) {
  GwTourRun *next = &turn->out->next;
  if (is_duty(next) && turn->now_us < next->from_us)
    return gw_refuse(error, GW_REFUSAL_TOUR_NOT_YET);
  if (next->pages == 0)
    next->pages = turn->move->pages;
  if (next->pages == 0)
    return gw_refuse(error, GW_REFUSAL_TOUR_NO_CAMERAS);
  if (next->started_at_us == 0)
    next->started_at_us = turn->now_us;
  next->state = GW_TOUR_RUNNING;
  next->user_id = turn->move->user_id;
  turn->out->kind = "tour.started";
  return TRUE;
}

/* The same person's page was opened anew: nothing has happened. */
static gboolean go_on(Turn *turn, GError **error) {
  if (turn->out->next.user_id == turn->move->user_id)
    return TRUE;
  turn->out->next.user_id = turn->move->user_id;
  turn->out->kind = "tour.started";
  return TRUE;
}

static gboolean look(Turn *turn, GError **error) {
  GwTourRun *next = &turn->out->next;
  if (turn->move->page >= next->pages)
    return gw_refuse(error, GW_REFUSAL_TOUR_NO_PAGE);
  if (turn->move->is_looked_at)
    return gw_refuse(error, GW_REFUSAL_TOUR_LOOKED_AT);
  if (!turn->move->time_stands && turn->now_us - turn->move->before_us < GW_TOUR_LOOK_US)
    return gw_refuse(error, GW_REFUSAL_TOUR_TOO_FAST);
  turn->out->kind = "tour.looked";
  next->looked++;
  turn->out->is_done = next->looked >= next->pages;
  if (turn->out->is_done) {
    next->state = GW_TOUR_DONE;
    next->ended_at_us = turn->now_us;
  }
  return TRUE;
}

static gboolean drop(Turn *turn, GError **error) {
  turn->out->next.state = GW_TOUR_LEFT;
  turn->out->next.ended_at_us = turn->now_us;
  turn->out->kind = "tour.left";
  return TRUE;
}

/* What is a duty waits for somebody else, as far as it has come. */
static gboolean stop(Turn *turn, GError **error) {
  if (!is_duty(&turn->out->next))
    return drop(turn, error);
  turn->out->next.state = GW_TOUR_DUE;
  turn->out->kind = "tour.left";
  return TRUE;
}

static gboolean end_due(Turn *turn, GError **error) {
  GwTourRun *next = &turn->out->next;
  if (!is_duty(next))
    return gw_refuse(error, GW_REFUSAL_TOUR_NO_SUCH_MOVE);
  next->state = GW_TOUR_MISSED;
  next->ended_at_us = next->to_us;
  turn->out->kind = "tour.missed";
  return TRUE;
}

static gboolean refuse_unbegun(Turn *turn, GError **error) {
  return gw_refuse(error, GW_REFUSAL_TOUR_NOT_BEGUN);
}

/* A cell with an act and no row is a refusal that has a better sentence than the general one. */
typedef struct Cell {
  const char *row;
  Act act;
} Cell;

static const Cell table[GW_N_TOUR_STATES][GW_N_TOUR_INPUTS] = {
    [GW_TOUR_DUE] =
        {
            [GW_TOUR_DO_START] = {"V1", begin},
            [GW_TOUR_DO_LOOK] = {NULL, refuse_unbegun},
            [GW_TOUR_DO_STOP] = {NULL, refuse_unbegun},
            [GW_TOUR_DO_END_DUE] = {"V4", end_due},
            [GW_TOUR_DO_DROP] = {"V5", drop},
        },
    [GW_TOUR_RUNNING] =
        {
            [GW_TOUR_DO_START] = {"V1", go_on},
            [GW_TOUR_DO_LOOK] = {"V2", look},
            [GW_TOUR_DO_STOP] = {"V3", stop},
            [GW_TOUR_DO_END_DUE] = {"V4", end_due},
            [GW_TOUR_DO_DROP] = {"V5", drop},
        },
};

const char *gw_tour_table_row(GwTourState from, GwTourInput input) {
  return table[from][input].row;
}

gboolean gw_tour_decide(const GwTourRun *now_is, const GwTourMove *move, GwUsec now_us, GwTourDecision *ret,
                        GError **error) {
  const Cell *cell = &table[now_is->state][move->input];
  if (!cell->act)
    return gw_refuse(error, GW_REFUSAL_TOUR_OVER);
  GwTourDecision out = {.next = *now_is, .row = cell->row};
  Turn turn = {.move = move, .now_us = now_us, .out = &out};
  if (!cell->act(&turn, error))
    return FALSE;
  *ret = out;
  return TRUE;
}

/* ---- windows ---- */

GwTourWindow gw_tour_window(GwUsec shift_from_us, GwUsec shift_to_us, guint per_shift, guint n) {
  g_assert(n < per_shift);
  const GwUsec whole_us = shift_to_us - shift_from_us;
  return (GwTourWindow){shift_from_us + whole_us * n / per_shift, shift_from_us + whole_us * (n + 1) / per_shift};
}

gboolean gw_tour_window_is_fair(const GwTourWindow *window, GwUsec now_us) {
  return window->to_us - now_us >= (window->to_us - window->from_us) / 2;
}

gboolean gw_tour_windows_overlap(const GwTourWindow *a, const GwTourWindow *b) {
  return a->from_us < b->to_us && b->from_us < a->to_us;
}

/* ---- pages ---- */

guint gw_tour_pages(guint cameras, guint tiles) {
  g_assert(tiles > 0);
  return (cameras + tiles - 1) / tiles;
}

void gw_tour_page(guint cameras, guint tiles, guint page, guint *ret_first, guint *ret_n) {
  *ret_first = MIN(page * tiles, cameras);
  *ret_n = MIN(tiles, cameras - *ret_first);
}
