// Deadlines: what is left, what is over, and the five minutes of an emergency drawn to scale.

import type { Alert, Ticket } from '@/generated/objects';

/** Limits of the five minutes in seconds: sense, acknowledge, dispatch, accept, travel. */
export const BUDGET_S = [2, 20, 60, 60, 158] as const;

export interface Stage {
  limitS: number;
  usedS: number; // 0..limit, what fills the segment
  state: 'done' | 'now' | 'ahead';
  over: boolean;
}

/** Signed seconds to a deadline: negative is past it. */
export function leftS(dueUs: number, nowUs: number): number {
  return Math.ceil((dueUs - nowUs) / 1e6);
}

export function budgetOf(alert: Alert, ticket: Ticket | undefined, nowUs: number): Stage[] {
  const sensed = alert.first_at_us;
  const ends = [sensed, alert.acked_at_us, ticket?.dispatched_at_us ?? null, ticket?.accepted_at_us ?? null, ticket?.arrived_at_us ?? null];
  let start: number | null = sensed - BUDGET_S[0] * 1e6;
  return BUDGET_S.map((limitS, i) => {
    const end = ends[i];
    const from: number | null = start;
    start = end;
    if (from === null) return { limitS, usedS: 0, state: 'ahead' as const, over: false };
    const used = ((end ?? nowUs) - from) / 1e6;
    return { limitS, usedS: Math.min(Math.max(used, 0), limitS), state: end === null ? ('now' as const) : ('done' as const), over: used > limitS };
  });
}

export type ClockState = 'run' | 'soon' | 'late' | 'stopped';

/** 80 % of a deadline is soon, 100 % is late. */
export function clockState(startUs: number, dueUs: number, stoppedUs: number | null, nowUs: number): ClockState {
  if (stoppedUs !== null) return 'stopped';
  if (nowUs >= dueUs) return 'late';
  return nowUs - startUs >= 0.8 * (dueUs - startUs) ? 'soon' : 'run';
}

export function worstClock(ticket: Ticket, nowUs: number): ClockState {
  const states = ticket.clocks.map((c) => clockState(c.started_at_us, c.due_at_us, c.stopped_at_us, nowUs));
  return states.includes('late') ? 'late' : states.includes('soon') ? 'soon' : states.includes('run') ? 'run' : 'stopped';
}
