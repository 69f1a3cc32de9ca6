// What rules select, as lists a person can read and change. Which lists make sense depends on the kind; empty asks
// nothing, all that ask must agree. Pure.

import type { Rule } from '@/generated/objects';

export const SELECTING = ['sight', 'zone', 'camera_observed', 'observed'] as const;
export type Selecting = (typeof SELECTING)[number];
export const selects = (kind: string): kind is Selecting => (SELECTING as readonly string[]).includes(kind);
/** What people say of themselves or others is never switched off. */
export const mayBeOff = (kind: string): boolean => kind !== 'sos' && kind !== 'reported';

export interface Selector {
  kinds: string[];
  categories: string[];
  topics: string[];
  classes: string[];
  zones: string[];
  cameras: number[];
  from_min: number;
  to_min: number;
}
type ListKey = 'kinds' | 'categories' | 'topics' | 'classes' | 'zones' | 'cameras';
export const LISTS: Record<Selecting, readonly ListKey[]> = {
  sight: ['kinds', 'zones', 'cameras'],
  zone: ['categories', 'zones', 'cameras'],
  camera_observed: ['topics', 'classes', 'zones', 'cameras'],
  observed: ['categories', 'zones', 'cameras'],
};
export const FINDING_KINDS = ['black', 'washed', 'covered', 'sprayed', 'defocused', 'moved', 'frozen', 'fps_low', 'bitrate_low', 'time_jump'] as const;
export const TOPICS = ['motion', 'line', 'field', 'tamper', 'object', 'other'] as const;
export const CATEGORIES = ['fall', 'fire', 'violence', 'person_in_difficulty', 'fire_lane', 'intrusion', 'order', 'parking', 'dumping', 'facility', 'other'] as const;

const strings = (v: unknown): string[] => (Array.isArray(v) ? v.filter((x): x is string => typeof x === 'string') : []);
const minute = (v: unknown): number => (typeof v === 'number' && v >= 0 && v < 1440 ? Math.floor(v) : 0);

export function readSelector(rule: Pick<Rule, 'selector'>): Selector {
  const s = rule.selector as Record<string, unknown>;
  return {
    kinds: strings(s.kinds), categories: strings(s.categories), topics: strings(s.topics), classes: strings(s.classes), zones: strings(s.zones),
    cameras: Array.isArray(s.cameras) ? s.cameras.filter((x): x is number => typeof x === 'number') : [],
    from_min: minute(s.from_min), to_min: minute(s.to_min),
  };
}

/** Only what asks something, and only what the kind knows. */
export function writeSelector(kind: string, s: Selector): Record<string, unknown> {
  if (!selects(kind)) return {};
  const out: Record<string, unknown> = {};
  for (const key of LISTS[kind]) if (s[key].length) out[key] = [...s[key]];
  if (s.from_min !== s.to_min) Object.assign(out, { from_min: s.from_min, to_min: s.to_min });
  return out;
}

export const classesOf = (text: string): string[] => [...new Set(text.split(/[\s,，、;；]+/).filter(Boolean))].slice(0, 16);

/** By kind, then the one that selects before the one that takes all: the order in which they are asked. */
export function rulesInOrder(rules: Iterable<Rule>): Rule[] {
  const rank = (kind: string) => ['reported', 'sos', 'observed', 'camera_observed', 'zone', 'sight', 'camera_fault', 'outage', 'worker_gone', 'reader_gone', 'point_missed', 'round_not_started', 'no_candidate'].indexOf(kind);
  const asks = (r: Rule) => Number(Object.keys(r.selector).length > 0);
  return [...rules].sort((a, b) => rank(a.kind) - rank(b.kind) || asks(b) - asks(a) || b.id - a.id);
}
