// What the desk shows, worked out from the objects of its view. Pure: no clock, no socket, no Vue.

import type { Alert, Camera, Outbox, Place, Round, Ticket, Unit } from '@/generated/objects';
import { distanceM } from '@/ui/plan';

export const SECOND_US = 1e6;
export const TRAVEL_S = 158;
export const RECALL_US = 5 * SECOND_US;
/** The daemon calls a page hidden that gave no sign for so long; until its word comes we say so ourselves. */
export const UNSEEN_US = 10 * SECOND_US;
export const POSITION_OLD_US = 60 * SECOND_US;

/* ---- queue ---- */

export type Tab = 'all' | 'unacked' | 'hand' | 'closed';
export const TABS: readonly Tab[] = ['all', 'unacked', 'hand', 'closed'];

export interface Queue {
  unacked: Alert[];
  hand: Alert[];
  closed: Alert[];
}

const urgent = (a: Alert, b: Alert): number => a.priority - b.priority || Number(b.state === 'UNACKED') - Number(a.state === 'UNACKED') || a.first_at_us - b.first_at_us || a.id - b.id;

/** Nobody has answered; somebody is on it; over, newest first. */
export function queueOf(alerts: Iterable<Alert>): Queue {
  const q: Queue = { unacked: [], hand: [], closed: [] };
  for (const a of alerts) (a.state === 'NORM' ? q.closed : a.state === 'ACKED' ? q.hand : q.unacked).push(a);
  q.unacked.sort(urgent);
  q.hand.sort(urgent);
  q.closed.sort((a, b) => (b.closed_at_us ?? 0) - (a.closed_at_us ?? 0) || b.id - a.id);
  return q;
}

export function rowsOf(queue: Queue, tab: Tab, mostClosed: number): Alert[] {
  const closed = queue.closed.slice(0, mostClosed);
  if (tab === 'unacked') return queue.unacked;
  if (tab === 'hand') return queue.hand;
  if (tab === 'closed') return closed;
  return [...queue.unacked, ...queue.hand, ...closed];
}

/** The row that J or K leads to; from nowhere it is the first. Ends do not wrap: the hand must feel them. */
export function stepFrom(rows: Alert[], id: number | null, step: 1 | -1): number | null {
  if (rows.length === 0) return null;
  const at = rows.findIndex((a) => a.id === id);
  return rows[at < 0 ? 0 : Math.min(Math.max(at + step, 0), rows.length - 1)].id;
}

/** The P1 that nobody answered and nobody at this desk looks at: the banner. The oldest waits longest. */
export function waitingP1(queue: Queue, selected: number | null): Alert[] {
  return queue.unacked.filter((a) => a.priority === 1 && a.state === 'UNACKED' && a.id !== selected);
}

/* ---- what a key acts on ---- */

/** What must be the same under the hand for a key to mean what the operator saw. */
export function handOf(alert: Alert | undefined, ticket: Ticket | undefined): string {
  return [alert?.id, alert?.state, alert?.priority, alert?.place_id, ticket?.id, ticket?.state, ticket?.unit_id].join('|');
}

/** What the sending keys mean besides: whom. */
export function offerOf(alert: Alert | undefined, candidates: readonly { unit_id: number }[]): string {
  return [alert?.id, ...candidates.slice(0, 4).map((c) => c.unit_id)].join('|');
}

export type Refused = 'changed' | 'none' | 'closed' | 'acked' | 'ack_first' | 'returned' | 'has_ticket' | 'no_ticket' | 'recall_late' | 'no_candidate' | 'not_now' | 'no_camera' | 'no_clip' | 'no_look_back';

/** Why D or 1–4 would do nothing; null when it may be sent. */
export function whyNotDispatch(alert: Alert | undefined, ticket: Ticket | undefined): Refused | null {
  if (ticket && ticket.state !== 'FILED' && isTicketOpen(ticket)) return ticket.state === 'REPORTED' ? 'not_now' : 'has_ticket';
  if (ticket?.state === 'FILED') return null;
  if (!alert) return 'none';
  if (alert.state === 'RETURNED') return 'returned'; // it is over: first somebody says what it was
  return alert.state === 'NORM' ? 'closed' : null;
}

export function whyNotAck(alert: Alert | undefined): Refused | null {
  if (!alert) return 'none';
  if (alert.state === 'NORM') return 'closed';
  if (alert.state === 'RETURNED') return 'returned';
  return alert.state === 'ACKED' ? 'acked' : null;
}

export function whyNotDispose(alert: Alert | undefined): Refused | null {
  if (!alert) return 'none';
  if (alert.state === 'NORM') return 'closed';
  return alert.state === 'UNACKED' ? 'ack_first' : null;
}

export function whyNotRecall(ticket: Ticket | undefined, nowUs: number): Refused | null {
  if (!ticket || ticket.state !== 'DISPATCHED' || ticket.dispatched_at_us === null) return 'no_ticket';
  return nowUs - ticket.dispatched_at_us > RECALL_US ? 'recall_late' : null;
}

/* ---- ticket ---- */

const ENDED = new Set(['CLOSED', 'REJECTED', 'MERGED', 'CANCELLED']);
export const isTicketOpen = (ticket: Ticket): boolean => !ENDED.has(ticket.state);

export type Behalf = 'accept' | 'en_route' | 'arrive' | 'close_request';
export const BEHALF: readonly Behalf[] = ['accept', 'en_route', 'arrive', 'close_request'];
const MAY: Partial<Record<Ticket['state'], readonly Behalf[]>> = {
  DISPATCHED: ['accept'],
  ACCEPTED: ['en_route', 'arrive'],
  EN_ROUTE: ['arrive'],
  ON_SCENE: ['close_request'],
  HANDLING: ['close_request'],
};

/** The steps that may be entered on behalf of the unit now. */
export const behalfNow = (ticket: Ticket | undefined): readonly Behalf[] => (ticket ? (MAY[ticket.state] ?? []) : []);

export interface Mark {
  key: 'origin' | 'filed' | 'dispatched' | 'received' | 'accepted' | 'en_route' | 'arrived' | 'first_words' | 'close_req' | 'closed';
  atUs: number | null;
  state: 'done' | 'now' | 'ahead';
  /** Clock that ends with this step. */
  dueUs: number | null;
  startUs: number | null;
  late: boolean;
}

const STEPS: readonly [Mark['key'], keyof Ticket, Ticket['clocks'][number]['kind'] | null][] = [
  ['origin', 'origin_at_us', null],
  ['filed', 'filed_at_us', 'file'],
  ['dispatched', 'dispatched_at_us', 'dispatch'],
  ['received', 'received_at_us', null],
  ['accepted', 'accepted_at_us', 'accept'],
  ['en_route', 'en_route_at_us', null],
  ['arrived', 'arrived_at_us', 'arrive'],
  ['first_words', 'first_words_at_us', 'first_words'],
  ['close_req', 'close_req_at_us', 'handle'],
  ['closed', 'closed_at_us', 'check'],
];

/** How far a ticket is by its state: a time beyond it is of an earlier try, taken back, declined or sent back. */
const REACHED: Partial<Record<Ticket['state'], Mark['key']>> = {
  REPORTED: 'origin', FILED: 'filed', DISPATCHED: 'dispatched', ACCEPTED: 'accepted', EN_ROUTE: 'en_route', ON_SCENE: 'arrived', HANDLING: 'arrived', CLOSE_REQ: 'close_req',
};
const placeOf = (key: Mark['key']): number => STEPS.findIndex(([k]) => k === key);

/** The ticket as it stands now: times of an earlier try are gone. */
export function presentOf(ticket: Ticket): Ticket {
  const reached = REACHED[ticket.state];
  if (reached === undefined) return ticket;
  const present = { ...ticket };
  for (const [key, field] of STEPS) {
    const isLater = placeOf(key) > placeOf(reached) && key !== 'first_words' && !(key === 'received' && ticket.state === 'DISPATCHED');
    if (isLater) (present as Record<string, unknown>)[field] = null;
  }
  return present;
}

/** The life of a ticket as marks in the order they happened, what is running now, and what is still ahead. */
export function marksOf(ticket: Ticket, nowUs: number): Mark[] {
  const present = presentOf(ticket);
  const runs = (kind: string) => ticket.clocks.some((c) => c.kind === kind && c.stopped_at_us === null);
  const marks = STEPS.map(([key, field, clock]): Mark => {
    const atUs = present[field] as number | null;
    const c = clock === null ? undefined : ticket.clocks.filter((x) => x.kind === clock || (clock === 'handle' && x.kind === 'rework')).at(-1);
    const end = atUs ?? c?.stopped_at_us ?? nowUs;
    return { key, atUs, state: atUs === null ? 'ahead' : 'done', dueUs: c?.due_at_us ?? null, startUs: c?.started_at_us ?? null, late: c !== undefined && end > c.due_at_us };
  });
  const done = marks.filter((m) => m.atUs !== null).sort((x, y) => (x.atUs as number) - (y.atUs as number));
  if (!isTicketOpen(ticket)) return done;
  // Steps that were skipped (no receipt, straight to the scene) are not still to come.
  const reached = placeOf(REACHED[ticket.state] ?? 'origin');
  const ahead = marks.filter((m) => m.atUs === null && (placeOf(m.key) > reached || (m.key === 'first_words' && runs('first_words'))));
  const next = ahead.find((m) => m.key !== 'received' && m.key !== 'first_words');
  if (next) next.state = 'now';
  return [...done, ...ahead];
}

/** The clock that runs out first. */
export function nextClock(ticket: Ticket): Ticket['clocks'][number] | undefined {
  return ticket.clocks.filter((c) => c.stopped_at_us === null).sort((a, b) => a.due_at_us - b.due_at_us)[0];
}

/* ---- the unit's phone ---- */

export type Reach = 'seen' | 'hidden' | 'none';

/** Whether the unit's page can be seen now; anything else means telephone or radio. */
export function reachOf(unit: Unit, nowUs: number): Reach {
  if (unit.presence === 'none') return 'none';
  if (unit.presence === 'hidden' || nowUs - (unit.presence_at_us ?? 0) >= UNSEEN_US) return 'hidden';
  return 'seen';
}

/** The newest message about a ticket to its unit. */
export function messageTo(outbox: Iterable<Outbox>, ticketId: number, unitId: number | null): Outbox | undefined {
  let newest: Outbox | undefined;
  for (const o of outbox) {
    if (o.subject !== 'ticket' || o.subject_id !== ticketId || o.target !== 'unit' || o.target_id !== unitId) continue;
    if (!newest || o.id > newest.id) newest = o;
  }
  return newest;
}

const NOT_HEARD = new Set(['UNKNOWN', 'TEMP_FAIL', 'PERM_FAIL', 'EXPIRED']);

/** Call: nobody can say that the unit knows. */
export function mustCall(ticket: Ticket, unit: Unit, message: Outbox | undefined, nowUs: number): boolean {
  // Sent, or sent back to be done again: something new is for the unit to know.
  if (ticket.state !== 'DISPATCHED' && !(ticket.state === 'HANDLING' && ticket.reworks > 0)) return false;
  if (reachOf(unit, nowUs) !== 'seen') return true;
  if (!message) return false;
  if (NOT_HEARD.has(message.state)) return true;
  return message.read_at_us === null && message.answered_at_us === null && nowUs - message.queued_at_us >= UNSEEN_US;
}

/* ---- cameras, places, rounds ---- */

export interface NearCamera {
  camera: Camera;
  metres: number | null;
}

/** The alert's own camera first, then the nearest ones to look from. */
export function camerasNear(cameras: Iterable<Camera>, own: number | null, at: { lat: number; lon: number } | null, most: number): NearCamera[] {
  const list: NearCamera[] = [];
  for (const camera of cameras) {
    const metres = at && camera.lat !== null && camera.lon !== null ? distanceM(at, { lat: camera.lat, lon: camera.lon }) : null;
    if (camera.id === own || metres !== null) list.push({ camera, metres });
  }
  return list.sort((a, b) => Number(b.camera.id === own) - Number(a.camera.id === own) || (a.metres ?? Infinity) - (b.metres ?? Infinity)).slice(0, most);
}

export interface Slot {
  id: number;
  code: string;
  name: string;
  place_id: number | null;
  people: { id: number; name: string }[];
}

/** Who answers for a place: the slots of it and of the places above it, the nearest first. */
export function chainOf(slots: readonly Slot[], places: ReadonlyMap<number, Place>, placeId: number | null): Slot[] {
  const chain: Slot[] = [];
  for (let at = placeId === null ? undefined : places.get(placeId), depth = 0; at && depth < 16; depth += 1) {
    const here = at.id;
    chain.push(...slots.filter((s) => s.place_id === here));
    at = at.parent_id === null ? undefined : places.get(at.parent_id);
  }
  return chain;
}

export function nextPoint(round: Round): Round['points'][number] | undefined {
  return [...round.points].sort((a, b) => a.idx - b.idx).find((p) => p.state === 'DUE');
}

/** The round a unit is on, or should have left for. */
export function roundOfUnit(rounds: Iterable<Round>, unitId: number): Round | undefined {
  const rank = (r: Round): number => (r.state === 'STARTED' ? 0 : r.state === 'OPEN' ? 1 : 9);
  return [...rounds].filter((r) => r.unit_id === unitId && rank(r) < 9).sort((a, b) => rank(a) - rank(b) || a.planned_at_us - b.planned_at_us)[0];
}

/* ---- own load ---- */

export const BIN_US = 600 * SECOND_US;

/** Whether an alert came to an operator: he took it, or it still rings at every seat. */
const mine = (a: Alert, name: string): boolean => a.priority <= 3 && (a.owner === name || (a.owner === '' && a.state === 'UNACKED'));

export function loadNow(alerts: Iterable<Alert>, name: string, nowUs: number): number {
  let n = 0;
  for (const a of alerts) if (mine(a, name) && a.first_at_us >= nowUs - BIN_US) n += 1;
  return n;
}

/** Alerts per ten minutes, oldest first; the last bin is the running one. */
export function loadBins(alerts: Iterable<Alert>, name: string, nowUs: number, bins: number): number[] {
  const count = new Array<number>(bins).fill(0);
  for (const a of alerts) {
    const back = Math.floor((nowUs - a.first_at_us) / BIN_US);
    if (back >= 0 && back < bins && mine(a, name)) count[bins - 1 - back] += 1;
  }
  return count;
}

export interface AckTimes {
  n: number;
  medianS: number | null;
  worstS: number | null; // 95 %
  falseAlarms: number;
  disposed: number;
}

export function ackTimes(alerts: Iterable<Alert>, name: string, fromUs: number): AckTimes {
  const took: number[] = [];
  let falseAlarms = 0;
  let disposed = 0;
  for (const a of alerts) {
    if (a.owner !== name || a.first_at_us < fromUs) continue;
    if (a.acked_at_us !== null) took.push((a.acked_at_us - a.first_at_us) / SECOND_US);
    if (a.disposition) disposed += 1;
    if (a.disposition === 'false') falseAlarms += 1;
  }
  took.sort((a, b) => a - b);
  const at = (q: number) => (took.length ? took[Math.min(took.length - 1, Math.floor(q * took.length))] : null);
  return { n: took.length, medianS: at(0.5), worstS: at(0.95), falseAlarms, disposed };
}
