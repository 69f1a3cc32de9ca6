// Clips as evidence, in the terms of every page that shows them: which wait for whom, how long they are kept, what a
// person of a role may do with one. Pure; the daemon decides again at every command.

import { ROLES, type CommandName } from '@/generated/commands';
import type { Clip } from '@/generated/objects';

type About = Pick<Clip, 'state' | 'hash' | 'from_us' | 'to_us'>;

/** There is a file to play. */
export const playable = (clip: Pick<Clip, 'state' | 'hash'>): boolean => clip.state === 'saved' && clip.hash !== '';
export const secondsOf = (clip: Pick<Clip, 'from_us' | 'to_us'>): number => Math.max(0, (clip.to_us - clip.from_us) / 1e6);

/** Who waits for whom comes first, then what is new. */
const RANK: Record<Clip['state'], number> = { asked: 0, waiting: 1, saved: 2, failed: 2, refused: 2, removed: 2 };
export const clipsInOrder = (clips: Iterable<Clip>): Clip[] => [...clips].sort((a, b) => RANK[a.state] - RANK[b.state] || b.asked_at_us - a.asked_at_us || b.id - a.id);

/** Of one alert: its own first (by rule), then what people asked for. */
export const clipsOfAlert = (clips: Iterable<Clip>, alertId: number): Clip[] => [...clips].filter((c) => c.alert_id === alertId).sort((a, b) => Number(a.asked_by !== '') - Number(b.asked_by !== '') || a.from_us - b.from_us || a.id - b.id);
/** What a page of rows and a feed know of the same clips: the newer of each. */
export function merged(rows: readonly Clip[], live: ReadonlyMap<number, Clip>): Clip[] {
  return rows.map((row) => {
    const mine = live.get(row.id);
    return mine && mine.rev > row.rev ? mine : row;
  });
}

/** Ring clips end in the future when they are asked for: the seconds until the last of it has happened. */
export const stillToComeS = (clip: About, nowUs: number): number => (clip.state === 'waiting' ? Math.max(0, Math.ceil((clip.to_us - nowUs) / 1e6)) : 0);

export interface Person {
  name: string;
  display: string;
  role: string;
}
export const may = (person: Pick<Person, 'role'> | null | undefined, command: CommandName): boolean => ROLES[command].includes(person?.role ?? '');
/** Nobody allows what they asked for themselves. Wire names are display names. */
export const isOwn = (clip: Pick<Clip, 'asked_by'>, person: Person | null | undefined): boolean => !!person && clip.asked_by !== '' && (clip.asked_by === person.display || clip.asked_by === person.name);
export const mayAllow = (clip: Clip, person: Person | null | undefined): boolean => clip.state === 'asked' && may(person, 'clip.allow') && !isOwn(clip, person);
export const mayLock = (clip: Clip, person: Person | null | undefined): boolean => clip.state === 'saved' && may(person, 'clip.lock');
export const mayExport = (clip: Clip, person: Person | null | undefined): boolean => playable(clip) && may(person, 'clip.export');

/** What a person may ask for at once. */
export const CLIP_MOST_US = 300e6;
export type SpanFault = 'none' | 'order' | 'long' | 'future' | null;
export function spanFault(fromUs: number | null, toUs: number | null, nowUs: number): SpanFault {
  if (fromUs === null || toUs === null || !Number.isFinite(fromUs) || !Number.isFinite(toUs)) return 'none';
  if (toUs <= fromUs) return 'order';
  if (toUs - fromUs > CLIP_MOST_US) return 'long';
  return toUs > nowUs + 60e6 ? 'future' : null;
}

/** How an operator's asking ends: at once from memory, or with somebody who allows it. */
export const RING_US = 10e6;
export const fromMemory = (fromUs: number, nowUs: number): boolean => fromUs >= nowUs - RING_US;

/** 3f9a 01c2 …: read aloud and compared by eye. */
export const inFours = (hash: string): string => hash.replace(/(.{4})(?=.)/g, '$1 ');

/** 12.5, 30: seconds as they are said. */
export const secondsInWords = (us: number): string => (us % 1e6 === 0 || us >= 60e6 ? String(Math.round(us / 1e6)) : (us / 1e6).toFixed(1));

/** 12.3 MB */
export function megabytes(bytes: number): string {
  return bytes >= 10e6 ? String(Math.round(bytes / 1e6)) : (bytes / 1e6).toFixed(1);
}
