// Times of a route: "HH:MM", sorted, each once. Pure.

export const MOST_TIMES = 48;

export interface Plan {
  times?: string[];
  weekdays?: number[];
  days?: number[];
  last_weekday?: number;
}
export interface RoutePoint {
  idx: number;
  checkpoint_id: number;
  offset_s: number;
  early_s: number;
  late_s: number;
}
export interface Route {
  id: number;
  rev: number;
  code: string;
  name: string;
  unit_id: number | null;
  volunteer: boolean;
  ordered: boolean;
  plan: Plan;
  enabled: boolean;
  points: RoutePoint[];
}

/** "8:5", "08:05" and "0805" are 08:05; null when it is no time of day. */
export function readTime(text: string): string | null {
  const m = /^\s*(\d{1,2}):(\d{1,2})\s*$/.exec(text.replace('：', ':')) ?? /^\s*(\d{2})(\d{2})\s*$/.exec(text);
  if (!m || Number(m[1]) > 23 || Number(m[2]) > 59) return null;
  return `${m[1].padStart(2, '0')}:${m[2].padStart(2, '0')}`;
}

export const tidy = (times: readonly string[]): string[] => [...new Set(times)].sort();

/** Every `stepMin` from `from` up to `to`, over midnight when `to` is earlier. */
export function every(from: string, to: string, stepMin: number): string[] {
  const minutes = (text: string) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
  if (!Number.isInteger(stepMin) || stepMin < 5) return [];
  const start = minutes(from);
  const end = minutes(to) >= start ? minutes(to) : minutes(to) + 1440;
  const times: string[] = [];
  for (let at = start; at <= end && times.length <= MOST_TIMES; at += stepMin) times.push(`${String(Math.floor((at % 1440) / 60)).padStart(2, '0')}:${String(at % 60).padStart(2, '0')}`);
  return tidy(times);
}
