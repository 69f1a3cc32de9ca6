// The polygon under the hand: drawn corner by corner or changed, by mouse, finger and keys alike. Knows fractions
// of the picture and nothing of pixels, the wire or Vue components.

import { reactive } from 'vue';
import { pointAt, POINTS_LEAST, POINTS_MOST, type Point } from '@/eyes/model';

export type Mode = 'none' | 'draw' | 'change';
/** A tap this near to the first corner closes the polygon; keys close by Enter alone. */
export const CLOSE_NEAR = 0.025;
export const STEP = 0.02;
export const FINE = 0.005;

export interface Draft {
  mode: Mode;
  /** The zone that is changed; null: a new one. */
  zoneId: number | null;
  points: Point[];
  /** Where the keyboard's cross stands while drawing. */
  cursor: Point;
  /** The corner that keys move. */
  chosen: number | null;
}

export const newDraft = (): Draft => reactive({ mode: 'none', zoneId: null, points: [], cursor: [0.5, 0.5], chosen: null });

export function begin(d: Draft, zoneId: number | null, points: Point[]): void {
  Object.assign(d, { mode: points.length ? 'change' : 'draw', zoneId, points: points.map(([x, y]) => [x, y]), cursor: [0.5, 0.5], chosen: null });
}
export function drop(d: Draft): void {
  Object.assign(d, { mode: 'none', zoneId: null, points: [], chosen: null });
}
export function again(d: Draft): void {
  Object.assign(d, { mode: 'draw', points: [], chosen: null });
}

/** A corner there, or the end of drawing when it is where drawing began. `near` 0: always a corner. */
export function put(d: Draft, x: number, y: number, near = CLOSE_NEAR, aspect = 16 / 9): void {
  if (d.mode !== 'draw') return;
  const first = d.points[0];
  if (first && d.points.length >= POINTS_LEAST && Math.hypot(x - first[0], (y - first[1]) / aspect) < near) {
    close(d);
    return;
  }
  if (d.points.length < POINTS_MOST) d.points = [...d.points, pointAt(x, y)];
}

export function close(d: Draft): boolean {
  if (d.mode !== 'draw' || d.points.length < POINTS_LEAST) return false;
  d.mode = 'change';
  return true;
}

export function takeBack(d: Draft): void {
  if (d.mode === 'draw') d.points = d.points.slice(0, -1);
}

export function moveTo(d: Draft, index: number, x: number, y: number): void {
  d.points = d.points.map((p, i) => (i === index ? pointAt(x, y) : p));
}

export function takeAway(d: Draft, index: number): void {
  if (d.points.length <= POINTS_LEAST) return;
  d.points = d.points.filter((_, i) => i !== index);
  d.chosen = null;
}

/** A new corner in the middle of the edge that begins at `index`. */
export function split(d: Draft, index: number): void {
  if (d.points.length >= POINTS_MOST) return;
  const [a, b] = [d.points[index], d.points[(index + 1) % d.points.length]];
  d.points = [...d.points.slice(0, index + 1), pointAt((a[0] + b[0]) / 2, (a[1] + b[1]) / 2), ...d.points.slice(index + 1)];
  d.chosen = index + 1;
}

const ARROWS: Record<string, [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** Whether a key was for the polygon. */
export function key(d: Draft, code: string, fine: boolean): boolean {
  if (d.mode === 'none') return false;
  const way = ARROWS[code];
  const step = fine ? FINE : STEP;
  if (d.mode === 'draw') {
    if (way) d.cursor = pointAt(d.cursor[0] + way[0] * step, d.cursor[1] + way[1] * step);
    else if (code === 'Space') put(d, ...d.cursor, 0);
    else if (code === 'Enter' || code === 'NumpadEnter') close(d);
    else if (code === 'Backspace') takeBack(d);
    else if (code === 'Escape') drop(d);
    else return false;
    return true;
  }
  if (code === 'Escape') {
    if (d.chosen === null) drop(d);
    else d.chosen = null;
    return true;
  }
  if (d.chosen === null) return false;
  const at = d.points[d.chosen];
  if (way) moveTo(d, d.chosen, at[0] + way[0] * step, at[1] + way[1] * step);
  else if (code === 'Delete' || code === 'Backspace') takeAway(d, d.chosen);
  else return false;
  return true;
}
