import { describe, expect, it } from 'vitest';
import { alertPoint, ancestor, boundsOf, centroid, digitsOf, distanceM, Placer, Projection } from '@/ui/plan';
import { alert, camera, place } from './helpers';

const square = (west: number, south: number, size: number) => ({
  type: 'Polygon',
  coordinates: [[[west, south], [west + size, south], [west + size, south + size], [west, south + size], [west, south]]],
});

describe('the projection', () => {
  it('has north up and the same scale both ways', () => {
    const p = new Projection({ west: 120, east: 120.01, south: 36, north: 36.01 }, 1000, 600, 0);
    expect(p.xy(36.01, 120.005).y).toBeCloseTo(0, 5);
    expect(p.xy(36.005, 120.005).y).toBeCloseTo(300, 5);
    const east = p.xy(36.005, 120.006).x - 500;
    const metres = distanceM({ lat: 36.005, lon: 120.005 }, { lat: 36.005, lon: 120.006 });
    expect(east / metres).toBeCloseTo(p.pxPerM, 2);
  });
  it('goes back to where it came from', () => {
    const p = new Projection({ west: 120, east: 120.01, south: 36, north: 36.01 }, 800, 600, 10);
    const { x, y } = p.xy(36.0042, 120.0031);
    expect(p.geo(x, y).lat).toBeCloseTo(36.0042, 9);
    expect(p.geo(x, y).lon).toBeCloseTo(120.0031, 9);
  });
});

describe('places', () => {
  const tree = new Map([
    [1, place({ id: 1, kind: 'community', outline: square(120, 36, 0.01) })],
    [2, place({ id: 2, kind: 'group', name: '第12网格组', parent_id: 1 })],
    [3, place({ id: 3, kind: 'building', name: '31号楼', parent_id: 2, outline: square(120.001, 36.001, 0.001) })],
    [4, place({ id: 4, kind: 'unit', name: '2单元', parent_id: 3 })],
  ]);
  it('have digits', () => {
    expect([2, 3].map((id) => digitsOf(tree.get(id) as never))).toEqual(['12', '31']);
  });
  it('know their group', () => {
    expect(ancestor(tree, 4, 'group')?.id).toBe(2);
    expect(ancestor(tree, 1, 'group')).toBeUndefined();
  });
  it('bound the drawing', () => {
    expect(boundsOf(tree.values())).toEqual({ west: 120, east: 120.01, south: 36, north: 36.01 });
    expect(boundsOf([])).toBeNull();
  });
  it('lend their middle to an alert that has no point of its own', () => {
    expect(alertPoint(alert({ place_id: 4 }), tree, new Map())?.lat).toBeCloseTo(36.0015, 9);
    expect(alertPoint(alert({ place_id: 4, camera_id: 9 }), tree, new Map([[9, camera({ id: 9, lat: 36.2, lon: 120.2 })]]))).toEqual({ lat: 36.2, lon: 120.2 });
    expect(alertPoint(alert({}), tree, new Map())).toBeNull();
  });
  it('have a middle even far from zero', () => {
    expect(centroid([[120, 36], [120.002, 36], [120.002, 36.002], [120, 36.002], [120, 36]]).lon).toBeCloseTo(120.001, 9);
  });
});

describe('labels', () => {
  it('avoid what is there and stay inside', () => {
    const placer = new Placer(200, 100);
    const first = placer.place({ x: 190, y: 50 }, 10, 10, 60, 20, 5);
    expect(first.x).toBeLessThanOrEqual(170);
    const second = placer.place({ x: 190, y: 50 }, 10, 10, 60, 20, 5);
    expect(Math.abs(second.x - first.x) >= 60 || Math.abs(second.y - first.y) >= 20).toBe(true);
  });
});
