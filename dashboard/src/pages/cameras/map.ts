// All cameras on the plan: what part of it is shown, and which of them have room for their picture. Pure.

import type { Camera } from '@/generated/objects';
import { isWrong } from '@/eyes/model';
import type { Box, GeoBox, Projection, XY } from '@/ui/plan';
import type { Cell } from './model';

export const THUMB = { w: 132, h: 94, gap: 3 } as const;
export const CLOSEST = 24;

/** A part of a whole: `zoom` 1 is all of it; the middle in degrees. */
export interface Part {
  zoom: number;
  lat: number;
  lon: number;
}

export const wholeOf = (all: GeoBox): Part => ({ zoom: 1, lat: (all.south + all.north) / 2, lon: (all.west + all.east) / 2 });

const clamp = (v: number, least: number, most: number): number => Math.min(most, Math.max(least, v));

export function boxOf(all: GeoBox, part: Part): GeoBox {
  const dLat = (all.north - all.south) / 2 / part.zoom;
  const dLon = (all.east - all.west) / 2 / part.zoom;
  return { south: part.lat - dLat, north: part.lat + dLat, west: part.lon - dLon, east: part.lon + dLon };
}

/** Closer or further, the point under the hand stays under it; the middle stays on the plan. */
export function zoomed(all: GeoBox, part: Part, factor: number, at: { lat: number; lon: number } | null): Part {
  const zoom = clamp(part.zoom * factor, 1, CLOSEST);
  if (zoom === 1) return wholeOf(all);
  const k = part.zoom / zoom;
  const to = at ?? part;
  return held(all, { zoom, lat: to.lat + (part.lat - to.lat) * k, lon: to.lon + (part.lon - to.lon) * k });
}

export const held = (all: GeoBox, part: Part): Part => ({ ...part, lat: clamp(part.lat, all.south, all.north), lon: clamp(part.lon, all.west, all.east) });

export interface Spot {
  cell: Cell;
  at: XY;
  /** Where its picture lies; null: no room, a dot. */
  box: Box | null;
}

/** The plan with all cameras that have a place, wherever it is drawn. */
export function boundsWith(all: GeoBox | null, cameras: Iterable<Camera>): GeoBox | null {
  let box = all;
  for (const c of cameras) {
    if (c.lat === null || c.lon === null) continue;
    box = box ? { west: Math.min(box.west, c.lon), east: Math.max(box.east, c.lon), south: Math.min(box.south, c.lat), north: Math.max(box.north, c.lat) } : { west: c.lon - 0.001, east: c.lon + 0.001, south: c.lat - 0.001, north: c.lat + 0.001 };
  }
  return box;
}

const meets = (a: Box, b: Box): boolean => a.l < b.r && b.l < a.r && a.t < b.b && b.t < a.b;

/** What is wrong gets its picture first; the others in order of their ids, so that nothing changes places by itself. */
export function spotsOf(cells: readonly Cell[], projection: Projection, width: number, height: number): Spot[] {
  const spots: Spot[] = [];
  for (const cell of cells) {
    const { lat, lon } = cell.camera;
    if (lat === null || lon === null) continue;
    const at = projection.xy(lat, lon);
    if (at.x < 0 || at.y < 0 || at.x > width || at.y > height) continue;
    spots.push({ cell, at, box: null });
  }
  const taken: Box[] = [];
  const order = [...spots].sort((a, b) => Number(isWrong(b.cell.sight)) - Number(isWrong(a.cell.sight)) || a.cell.camera.id - b.cell.camera.id);
  for (const spot of order) {
    const l = clamp(spot.at.x - THUMB.w / 2, 0, Math.max(0, width - THUMB.w));
    const t = clamp(spot.at.y - THUMB.h - 6, 0, Math.max(0, height - THUMB.h));
    const box = { l, t, r: l + THUMB.w + THUMB.gap, b: t + THUMB.h + THUMB.gap };
    if (taken.some((x) => meets(x, box))) continue;
    taken.push(box);
    spot.box = box;
  }
  return spots;
}
