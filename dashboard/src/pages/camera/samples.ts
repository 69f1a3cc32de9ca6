// Two minutes of one camera's figures, sampled as the gauges come; bounded, and empty again for another camera.

export interface Sample {
  atMs: number;
  fps: number;
  kbps: number;
}
export const KEEP_MS = 120_000;
const MOST = 240;

export function push(list: readonly Sample[], sample: Sample): Sample[] {
  const last = list[list.length - 1];
  if (last && sample.atMs <= last.atMs) return list as Sample[];
  return [...list, sample].filter((s) => s.atMs > sample.atMs - KEEP_MS).slice(-MOST);
}

/** An SVG path in a box of w × h whose right edge is `nowMs`; a gap of more than 5 s is a gap in the line. */
export function pathOf(list: readonly Sample[], of: 'fps' | 'kbps', nowMs: number, w: number, h: number): { d: string; top: number } {
  const most = Math.max(0, ...list.map((s) => s[of]));
  const top = niceTop(most);
  let d = '';
  let before = -Infinity;
  for (const s of list) {
    const x = w - ((nowMs - s.atMs) * w) / KEEP_MS;
    if (x < 0) continue;
    const y = h - (Math.min(s[of], top) * (h - 2)) / top - 1;
    d += `${s.atMs - before > 5_000 ? 'M' : 'L'}${x.toFixed(1)},${y.toFixed(1)}`;
    before = s.atMs;
  }
  return { d, top };
}

/** 1, 2 or 5 times a power of ten, at or above `most`. */
export function niceTop(most: number): number {
  if (!(most > 0)) return 1;
  const ten = 10 ** Math.floor(Math.log10(most));
  return [1, 1.5, 2, 3, 5, 10].map((n) => n * ten).find((n) => n >= most * 1.001) ?? 10 * ten;
}
