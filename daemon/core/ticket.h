#pragma once
#include "daemon/core/clockmath.h"
#include "daemon/core/effect.h"

/* The life of a ticket (LIFECYCLES, TICKET), rows T0-T5, T9, T10, as one table [from][input].
 * Pure.  Thread: any. */
#define GW_TICKET_STATES(X)                                                                                  \
  X(NONE, "") /* – : not there yet */                                                                      \
  X(REPORTED, "REPORTED")                                                                                    \
  X(FILED, "FILED")                                                                                          \
  X(REJECTED, "REJECTED")                                                                                    \
  X(MERGED, "MERGED")                                                                                        \
  X(DISPATCHED, "DISPATCHED")                                                                                \
  X(ACCEPTED, "ACCEPTED")                                                                                    \
  X(EN_ROUTE, "EN_ROUTE")                                                                                    \
  X(ON_SCENE, "ON_SCENE")                                                                                    \
  X(HANDLING, "HANDLING")                                                                                    \
  X(CLOSE_REQ, "CLOSE_REQ")                                                                                  \
  X(CLOSED, "CLOSED")

typedef enum GwTicketState {
#define X(name, text) GW_TICKET_##name,
  GW_TICKET_STATES(X)
#undef X
      GW_N_TICKET_STATES
} GwTicketState;

/* E emergency, O order, F facility, S service, H hotline, C campaign, W works. */
typedef enum GwTicketKind {
  GW_TICKET_E,
  GW_TICKET_O,
  GW_TICKET_F,
  GW_TICKET_S,
  GW_TICKET_H,
  GW_TICKET_C,
  GW_TICKET_W,
  GW_N_TICKET_KINDS
} GwTicketKind;

#define GW_TICKET_INPUTS(X)                                                                                  \
  X(REPORT, "report")               /* T0 */                                                                 \
  X(FILE, "file")                   /* T1 */                                                                 \
  X(REJECT, "reject")               /* T1 */                                                                 \
  X(MERGE, "merge")                 /* T1 */                                                                 \
  X(DISPATCH, "dispatch")           /* T2 */                                                                 \
  X(ACCEPT, "accept")               /* T3; on behalf too */                                                  \
  X(CANNOT, "cannot")               /* T3b: the unit gives it back */                                        \
  X(ACCEPT_DUE, "accept_due")       /* T3c: the accept clock ran out */                                      \
  X(RECALL, "recall")               /* key Z, within 5 s of the dispatch */                                  \
  X(DEPART, "depart")               /* T4 */                                                                 \
  X(ARRIVE, "arrive")               /* T4 */                                                                 \
  X(HANDLE, "handle")               /* T5: the unit's first action note */                                   \
  X(NOTE, "note")                   /* T5: words to whoever asked, in any open state but CLOSE_REQ */        \
  X(CLOSE_REQUEST, "close_request") /* T9 */                                                                 \
  X(CHECK_OK, "check_ok")           /* T10 */                                                                \
  X(CHECK_REWORK, "check_rework")   /* T10 */                                                                \
  X(ENDED, "ended")                 /* T10: a facility's fault ended by itself, the machine says so */

typedef enum GwTicketInput {
#define X(name, text) GW_TICKET_DO_##name,
  GW_TICKET_INPUTS(X)
#undef X
      GW_N_TICKET_INPUTS
} GwTicketInput;

/* Spelled as in the `clock` table. */
#define GW_TICKET_CLOCKS(X)                                                                                  \
  X(FILE, "file")                                                                                            \
  X(DISPATCH, "dispatch")                                                                                    \
  X(ACCEPT, "accept")                                                                                        \
  X(ARRIVE, "arrive")                                                                                        \
  X(FIRST_WORDS, "first_words")                                                                              \
  X(HANDLE, "handle")                                                                                        \
  X(CHECK, "check")                                                                                          \
  X(REWORK, "rework")

typedef enum GwTicketClock {
#define X(name, text) GW_CLOCK_##name,
  GW_TICKET_CLOCKS(X)
#undef X
      GW_N_TICKET_CLOCKS
} GwTicketClock;

/* Who must act next on a FILED ticket. */
typedef enum GwTicketNext {
  GW_NEXT_NONE,
  GW_NEXT_CANDIDATE, /* the next of the recommendation */
  GW_NEXT_LEAD,      /* the shift lead decides */
  GW_NEXT_UP,        /* up the tree: the supervisor */
} GwTicketNext;

/* The columns of the `ticket` row that decide. */
typedef struct GwTicket {
  GwTicketState state;
  GwTicketKind kind;
  gboolean in_person; /* O that is answered in person: arrive clock; always so for E */
  GwId unit_id;       /* whom it is with; 0: nobody */
  int returns, timeouts, reworks;
  gboolean needs_lead; /* the lead (or the supervisor) must choose the next unit */
  GwId handler_id;     /* the person who handled it and asked to close, also when entered on behalf */
  GwUsec origin_at_us; /* the alert's first sighting, or the report */
  GwUsec filed_at_us, dispatched_at_us, accepted_at_us, en_route_at_us, arrived_at_us;
  GwUsec first_words_at_us, close_req_at_us, closed_at_us;
} GwTicket;

typedef struct GwTicketMove {
  GwTicketInput input;
  GwId actor_id;       /* the user who acts; 0: the system */
  gboolean by_lead;    /* that user may decide as lead (role supervisor or admin) */
  GwId actor_unit_id;  /* the unit that user speaks for; 0: none (desk) */
  gboolean on_behalf;  /* radio or telephone, entered by an operator */
  GwId unit_id;        /* DISPATCH: who is to go */
  GwId handler_id;     /* CLOSE_REQUEST: who handled it; 0: actor_id */
  gboolean has_reason; /* CANNOT, REJECT, CHECK_REWORK, CLOSE_REQUEST when far */
  gboolean has_target; /* MERGE: into which ticket */
  GwUsec origin_at_us; /* REPORT: 0: now */
  /* CLOSE_REQUEST */
  guint photos_after, photos_before;
  gboolean before_required;
  gboolean has_result;
  double distance_m; /* from the place; negative: unknown */
} GwTicketMove;

typedef enum GwClockMoveKind { GW_CLOCK_START, GW_CLOCK_STOP } GwClockMoveKind;

typedef struct GwClockMove {
  GwClockMoveKind move;
  GwTicketClock clock;
  GwUsec due_at_us; /* START */
  gboolean calendar;
} GwClockMove;

#define GW_CLOCK_MOVES_MOST (2 * GW_N_TICKET_CLOCKS)

typedef struct GwTicketDecision {
  GwTicket next;
  const char *row;  /* "T3b" */
  const char *kind; /* journal kind: "ticket.returned" */
  GwTicketNext who; /* who acts next, when it went back to FILED */
  GwClockMove
      clocks[GW_CLOCK_MOVES_MOST]; /* to be done in this order; stopping one that does not run is nothing */
  guint n_clocks;
  GwEffects effects; /* the accept clock's timer, messages to unit, lead, supervisor */
} GwTicketDecision;

/* calendar NULL: the default one.  FALSE: refused, *ret untouched. */
gboolean gw_ticket_decide(const GwTicket *now_is, const GwTicketMove *move, const GwCalendar *calendar,
                          GwUsec now_us, GwTicketDecision *ret, GError **error);

/* Dispatching from an alert (A14) is T0, T1 and T2 in one transaction: runs the three, gathers their
 * clocks and effects, row "A14".  `made` carries kind and in_person. */
gboolean gw_ticket_decide_from_alert(const GwTicket *made, const GwTicketMove *dispatch,
                                     GwUsec alert_first_at_us, const GwCalendar *calendar, GwUsec now_us,
                                     GwTicketDecision *ret, GError **error);

/* What a note means here: by the unit (or on its behalf) in ACCEPTED or ON_SCENE its first action (HANDLE),
 * else only words (NOTE). */
GwTicketInput gw_ticket_note_input(GwTicketState state, gboolean by_unit);

const char *gw_ticket_table_row(GwTicketState from, GwTicketInput input); /* NULL: no such move */
/* What a clock of this kind of ticket promises; FALSE: this kind has no such clock. */
gboolean gw_ticket_clock_amount(GwTicketKind kind, gboolean in_person, GwTicketClock clock, GwAmount *ret);

gboolean gw_ticket_state_is_open(GwTicketState state); /* REPORTED … CLOSE_REQ */
gboolean
gw_ticket_state_holds_unit(GwTicketState state); /* DISPATCHED … HANDLING: the unit is busy with it */
const char *gw_ticket_state_to_string(GwTicketState state);
gboolean gw_ticket_state_from_string(const char *text, GwTicketState *ret);
const char *gw_ticket_kind_to_string(GwTicketKind kind); /* "E" */
gboolean gw_ticket_kind_from_string(const char *text, GwTicketKind *ret);
const char *gw_ticket_clock_to_string(GwTicketClock clock);
gboolean gw_ticket_clock_from_string(const char *text, GwTicketClock *ret);
const char *gw_ticket_input_to_string(GwTicketInput input);

#define GW_TICKET_RECALL_US (5 * GW_SEC)
#define GW_TICKET_RETURNS_MOST 2
#define GW_TICKET_TIMEOUTS_MOST 2 /* after these the lead, after one more up the tree */
#define GW_TICKET_PLACE_M 50.0
