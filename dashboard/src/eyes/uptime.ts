// 在线率 and 完好率: shares of the time a camera was to be watched. What was not watched (disabled, or our own worker
// was down) counts for neither side. Pure.

export interface Span {
  watched_us: number;
  online_us: number;
  seeing_us: number;
}
/** One row of GET uptime: of a camera or a place over the month, with its days where they are told. */
export interface UptimeRow extends Span {
  camera_id?: number | null;
  place_id?: number | null;
  /** As they are called now, or were when they were removed. */
  code?: string;
  name?: string;
  days?: (Span & { day: string })[];
}

export const online = (s: Span): number | null => (s.watched_us > 0 ? Math.min(1, s.online_us / s.watched_us) : null);
export const seeing = (s: Span): number | null => (s.watched_us > 0 ? Math.min(1, s.seeing_us / s.watched_us) : null);

/** 99.97 %, never rounded up to 100 while something was missing. */
export function percent(share: number | null): string {
  if (share === null) return '—';
  if (share >= 1) return '100%';
  return `${(Math.floor(share * 10_000) / 100).toFixed(2)}%`;
}

export const sum = (rows: readonly Span[]): Span => rows.reduce((a, r) => ({ watched_us: a.watched_us + r.watched_us, online_us: a.online_us + r.online_us, seeing_us: a.seeing_us + r.seeing_us }), { watched_us: 0, online_us: 0, seeing_us: 0 });

export type SortKey = 'name' | 'watched' | 'online' | 'seeing';

/** What was never watched has no rate and stands last, whichever way. */
export function sorted<R extends Span>(rows: readonly R[], by: SortKey, down: boolean, name: (r: R) => string): R[] {
  const value = (r: R): number | null => (by === 'watched' ? r.watched_us : by === 'online' ? online(r) : seeing(r));
  return [...rows].sort((a, b) => {
    const names = name(a).localeCompare(name(b), 'zh', { numeric: true });
    if (by === 'name') return down ? -names : names;
    const [x, y] = [value(a), value(b)];
    if (x === null || y === null) return Number(x === null) - Number(y === null) || names;
    return (down ? y - x : x - y) || names;
  });
}

/** 2026-11 of a local time, and how many days that month has. */
export const monthOf = (us: number, offsetS: number): string => new Date(us / 1000 + offsetS * 1000).toISOString().slice(0, 7);
export const daysIn = (month: string): number => new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5, 7)), 0)).getUTCDate();
/** This month and the eleven before it, newest first. */
export function months(nowUs: number, offsetS: number): string[] {
  const now = monthOf(nowUs, offsetS);
  const [y, m] = [Number(now.slice(0, 4)), Number(now.slice(5, 7))];
  return Array.from({ length: 12 }, (_, i) => new Date(Date.UTC(y, m - 1 - i, 1)).toISOString().slice(0, 7));
}
