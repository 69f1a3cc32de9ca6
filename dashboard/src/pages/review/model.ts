// What the review works out from what the center answered: queries, rates over listed rows, the lanes of a story, CSV.

import type { Alert, Clip, JournalEvent, Outbox, Ticket } from '@/generated/objects';

export const FIVE_MIN_US = 300e6;
const HOUR_US = 3600e6;

export type Noun = 'alert' | 'ticket' | 'event';
export const RANGES = { h24: 24 * HOUR_US, d7: 168 * HOUR_US, d30: 720 * HOUR_US } as const;
export type Range = keyof typeof RANGES | 'custom';

/** What the page is about: incidents, or what the cameras' eyes have to answer for. */
export type Tab = 'story' | 'clip' | 'tour' | 'finding' | 'outage' | 'uptime';
export const TABS: readonly Tab[] = ['story', 'clip', 'tour', 'finding', 'outage', 'uptime'];
export const tabOf = (value: unknown): Tab => (TABS.includes(value as Tab) ? (value as Tab) : 'story');

export interface Filters {
  noun: Noun;
  range: Range;
  /** Local "2026-11-21T21:45", with range custom. */
  from: string;
  to: string;
  priority: number | null;
  state: string;
  category: string;
  kind: string;
  subject: string;
  /** One of that subject: the camera another page pointed at. */
  subjectId: number | null;
  placeId: number | null;
  unitId: number | null;
  person: string;
  text: string;
}

export const NO_FILTERS: Filters = { noun: 'alert', range: 'h24', from: '', to: '', priority: null, state: '', category: '', kind: '', subject: '', subjectId: null, placeId: null, unitId: null, person: '', text: '' };

/** Where another page points: ?noun=event&subject=camera&camera=7. */
export function filtersFrom(query: Record<string, unknown>): Filters {
  const camera = typeof query.camera === 'string' && /^\d+$/.test(query.camera) ? Number(query.camera) : null;
  if (camera === null) return { ...NO_FILTERS };
  return { ...NO_FILTERS, noun: 'event', subject: 'camera', subjectId: camera, range: 'd30' };
}

/** The filters that the center knows of each noun; what it does not know is matched here, row by row. */
export function queryOf(f: Filters, nowUs: number, local: (text: string) => number): Record<string, string | number | undefined> {
  const span =
    f.range === 'custom'
      ? { from_us: f.from ? local(f.from) : undefined, to_us: f.to ? local(f.to) : undefined }
      : { from_us: Math.round(nowUs - RANGES[f.range]), to_us: undefined };
  const all = { ...span, place_id: f.placeId ?? undefined };
  switch (f.noun) {
    case 'alert':
      return { ...all, state: f.state, category: f.category, priority: f.priority ?? undefined };
    case 'ticket':
      return { ...all, state: f.state, unit_id: f.unitId ?? undefined, kind: f.kind };
    case 'event':
      return { ...all, kind: f.kind, subject: f.subject, subject_id: f.subject && f.subjectId !== null ? f.subjectId : undefined, severity: f.priority ?? undefined, text: f.text.trim() };
  }
}

export type Row = Alert | Ticket | JournalEvent;

const hasText = (text: string, ...words: string[]) => words.some((w) => w.toLowerCase().includes(text.toLowerCase()));

/** What the center was not asked: person everywhere, text and priority where its page knows no such filter. */
export function fits(f: Filters, row: Row): boolean {
  const text = f.text.trim();
  switch (row.type) {
    case 'alert':
      return (!f.person || row.owner === f.person || row.reporter === f.person) && (!text || hasText(text, row.code, row.words));
    case 'ticket':
      return (
        (!f.person || [row.handler, row.checker, row.dispatcher].includes(f.person)) &&
        (!text || hasText(text, row.code, row.words)) &&
        (f.priority === null || row.priority === f.priority) &&
        (!f.category || row.category === f.category)
      );
    case 'event':
      return !f.person || row.actor === f.person;
  }
}

export function peopleOf(rows: readonly Row[]): string[] {
  const names = rows.flatMap((r) => (r.type === 'alert' ? [r.owner, r.reporter] : r.type === 'ticket' ? [r.handler, r.checker, r.dispatcher] : [r.actor]));
  return [...new Set(names.filter(Boolean))].sort((a, b) => a.localeCompare(b, 'zh'));
}

export interface Rates {
  /** Tickets with an arrival deadline among the listed ones, and how many of these arrived within five minutes. */
  promised: number;
  inFive: number;
  arrived: number;
  /** Still under way within their time: counted in neither. */
  running: number;
  medianS: number | null;
  slowestS: number | null;
  /** Arrivals per half minute up to 8 min; the last holds all later ones. */
  bins: number[];
}
export const BIN_S = 30;
const BINS = 17;

/** Over exactly these rows. Emergencies alone promise an arrival; one that never came and is past its time counts as late. */
export function ratesOf(tickets: readonly Ticket[], nowUs: number): Rates {
  const rates: Rates = { promised: 0, inFive: 0, arrived: 0, running: 0, medianS: null, slowestS: null, bins: new Array<number>(BINS).fill(0) };
  const took: number[] = [];
  for (const t of tickets) {
    const clock = t.clocks.find((c) => c.kind === 'arrive');
    if (!clock || t.state === 'REJECTED' || t.state === 'MERGED') continue;
    if (t.arrived_at_us === null) {
      const over = t.closed_at_us ?? nowUs;
      if (over > clock.due_at_us) rates.promised += 1;
      else if (t.closed_at_us === null) rates.running += 1;
      continue;
    }
    rates.promised += 1;
    rates.arrived += 1;
    if (t.arrived_at_us <= clock.due_at_us) rates.inFive += 1;
    const s = (t.arrived_at_us - t.origin_at_us) / 1e6;
    took.push(s);
    rates.bins[Math.min(BINS - 1, Math.floor(s / BIN_S))] += 1;
  }
  took.sort((a, b) => a - b);
  if (took.length) {
    rates.medianS = took[Math.floor((took.length - 1) / 2)];
    rates.slowestS = took[took.length - 1];
  }
  return rates;
}

// ---- the story of one incident

export interface StoryFile {
  type: 'file';
  at_us: number;
  hash: string;
  role: string;
  user: string;
}
export interface StoryClock {
  type: 'clock';
  at_us: number;
  kind: Ticket['clocks'][number]['kind'];
  started_at_us: number;
  due_at_us: number;
  stopped_at_us: number | null;
}
export type StoryItem = (JournalEvent & { at_us: number }) | (Outbox & { at_us: number }) | StoryFile | StoryClock | (Clip & { at_us: number });
export interface Story {
  alert: Alert | null;
  ticket: Ticket | null;
  items: StoryItem[];
}

export const eventsOf = (s: Story) => s.items.filter((i): i is JournalEvent & { at_us: number } => i.type === 'event');
export const outboxOf = (s: Story) => s.items.filter((i): i is Outbox & { at_us: number } => i.type === 'outbox');
export const filesOf = (s: Story) => s.items.filter((i): i is StoryFile => i.type === 'file');
export const clocksOf = (s: Story) => s.items.filter((i): i is StoryClock => i.type === 'clock');
export const originOf = (s: Story) => s.ticket?.origin_at_us ?? s.alert?.first_at_us ?? s.items[0]?.at_us ?? 0;

/** Kept, missed, or running; by how many seconds it was kept (positive) or missed (negative). */
export function keptOf(c: Pick<StoryClock, 'due_at_us' | 'stopped_at_us'>, nowUs: number): { how: 'kept' | 'missed' | 'running'; byS: number } {
  const at = c.stopped_at_us ?? nowUs;
  const byS = Math.round((c.due_at_us - at) / 1e6);
  if (at > c.due_at_us) return { how: 'missed', byS };
  return { how: c.stopped_at_us === null ? 'running' : 'kept', byS };
}

export interface Mark {
  atUs: number;
  label: string;
}
export interface Lane {
  key: string;
  name: string;
  /** Messages: queued, delivered, read, answered. */
  told: { fromUs: number; toUs: number | null; state: Outbox['state'] }[];
  did: Mark[];
}

/** One lane for each who was told or did something, in the order of their first appearance. */
export function lanesOf(story: Story, nameOf: (o: Outbox) => string, wordOf: (e: JournalEvent) => string, system: string): Lane[] {
  const lanes = new Map<string, Lane>();
  const lane = (name: string): Lane => {
    const there = lanes.get(name) ?? { key: name, name, told: [], did: [] };
    lanes.set(name, there);
    return there;
  };
  for (const item of story.items) {
    if (item.type === 'event') lane(item.actor || system).did.push({ atUs: item.at_us, label: wordOf(item) });
    if (item.type === 'outbox') lane(nameOf(item)).told.push({ fromUs: item.queued_at_us, toUs: item.answered_at_us ?? item.read_at_us ?? item.delivered_at_us, state: item.state });
  }
  return [...lanes.values()];
}

/** End of the drawn axis: the arrival with a margin, so that what led to it can be told apart; while nobody has
 * arrived the five minutes; between one minute and thirty. */
export function axisEndS(story: Story): number {
  const arrived = story.ticket?.arrived_at_us;
  if (!arrived) return 330;
  return Math.min(1800, Math.max(60, ((arrived - originOf(story)) / 1e6) * 1.3));
}

/** Deeds that would be drawn on top of each other speak with one voice: the last two of them, and the last one's time. */
export function clusters(marks: readonly Mark[], x: (us: number) => number, nearPx: number): { fromPx: number; toPx: number; words: string[]; atUs: number }[] {
  const out: { fromPx: number; toPx: number; words: string[]; atUs: number }[] = [];
  for (const m of marks) {
    const at = x(m.atUs);
    const last = out[out.length - 1];
    if (!last || at - last.toPx > nearPx) out.push({ fromPx: at, toPx: at, words: [m.label], atUs: m.atUs });
    else {
      last.words = [...last.words.filter((w) => w !== m.label), m.label].slice(-2);
      Object.assign(last, { toPx: at, atUs: m.atUs });
    }
  }
  return out;
}

/** One cell of a CSV file. What a spreadsheet would take for a formula is made text. */
export function csvCell(value: string | number | null): string {
  let text = value === null ? '' : String(value);
  if (typeof value === 'string' && /^[=+\-@\t\r]/.test(text)) text = `'${text}`;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
export const csvOf = (head: string[], rows: (string | number | null)[][]): string => `\uFEFF${[head, ...rows].map((r) => r.map(csvCell).join(',')).join('\r\n')}\r\n`;
