// The shift log as the center writes it (GET shift-log/<id>), and what fits on one A4 page of it.

import type { Shift } from '@/generated/objects';

export interface LogAlert {
  id: number;
  code: string;
  category: string;
  priority: number;
  state: string;
  disposition: string;
  place: string;
  words: string;
  owner: string;
  ticket: string;
  first_at_us: number;
  acked_at_us: number | null;
  closed_at_us: number | null;
}
export interface LogTicket {
  id: number;
  code: string;
  kind: string;
  category: string;
  priority: number;
  state: string;
  place: string;
  unit: string;
  words: string;
  result: string;
  origin_at_us: number;
  arrived_at_us: number | null;
  closed_at_us: number | null;
}
export interface LogRound {
  id: number;
  name: string;
  unit: string;
  state: string;
  planned_at_us: number;
  points: number;
  done: number;
  missed: string;
}
export interface LogCamera {
  id: number;
  code: string;
  name: string;
  state: string;
  cause: string;
  place: string;
  state_at_us: number;
}
export interface LogTour {
  id: number;
  name: string;
  state: 'due' | 'running' | 'done' | 'missed' | 'left';
  due_from_us: number | null;
  due_to_us: number | null;
  started_at_us: number | null;
  ended_at_us: number | null;
  at_us: number;
  pages: number;
  looked: number;
  progress: string;
  who: string;
  /** Codes of cameras that nobody saw. */
  unseen: string;
}
export interface LogLook {
  run_id: number;
  tour: string;
  page: number;
  progress: string;
  name: string;
  at_us: number;
  looked_us: number;
  seen: string;
  unseen: string;
}
export interface ShiftLog {
  shift: Shift;
  made_at_us: number;
  center: { name: string; community: string };
  watches: { name: string; seat: number; from_us: number; to_us: number | null }[];
  counts: Record<string, number>;
  alerts: LogAlert[];
  tickets: LogTicket[];
  rounds: LogRound[];
  /** Of daemons that know tours. */
  tours?: LogTour[];
  looks?: LogLook[];
  open: { alerts: LogAlert[]; tickets: LogTicket[]; cameras: LogCamera[] };
  journal: { seq: number; hash: string; signed: { seq: number; at_us: number; signature: string; public_key: string } | null };
}

/** One line of the page: a ticket and the alert that led to it are one matter. */
export interface Matter {
  atUs: number;
  code: string;
  alert: LogAlert | null;
  ticket: LogTicket | null;
  priority: number;
}

export function mattersOf(alerts: LogAlert[], tickets: LogTicket[]): Matter[] {
  const byCode = new Map(tickets.map((t) => [t.code, t]));
  const taken = new Set<string>();
  const matters: Matter[] = alerts.map((a) => {
    const ticket = byCode.get(a.ticket) ?? null;
    if (ticket) taken.add(ticket.code);
    return { atUs: a.first_at_us, code: a.code, alert: a, ticket, priority: a.priority };
  });
  for (const t of tickets) if (!taken.has(t.code)) matters.push({ atUs: t.origin_at_us, code: t.code, alert: null, ticket: t, priority: t.priority });
  return matters.sort((a, b) => a.priority - b.priority || a.atUs - b.atUs);
}

export interface OnePage {
  open: Matter[];
  openRest: number;
  happened: Matter[];
  happenedRest: number;
  /** P4 notes are counted, not printed: they are four fifths of all and none of them is news for a handover. */
  notes: number;
  rounds: LogRound[];
  roundsRest: number;
  tours: LogTour[];
  toursRest: number;
  cameras: LogCamera[];
  camerasRest: number;
}

/** What was promised and what became of it; extra tours are no duty. */
export function tallyOf(tours: readonly LogTour[]): { due: number; done: number; missed: number } {
  const duty = tours.filter((r) => r.due_to_us !== null);
  return { due: duty.length, done: duty.filter((r) => r.state === 'done').length, missed: duty.filter((r) => r.state === 'missed').length };
}

export const LINES = 27;
const MOST_OPEN = 14;
const MOST_ROUNDS = 6;
const MOST_TOURS = 5;
const MOST_CAMERAS = 3;

/** What is open comes first and whole as far as it goes; the rest of the page is what happened, gravest first. */
export function onePage(log: ShiftLog, nowUs: number): OnePage {
  const openAll = mattersOf(log.open.alerts, log.open.tickets).filter((m) => m.priority < 4 || m.ticket !== null);
  const openKeys = new Set(openAll.map((m) => m.code));
  const past = mattersOf(log.alerts, log.tickets).filter((m) => !openKeys.has(m.code));
  const happenedAll = past.filter((m) => m.priority < 4);
  const due = log.rounds.filter((r) => r.planned_at_us <= nowUs);
  const rounds = [...due.filter((r) => r.missed || !['COMPLETED', 'PLANNED'].includes(r.state)), ...due.filter((r) => !r.missed && r.state === 'COMPLETED')];
  const told = (log.tours ?? []).filter((r) => r.state !== 'due');
  const tours = [...told.filter((r) => r.state !== 'done' || r.unseen), ...told.filter((r) => r.state === 'done' && !r.unseen)];
  const shownTours = tours.slice(0, MOST_TOURS);
  const cameras = log.open.cameras.slice(0, MOST_CAMERAS);
  const shownRounds = rounds.slice(0, MOST_ROUNDS);
  const open = openAll.slice(0, MOST_OPEN);
  const happened = happenedAll.slice(0, Math.max(4, LINES - open.length - shownRounds.length - shownTours.length - cameras.length));
  return {
    open, openRest: openAll.length - open.length,
    happened, happenedRest: happenedAll.length - happened.length,
    notes: past.length - happenedAll.length + log.open.alerts.filter((a) => a.priority === 4 && !openKeys.has(a.code)).length,
    rounds: shownRounds, roundsRest: rounds.length - shownRounds.length,
    tours: shownTours, toursRest: tours.length - shownTours.length,
    cameras, camerasRest: log.open.cameras.length - cameras.length,
  };
}
