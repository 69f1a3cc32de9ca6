#include "tests/unit/core_facts.h"

#include <math.h>

#include "daemon/core/ticket.h"

#define OPERATOR 7
#define GUARD 21 /* a person */
#define TEAM 3   /* the guard's unit */
#define OTHER_TEAM 4

static GwTicket in_state(GwTicketState state, GwTicketKind kind) {
  GwTicket ticket = {.state = state, .kind = kind};
  if (state >= GW_TICKET_REPORTED)
    ticket.origin_at_us = TEN_O_CLOCK;
  if (state >= GW_TICKET_FILED)
    ticket.filed_at_us = TEN_O_CLOCK;
  if (state >= GW_TICKET_DISPATCHED) {
    ticket.unit_id = TEAM;
    ticket.dispatched_at_us = TEN_O_CLOCK;
  }
  if (state >= GW_TICKET_CLOSE_REQ)
    ticket.handler_id = GUARD;
  return ticket;
}

static GwTicketMove by_team(GwTicketInput input) {
  return (GwTicketMove){.input = input, .actor_id = GUARD, .actor_unit_id = TEAM};
}

static GwTicketMove by_desk(GwTicketInput input) {
  return (GwTicketMove){.input = input, .actor_id = OPERATOR};
}

static GwTicketMove dispatch_to(GwId unit_id) {
  GwTicketMove move = by_desk(GW_TICKET_DO_DISPATCH);
  move.unit_id = unit_id;
  return move;
}

static GwTicketMove proven_close(void) {
  GwTicketMove move = by_team(GW_TICKET_DO_CLOSE_REQUEST);
  move.photos_after = 1;
  move.has_result = TRUE;
  move.distance_m = 12;
  return move;
}

static GwTicketDecision decide(const GwTicket *ticket, GwTicketMove move, GwUsec after_us) {
  g_autoptr(GError) error = NULL;
  GwTicketDecision d;
  if (!gw_ticket_decide(ticket, &move, NULL, TEN_O_CLOCK + after_us, &d, &error))
    fail_msg("refused: %s", error->message);
  return d;
}

static void refused(const GwTicket *ticket, GwTicketMove move, GwUsec after_us, GwRefusal why) {
  GwTicket before = *ticket;
  GwTicketDecision d, untouched;
  memset(&d, 0x5a, sizeof d);
  memcpy(&untouched, &d, sizeof d);
  g_autoptr(GError) error = NULL;
  gboolean ok = gw_ticket_decide(ticket, &move, NULL, TEN_O_CLOCK + after_us, &d, &error);
  assert_refused(ok, error, why);
  assert_memory_equal(&d, &untouched, sizeof d);
  assert_memory_equal(ticket, &before, sizeof before);
}

/* Due time of a clock that the decision starts; 0: it does not. */
static GwUsec starts(const GwTicketDecision *d, GwTicketClock clock) {
  for (guint i = 0; i < d->n_clocks; i++)
    if (d->clocks[i].move == GW_CLOCK_START && d->clocks[i].clock == clock)
      return d->clocks[i].due_at_us;
  return 0;
}

static gboolean stops(const GwTicketDecision *d, GwTicketClock clock) {
  for (guint i = 0; i < d->n_clocks; i++)
    if (d->clocks[i].move == GW_CLOCK_STOP && d->clocks[i].clock == clock)
      return TRUE;
  return FALSE;
}

static const char *told(const GwTicketDecision *d, GwNotify whom) {
  for (guint i = 0; i < d->effects.n; i++)
    if (d->effects.item[i].kind == GW_EFFECT_NOTIFY && d->effects.item[i].whom == whom)
      return d->effects.item[i].what;
  return NULL;
}

static gboolean cancels_accept(const GwTicketDecision *d) {
  return gw_effects_find(&d->effects, GW_EFFECT_TIMER_CANCEL, GW_TIMER_TICKET_ACCEPT, -1) != NULL;
}

static void assert_stands_at(const GwTicketDecision *d, const char *row, const char *kind,
                             GwTicketState state) {
  assert_string_equal(d->row, row);
  assert_string_equal(d->kind, kind);
  assert_int_equal(d->next.state, state);
}

/* T0 */
static void a_report_starts_the_promise_of_five_minutes(void **state) {
  GwTicket none = {.kind = GW_TICKET_S};
  GwTicketDecision d = decide(&none, by_desk(GW_TICKET_DO_REPORT), 0);
  assert_stands_at(&d, "T0", "ticket.reported", GW_TICKET_REPORTED);
  assert_true(d.next.origin_at_us == TEN_O_CLOCK);
  assert_true(starts(&d, GW_CLOCK_FIRST_WORDS) == TEN_O_CLOCK + 5 * GW_MIN);
  assert_true(starts(&d, GW_CLOCK_FILE) == TEN_O_CLOCK + GW_HOUR);
  assert_true(starts(&d, GW_CLOCK_ARRIVE) == 0);
}

static void every_kind_has_first_words_and_only_some_arrive(void **state) {
  for (int kind = 0; kind < GW_N_TICKET_KINDS; kind++) {
    GwTicket none = {.kind = (GwTicketKind)kind};
    GwTicketDecision d = decide(&none, by_desk(GW_TICKET_DO_REPORT), 0);
    assert_true(starts(&d, GW_CLOCK_FIRST_WORDS) == TEN_O_CLOCK + 5 * GW_MIN);
    assert_true((starts(&d, GW_CLOCK_ARRIVE) > 0) == (kind == GW_TICKET_E));
  }
  GwTicket in_person = {.kind = GW_TICKET_O, .in_person = TRUE};
  GwTicketDecision d = decide(&in_person, by_desk(GW_TICKET_DO_REPORT), 0);
  assert_true(starts(&d, GW_CLOCK_ARRIVE) == TEN_O_CLOCK + 5 * GW_MIN);
}

static void clocks_run_from_the_origin_so_slow_acking_eats_the_minutes(void **state) {
  GwTicket none = {.kind = GW_TICKET_E};
  GwTicketMove move = by_desk(GW_TICKET_DO_REPORT);
  move.origin_at_us = TEN_O_CLOCK - 90 * GW_SEC;
  GwTicketDecision d = decide(&none, move, 0);
  assert_true(starts(&d, GW_CLOCK_ARRIVE) == TEN_O_CLOCK + 210 * GW_SEC);
  assert_true(starts(&d, GW_CLOCK_HANDLE) == TEN_O_CLOCK - 90 * GW_SEC + 30 * GW_MIN);
}

/* T1 */
static void filing_stops_its_clock_and_starts_the_one_of_dispatching(void **state) {
  GwTicket ticket = in_state(GW_TICKET_REPORTED, GW_TICKET_F);
  GwTicketDecision d = decide(&ticket, by_desk(GW_TICKET_DO_FILE), GW_MIN);
  assert_stands_at(&d, "T1", "ticket.filed", GW_TICKET_FILED);
  assert_true(stops(&d, GW_CLOCK_FILE));
  assert_true(starts(&d, GW_CLOCK_DISPATCH) == TEN_O_CLOCK + 61 * GW_MIN);
}

static void rejecting_needs_a_reason_and_stops_every_clock(void **state) {
  GwTicket ticket = in_state(GW_TICKET_REPORTED, GW_TICKET_S);
  GwTicketMove move = by_desk(GW_TICKET_DO_REJECT);
  refused(&ticket, move, 0, GW_REFUSAL_TICKET_NEEDS_REASON);
  move.has_reason = TRUE;
  GwTicketDecision d = decide(&ticket, move, GW_MIN);
  assert_stands_at(&d, "T1", "ticket.rejected", GW_TICKET_REJECTED);
  for (GwTicketClock clock = 0; clock < GW_N_TICKET_CLOCKS; clock++)
    assert_true(stops(&d, clock));
}

static void merging_needs_the_other_ticket(void **state) {
  GwTicket ticket = in_state(GW_TICKET_REPORTED, GW_TICKET_S);
  GwTicketMove move = by_desk(GW_TICKET_DO_MERGE);
  refused(&ticket, move, 0, GW_REFUSAL_TICKET_NEEDS_TARGET);
  move.has_target = TRUE;
  GwTicketDecision d = decide(&ticket, move, GW_MIN);
  assert_stands_at(&d, "T1", "ticket.merged", GW_TICKET_MERGED);
}

/* T2 */
static void dispatching_tells_the_unit_and_sets_the_accept_timer(void **state) {
  GwTicket ticket = in_state(GW_TICKET_FILED, GW_TICKET_E);
  refused(&ticket, dispatch_to(0), 0, GW_REFUSAL_TICKET_NEEDS_UNIT);
  GwTicketDecision d = decide(&ticket, dispatch_to(TEAM), GW_MIN);
  assert_stands_at(&d, "T2", "ticket.dispatched", GW_TICKET_DISPATCHED);
  assert_int_equal(d.next.unit_id, TEAM);
  assert_string_equal(told(&d, GW_NOTIFY_UNIT), "dispatch");
  const GwEffect *timer = gw_effects_find(&d.effects, GW_EFFECT_TIMER_SET, GW_TIMER_TICKET_ACCEPT, 0);
  assert_true(timer->due_at_us == TEN_O_CLOCK + 2 * GW_MIN);
  assert_true(starts(&d, GW_CLOCK_ACCEPT) == timer->due_at_us);
  assert_true(stops(&d, GW_CLOCK_DISPATCH));
}

static void accept_clocks_are_as_long_as_the_kind_says(void **state) {
  static const struct {
    GwTicketKind kind;
    GwUsec long_us;
  } wanted[] = {
      {GW_TICKET_E, GW_MIN},
      {GW_TICKET_O, 5 * GW_MIN},
      {GW_TICKET_F, GW_HOUR},
      {GW_TICKET_S, 3 * GW_DAY},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(wanted); i++) {
    GwTicket ticket = in_state(GW_TICKET_FILED, wanted[i].kind);
    GwTicketDecision d = decide(&ticket, dispatch_to(TEAM), 0);
    assert_true(starts(&d, GW_CLOCK_ACCEPT) == TEN_O_CLOCK + wanted[i].long_us);
  }
}

/* A14 */
static void dispatch_from_an_alert_is_one_step_with_the_alerts_origin(void **state) {
  GwTicket made = {.kind = GW_TICKET_E};
  GwTicketMove move = dispatch_to(TEAM);
  GwTicketDecision d;
  assert_true(gw_ticket_decide_from_alert(&made, &move, TEN_O_CLOCK - GW_MIN, NULL, TEN_O_CLOCK, &d, NULL));
  assert_stands_at(&d, "A14", "ticket.dispatched", GW_TICKET_DISPATCHED);
  assert_true(d.next.origin_at_us == TEN_O_CLOCK - GW_MIN);
  assert_true(starts(&d, GW_CLOCK_ARRIVE) == TEN_O_CLOCK + 4 * GW_MIN);
  assert_true(starts(&d, GW_CLOCK_ACCEPT) == TEN_O_CLOCK + GW_MIN);
  assert_true(starts(&d, GW_CLOCK_FILE) == 0 && starts(&d, GW_CLOCK_DISPATCH) == 0);
  assert_string_equal(told(&d, GW_NOTIFY_UNIT), "dispatch");
}

static void dispatch_from_an_alert_without_a_unit_makes_nothing(void **state) {
  GwTicket made = {.kind = GW_TICKET_E};
  GwTicketMove move = dispatch_to(0);
  GwTicketDecision d;
  g_autoptr(GError) error = NULL;
  gboolean ok = gw_ticket_decide_from_alert(&made, &move, TEN_O_CLOCK, NULL, TEN_O_CLOCK, &d, &error);
  assert_refused(ok, error, GW_REFUSAL_TICKET_NEEDS_UNIT);
}

/* T3 */
static void accepting_stops_the_accept_clock_and_its_timer(void **state) {
  GwTicket ticket = in_state(GW_TICKET_DISPATCHED, GW_TICKET_E);
  GwTicketDecision d = decide(&ticket, by_team(GW_TICKET_DO_ACCEPT), 20 * GW_SEC);
  assert_stands_at(&d, "T3", "ticket.accepted", GW_TICKET_ACCEPTED);
  assert_true(d.next.accepted_at_us == TEN_O_CLOCK + 20 * GW_SEC);
  assert_true(stops(&d, GW_CLOCK_ACCEPT) && cancels_accept(&d));
}

static void only_the_unit_itself_moves_its_ticket_or_a_radio_word_for_it(void **state) {
  static const struct {
    GwTicketState from;
    GwTicketInput input;
  } moves[] = {
      {GW_TICKET_DISPATCHED, GW_TICKET_DO_ACCEPT}, {GW_TICKET_DISPATCHED, GW_TICKET_DO_CANNOT},
      {GW_TICKET_ACCEPTED, GW_TICKET_DO_DEPART},   {GW_TICKET_ACCEPTED, GW_TICKET_DO_ARRIVE},
      {GW_TICKET_ACCEPTED, GW_TICKET_DO_HANDLE},   {GW_TICKET_EN_ROUTE, GW_TICKET_DO_ARRIVE},
      {GW_TICKET_ON_SCENE, GW_TICKET_DO_HANDLE},   {GW_TICKET_HANDLING, GW_TICKET_DO_CLOSE_REQUEST},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(moves); i++) {
    GwTicket ticket = in_state(moves[i].from, GW_TICKET_E);
    GwTicketMove move = proven_close();
    move.input = moves[i].input;
    move.has_reason = TRUE;
    move.actor_unit_id = OTHER_TEAM;
    refused(&ticket, move, GW_SEC, GW_REFUSAL_TICKET_NOT_YOURS);
    move.actor_id = OPERATOR;
    move.actor_unit_id = 0;
    refused(&ticket, move, GW_SEC, GW_REFUSAL_TICKET_NOT_YOURS);
    move.on_behalf = TRUE;
    decide(&ticket, move, GW_SEC);
  }
}

/* T3b */
static void a_returned_ticket_is_filed_again_and_no_clock_is_forgiven(void **state) {
  GwTicket ticket = in_state(GW_TICKET_DISPATCHED, GW_TICKET_F);
  GwTicketMove move = by_team(GW_TICKET_DO_CANNOT);
  refused(&ticket, move, GW_MIN, GW_REFUSAL_TICKET_NEEDS_REASON);
  move.has_reason = TRUE;
  GwTicketDecision d = decide(&ticket, move, GW_MIN);
  assert_stands_at(&d, "T3b", "ticket.returned", GW_TICKET_FILED);
  assert_int_equal(d.next.unit_id, 0);
  assert_int_equal(d.next.returns, 1);
  assert_int_equal(d.who, GW_NEXT_CANDIDATE);
  assert_true(cancels_accept(&d) && stops(&d, GW_CLOCK_ACCEPT));
  assert_true(starts(&d, GW_CLOCK_DISPATCH) == TEN_O_CLOCK + GW_HOUR); /* from the filing, not from now */
  assert_false(stops(&d, GW_CLOCK_FIRST_WORDS) || stops(&d, GW_CLOCK_HANDLE) || stops(&d, GW_CLOCK_ARRIVE));
}

static void after_two_returns_the_lead_decides_and_there_is_no_third(void **state) {
  GwTicket ticket = in_state(GW_TICKET_DISPATCHED, GW_TICKET_F);
  ticket.returns = 1;
  GwTicketMove cannot = by_team(GW_TICKET_DO_CANNOT);
  cannot.has_reason = TRUE;
  GwTicketDecision d = decide(&ticket, cannot, GW_MIN);
  assert_int_equal(d.who, GW_NEXT_LEAD);
  assert_true(d.next.needs_lead);
  assert_non_null(told(&d, GW_NOTIFY_LEAD_PHONE));
  refused(&d.next, dispatch_to(TEAM), 2 * GW_MIN, GW_REFUSAL_TICKET_LEAD_DECIDES);
  GwTicketMove by_lead = dispatch_to(TEAM);
  by_lead.by_lead = TRUE;
  d = decide(&d.next, by_lead, 2 * GW_MIN);
  assert_false(d.next.needs_lead);
  refused(&d.next, cannot, 3 * GW_MIN, GW_REFUSAL_TICKET_RETURNED_TWICE);
}

static void an_emergency_does_not_wait_for_a_rank(void **state) {
  GwTicket ticket = in_state(GW_TICKET_FILED, GW_TICKET_E);
  ticket.needs_lead = TRUE;
  GwTicketDecision d = decide(&ticket, dispatch_to(TEAM), GW_MIN);
  assert_int_equal(d.next.state, GW_TICKET_DISPATCHED);
}

/* T2: nobody was free; the lead is told, and nothing was returned or let run out. */
static void a_unit_that_comes_free_is_sent_by_whoever_sees_it(void **state) {
  GwTicket ticket = in_state(GW_TICKET_FILED, GW_TICKET_O);
  ticket.needs_lead = TRUE;
  GwTicketDecision d = decide(&ticket, dispatch_to(TEAM), GW_MIN);
  assert_int_equal(d.next.state, GW_TICKET_DISPATCHED);
  assert_false(d.next.needs_lead);
}

/* T3c */
static void an_unanswered_ticket_climbs_next_lead_up(void **state) {
  GwTicket ticket = in_state(GW_TICKET_DISPATCHED, GW_TICKET_E);
  GwTicketDecision d = decide(&ticket, (GwTicketMove){.input = GW_TICKET_DO_ACCEPT_DUE}, GW_MIN);
  assert_stands_at(&d, "T3c", "ticket.timed_out", GW_TICKET_FILED);
  assert_int_equal(d.who, GW_NEXT_CANDIDATE);
  assert_string_equal(told(&d, GW_NOTIFY_NEXT_CANDIDATE), "timed_out");
  assert_string_equal(told(&d, GW_NOTIFY_UNIT), "timed_out");
  assert_false(d.next.needs_lead);
  ticket.timeouts = 1;
  d = decide(&ticket, (GwTicketMove){.input = GW_TICKET_DO_ACCEPT_DUE}, GW_MIN);
  assert_int_equal(d.who, GW_NEXT_LEAD);
  assert_true(d.next.needs_lead);
  assert_non_null(told(&d, GW_NOTIFY_LEAD_TONE));
  ticket.timeouts = 2;
  d = decide(&ticket, (GwTicketMove){.input = GW_TICKET_DO_ACCEPT_DUE}, GW_MIN);
  assert_int_equal(d.who, GW_NEXT_UP);
  assert_int_equal(d.next.timeouts, 3);
  assert_non_null(told(&d, GW_NOTIFY_SUPERVISOR));
}

/* Key Z */
static void a_dispatch_is_recalled_within_five_seconds_and_not_later(void **state) {
  GwTicket ticket = in_state(GW_TICKET_DISPATCHED, GW_TICKET_E);
  GwTicketDecision d = decide(&ticket, by_desk(GW_TICKET_DO_RECALL), 5 * GW_SEC);
  assert_stands_at(&d, "T2r", "ticket.recalled", GW_TICKET_FILED);
  assert_int_equal(d.next.unit_id, 0);
  assert_int_equal(d.next.returns + d.next.timeouts, 0);
  assert_string_equal(told(&d, GW_NOTIFY_UNIT), "recall");
  assert_true(cancels_accept(&d));
  refused(&ticket, by_desk(GW_TICKET_DO_RECALL), 5 * GW_SEC + 1, GW_REFUSAL_TICKET_RECALL_LATE);
}

/* T4 */
static void en_route_then_on_scene_stops_the_five_minutes(void **state) {
  GwTicket ticket = in_state(GW_TICKET_ACCEPTED, GW_TICKET_E);
  GwTicketDecision d = decide(&ticket, by_team(GW_TICKET_DO_DEPART), 30 * GW_SEC);
  assert_stands_at(&d, "T4", "ticket.en_route", GW_TICKET_EN_ROUTE);
  assert_true(d.next.en_route_at_us == TEN_O_CLOCK + 30 * GW_SEC);
  d = decide(&d.next, by_team(GW_TICKET_DO_ARRIVE), 3 * GW_MIN);
  assert_stands_at(&d, "T4", "ticket.arrived", GW_TICKET_ON_SCENE);
  assert_true(d.next.arrived_at_us == TEN_O_CLOCK + 3 * GW_MIN);
  assert_true(stops(&d, GW_CLOCK_ARRIVE) && stops(&d, GW_CLOCK_FIRST_WORDS));
  assert_true(d.next.first_words_at_us == TEN_O_CLOCK + 3 * GW_MIN);
}

static void a_geofence_may_say_arrived_without_a_tap_on_the_way(void **state) {
  GwTicket ticket = in_state(GW_TICKET_ACCEPTED, GW_TICKET_E);
  GwTicketDecision d = decide(&ticket, by_team(GW_TICKET_DO_ARRIVE), GW_MIN);
  assert_stands_at(&d, "T4", "ticket.arrived", GW_TICKET_ON_SCENE);
}

/* T5 */
static void the_first_action_is_the_first_reply(void **state) {
  static const GwTicketState from[] = {GW_TICKET_ACCEPTED, GW_TICKET_ON_SCENE};
  for (gsize i = 0; i < G_N_ELEMENTS(from); i++) {
    GwTicket ticket = in_state(from[i], GW_TICKET_O);
    GwTicketDecision d = decide(&ticket, by_team(GW_TICKET_DO_HANDLE), GW_MIN);
    assert_stands_at(&d, "T5", "ticket.handling", GW_TICKET_HANDLING);
    assert_true(d.next.first_words_at_us == TEN_O_CLOCK + GW_MIN);
    assert_true(stops(&d, GW_CLOCK_FIRST_WORDS));
  }
}

static void words_from_the_desk_keep_the_promise_and_move_nothing(void **state) {
  for (GwTicketState from = GW_TICKET_REPORTED; from <= GW_TICKET_HANDLING; from++) {
    if (from == GW_TICKET_REJECTED || from == GW_TICKET_MERGED)
      continue;
    GwTicket ticket = in_state(from, GW_TICKET_S);
    GwTicketDecision d = decide(&ticket, by_desk(GW_TICKET_DO_NOTE), GW_MIN);
    assert_stands_at(&d, "T5", "ticket.noted", from);
    assert_true(stops(&d, GW_CLOCK_FIRST_WORDS));
    GwTicketDecision later = decide(&d.next, by_desk(GW_TICKET_DO_NOTE), 9 * GW_MIN);
    assert_true(later.next.first_words_at_us == TEN_O_CLOCK + GW_MIN);
  }
  GwTicket theirs = in_state(GW_TICKET_EN_ROUTE, GW_TICKET_S);
  GwTicketMove by_others = by_team(GW_TICKET_DO_NOTE);
  by_others.actor_unit_id = OTHER_TEAM;
  refused(&theirs, by_others, GW_MIN, GW_REFUSAL_TICKET_NOT_YOURS);
}

static void a_note_is_an_action_only_by_the_unit_that_is_there(void **state) {
  assert_int_equal(gw_ticket_note_input(GW_TICKET_ON_SCENE, TRUE), GW_TICKET_DO_HANDLE);
  assert_int_equal(gw_ticket_note_input(GW_TICKET_ACCEPTED, TRUE), GW_TICKET_DO_HANDLE);
  assert_int_equal(gw_ticket_note_input(GW_TICKET_ON_SCENE, FALSE), GW_TICKET_DO_NOTE);
  assert_int_equal(gw_ticket_note_input(GW_TICKET_HANDLING, TRUE), GW_TICKET_DO_NOTE);
}

/* T9 */
static void asking_to_close_stops_the_handle_clock_and_starts_the_check(void **state) {
  GwTicket ticket = in_state(GW_TICKET_HANDLING, GW_TICKET_E);
  GwTicketDecision d = decide(&ticket, proven_close(), 10 * GW_MIN);
  assert_stands_at(&d, "T9", "ticket.close_requested", GW_TICKET_CLOSE_REQ);
  assert_int_equal(d.next.handler_id, GUARD);
  assert_true(stops(&d, GW_CLOCK_HANDLE) && stops(&d, GW_CLOCK_REWORK));
  assert_true(starts(&d, GW_CLOCK_CHECK) == TEN_O_CLOCK + 40 * GW_MIN);
  ticket = in_state(GW_TICKET_ON_SCENE, GW_TICKET_E); /* arrived, done, photographed: no key in between */
  d = decide(&ticket, proven_close(), 10 * GW_MIN);
  assert_stands_at(&d, "T9", "ticket.close_requested", GW_TICKET_CLOSE_REQ);
}

static void closing_is_guarded_by_photo_result_and_place(void **state) {
  GwTicket ticket = in_state(GW_TICKET_HANDLING, GW_TICKET_E);
  GwTicketMove move = proven_close();
  move.photos_after = 0;
  refused(&ticket, move, 0, GW_REFUSAL_TICKET_NEEDS_PHOTO);
  move = proven_close();
  move.before_required = TRUE;
  refused(&ticket, move, 0, GW_REFUSAL_TICKET_NEEDS_BEFORE_PHOTO);
  move.photos_before = 1;
  decide(&ticket, move, 0);
  move = proven_close();
  move.has_result = FALSE;
  refused(&ticket, move, 0, GW_REFUSAL_TICKET_NEEDS_RESULT);
  static const double elsewhere_m[] = {50.1, -1, NAN, INFINITY};
  for (gsize i = 0; i < G_N_ELEMENTS(elsewhere_m); i++) {
    move = proven_close();
    move.distance_m = elsewhere_m[i];
    refused(&ticket, move, 0, GW_REFUSAL_TICKET_TOO_FAR);
    move.has_reason = TRUE;
    decide(&ticket, move, 0);
  }
  move = proven_close();
  move.distance_m = 50;
  decide(&ticket, move, 0);
}

static void closing_on_behalf_remembers_who_handled_it(void **state) {
  GwTicket ticket = in_state(GW_TICKET_HANDLING, GW_TICKET_E);
  GwTicketMove move = proven_close();
  move.actor_id = OPERATOR;
  move.actor_unit_id = 0;
  move.on_behalf = TRUE;
  move.handler_id = GUARD;
  GwTicketDecision d = decide(&ticket, move, 0);
  assert_int_equal(d.next.handler_id, GUARD);
}

/* T10 */
static void a_second_person_closes_it(void **state) {
  GwTicket ticket = in_state(GW_TICKET_CLOSE_REQ, GW_TICKET_E);
  GwTicketDecision d = decide(&ticket, by_desk(GW_TICKET_DO_CHECK_OK), 20 * GW_MIN);
  assert_stands_at(&d, "T10", "ticket.closed", GW_TICKET_CLOSED);
  assert_true(d.next.closed_at_us == TEN_O_CLOCK + 20 * GW_MIN);
  for (GwTicketClock clock = 0; clock < GW_N_TICKET_CLOCKS; clock++)
    assert_true(stops(&d, clock));
}

static void whoever_handled_it_may_not_check_it(void **state) {
  GwTicket ticket = in_state(GW_TICKET_CLOSE_REQ, GW_TICKET_E);
  static const GwTicketInput checks[] = {GW_TICKET_DO_CHECK_OK, GW_TICKET_DO_CHECK_REWORK};
  for (gsize i = 0; i < G_N_ELEMENTS(checks); i++) {
    GwTicketMove himself = {.input = checks[i], .actor_id = GUARD, .has_reason = TRUE};
    refused(&ticket, himself, 0, GW_REFUSAL_TICKET_SAME_PERSON);
    GwTicketMove comrade = {
        .input = checks[i], .actor_id = GUARD + 1, .actor_unit_id = TEAM, .has_reason = TRUE};
    refused(&ticket, comrade, 0, GW_REFUSAL_TICKET_SAME_PERSON);
  }
}

static void rework_sends_it_back_with_half_the_time(void **state) {
  GwTicket ticket = in_state(GW_TICKET_CLOSE_REQ, GW_TICKET_E);
  GwTicketMove move = by_desk(GW_TICKET_DO_CHECK_REWORK);
  refused(&ticket, move, 0, GW_REFUSAL_TICKET_NEEDS_REASON);
  move.has_reason = TRUE;
  GwTicketDecision d = decide(&ticket, move, 0);
  assert_stands_at(&d, "T10", "ticket.rework", GW_TICKET_HANDLING);
  assert_int_equal(d.next.reworks, 1);
  assert_true(stops(&d, GW_CLOCK_CHECK));
  assert_true(starts(&d, GW_CLOCK_REWORK) == TEN_O_CLOCK + 15 * GW_MIN);
  assert_string_equal(told(&d, GW_NOTIFY_UNIT), "rework");
}

static void working_hours_of_a_facility_skip_the_weekend(void **state) {
  GwTicket none = {.kind = GW_TICKET_F};
  GwTicketDecision d = decide(&none, by_desk(GW_TICKET_DO_REPORT), 0); /* a Saturday */
  GwUsec monday_us = gw_date_start_us(gw_date_from_ymd(2026, 11, 23), CHINA);
  /* 08:30-12:00 is three and a half of the four working hours. */
  assert_true(starts(&d, GW_CLOCK_HANDLE) == monday_us + 14 * GW_HOUR);
}

static void a_fault_that_ended_by_itself_closes_its_facility_ticket(void **state) {
  for (GwTicketState from = 0; from < GW_N_TICKET_STATES; from++) {
    GwTicket ticket = in_state(from, GW_TICKET_F);
    if (!gw_ticket_state_is_open(from) || from == GW_TICKET_ON_SCENE || from == GW_TICKET_HANDLING)
      continue; /* over already, or somebody stands there: he closes it */
    GwTicketDecision d = decide(&ticket, (GwTicketMove){.input = GW_TICKET_DO_ENDED}, GW_HOUR);
    assert_stands_at(&d, "T10", "ticket.closed", GW_TICKET_CLOSED);
    assert_true(cancels_accept(&d));
    assert_true((told(&d, GW_NOTIFY_UNIT) != NULL) == gw_ticket_state_holds_unit(from));
    for (GwTicketClock clock = 0; clock < GW_N_TICKET_CLOCKS; clock++)
      assert_true(stops(&d, clock));
  }
}

static void a_technician_on_the_spot_closes_his_ticket_himself(void **state) {
  static const GwTicketState there[] = {GW_TICKET_ON_SCENE, GW_TICKET_HANDLING};
  for (gsize i = 0; i < G_N_ELEMENTS(there); i++) {
    GwTicket ticket = in_state(there[i], GW_TICKET_F);
    refused(&ticket, (GwTicketMove){.input = GW_TICKET_DO_ENDED}, GW_HOUR, GW_REFUSAL_TICKET_NO_SUCH_MOVE);
  }
}

static void only_a_facilitys_ticket_ends_by_itself(void **state) {
  for (int kind = 0; kind < GW_N_TICKET_KINDS; kind++) {
    if (kind == GW_TICKET_F)
      continue;
    GwTicket ticket = in_state(GW_TICKET_DISPATCHED, (GwTicketKind)kind);
    refused(&ticket, (GwTicketMove){.input = GW_TICKET_DO_ENDED}, GW_HOUR, GW_REFUSAL_TICKET_NO_SUCH_MOVE);
  }
}

static const Row rows[] = {
    {GW_TICKET_NONE, GW_TICKET_DO_REPORT, "T0"},
    {GW_TICKET_REPORTED, GW_TICKET_DO_FILE, "T1"},
    {GW_TICKET_REPORTED, GW_TICKET_DO_REJECT, "T1"},
    {GW_TICKET_REPORTED, GW_TICKET_DO_MERGE, "T1"},
    {GW_TICKET_REPORTED, GW_TICKET_DO_NOTE, "T5"},
    {GW_TICKET_FILED, GW_TICKET_DO_DISPATCH, "T2"},
    {GW_TICKET_FILED, GW_TICKET_DO_NOTE, "T5"},
    {GW_TICKET_DISPATCHED, GW_TICKET_DO_ACCEPT, "T3"},
    {GW_TICKET_DISPATCHED, GW_TICKET_DO_CANNOT, "T3b"},
    {GW_TICKET_DISPATCHED, GW_TICKET_DO_ACCEPT_DUE, "T3c"},
    {GW_TICKET_DISPATCHED, GW_TICKET_DO_RECALL, "T2r"},
    {GW_TICKET_DISPATCHED, GW_TICKET_DO_NOTE, "T5"},
    {GW_TICKET_ACCEPTED, GW_TICKET_DO_DEPART, "T4"},
    {GW_TICKET_ACCEPTED, GW_TICKET_DO_ARRIVE, "T4"},
    {GW_TICKET_ACCEPTED, GW_TICKET_DO_HANDLE, "T5"},
    {GW_TICKET_ACCEPTED, GW_TICKET_DO_NOTE, "T5"},
    {GW_TICKET_EN_ROUTE, GW_TICKET_DO_ARRIVE, "T4"},
    {GW_TICKET_EN_ROUTE, GW_TICKET_DO_NOTE, "T5"},
    {GW_TICKET_ON_SCENE, GW_TICKET_DO_HANDLE, "T5"},
    {GW_TICKET_ON_SCENE, GW_TICKET_DO_NOTE, "T5"},
    {GW_TICKET_ON_SCENE, GW_TICKET_DO_CLOSE_REQUEST, "T9"},
    {GW_TICKET_HANDLING, GW_TICKET_DO_NOTE, "T5"},
    {GW_TICKET_HANDLING, GW_TICKET_DO_CLOSE_REQUEST, "T9"},
    {GW_TICKET_CLOSE_REQ, GW_TICKET_DO_CHECK_OK, "T10"},
    {GW_TICKET_CLOSE_REQ, GW_TICKET_DO_CHECK_REWORK, "T10"},
    {GW_TICKET_REPORTED, GW_TICKET_DO_ENDED, "T10"},
    {GW_TICKET_FILED, GW_TICKET_DO_ENDED, "T10"},
    {GW_TICKET_DISPATCHED, GW_TICKET_DO_ENDED, "T10"},
    {GW_TICKET_ACCEPTED, GW_TICKET_DO_ENDED, "T10"},
    {GW_TICKET_EN_ROUTE, GW_TICKET_DO_ENDED, "T10"},
    {GW_TICKET_CLOSE_REQ, GW_TICKET_DO_ENDED, "T10"},
};

static void every_move_outside_the_table_is_refused_and_changes_nothing(void **state) {
  for (int from = 0; from < GW_N_TICKET_STATES; from++)
    for (int input = 0; input < GW_N_TICKET_INPUTS; input++) {
      const char *row = row_of(rows, G_N_ELEMENTS(rows), from, input);
      assert_same_row(gw_ticket_table_row((GwTicketState)from, (GwTicketInput)input), row);
      if (row)
        continue;
      GwTicketMove move = proven_close(); /* whatever a guard could ask for is given */
      move.input = (GwTicketInput)input;
      move.has_reason = move.has_target = move.by_lead = move.on_behalf = TRUE;
      move.unit_id = TEAM;
      gboolean is_over = from == GW_TICKET_REJECTED || from == GW_TICKET_MERGED || from == GW_TICKET_CLOSED;
      GwTicket ticket = in_state((GwTicketState)from, GW_TICKET_E);
      refused(&ticket, move, GW_SEC, is_over ? GW_REFUSAL_TICKET_OVER : GW_REFUSAL_TICKET_NO_SUCH_MOVE);
    }
}

static void names_go_both_ways(void **state) {
  for (int i = 0; i < GW_N_TICKET_STATES; i++) {
    GwTicketState back;
    assert_true(gw_ticket_state_from_string(gw_ticket_state_to_string((GwTicketState)i), &back));
    assert_int_equal(back, i);
  }
  for (int i = 0; i < GW_N_TICKET_KINDS; i++) {
    GwTicketKind back;
    assert_true(gw_ticket_kind_from_string(gw_ticket_kind_to_string((GwTicketKind)i), &back));
    assert_int_equal(back, i);
  }
  for (int i = 0; i < GW_N_TICKET_CLOCKS; i++) {
    GwTicketClock back;
    assert_true(gw_ticket_clock_from_string(gw_ticket_clock_to_string((GwTicketClock)i), &back));
    assert_int_equal(back, i);
  }
}

static void a_unit_is_busy_from_the_dispatch_until_it_asks_to_close(void **state) {
  for (int i = 0; i < GW_N_TICKET_STATES; i++) {
    gboolean busy = i == GW_TICKET_DISPATCHED || i == GW_TICKET_ACCEPTED || i == GW_TICKET_EN_ROUTE ||
                    i == GW_TICKET_ON_SCENE || i == GW_TICKET_HANDLING;
    assert_true(gw_ticket_state_holds_unit((GwTicketState)i) == busy);
  }
}

int main(void) {
  const struct CMUnitTest facts[] = {
      FACT(a_report_starts_the_promise_of_five_minutes),
      FACT(every_kind_has_first_words_and_only_some_arrive),
      FACT(clocks_run_from_the_origin_so_slow_acking_eats_the_minutes),
      FACT(filing_stops_its_clock_and_starts_the_one_of_dispatching),
      FACT(rejecting_needs_a_reason_and_stops_every_clock),
      FACT(merging_needs_the_other_ticket),
      FACT(dispatching_tells_the_unit_and_sets_the_accept_timer),
      FACT(accept_clocks_are_as_long_as_the_kind_says),
      FACT(dispatch_from_an_alert_is_one_step_with_the_alerts_origin),
      FACT(dispatch_from_an_alert_without_a_unit_makes_nothing),
      FACT(accepting_stops_the_accept_clock_and_its_timer),
      FACT(only_the_unit_itself_moves_its_ticket_or_a_radio_word_for_it),
      FACT(a_returned_ticket_is_filed_again_and_no_clock_is_forgiven),
      FACT(after_two_returns_the_lead_decides_and_there_is_no_third),
      FACT(an_emergency_does_not_wait_for_a_rank),
      FACT(an_unanswered_ticket_climbs_next_lead_up),
      FACT(a_dispatch_is_recalled_within_five_seconds_and_not_later),
      FACT(en_route_then_on_scene_stops_the_five_minutes),
      FACT(a_geofence_may_say_arrived_without_a_tap_on_the_way),
      FACT(the_first_action_is_the_first_reply),
      FACT(words_from_the_desk_keep_the_promise_and_move_nothing),
      FACT(a_note_is_an_action_only_by_the_unit_that_is_there),
      FACT(asking_to_close_stops_the_handle_clock_and_starts_the_check),
      FACT(closing_is_guarded_by_photo_result_and_place),
      FACT(closing_on_behalf_remembers_who_handled_it),
      FACT(a_second_person_closes_it),
      FACT(whoever_handled_it_may_not_check_it),
      FACT(rework_sends_it_back_with_half_the_time),
      FACT(working_hours_of_a_facility_skip_the_weekend),
      FACT(a_fault_that_ended_by_itself_closes_its_facility_ticket),
      FACT(only_a_facilitys_ticket_ends_by_itself),
      FACT(a_technician_on_the_spot_closes_his_ticket_himself),
      FACT(a_unit_that_comes_free_is_sent_by_whoever_sees_it),
      FACT(every_move_outside_the_table_is_refused_and_changes_nothing),
      FACT(names_go_both_ways),
      FACT(a_unit_is_busy_from_the_dispatch_until_it_asks_to_close),
  };
  return cmocka_run_group_tests(facts, NULL, NULL);
}
