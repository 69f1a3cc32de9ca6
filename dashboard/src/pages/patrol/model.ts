// What the phone shows, worked out from the objects of its view and from what waits in its queue. Pure.

import type { Alert, Outbox, Round, Ticket } from '@/generated/objects';
import { distanceM } from '@/ui/plan';
import type { Item } from './queue';

export type Point = Round['points'][number];
export interface At {
  lat: number;
  lon: number;
}

const MINE: Ticket['state'][] = ['DISPATCHED', 'ACCEPTED', 'EN_ROUTE', 'ON_SCENE', 'HANDLING', 'CLOSE_REQ'];
/** Where a step of the unit leads, if the center takes it. */
const STEP: Record<string, { from: Ticket['state'][]; to: Ticket['state'] }> = {
  'ticket.accept': { from: ['DISPATCHED'], to: 'ACCEPTED' },
  'ticket.decline': { from: ['DISPATCHED'], to: 'FILED' },
  'ticket.en_route': { from: ['ACCEPTED'], to: 'EN_ROUTE' },
  'ticket.arrive': { from: ['ACCEPTED', 'EN_ROUTE'], to: 'ON_SCENE' },
  'ticket.note': { from: ['ON_SCENE'], to: 'HANDLING' },
  'ticket.close_request': { from: ['ON_SCENE', 'HANDLING'], to: 'CLOSE_REQ' },
};

export interface Task {
  ticket: Ticket;
  /** The state as the center knows it, or as it will be once the queue is sent. */
  state: Ticket['state'];
  /** Steps done here that the center has not answered. */
  unsent: Item[];
  /** Photos of this ticket, here or there. */
  before: number;
  after: number;
}

export function taskOf(ticket: Ticket, items: readonly Item[]): Task {
  const unsent = items.filter((i) => (i.state === 'waiting' || i.state === 'sending') && i.args.ticket_id === ticket.id);
  let state = ticket.state;
  const count = { before: ticket.files.filter((f) => f.role === 'before').length, after: ticket.files.filter((f) => f.role === 'after').length };
  for (const item of unsent) {
    const step = STEP[item.command];
    if (step?.from.includes(state)) state = step.to;
    if (item.command === 'ticket.photo') count[item.args.role === 'before' ? 'before' : 'after'] += 1;
  }
  return { ticket, state, unsent, ...count };
}

/** The one task on the screen: what waits for an answer first, then what is in hand, the gravest first. */
export function currentTask(tickets: Iterable<Ticket>, unitId: number, items: readonly Item[]): Task | null {
  const rank = (t: Task) => (t.state === 'DISPATCHED' ? 0 : 1);
  const tasks = [...tickets]
    .filter((t) => t.unit_id === unitId && MINE.includes(t.state))
    .map((t) => taskOf(t, items))
    .filter((t) => MINE.includes(t.state) && t.state !== 'CLOSE_REQ');
  return tasks.sort((a, b) => rank(a) - rank(b) || a.ticket.priority - b.ticket.priority || a.ticket.origin_at_us - b.ticket.origin_at_us)[0] ?? null;
}

export function waitingForCheck(tickets: Iterable<Ticket>, unitId: number, items: readonly Item[]): Task[] {
  return [...tickets].filter((t) => t.unit_id === unitId && MINE.includes(t.state)).map((t) => taskOf(t, items)).filter((t) => t.state === 'CLOSE_REQ');
}

/** Why a ticket that was here is not here any more. */
export type Gone = 'recall' | 'timed_out' | 'declined' | 'reassigned' | 'closed';

export function whyGone(before: Ticket, now: Ticket | undefined, outbox: Iterable<Outbox>, declined: boolean): Gone {
  if (now && ['CLOSED', 'REJECTED', 'MERGED', 'CANCELLED'].includes(now.state)) return 'closed';
  if (declined) return 'declined';
  const last = [...outbox].filter((o) => o.subject === 'ticket' && o.subject_id === before.id && o.template !== 'dispatch').sort((a, b) => b.id - a.id)[0];
  return last?.template === 'recall' || last?.template === 'timed_out' || last?.template === 'closed' ? last.template : 'reassigned';
}

export function clockOf(ticket: Ticket, kind: Ticket['clocks'][number]['kind']): Ticket['clocks'][number] | undefined {
  return ticket.clocks.filter((c) => c.kind === kind).sort((a, b) => b.started_at_us - a.started_at_us)[0];
}

/** Where to go: the alert's own point, the ticket's; the caller knows places. */
export function targetOf(ticket: Ticket, alert: Alert | undefined): At | null {
  if (ticket.lat !== null && ticket.lon !== null) return { lat: ticket.lat, lon: ticket.lon };
  if (alert && alert.lat !== null && alert.lon !== null) return { lat: alert.lat, lon: alert.lon };
  return null;
}

/** Degrees from north, clockwise. */
export function bearingDeg(from: At, to: At): number {
  const k = Math.cos((((from.lat + to.lat) / 2) * Math.PI) / 180);
  return ((Math.atan2((to.lon - from.lon) * k, to.lat - from.lat) * 180) / Math.PI + 360) % 360;
}

const EIGHT = ['n', 'ne', 'e', 'se', 's', 'sw', 'w', 'nw'] as const;
export type Compass = (typeof EIGHT)[number];
export const compassOf = (deg: number): Compass => EIGHT[Math.round(deg / 45) % 8];

/** Rounds of this unit: the one under way, else the one that may start, else the next. */
export function currentRound(rounds: Iterable<Round>, unitId: number): Round | null {
  const rank: Partial<Record<Round['state'], number>> = { STARTED: 0, OPEN: 1, PLANNED: 2 };
  return (
    [...rounds]
      .filter((r) => r.unit_id === unitId && rank[r.state] !== undefined)
      .sort((a, b) => (rank[a.state] as number) - (rank[b.state] as number) || a.planned_at_us - b.planned_at_us || a.id - b.id)[0] ?? null
  );
}

export const pointsOf = (round: Round): Point[] => [...round.points].sort((a, b) => a.idx - b.idx);

/** The next point: the first that is due; on a round without order the nearest of those whose window is open. */
export function nextPoint(round: Round, here: At | null, nowUs: number): Point | null {
  const due = pointsOf(round).filter((p) => p.state === 'DUE');
  if (round.ordered || !here) return due[0] ?? null;
  const open = due.filter((p) => p.from_us <= nowUs && nowUs <= p.to_us);
  return open.sort((a, b) => distanceM(here, a) - distanceM(here, b))[0] ?? due[0] ?? null;
}

/** Metres that are missing to the point's circle, the doubt of the fix in the patrol's favour; 0: inside. */
export function missingM(here: At & { accuracyM: number }, point: At, radiusM: number): number {
  return Math.max(0, Math.ceil(distanceM(here, point) - radiusM - Math.min(here.accuracyM, 50)));
}

const RECEIVED = new Set<Outbox['state']>(['DELIVERED', 'READ', 'ANSWERED', 'PERM_FAIL', 'EXPIRED']);

export interface Receipt {
  outbox_id: number;
  state: 'delivered' | 'read';
}

/** Receipts that this page owes: delivered when it is here, read when somebody can see it. */
export function receiptsOwed(outbox: Iterable<Outbox>, unitId: number, visible: boolean): Receipt[] {
  return [...outbox].flatMap((o): Receipt[] => {
    if (o.target !== 'unit' || o.target_id !== unitId) return [];
    if (!RECEIVED.has(o.state)) return [{ outbox_id: o.id, state: 'delivered' }];
    return o.state === 'DELIVERED' && visible ? [{ outbox_id: o.id, state: 'read' }] : [];
  });
}

export const PLACE_M = 50;

/** What a close request still lacks, in the order in which one would do it. */
export function closeLacks(task: Task, result: string, here: At | null, target: At | null, reason: string): ('arrive' | 'photo' | 'result' | 'reason_far' | 'reason_unknown')[] {
  const lacks: ('arrive' | 'photo' | 'result' | 'reason_far' | 'reason_unknown')[] = [];
  if (task.state !== 'ON_SCENE' && task.state !== 'HANDLING') lacks.push('arrive');
  if (task.after < 1) lacks.push('photo');
  if (!result) lacks.push('result');
  if (!reason.trim()) {
    if (!here || !target) lacks.push('reason_unknown');
    else if (distanceM(here, target) > PLACE_M) lacks.push('reason_far');
  }
  return lacks;
}
