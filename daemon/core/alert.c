#include "daemon/core/alert.h"

#include "daemon/core/names.h"
#include "daemon/core/refusal.h"

static const char *const state_names[] = {
#define X(name, text) text,
    GW_ALERT_STATES(X)
#undef X
};
static const char *const input_names[] = {
#define X(name, text) text,
    GW_ALERT_INPUTS(X)
#undef X
};
static const char *const disposition_names[GW_N_DISPOSITIONS] = {"", "real", "false", "test", "duplicate"};

GW_NAMES_DEFINE(GwAlertState, gw_alert_state, state_names)
GW_NAMES_DEFINE(GwDisposition, gw_disposition, disposition_names)

const char *gw_alert_input_to_string(GwAlertInput input) {
  return (guint)input < GW_N_ALERT_INPUTS ? input_names[input] : "?";
}

typedef struct Turn {
  const GwRule *rule; /* with the times of the alert's own priority */
  const GwAlertMove *move;
  GwUsec now_us;
  GwAlertDecision *out; /* out->next starts as a copy of what is */
} Turn;

typedef gboolean (*Act)(Turn *turn, GError **error);

/* An alert may stand higher than its rule says (a blind grid); then the times of that priority count. */
static GwRule rule_at(const GwRule *rule, int priority) {
  GwRule at = *rule;
  if (priority != rule->priority)
    gw_rule_set_priority(&at, priority);
  return at;
}

static GwUsec raised_at_us(const GwAlert *alert, const GwRule *rule) {
  return alert->first_at_us + rule->on_delay_us;
}

static void tone(Turn *turn) {
  GwAlert *next = &turn->out->next;
  if (next->priority > 3)
    return; /* P4 is seen, not heard */
  next->toned_at_us = turn->now_us;
  gw_effects_tone(&turn->out->effects, next->priority, next->priority == 1);
}

static void tone_again(Turn *turn) {
  GwUsec since_us = turn->now_us - turn->out->next.toned_at_us;
  if (turn->rule->retone_us > 0 && since_us >= turn->rule->retone_us)
    tone(turn);
}

static void set_ack_timers(Turn *turn, GwUsec from_us) {
  for (int times = 1; times <= 4; times *= 2)
    gw_effects_timer_set(&turn->out->effects, GW_TIMER_ALERT_ACK, times, from_us + times * turn->rule->ack_us,
                         FALSE);
}

/* It is graver than when it was raised: the times of its priority count from the original start, as every change of
 * a priority does; who has not answered hears it. */
static void rise(Turn *turn) {
  GwAlert *next = &turn->out->next;
  const gboolean is_graver = turn->rule->priority < next->priority;
  next->priority = turn->rule->priority;
  if (!is_graver || next->state == GW_ALERT_ACKED)
    return;
  set_ack_timers(turn, raised_at_us(next, turn->rule));
  tone(turn);
}

static void count(Turn *turn) {
  GwAlert *next = &turn->out->next;
  next->count++;
  next->active = TRUE;
  next->cleared_at_us = 0;
  next->last_at_us = MAX(next->last_at_us, turn->now_us);
  turn->out->kind = "alert.again";
  rise(turn);
}

static void take(Turn *turn) {
  GwAlert *next = &turn->out->next;
  next->state = GW_ALERT_ACKED;
  next->owner_id = turn->move->actor_id;
  next->acked_at_us = turn->now_us;
  gw_effects_timer_cancel(&turn->out->effects, GW_TIMER_ALERT_ACK);
}

static void end_condition(Turn *turn) {
  GwAlert *next = &turn->out->next;
  if (next->active)
    next->cleared_at_us = turn->now_us;
  next->active = FALSE;
}

static void close_alert(Turn *turn) {
  GwAlert *next = &turn->out->next;
  end_condition(turn);
  next->state = GW_ALERT_NORM;
  next->closed_at_us = turn->now_us;
  turn->out->kind = "alert.closed";
}

/* A7: clear, and somebody has said what it was or is on it.  What is latched wants a word in any case. */
static void close_if_settled(Turn *turn) {
  const GwAlert *next = &turn->out->next;
  gboolean answered = next->disposition != GW_DISPOSITION_NONE || (next->has_ticket && !next->latched);
  if (!next->active && answered)
    close_alert(turn);
}

static gboolean raise_alert(Turn *turn, GError **error) {
  GwUsec first_at_us =
      turn->move->first_at_us > 0 ? turn->move->first_at_us : turn->now_us - turn->rule->on_delay_us;
  turn->out->next = (GwAlert){
      .state = GW_ALERT_UNACKED,
      .active = TRUE,
      .latched = turn->rule->latched,
      .priority = turn->rule->priority,
      .count = 1,
      .first_at_us = first_at_us,
      .last_at_us = turn->now_us,
  };
  turn->out->kind = "alert.raised";
  set_ack_timers(turn, raised_at_us(&turn->out->next, turn->rule));
  tone(turn);
  return TRUE;
}

static gboolean again_unacked(Turn *turn, GError **error) {
  count(turn);
  tone_again(turn);
  return TRUE;
}

/* LIFECYCLES writes A2 for B; somebody is on an acknowledged one, so it counts up without a sound. */
static gboolean again_acked(Turn *turn, GError **error) {
  count(turn);
  return TRUE;
}

static gboolean again_returned(Turn *turn, GError **error) {
  count(turn);
  turn->out->next.state = GW_ALERT_UNACKED;
  tone_again(turn);
  return TRUE;
}

static gboolean ack(Turn *turn, GError **error) {
  take(turn);
  turn->out->kind = "alert.acked";
  return TRUE;
}

static gboolean refuse_second_ack(Turn *turn, GError **error) {
  return gw_refuse(error, GW_REFUSAL_ALERT_ALREADY_ACKED);
}

static gboolean refuse_unacked(Turn *turn, GError **error) {
  return gw_refuse(error, GW_REFUSAL_ALERT_ACK_FIRST);
}

static gboolean refuse_without_disposition(Turn *turn, GError **error) {
  return gw_refuse(error, GW_REFUSAL_ALERT_NEEDS_DISPOSITION);
}

/* T_ack keeps running: nobody has looked. */
static gboolean clear_unacked(Turn *turn, GError **error) {
  end_condition(turn);
  turn->out->kind = "alert.cleared";
  if (turn->out->next.latched)
    return TRUE;
  turn->out->next.state = GW_ALERT_RETURNED;
  turn->out->kind = "alert.returned";
  return TRUE;
}

static gboolean clear_acked(Turn *turn, GError **error) {
  end_condition(turn);
  turn->out->kind = "alert.cleared";
  close_if_settled(turn);
  return TRUE;
}

static gboolean read_disposition(Turn *turn, GError **error) {
  GwDisposition said = turn->move->disposition;
  if (said <= GW_DISPOSITION_NONE || said >= GW_N_DISPOSITIONS)
    return gw_refuse(error, GW_REFUSAL_ALERT_BAD_DISPOSITION);
  turn->out->next.disposition = said;
  return TRUE;
}

static gboolean dispose_acked(Turn *turn, GError **error) {
  if (!read_disposition(turn, error))
    return FALSE;
  turn->out->kind = "alert.disposed";
  if (gw_rule_kind_cleared_by_person(turn->rule->kind))
    end_condition(turn);
  close_if_settled(turn);
  return TRUE;
}

static gboolean dispose_returned(Turn *turn, GError **error) {
  if (!read_disposition(turn, error))
    return FALSE;
  take(turn);
  close_alert(turn);
  return TRUE;
}

static gboolean dispatch(Turn *turn, GError **error) {
  GwAlert *next = &turn->out->next;
  if (next->has_ticket)
    return gw_refuse(error, GW_REFUSAL_ALERT_HAS_TICKET);
  if (next->state == GW_ALERT_UNACKED)
    take(turn);
  next->has_ticket = TRUE;
  turn->out->kind = "alert.dispatched";
  close_if_settled(turn);
  return TRUE;
}

/* Work was done on it, so it was real unless somebody said otherwise.  A machine's condition goes on
 * until the machine sees it end, and may be dispatched anew. */
static gboolean ticket_closed(Turn *turn, GError **error) {
  GwAlert *next = &turn->out->next;
  next->has_ticket = FALSE;
  if (next->disposition == GW_DISPOSITION_NONE)
    next->disposition = GW_DISPOSITION_REAL;
  turn->out->kind = "alert.ticket_closed";
  if (gw_rule_kind_cleared_by_person(turn->rule->kind))
    end_condition(turn);
  close_if_settled(turn);
  return TRUE;
}

static gboolean escalate(Turn *turn, GError **error) {
  GwAlert *next = &turn->out->next;
  GwEffects *effects = &turn->out->effects;
  int step = turn->move->due;
  if ((step != 1 && step != 2 && step != 4) || step <= next->escalation)
    return gw_refuse(error, GW_REFUSAL_ALERT_NO_SUCH_MOVE);
  next->escalation = step;
  turn->out->kind = "alert.escalated";
  if (step == 1) {
    gw_effects_notify(effects, GW_NOTIFY_DESK, "escalation");
    gw_effects_notify(effects, GW_NOTIFY_LEAD_TONE, "escalation");
  } else {
    gw_effects_notify(effects, step == 2 ? GW_NOTIFY_LEAD_PHONE : GW_NOTIFY_SUPERVISOR, "escalation");
  }
  return TRUE;
}

static gboolean withdraw(Turn *turn, GError **error) {
  gw_effects_timer_cancel(&turn->out->effects, GW_TIMER_ALERT_ACK);
  close_alert(turn);
  turn->out->kind = "alert.withdrawn";
  return TRUE;
}

/* The table.  A cell with an act and no row is a refusal that has a better sentence than the general one. */
typedef struct Cell {
  const char *row;
  Act act;
} Cell;

static const Cell table[GW_N_ALERT_STATES][GW_N_ALERT_INPUTS] = {
    [GW_ALERT_NORM] =
        {
            [GW_ALERT_RAISE] = {"A1", raise_alert},
        },
    [GW_ALERT_UNACKED] =
        {
            [GW_ALERT_AGAIN] = {"A2", again_unacked},
            [GW_ALERT_ACK] = {"A3", ack},
            [GW_ALERT_CLEAR] = {"A4", clear_unacked},
            [GW_ALERT_DISPOSE] = {NULL, refuse_unacked},
            [GW_ALERT_DISPATCH] = {"A14", dispatch},
            [GW_ALERT_ACK_DUE] = {"A13", escalate},
            [GW_ALERT_WITHDRAW] = {"R7", withdraw},
        },
    [GW_ALERT_ACKED] =
        {
            [GW_ALERT_AGAIN] = {"A2", again_acked},
            [GW_ALERT_ACK] = {NULL, refuse_second_ack},
            [GW_ALERT_CLEAR] = {"A7", clear_acked},
            [GW_ALERT_DISPOSE] = {"A7", dispose_acked},
            [GW_ALERT_DISPATCH] = {"A14", dispatch},
            [GW_ALERT_TICKET_CLOSED] = {"A7", ticket_closed},
            [GW_ALERT_WITHDRAW] = {"R7", withdraw},
        },
    [GW_ALERT_RETURNED] =
        {
            [GW_ALERT_AGAIN] = {"A6", again_returned},
            [GW_ALERT_ACK] = {NULL, refuse_without_disposition},
            [GW_ALERT_DISPOSE] = {"A5", dispose_returned},
            [GW_ALERT_DISPATCH] = {NULL, refuse_without_disposition},
            [GW_ALERT_ACK_DUE] = {"A13", escalate},
            [GW_ALERT_WITHDRAW] = {"R7", withdraw},
        },
};

const char *gw_alert_table_row(GwAlertState from, GwAlertInput input) {
  return table[from][input].row;
}

gboolean gw_alert_decide(const GwAlert *now_is, const GwRule *rule, const GwAlertMove *move, GwUsec now_us,
                         GwAlertDecision *ret, GError **error) {
  const Cell *cell = &table[now_is->state][move->input];
  if (!cell->act)
    return gw_refuse(error, now_is->closed_at_us ? GW_REFUSAL_ALERT_CLOSED : GW_REFUSAL_ALERT_NO_SUCH_MOVE);

  gboolean is_new = move->input == GW_ALERT_RAISE;
  int said = move->priority ? CLAMP(move->priority, 1, 4) : is_new ? rule->priority : now_is->priority;
  int priority = is_new || (move->input == GW_ALERT_AGAIN && said < now_is->priority) ? said : now_is->priority;
  GwRule own = rule_at(rule, priority);
  GwAlertDecision out = {.next = *now_is, .row = cell->row};
  Turn turn = {.rule = &own, .move = move, .now_us = now_us, .out = &out};
  if (!cell->act(&turn, error))
    return FALSE;
  *ret = out;
  return TRUE;
}

GwUsec gw_alert_due_at_us(const GwAlert *alert, const GwRule *rule) {
  GwRule own = rule_at(rule, alert->priority);
  if (alert->state == GW_ALERT_UNACKED || alert->state == GW_ALERT_RETURNED)
    return raised_at_us(alert, &own) + own.ack_us;
  gboolean waits = alert->state == GW_ALERT_ACKED && !alert->has_ticket;
  return waits && alert->disposition == GW_DISPOSITION_NONE ? alert->acked_at_us + own.act_us : 0;
}
