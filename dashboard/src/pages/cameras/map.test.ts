import { describe, expect, it } from 'vitest';
import { camera } from '../../../tests/helpers';
import { Projection, type GeoBox } from '@/ui/plan';
import { boundsWith, boxOf, CLOSEST, spotsOf, THUMB, wholeOf, zoomed } from './map';
import type { Cell } from './model';

const ALL: GeoBox = { south: 36, north: 36.01, west: 120, east: 120.02 };
const cell = (id: number, lat: number | null, lon: number | null, sight: Cell['sight'] = 'sees'): Cell => ({ camera: camera({ id, lat, lon }), sight });

describe('a part of the plan', () => {
  it('is all of it at first, and keeps the point under the hand when it comes closer', () => {
    const all = wholeOf(ALL);
    for (const side of ['south', 'north', 'west', 'east'] as const) expect(boxOf(ALL, all)[side]).toBeCloseTo(ALL[side], 9);
    const at = { lat: 36.002, lon: 120.003 };
    const closer = zoomed(ALL, all, 2, at);
    const where = (box: GeoBox) => [(at.lat - box.south) / (box.north - box.south), (at.lon - box.west) / (box.east - box.west)];
    const [before, after] = [where(boxOf(ALL, all)), where(boxOf(ALL, closer))];
    expect(after[0]).toBeCloseTo(before[0]);
    expect(after[1]).toBeCloseTo(before[1]);
    expect(zoomed(ALL, closer, 1 / 4, null)).toEqual(all);
    expect(zoomed(ALL, all, 1e6, null).zoom).toBe(CLOSEST);
  });
  it('holds cameras that stand outside of all outlines', () => {
    expect(boundsWith(ALL, [camera({ lat: 36.5, lon: 119 }), camera({})])).toMatchObject({ north: 36.5, west: 119 });
    expect(boundsWith(null, [camera({})])).toBeNull();
  });
});

describe('pictures on the plan', () => {
  const projection = new Projection(ALL, 1000, 600, 0);
  it('never lie over each other, nor outside; what is wrong comes first; who has no room is a dot', () => {
    const cells = Array.from({ length: 60 }, (_, i) => cell(i + 1, 36 + ((i * 7) % 60) / 6000, 120 + ((i * 11) % 60) / 3000, i === 59 ? 'lost' : 'sees'));
    const spots = spotsOf(cells, projection, 1000, 600);
    const boxes = spots.flatMap((s) => (s.box ? [s.box] : []));
    expect(spots).toHaveLength(60);
    expect(boxes.length).toBeGreaterThan(10);
    expect(boxes.length).toBeLessThan(60);
    for (const [i, a] of boxes.entries()) {
      expect(a.l >= 0 && a.t >= 0 && a.l + THUMB.w <= 1000 && a.t + THUMB.h <= 600).toBe(true);
      for (const b of boxes.slice(i + 1)) expect(a.l < b.r && b.l < a.r && a.t < b.b && b.t < a.b).toBe(false);
    }
    expect(spots.find((s) => s.cell.camera.id === 60)?.box).not.toBeNull();
  });
  it('leave out who has no place, or stands elsewhere', () => {
    expect(spotsOf([cell(1, null, null), cell(2, 36.2, 120.01), cell(3, 36.005, 120.01)], projection, 1000, 600).map((s) => s.cell.camera.id)).toEqual([3]);
  });
});
