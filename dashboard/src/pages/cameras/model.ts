// The matrix of all cameras: which are shown, under which heading, in which order, and how large. Pure.

import type { Camera, Place } from '@/generated/objects';
import { isWrong, SIGHTS, sightOf, type Sight } from '@/eyes/model';

/** Headings of the order by need: what is wrong stands together, kind by kind, and each cell says which. */
export type Need = 'wrong' | 'sees' | 'waiting' | 'off';
const NEEDS: readonly Need[] = ['wrong', 'sees', 'waiting', 'off'];
export const needOf = (s: Sight): Need => (isWrong(s) ? 'wrong' : s === 'sees' || s === 'off' ? s : 'waiting');
import { ancestor, digitsOf } from '@/ui/plan';

export type Group = 'all' | 'wrong' | 'gone' | 'blind' | 'unknown' | 'off' | 'sees';
export const GROUPS: readonly Group[] = ['all', 'wrong', 'gone', 'blind', 'unknown', 'off', 'sees'];
export type Order = 'wrong' | 'place';
export const SIZES = ['small', 'middle', 'large'] as const;
export type Size = (typeof SIZES)[number];

const IN: Record<Group, (s: Sight) => boolean> = {
  all: () => true,
  wrong: isWrong,
  gone: (s) => s === 'lost' || s === 'stalled' || s === 'refused' || s === 'unsupported',
  blind: (s) => s === 'blind',
  unknown: (s) => s === 'unknown' || s === 'connecting' || s === 'unlooked',
  off: (s) => s === 'off',
  sees: (s) => s === 'sees',
};

export interface Filters {
  group: Group;
  /** A place, and everything below it. */
  placeId: number | null;
  outageId: number | null;
  via: '' | 'lean' | 'rtspsrc';
  text: string;
}
export const NO_FILTERS: Filters = { group: 'all', placeId: null, outageId: null, via: '', text: '' };

/** From an address and back, so that a link can say what to show. */
export function filtersFrom(query: Record<string, unknown>): Filters {
  const text = (key: string) => (typeof query[key] === 'string' ? (query[key] as string) : '');
  const id = (key: string) => (/^\d+$/.test(text(key)) ? Number(text(key)) : null);
  const group = text('show') as Group;
  const via = text('via');
  return { group: GROUPS.includes(group) ? group : 'all', placeId: id('place'), outageId: id('outage'), via: via === 'lean' || via === 'rtspsrc' ? via : '', text: text('q') };
}
export function filtersTo(f: Filters): Record<string, string> {
  const out: Record<string, string> = {};
  if (f.group !== 'all') out.show = f.group;
  if (f.placeId !== null) out.place = String(f.placeId);
  if (f.outageId !== null) out.outage = String(f.outageId);
  if (f.via) out.via = f.via;
  if (f.text.trim()) out.q = f.text.trim();
  return out;
}

export interface Cell {
  camera: Camera;
  sight: Sight;
}
export interface Section {
  key: string;
  /** A need, or a grid group's id; 0: no group. */
  need?: Need;
  groupId?: number;
  cells: Cell[];
}

const byCode = (a: Cell, b: Cell): number => a.camera.code.localeCompare(b.camera.code, 'en', { numeric: true });

function below(places: ReadonlyMap<number, Place>, id: number | null, above: number): boolean {
  for (let at = id, depth = 0; at !== null && depth < 16; depth += 1) {
    if (at === above) return true;
    at = places.get(at)?.parent_id ?? null;
  }
  return false;
}

export function cellsOf(cameras: Iterable<Camera>, f: Filters, places: ReadonlyMap<number, Place>, workerDown: boolean, placeWord: (c: Camera) => string): Cell[] {
  const words = f.text.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const out: Cell[] = [];
  for (const camera of cameras) {
    const sight = sightOf(camera, workerDown);
    if (!IN[f.group](sight)) continue;
    if (f.placeId !== null && !below(places, camera.place_id, f.placeId)) continue;
    if (f.outageId !== null && camera.outage_id !== f.outageId) continue;
    if (f.via && camera.via !== f.via) continue;
    if (words.length) {
      const text = `${camera.code} ${camera.name} ${camera.recorder} ${camera.switch} ${camera.power} ${placeWord(camera)}`.toLowerCase();
      if (!words.every((w) => text.includes(w))) continue;
    }
    out.push({ camera, sight });
  }
  return out;
}

const byKind = (a: Cell, b: Cell): number => SIGHTS.indexOf(a.sight) - SIGHTS.indexOf(b.sight) || byCode(a, b);

/** What is wrong first, kind by kind; or group by group as on the plan. */
export function sectionsOf(cells: Cell[], order: Order, places: ReadonlyMap<number, Place>): Section[] {
  const by = new Map<string, Section & { rank: string }>();
  for (const cell of cells) {
    const group = order === 'place' ? ancestor(places, cell.camera.place_id, 'group') : undefined;
    const key = order === 'wrong' ? needOf(cell.sight) : String(group?.id ?? 0);
    let section = by.get(key);
    if (!section) {
      const rank = order === 'wrong' ? String(NEEDS.indexOf(needOf(cell.sight))) : group ? digitsOf(group).padStart(6, '0') : '~';
      section = { key, rank, cells: [], ...(order === 'wrong' ? { need: needOf(cell.sight) } : { groupId: group?.id ?? 0 }) };
      by.set(key, section);
    }
    section.cells.push(cell);
  }
  return [...by.values()]
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
    .map((s) => ({ ...s, cells: s.cells.sort(order === 'place' ? (a, b) => Number(isWrong(b.sight)) - Number(isWrong(a.sight)) || byCode(a, b) : byKind) }));
}

export function countGroups(cameras: Iterable<Camera>, workerDown: boolean): Record<Group, number> {
  const n = Object.fromEntries(GROUPS.map((g) => [g, 0])) as Record<Group, number>;
  for (const c of cameras) {
    const sight = sightOf(c, workerDown);
    for (const g of GROUPS) if (IN[g](sight)) n[g] += 1;
  }
  return n;
}

/** The largest pictures that still show all cameras at once; a phone scrolls and gets pictures one can see. */
export function sizeFor(count: number, width: number, height: number): Size {
  if (width < 700) return 'middle';
  for (const [size, w] of [['large', 248], ['middle', 150]] as const) {
    const columns = Math.floor(width / w);
    if (Math.ceil(count / columns) * (w * 0.5625 + 46) <= height) return size;
  }
  return 'small';
}

export const LEAST_PX = 70;
const GAP_PX = 2;
const HEAD_PX = 30;

/** Columns of the smallest size with which all sections stand on the screen at once, as large as that allows; null:
 * they do not, and the matrix scrolls. */
export function columnsFor(counts: readonly number[], width: number, height: number): number | null {
  for (let columns = 8; ; columns += 1) {
    const cell = (width - GAP_PX * (columns - 1)) / columns;
    if (cell < LEAST_PX) return null;
    const rows = counts.reduce((sum, n) => sum + Math.ceil(n / columns), 0);
    if (rows * (cell * 0.5625 + GAP_PX) + HEAD_PX * counts.length <= height) return columns;
  }
}

/** Where an arrow key leads in rows of `columns`; sections are walked through as one list. */
export function stepFrom(ids: readonly number[], id: number | null, key: string, columns: number): number | null {
  if (ids.length === 0) return null;
  const at = id === null ? -1 : ids.indexOf(id);
  if (at < 0) return ids[0];
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1, ArrowDown: at + columns, ArrowUp: at - columns, Home: 0, End: ids.length - 1 }[key];
  return to === undefined ? null : ids[Math.min(ids.length - 1, Math.max(0, to))];
}
