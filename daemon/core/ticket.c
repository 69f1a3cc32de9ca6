#include "daemon/core/ticket.h"

#include "daemon/core/names.h"
#include "daemon/core/refusal.h"

static const char *const state_names[] = {
#define X(name, text) text,
    GW_TICKET_STATES(X)
#undef X
};
static const char *const input_names[] = {
#define X(name, text) text,
    GW_TICKET_INPUTS(X)
#undef X
};
static const char *const kind_names[GW_N_TICKET_KINDS] = {"E", "O", "F", "S", "H", "C", "W"};

GW_NAMES_DEFINE(GwTicketState, gw_ticket_state, state_names)
GW_NAMES_DEFINE(GwTicketKind, gw_ticket_kind, kind_names)

const char *gw_ticket_input_to_string(GwTicketInput input) {
  return (guint)input < GW_N_TICKET_INPUTS ? input_names[input] : "?";
}

gboolean gw_ticket_state_is_open(GwTicketState state) {
  return state != GW_TICKET_NONE && state != GW_TICKET_REJECTED && state != GW_TICKET_MERGED &&
         state != GW_TICKET_CLOSED;
}

gboolean gw_ticket_state_holds_unit(GwTicketState state) {
  return state >= GW_TICKET_DISPATCHED && state <= GW_TICKET_HANDLING;
}

typedef struct Turn {
  const GwTicketMove *move;
  const GwCalendar *calendar;
  GwUsec now_us;
  GwTicketDecision *out; /* out->next starts as a copy of what is */
} Turn;

typedef gboolean (*Act)(Turn *turn, GError **error);

/* ---- clocks ---- */

static void stop_clock(Turn *turn, GwTicketClock clock) {
  g_assert(turn->out->n_clocks < GW_CLOCK_MOVES_MOST);
  turn->out->clocks[turn->out->n_clocks++] = (GwClockMove){.move = GW_CLOCK_STOP, .clock = clock};
}

/* Returns the due time, 0 when this kind of ticket has no such clock. */
static GwUsec start_clock(Turn *turn, GwTicketClock clock, GwUsec from_us) {
  const GwTicket *next = &turn->out->next;
  GwAmount amount;
  if (!gw_ticket_clock_amount(next->kind, next->in_person, clock, &amount))
    return 0;
  GwUsec due_at_us = gw_clock_add(from_us, amount.amount, amount.unit, turn->calendar);
  g_assert(turn->out->n_clocks < GW_CLOCK_MOVES_MOST);
  turn->out->clocks[turn->out->n_clocks++] = (GwClockMove){
      .move = GW_CLOCK_START,
      .clock = clock,
      .due_at_us = due_at_us,
      .calendar = gw_clock_unit_is_calendar(amount.unit),
  };
  return due_at_us;
}

static void stop_all_clocks(Turn *turn) {
  for (GwTicketClock clock = 0; clock < GW_N_TICKET_CLOCKS; clock++)
    stop_clock(turn, clock);
}

static void first_words(Turn *turn) {
  if (turn->out->next.first_words_at_us == 0)
    turn->out->next.first_words_at_us = turn->now_us;
  stop_clock(turn, GW_CLOCK_FIRST_WORDS);
}

/* ---- guards ---- */

/* The unit itself, or an operator who heard it on the radio. */
static gboolean check_unit(const Turn *turn, GError **error) {
  if (turn->move->on_behalf || turn->move->actor_unit_id == turn->out->next.unit_id)
    return TRUE;
  return gw_refuse(error, GW_REFUSAL_TICKET_NOT_YOURS);
}

static gboolean check_reason(const Turn *turn, GError **error) {
  return turn->move->has_reason || gw_refuse(error, GW_REFUSAL_TICKET_NEEDS_REASON);
}

static gboolean check_proof(const Turn *turn, GError **error) {
  const GwTicketMove *move = turn->move;
  if (move->on_behalf) /* the words heard over radio or telephone are the proof; the desk looks by camera */
    return move->has_result || gw_refuse(error, GW_REFUSAL_TICKET_NEEDS_RESULT);
  if (move->photos_after < 1)
    return gw_refuse(error, GW_REFUSAL_TICKET_NEEDS_PHOTO);
  if (move->before_required && move->photos_before < 1)
    return gw_refuse(error, GW_REFUSAL_TICKET_NEEDS_BEFORE_PHOTO);
  if (!move->has_result)
    return gw_refuse(error, GW_REFUSAL_TICKET_NEEDS_RESULT);
  /* Written so that a distance which is no number counts as unknown. */
  gboolean near = move->distance_m >= 0 && move->distance_m <= GW_TICKET_PLACE_M;
  return near || move->has_reason || gw_refuse(error, GW_REFUSAL_TICKET_TOO_FAR);
}

static gboolean check_second_person(const Turn *turn, GError **error) {
  const GwTicket *next = &turn->out->next;
  const GwTicketMove *move = turn->move;
  gboolean same_person = move->actor_id == next->handler_id;
  gboolean same_unit = move->actor_unit_id > 0 && move->actor_unit_id == next->unit_id;
  return !(same_person || same_unit) || gw_refuse(error, GW_REFUSAL_TICKET_SAME_PERSON);
}

/* ---- moves ---- */

static gboolean report(Turn *turn, GError **error) {
  GwTicket *next = &turn->out->next;
  next->state = GW_TICKET_REPORTED;
  next->origin_at_us = turn->move->origin_at_us > 0 ? turn->move->origin_at_us : turn->now_us;
  turn->out->kind = "ticket.reported";
  start_clock(turn, GW_CLOCK_FILE, next->origin_at_us);
  start_clock(turn, GW_CLOCK_FIRST_WORDS, next->origin_at_us);
  start_clock(turn, GW_CLOCK_ARRIVE, next->origin_at_us);
  start_clock(turn, GW_CLOCK_HANDLE, next->origin_at_us);
  return TRUE;
}

static gboolean file(Turn *turn, GError **error) {
  GwTicket *next = &turn->out->next;
  next->state = GW_TICKET_FILED;
  next->filed_at_us = turn->now_us;
  turn->out->kind = "ticket.filed";
  stop_clock(turn, GW_CLOCK_FILE);
  start_clock(turn, GW_CLOCK_DISPATCH, turn->now_us);
  return TRUE;
}

static void finish(Turn *turn, GwTicketState state, const char *kind) {
  turn->out->next.state = state;
  turn->out->next.closed_at_us = turn->now_us;
  turn->out->kind = kind;
  stop_all_clocks(turn);
}

static gboolean reject(Turn *turn, GError **error) {
  if (!check_reason(turn, error))
    return FALSE;
  finish(turn, GW_TICKET_REJECTED, "ticket.rejected");
  return TRUE;
}

static gboolean merge(Turn *turn, GError **error) {
  if (!turn->move->has_target)
    return gw_refuse(error, GW_REFUSAL_TICKET_NEEDS_TARGET);
  finish(turn, GW_TICKET_MERGED, "ticket.merged");
  return TRUE;
}

/* T3b, T3c: after two returns or two silences the lead chooses.  Where only nobody was free, the lead is
 * told, but whoever sees a unit come free may send it; and an emergency never waits for a rank. */
static gboolean lead_decides(const GwTicket *ticket) {
  gboolean is_used_up =
      ticket->returns >= GW_TICKET_RETURNS_MOST || ticket->timeouts >= GW_TICKET_TIMEOUTS_MOST;
  return ticket->needs_lead && is_used_up && ticket->kind != GW_TICKET_E;
}

static gboolean dispatch(Turn *turn, GError **error) {
  GwTicket *next = &turn->out->next;
  if (turn->move->unit_id <= 0)
    return gw_refuse(error, GW_REFUSAL_TICKET_NEEDS_UNIT);
  if (lead_decides(next) && !turn->move->by_lead)
    return gw_refuse(error, GW_REFUSAL_TICKET_LEAD_DECIDES);
  next->state = GW_TICKET_DISPATCHED;
  next->unit_id = turn->move->unit_id;
  next->dispatched_at_us = turn->now_us;
  next->needs_lead = FALSE;
  turn->out->kind = "ticket.dispatched";
  stop_clock(turn, GW_CLOCK_DISPATCH);
  GwUsec due_at_us = start_clock(turn, GW_CLOCK_ACCEPT, turn->now_us);
  gw_effects_timer_set(&turn->out->effects, GW_TIMER_TICKET_ACCEPT, 0, due_at_us, FALSE);
  gw_effects_notify(&turn->out->effects, GW_NOTIFY_UNIT, "dispatch");
  return TRUE;
}

static void stop_accepting(Turn *turn) {
  stop_clock(turn, GW_CLOCK_ACCEPT);
  gw_effects_timer_cancel(&turn->out->effects, GW_TIMER_TICKET_ACCEPT);
}

static gboolean accept(Turn *turn, GError **error) {
  if (!check_unit(turn, error))
    return FALSE;
  turn->out->next.state = GW_TICKET_ACCEPTED;
  turn->out->next.accepted_at_us = turn->now_us;
  turn->out->kind = "ticket.accepted";
  stop_accepting(turn);
  return TRUE;
}

/* Back to FILED.  No clock is forgiven: the one of dispatching goes on from when it was filed. */
static void back_to_filed(Turn *turn, GwTicketNext who, const char *kind) {
  GwTicket *next = &turn->out->next;
  next->state = GW_TICKET_FILED;
  next->unit_id = 0;
  next->needs_lead = next->needs_lead || who == GW_NEXT_LEAD || who == GW_NEXT_UP;
  turn->out->who = who;
  turn->out->kind = kind;
  stop_accepting(turn);
  start_clock(turn, GW_CLOCK_DISPATCH, next->filed_at_us);
}

static void call_next(Turn *turn, const char *what) {
  GwEffects *effects = &turn->out->effects;
  switch (turn->out->who) {
  case GW_NEXT_NONE:
    break;
  case GW_NEXT_CANDIDATE:
    gw_effects_notify(effects, GW_NOTIFY_NEXT_CANDIDATE, what);
    break;
  case GW_NEXT_LEAD:
    gw_effects_notify(effects, GW_NOTIFY_LEAD_TONE, what);
    gw_effects_notify(effects, GW_NOTIFY_LEAD_PHONE, what);
    break;
  case GW_NEXT_UP:
    gw_effects_notify(effects, GW_NOTIFY_SUPERVISOR, what);
    break;
  }
}

static gboolean cannot(Turn *turn, GError **error) {
  GwTicket *next = &turn->out->next;
  if (!check_unit(turn, error) || !check_reason(turn, error))
    return FALSE;
  if (next->returns >= GW_TICKET_RETURNS_MOST)
    return gw_refuse(error, GW_REFUSAL_TICKET_RETURNED_TWICE);
  next->returns++;
  back_to_filed(turn, next->returns >= GW_TICKET_RETURNS_MOST ? GW_NEXT_LEAD : GW_NEXT_CANDIDATE,
                "ticket.returned");
  call_next(turn, "returned");
  return TRUE;
}

static gboolean accept_due(Turn *turn, GError **error) {
  GwTicket *next = &turn->out->next;
  next->timeouts++;
  GwTicketNext who = next->timeouts == 1   ? GW_NEXT_CANDIDATE
                     : next->timeouts == 2 ? GW_NEXT_LEAD
                                           : GW_NEXT_UP;
  back_to_filed(turn, who, "ticket.timed_out");
  gw_effects_notify(&turn->out->effects, GW_NOTIFY_UNIT, "timed_out"); /* the unit that did not answer */
  call_next(turn, "timed_out");
  return TRUE;
}

static gboolean recall(Turn *turn, GError **error) {
  if (turn->now_us - turn->out->next.dispatched_at_us > GW_TICKET_RECALL_US)
    return gw_refuse(error, GW_REFUSAL_TICKET_RECALL_LATE);
  back_to_filed(turn, GW_NEXT_NONE, "ticket.recalled");
  gw_effects_notify(&turn->out->effects, GW_NOTIFY_UNIT, "recall");
  return TRUE;
}

static gboolean depart(Turn *turn, GError **error) {
  if (!check_unit(turn, error))
    return FALSE;
  turn->out->next.state = GW_TICKET_EN_ROUTE;
  turn->out->next.en_route_at_us = turn->now_us;
  turn->out->kind = "ticket.en_route";
  return TRUE;
}

/* The first visit is an answer as good as the first words. */
static gboolean arrive(Turn *turn, GError **error) {
  if (!check_unit(turn, error))
    return FALSE;
  turn->out->next.state = GW_TICKET_ON_SCENE;
  turn->out->next.arrived_at_us = turn->now_us;
  turn->out->kind = "ticket.arrived";
  stop_clock(turn, GW_CLOCK_ARRIVE);
  first_words(turn);
  return TRUE;
}

static gboolean handle(Turn *turn, GError **error) {
  if (!check_unit(turn, error))
    return FALSE;
  turn->out->next.state = GW_TICKET_HANDLING;
  turn->out->kind = "ticket.handling";
  first_words(turn);
  return TRUE;
}

/* Words alone, from the desk to the caller or from a unit on its way: they answer the promise of the
 * first five minutes and move nothing. */
static gboolean note(Turn *turn, GError **error) {
  if (turn->move->actor_unit_id > 0 && !check_unit(turn, error))
    return FALSE;
  turn->out->kind = "ticket.noted";
  first_words(turn);
  return TRUE;
}

GwTicketInput gw_ticket_note_input(GwTicketState state, gboolean by_unit) {
  gboolean is_first_action = by_unit && (state == GW_TICKET_ACCEPTED || state == GW_TICKET_ON_SCENE);
  return is_first_action ? GW_TICKET_DO_HANDLE : GW_TICKET_DO_NOTE;
}

/* From ON_SCENE too: a unit that arrives, mends and photographs need not press a key in between. */
static gboolean close_request(Turn *turn, GError **error) {
  GwTicket *next = &turn->out->next;
  if (!check_unit(turn, error) || !check_proof(turn, error))
    return FALSE;
  next->state = GW_TICKET_CLOSE_REQ;
  next->handler_id = turn->move->handler_id > 0 ? turn->move->handler_id : turn->move->actor_id;
  next->close_req_at_us = turn->now_us;
  turn->out->kind = "ticket.close_requested";
  stop_clock(turn, GW_CLOCK_HANDLE);
  stop_clock(turn, GW_CLOCK_REWORK);
  start_clock(turn, GW_CLOCK_CHECK, turn->now_us);
  return TRUE;
}

static gboolean check_ok(Turn *turn, GError **error) {
  if (!check_second_person(turn, error))
    return FALSE;
  finish(turn, GW_TICKET_CLOSED, "ticket.closed");
  gw_effects_notify(&turn->out->effects, GW_NOTIFY_UNIT, "closed");
  return TRUE;
}

static gboolean check_rework(Turn *turn, GError **error) {
  if (!check_second_person(turn, error) || !check_reason(turn, error))
    return FALSE;
  turn->out->next.state = GW_TICKET_HANDLING;
  turn->out->next.reworks++;
  turn->out->kind = "ticket.rework";
  stop_clock(turn, GW_CLOCK_CHECK);
  start_clock(turn, GW_CLOCK_REWORK, turn->now_us);
  gw_effects_notify(&turn->out->effects, GW_NOTIFY_UNIT, "rework");
  return TRUE;
}

/* The camera is back: what a machine raised a machine may end, and nobody need go.  Only for facilities, and
 * not while somebody stands there with the cable in his hand (ON_SCENE, HANDLING): the alert ends, the ticket
 * is that person's to close, with what was found.  In CLOSE_REQ the picture that is back is the check. */
static gboolean ended(Turn *turn, GError **error) {
  if (turn->out->next.kind != GW_TICKET_F)
    return gw_refuse(error, GW_REFUSAL_TICKET_NO_SUCH_MOVE);
  gw_effects_timer_cancel(&turn->out->effects, GW_TIMER_TICKET_ACCEPT);
  if (gw_ticket_state_holds_unit(turn->out->next.state))
    gw_effects_notify(&turn->out->effects, GW_NOTIFY_UNIT, "closed");
  finish(turn, GW_TICKET_CLOSED, "ticket.closed");
  return TRUE;
}

/* ---- the table ---- */

typedef struct Cell {
  const char *row;
  Act act;
} Cell;

static const Cell table[GW_N_TICKET_STATES][GW_N_TICKET_INPUTS] = {
    [GW_TICKET_NONE] =
        {
            [GW_TICKET_DO_REPORT] = {"T0", report},
        },
    [GW_TICKET_REPORTED] =
        {
            [GW_TICKET_DO_ENDED] = {"T10", ended},
            [GW_TICKET_DO_NOTE] = {"T5", note},
            [GW_TICKET_DO_FILE] = {"T1", file},
            [GW_TICKET_DO_REJECT] = {"T1", reject},
            [GW_TICKET_DO_MERGE] = {"T1", merge},
        },
    [GW_TICKET_FILED] =
        {
            [GW_TICKET_DO_ENDED] = {"T10", ended},
            [GW_TICKET_DO_NOTE] = {"T5", note},
            [GW_TICKET_DO_DISPATCH] = {"T2", dispatch},
        },
    [GW_TICKET_DISPATCHED] =
        {
            [GW_TICKET_DO_ENDED] = {"T10", ended},
            [GW_TICKET_DO_NOTE] = {"T5", note},
            [GW_TICKET_DO_ACCEPT] = {"T3", accept},
            [GW_TICKET_DO_CANNOT] = {"T3b", cannot},
            [GW_TICKET_DO_ACCEPT_DUE] = {"T3c", accept_due},
            [GW_TICKET_DO_RECALL] = {"T2r", recall},
        },
    [GW_TICKET_ACCEPTED] =
        {
            [GW_TICKET_DO_ENDED] = {"T10", ended},
            [GW_TICKET_DO_NOTE] = {"T5", note},
            [GW_TICKET_DO_DEPART] = {"T4", depart},
            [GW_TICKET_DO_ARRIVE] = {"T4", arrive},
            [GW_TICKET_DO_HANDLE] = {"T5", handle},
        },
    [GW_TICKET_EN_ROUTE] =
        {
            [GW_TICKET_DO_ENDED] = {"T10", ended},
            [GW_TICKET_DO_NOTE] = {"T5", note},
            [GW_TICKET_DO_ARRIVE] = {"T4", arrive},
        },
    [GW_TICKET_ON_SCENE] =
        {
            [GW_TICKET_DO_NOTE] = {"T5", note},
            [GW_TICKET_DO_HANDLE] = {"T5", handle},
            [GW_TICKET_DO_CLOSE_REQUEST] = {"T9", close_request},
        },
    [GW_TICKET_HANDLING] =
        {
            [GW_TICKET_DO_NOTE] = {"T5", note},
            [GW_TICKET_DO_CLOSE_REQUEST] = {"T9", close_request},
        },
    [GW_TICKET_CLOSE_REQ] =
        {
            [GW_TICKET_DO_ENDED] = {"T10", ended},
            [GW_TICKET_DO_CHECK_OK] = {"T10", check_ok},
            [GW_TICKET_DO_CHECK_REWORK] = {"T10", check_rework},
        },
};

const char *gw_ticket_table_row(GwTicketState from, GwTicketInput input) {
  return table[from][input].row;
}

gboolean gw_ticket_decide(const GwTicket *now_is, const GwTicketMove *move, const GwCalendar *calendar,
                          GwUsec now_us, GwTicketDecision *ret, GError **error) {
  const Cell *cell = &table[now_is->state][move->input];
  if (!cell->act) {
    gboolean is_over = now_is->state != GW_TICKET_NONE && !gw_ticket_state_is_open(now_is->state);
    return gw_refuse(error, is_over ? GW_REFUSAL_TICKET_OVER : GW_REFUSAL_TICKET_NO_SUCH_MOVE);
  }
  GwTicketDecision out = {.next = *now_is, .row = cell->row};
  Turn turn = {
      .move = move,
      .calendar = calendar ? calendar : gw_calendar_default(),
      .now_us = now_us,
      .out = &out,
  };
  if (!cell->act(&turn, error))
    return FALSE;
  *ret = out;
  return TRUE;
}

/* Clocks that would start and stop within the same instant leave no trace. */
static void gather(GwTicketDecision *whole, const GwTicketDecision *step) {
  for (guint i = 0; i < step->n_clocks; i++) {
    GwTicketClock clock = step->clocks[i].clock;
    if (clock != GW_CLOCK_FILE && clock != GW_CLOCK_DISPATCH)
      whole->clocks[whole->n_clocks++] = step->clocks[i];
  }
  for (guint i = 0; i < step->effects.n; i++)
    whole->effects.item[whole->effects.n++] = step->effects.item[i];
  whole->next = step->next;
}

gboolean gw_ticket_decide_from_alert(const GwTicket *made, const GwTicketMove *dispatch_move,
                                     GwUsec alert_first_at_us, const GwCalendar *calendar, GwUsec now_us,
                                     GwTicketDecision *ret, GError **error) {
  GwTicketMove steps[] = {
      {.input = GW_TICKET_DO_REPORT, .actor_id = dispatch_move->actor_id, .origin_at_us = alert_first_at_us},
      {.input = GW_TICKET_DO_FILE, .actor_id = dispatch_move->actor_id},
      *dispatch_move,
  };
  steps[2].input = GW_TICKET_DO_DISPATCH;
  GwTicketDecision whole = {.next = *made, .row = "A14", .kind = "ticket.dispatched"};
  whole.next.state = GW_TICKET_NONE;
  for (gsize i = 0; i < G_N_ELEMENTS(steps); i++) {
    GwTicketDecision step;
    if (!gw_ticket_decide(&whole.next, &steps[i], calendar, now_us, &step, error))
      return FALSE;
    gather(&whole, &step);
  }
  *ret = whole;
  return TRUE;
}
