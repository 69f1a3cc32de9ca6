// What the wall says, worked out from the objects of its view. Pure: the components below only draw it.

import type { Alert, Camera, Round, Ticket, Unit, Watch } from '@/generated/objects';
import { worstClock } from '@/ui/clocks';
import { distanceM } from '@/ui/plan';

export const FIVE_MIN_US = 300e6;
const LOAD_WINDOW_US = 600e6;

export const isOpen = (alert: Alert): boolean => alert.state !== 'NORM';
const byUrgency = (a: Alert, b: Alert): number =>
  a.priority - b.priority || Number(b.state === 'UNACKED') - Number(a.state === 'UNACKED') || a.first_at_us - b.first_at_us || a.id - b.id;

export function openAlerts(alerts: Iterable<Alert>): Alert[] {
  return [...alerts].filter(isOpen).sort(byUrgency);
}

export interface Rail {
  full: Alert[]; // two lines and a bar
  lines: Alert[]; // one line each
  p3: Alert[];
  p4: Alert[];
  /** P1 and P2 that have no row of their own; the summary says 共 N 条 then. */
  crowded: boolean;
}

/** Two P1/P2 in full; with a third the most urgent stays full and the next four have one line each. */
export function railOf(open: Alert[]): Rail {
  const grave = open.filter((a) => a.priority <= 2);
  const crowded = grave.length > 2;
  return {
    full: grave.slice(0, crowded ? 1 : 2),
    lines: crowded ? grave.slice(1, 5) : [],
    p3: open.filter((a) => a.priority === 3),
    p4: open.filter((a) => a.priority === 4),
    crowded,
  };
}

/** The big clock of a row: the five minutes while they run, how long it took once somebody is there. */
export type RowClock =
  | { kind: 'five'; dueUs: number; over: boolean }
  | { kind: 'arrived'; tookS: number; over: boolean }
  | { kind: 'ack' | 'act'; dueUs: number; over: boolean }
  | { kind: 'since'; fromUs: number };

export function rowClock(alert: Alert, ticket: Ticket | undefined, nowUs: number): RowClock {
  if (ticket?.arrived_at_us) {
    const took = ticket.arrived_at_us - alert.first_at_us;
    return { kind: 'arrived', tookS: took / 1e6, over: took > FIVE_MIN_US };
  }
  if (alert.arrive_due_us !== null) return { kind: 'five', dueUs: alert.arrive_due_us, over: nowUs > alert.arrive_due_us };
  if (alert.state === 'UNACKED') return { kind: 'ack', dueUs: alert.ack_due_us, over: nowUs > alert.ack_due_us };
  if (alert.act_due_us !== null && alert.ticket_id === null) return { kind: 'act', dueUs: alert.act_due_us, over: nowUs > alert.act_due_us };
  return { kind: 'since', fromUs: alert.first_at_us };
}

/** Who is doing what now: a key of the words, its arguments, and a deadline that runs beside it. */
export interface Doing {
  key: string;
  unit?: string;
  who?: string;
  dueUs?: number;
  metres?: number;
}

export function doingOf(alert: Alert, ticket: Ticket | undefined, unit: Unit | undefined, at: { lat: number; lon: number } | null): Doing {
  const name = unit?.name ?? '';
  const running = (kind: string) => ticket?.clocks.find((c) => c.kind === kind && c.stopped_at_us === null)?.due_at_us;
  switch (ticket?.state) {
    case 'DISPATCHED':
      return { key: 'accept_left', unit: name, dueUs: running('accept') };
    case 'ACCEPTED':
      return { key: 'accepted', unit: name, ...away(unit, at) };
    case 'EN_ROUTE':
      return { key: 'en_route', unit: name, ...away(unit, at) };
    case 'ON_SCENE':
      return { key: 'on_scene', unit: name };
    case 'HANDLING':
      return { key: 'handling', unit: name };
    case 'CLOSE_REQ':
      return { key: 'close_req', unit: name };
    case 'REPORTED':
    case 'FILED':
      return ticket.needs_lead ? { key: 'lead' } : { key: 'filed', dueUs: running('dispatch') };
    case undefined:
      break;
    default:
      return { key: 'closed' };
  }
  if (alert.state === 'UNACKED') return { key: 'unacked', dueUs: alert.ack_due_us };
  if (alert.state === 'RETURNED') return { key: 'returned' };
  return alert.act_due_us === null ? { key: 'acked', who: alert.owner } : { key: 'acked_undone', who: alert.owner, dueUs: alert.act_due_us };
}

function away(unit: Unit | undefined, at: { lat: number; lon: number } | null): { metres?: number } {
  if (!unit || unit.lat === null || unit.lon === null || !at) return {};
  return { metres: distanceM({ lat: unit.lat, lon: unit.lon }, at) };
}

export interface Kpi {
  alerts: number;
  inFive: number;
  arrivals: number;
  slowestS: number | null;
  falseAlarms: number;
}

export function kpiOf(alerts: Iterable<Alert>, tickets: ReadonlyMap<number, Ticket>, fromUs: number): Kpi {
  const kpi: Kpi = { alerts: 0, inFive: 0, arrivals: 0, slowestS: null, falseAlarms: 0 };
  for (const alert of alerts) {
    if (alert.first_at_us < fromUs) continue;
    kpi.alerts += 1;
    if (alert.disposition === 'false') kpi.falseAlarms += 1;
    const ticket = alert.ticket_id === null ? undefined : tickets.get(alert.ticket_id);
    if (!ticket || ticket.arrived_at_us === null || ticket.kind !== 'E') continue;
    const took = ticket.arrived_at_us - ticket.origin_at_us;
    kpi.arrivals += 1;
    if (took <= FIVE_MIN_US) kpi.inFive += 1;
    kpi.slowestS = Math.max(kpi.slowestS ?? 0, took / 1e6);
  }
  return kpi;
}

/** Alarms of the last ten minutes at a seat: those its operator took, and those that still ring at every seat. */
export function loadOf(watch: Watch, alerts: Iterable<Alert>, nowUs: number): number {
  let n = 0;
  for (const a of alerts) {
    if (a.priority > 3 || a.first_at_us < nowUs - LOAD_WINDOW_US) continue;
    if (a.owner === watch.name || (a.owner === '' && a.state === 'UNACKED')) n += 1;
  }
  return n;
}

export const STEPS = ['reported', 'filed', 'dispatched', 'accepted', 'scene', 'check', 'closed'] as const;
export type Step = (typeof STEPS)[number];
const STEP_OF: Partial<Record<Ticket['state'], Step>> = {
  REPORTED: 'reported', FILED: 'filed', DISPATCHED: 'dispatched', ACCEPTED: 'accepted', EN_ROUTE: 'accepted', ON_SCENE: 'scene', HANDLING: 'scene', CLOSE_REQ: 'check',
};

export interface Flow {
  step: Step;
  count: number;
  late: number;
  soon: number;
}

export function flowOf(tickets: Iterable<Ticket>, closedToday: number, nowUs: number): Flow[] {
  const flow = new Map(STEPS.map((step) => [step, { step, count: 0, late: 0, soon: 0 }]));
  for (const ticket of tickets) {
    const cell = flow.get(STEP_OF[ticket.state] ?? 'closed');
    if (!cell || cell.step === 'closed') continue;
    cell.count += 1;
    const clock = worstClock(ticket, nowUs);
    if (clock === 'late') cell.late += 1;
    else if (clock === 'soon') cell.soon += 1;
  }
  (flow.get('closed') as Flow).count = closedToday;
  return [...flow.values()];
}

const ROUND_ORDER: Partial<Record<Round['state'], number>> = { STARTED: 0, OPEN: 1, PLANNED: 2 };

/** The rounds that matter now: under way, about to start, ended in the last quarter of an hour, then what comes. */
export function roundsNow(rounds: Iterable<Round>, nowUs: number, most: number): Round[] {
  const rank = (r: Round): number => {
    if (r.state === 'STARTED') return 0;
    if (r.state === 'OPEN') return 1;
    const ended = r.done_at_us ?? r.ends_at_us;
    if (ROUND_ORDER[r.state] === undefined) return nowUs - ended < 900e6 ? 2 : 9;
    return r.planned_at_us - nowUs < 8 * 3600e6 && r.planned_at_us > nowUs - 900e6 ? 3 : 9;
  };
  const seen = new Set<number>();
  return [...rounds]
    .filter((r) => rank(r) < 9 && r.state !== 'CANCELLED')
    .sort((a, b) => rank(a) - rank(b) || a.planned_at_us - b.planned_at_us || a.id - b.id)
    .filter((r) => !seen.has(r.route_id) && seen.add(r.route_id)) // one line a route: the next run waits for this one
    .slice(0, most);
}

export type PointMark = 'done' | 'late' | 'missed' | 'unknown' | 'next' | 'ahead';

export function pointMarks(round: Round): PointMark[] {
  const points = [...round.points].sort((a, b) => a.idx - b.idx);
  const next = points.findIndex((p) => p.state === 'DUE');
  return points.map((p, i) => {
    if (p.state === 'DONE') return p.timing === 'late' || p.timing === 'made_up' || p.timing === 'late_sync' ? 'late' : 'done';
    if (p.state === 'MISSED') return round.volunteer ? 'ahead' : 'missed'; // volunteers carry no mark on the wall
    if (p.state === 'UNKNOWN') return 'unknown';
    return i === next && round.state === 'STARTED' ? 'next' : 'ahead';
  });
}

export interface RoundWord {
  key: string;
  n?: number;
  atUs?: number;
  strong: boolean;
}

export function roundWord(round: Round, unit: Unit | undefined, nowUs: number): RoundWord {
  const missed = round.points.filter((p) => p.state === 'MISSED').length;
  const unknown = round.points.filter((p) => p.state === 'UNKNOWN').length;
  if (round.state === 'PLANNED') return { key: 'r_at', atUs: round.planned_at_us, strong: false };
  if (round.volunteer) return round.state === 'STARTED' ? { key: 'r_until', atUs: round.ends_at_us, strong: false } : { key: round.state === 'OPEN' ? 'r_at' : 'r_done', atUs: round.planned_at_us, strong: false };
  if (unit?.ticket_id) return { key: 'r_diverted', strong: true };
  if (missed > 0) return { key: 'r_missed', n: missed, strong: true };
  if (unknown > 0) return { key: 'r_unknown', n: unknown, strong: true };
  if (round.state === 'OPEN') return { key: round.planned_at_us < nowUs ? 'r_late' : 'r_due', strong: round.planned_at_us < nowUs };
  if (round.state !== 'STARTED') return { key: 'r_done', strong: false };
  const late = round.points.some((p) => p.state === 'DUE' && p.to_us < nowUs);
  return { key: late ? 'r_late' : 'r_ontime', strong: late };
}

export type CellMark = 'live' | 'blind' | 'off' | 'lost' | 'stalled' | 'refused' | 'unsupported' | 'unknown' | 'connecting';
/** A camera that sends a picture and sees nothing in it is not normal, and not lost either. */
export const cellOf = (camera: Camera): CellMark => (!camera.enabled ? 'off' : camera.state === 'live' && camera.sees === 'no' ? 'blind' : camera.state);

/** What the rail's P4 line says: a common cause before single faults. */
export function quietFaults(list: Alert[]): { outages: Alert[]; cameras: Alert[] } {
  return { outages: list.filter((a) => a.rule_kind === 'outage'), cameras: list.filter((a) => a.rule_kind === 'camera_fault' || a.rule_kind === 'sight') };
}

/** How a unit stands: what it does, and whether its phone and position can be trusted. */
export interface Duty {
  unit: Unit;
  what: 'ticket' | 'round' | 'free';
  ticket?: Ticket;
  unseen: boolean;
  positionAgeS: number | null;
}

export function dutyOf(units: Iterable<Unit>, tickets: ReadonlyMap<number, Ticket>, rounds: Iterable<Round>, nowUs: number): Duty[] {
  const walking = new Set([...rounds].filter((r) => r.state === 'STARTED').map((r) => r.unit_id));
  return [...units]
    .filter((u) => u.on_duty)
    .sort((a, b) => a.code.localeCompare(b.code))
    .map((unit) => {
      const ticket = unit.ticket_id === null ? undefined : tickets.get(unit.ticket_id);
      return {
        unit,
        what: ticket ? ('ticket' as const) : walking.has(unit.id) ? ('round' as const) : ('free' as const),
        ticket,
        unseen: unit.presence === 'hidden', // the daemon says so of a page that gave no sign for 10 s
        positionAgeS: unit.position_at_us === null ? null : (nowUs - unit.position_at_us) / 1e6,
      };
    });
}
