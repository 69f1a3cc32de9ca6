// The geometry of the plan: WGS-84 outlines to pixels of one box, the digits of groups and buildings, places for
// labels. Pure, so that it can be tested without a browser. North is up; one scale for both axes.

import type { Alert, Camera, Place } from '@/generated/objects';

export interface XY {
  x: number;
  y: number;
}
export interface Box {
  l: number;
  t: number;
  r: number;
  b: number;
}
export interface GeoBox {
  west: number;
  east: number;
  south: number;
  north: number;
}

type Ring = [number, number][];
const M_PER_LAT = 110_574;
const M_PER_LON = 111_320;

/** Rings or lines of an outline; empty when it has none or is something else than GeoJSON of these kinds. */
export function linesOf(outline: unknown): Ring[] {
  const g = outline as { type?: string; coordinates?: unknown } | null;
  switch (g?.type) {
    case 'Polygon':
    case 'MultiLineString':
      return g.coordinates as Ring[];
    case 'MultiPolygon':
      return (g.coordinates as Ring[][]).flat();
    case 'LineString':
      return [g.coordinates as Ring];
    default:
      return [];
  }
}

export function centroid(ring: Ring): { lon: number; lat: number } {
  let area = 0;
  let lon = 0;
  let lat = 0;
  const [ox, oy] = ring[0]; // relative to the first point: degrees of one block are far smaller than their value
  for (let i = 0; i + 1 < ring.length; i += 1) {
    const [x0, y0] = [ring[i][0] - ox, ring[i][1] - oy];
    const [x1, y1] = [ring[i + 1][0] - ox, ring[i + 1][1] - oy];
    const cross = x0 * y1 - x1 * y0;
    area += cross;
    lon += (x0 + x1) * cross;
    lat += (y0 + y1) * cross;
  }
  if (Math.abs(area) < 1e-18) return { lon: ox, lat: oy };
  return { lon: ox + lon / (3 * area), lat: oy + lat / (3 * area) };
}

export function boundsOf(places: Iterable<Place>): GeoBox | null {
  const box: GeoBox = { west: Infinity, east: -Infinity, south: Infinity, north: -Infinity };
  for (const place of places) {
    for (const line of linesOf(place.outline)) {
      for (const [lon, lat] of line) {
        box.west = Math.min(box.west, lon);
        box.east = Math.max(box.east, lon);
        box.south = Math.min(box.south, lat);
        box.north = Math.max(box.north, lat);
      }
    }
  }
  return box.west < box.east && box.south < box.north ? box : null;
}

/** The box of `metres` across around a point, for a crop. */
export function around(lat: number, lon: number, metres: number): GeoBox {
  const dLat = metres / 2 / M_PER_LAT;
  const dLon = metres / 2 / (M_PER_LON * Math.cos((lat * Math.PI) / 180));
  return { west: lon - dLon, east: lon + dLon, south: lat - dLat, north: lat + dLat };
}

export class Projection {
  readonly pxPerM: number;
  private readonly kx: number;
  private readonly cx: number;
  private readonly cy: number;

  constructor(box: GeoBox, private readonly width: number, private readonly height: number, pad: number) {
    this.cx = (box.west + box.east) / 2;
    this.cy = (box.south + box.north) / 2;
    this.kx = M_PER_LON * Math.cos((this.cy * Math.PI) / 180);
    const w = Math.max((box.east - box.west) * this.kx, 1);
    const h = Math.max((box.north - box.south) * M_PER_LAT, 1);
    this.pxPerM = Math.min((width - 2 * pad) / w, (height - 2 * pad) / h);
  }

  xy(lat: number, lon: number): XY {
    return {
      x: this.width / 2 + (lon - this.cx) * this.kx * this.pxPerM,
      y: this.height / 2 - (lat - this.cy) * M_PER_LAT * this.pxPerM,
    };
  }

  /** Back to WGS-84: where somebody clicked. */
  geo(x: number, y: number): { lat: number; lon: number } {
    return { lat: this.cy - (y - this.height / 2) / (M_PER_LAT * this.pxPerM), lon: this.cx + (x - this.width / 2) / (this.kx * this.pxPerM) };
  }

  path(lines: Ring[], closed: boolean): string {
    return lines
      .map((line) => line.map(([lon, lat], i) => { const p = this.xy(lat, lon); return `${i ? 'L' : 'M'}${p.x.toFixed(1)},${p.y.toFixed(1)}`; }).join('') + (closed ? 'Z' : ''))
      .join('');
  }

  boxOf(lines: Ring[]): Box {
    const box: Box = { l: Infinity, t: Infinity, r: -Infinity, b: -Infinity };
    for (const [lon, lat] of lines.flat()) {
      const p = this.xy(lat, lon);
      box.l = Math.min(box.l, p.x);
      box.r = Math.max(box.r, p.x);
      box.t = Math.min(box.t, p.y);
      box.b = Math.max(box.b, p.y);
    }
    return box;
  }
}

export function distanceM(a: { lat: number; lon: number }, b: { lat: number; lon: number }): number {
  const k = Math.cos((((a.lat + b.lat) / 2) * Math.PI) / 180);
  return Math.hypot((a.lat - b.lat) * M_PER_LAT, (a.lon - b.lon) * M_PER_LON * k);
}

/** 12 of 12号楼 or 第12网格组; else the name cut short. */
export function digitsOf(place: Place): string {
  return /\d+/.exec(place.name)?.[0] ?? /(\d+)$/.exec(place.code)?.[1]?.replace(/^0+(?=\d)/, '') ?? [...place.name].slice(0, 3).join('');
}

type Places = ReadonlyMap<number, Place>;

export function ancestor(places: Places, id: number | null, kind: string): Place | undefined {
  for (let at = id === null ? undefined : places.get(id), depth = 0; at && depth < 16; depth += 1) {
    if (at.kind === kind) return at;
    at = at.parent_id === null ? undefined : places.get(at.parent_id);
  }
  return undefined;
}

/** Where a place is, by its own point, its outline, or the nearest place above it that has one. */
export function pointOf(places: Places, id: number | null): { lat: number; lon: number } | null {
  for (let at = id === null ? undefined : places.get(id), depth = 0; at && depth < 16; depth += 1) {
    if (at.lat !== null && at.lon !== null) return { lat: at.lat, lon: at.lon };
    const line = linesOf(at.outline)[0];
    if (line?.length) return centroid(line);
    at = at.parent_id === null ? undefined : places.get(at.parent_id);
  }
  return null;
}

/** Where an alert is: its own point, its camera, its place; null when nobody knows. */
export function alertPoint(alert: Pick<Alert, 'lat' | 'lon' | 'camera_id' | 'place_id'>, places: Places, cameras: ReadonlyMap<number, Camera>): { lat: number; lon: number } | null {
  if (alert.lat !== null && alert.lon !== null) return { lat: alert.lat, lon: alert.lon };
  const camera = alert.camera_id === null ? undefined : cameras.get(alert.camera_id);
  if (camera && camera.lat !== null && camera.lon !== null) return { lat: camera.lat, lon: camera.lon };
  return pointOf(places, alert.place_id);
}

const overlap = (a: Box, b: Box) => Math.max(0, Math.min(a.r, b.r) - Math.max(a.l, b.l)) * Math.max(0, Math.min(a.b, b.b) - Math.max(a.t, b.t));

/** Sets labels beside their marks where they hide least. Later labels avoid earlier ones. */
export class Placer {
  private readonly taken: { box: Box; weight: number }[] = [];

  constructor(private readonly width: number, private readonly height: number) {}

  block(box: Box, weight: number): void {
    this.taken.push({ box, weight });
  }

  /** Centre of a w × h label near a mark of the given half width and height. */
  place(at: XY, halfW: number, halfH: number, w: number, h: number, weight: number): XY {
    const gap = 4;
    const dx = halfW + gap + w / 2;
    const dy = halfH + gap + h / 2;
    const spots: XY[] = [{ x: at.x + dx, y: at.y }, { x: at.x - dx, y: at.y }];
    for (const ky of [-1, 1, -1.7, 1.7]) for (const kx of [0, 0.5, -0.5, 1, -1]) spots.push({ x: at.x + kx * dx, y: at.y + ky * dy });
    let best = spots[0];
    let least = Infinity;
    spots.forEach((spot, order) => {
      const x = Math.min(Math.max(spot.x, w / 2), this.width - w / 2);
      const y = Math.min(Math.max(spot.y, h / 2), this.height - h / 2);
      const box = { l: x - w / 2, r: x + w / 2, t: y - h / 2, b: y + h / 2 };
      const cost = order + 3 * (Math.abs(x - spot.x) + Math.abs(y - spot.y)) + this.taken.reduce((sum, t) => sum + t.weight * overlap(box, t.box), 0);
      if (cost < least) {
        least = cost;
        best = { x, y };
      }
    });
    this.block({ l: best.x - w / 2, r: best.x + w / 2, t: best.y - h / 2, b: best.y + h / 2 }, weight);
    return best;
  }
}

/** Width of a text in px: a hanzi is 1 em, anything narrow about 0.56. */
export function textWidth(text: string, px: number): number {
  return [...text].reduce((sum, c) => sum + (c.charCodeAt(0) > 0x2e80 ? px : px * 0.58), 0);
}
