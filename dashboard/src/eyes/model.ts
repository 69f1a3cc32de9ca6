// What the eyes say about cameras, in the terms of every page that shows it: does a camera see, how old may its
// picture be, what fell together, which of them need a hand. Pure.

import type { Alert, Camera, Center, Finding, Outage, Zone } from '@/generated/objects';
import type { Gauge } from '@/feed/socket';

/** What one camera is good for now. `blind`: live, but its picture shows nothing; `unlooked`: live, not looked at yet. */
export type Sight = 'sees' | 'unlooked' | 'blind' | 'connecting' | 'stalled' | 'lost' | 'refused' | 'unsupported' | 'unknown' | 'off';
/** What is wrong first: this is also the order of the sections. */
export const SIGHTS: readonly Sight[] = ['lost', 'stalled', 'blind', 'refused', 'unsupported', 'unknown', 'connecting', 'unlooked', 'sees', 'off'];
const WRONG = new Set<Sight>(['lost', 'stalled', 'blind', 'refused', 'unsupported', 'unknown']);
export const isWrong = (sight: Sight): boolean => WRONG.has(sight);

export function sightOf(camera: Pick<Camera, 'enabled' | 'state' | 'sees'>, workerDown = false): Sight {
  if (!camera.enabled) return 'off';
  if (workerDown) return 'unknown';
  if (camera.state !== 'live') return camera.state;
  return camera.sees === 'no' ? 'blind' : camera.sees === 'unknown' ? 'unlooked' : 'sees';
}

/** Nobody looks at any camera. Of several workers one may be down: its own cameras say so themselves then. */
export function allUnwatched(center: Pick<Center, 'camera_worker' | 'cameras_unwatched'> | undefined, cameras: Iterable<Pick<Camera, 'enabled' | 'state'>>): boolean {
  if (center?.camera_worker !== 'down') return false;
  for (const c of cameras) if (c.enabled && c.state !== 'unknown') return false;
  return true;
}

export const LOOK_MS = 10_000;
const GRACE_MS = 5_000;

/** From which age on a picture of the eyes is old: a look every ten seconds, or a keyframe when those come more seldom. */
export const staleFromMs = (keyMs: number | undefined): number => Math.max(LOOK_MS, keyMs ?? 0) + GRACE_MS;

/** A clock further off than this makes a recording worthless as evidence. */
export const DRIFT_MS = 2_000;
export const SLOW_KEY_MS = 10_000;

export interface Troubles {
  drift: { camera: Camera; clockMs: number }[];
  slow: { camera: Camera; keyMs: number }[];
  fallback: Camera[];
}

/** Cameras that work and still need a hand: clock, keyframes, the way they are read. The worst first. */
export function troublesOf(cameras: Iterable<Camera>, gauges: ReadonlyMap<number, Gauge>): Troubles {
  const out: Troubles = { drift: [], slow: [], fallback: [] };
  for (const camera of cameras) {
    if (!camera.enabled || camera.state !== 'live') continue;
    if (camera.via === 'rtspsrc') out.fallback.push(camera);
    const gauge = gauges.get(camera.id);
    if (!gauge) continue;
    if (gauge.clock_ms !== null && Math.abs(gauge.clock_ms) > DRIFT_MS) out.drift.push({ camera, clockMs: gauge.clock_ms });
    if (gauge.key_ms > SLOW_KEY_MS) out.slow.push({ camera, keyMs: gauge.key_ms });
  }
  out.drift.sort((a, b) => Math.abs(b.clockMs) - Math.abs(a.clockMs) || a.camera.id - b.camera.id);
  out.slow.sort((a, b) => b.keyMs - a.keyMs || a.camera.id - b.camera.id);
  out.fallback.sort((a, b) => a.code.localeCompare(b.code, 'en', { numeric: true }));
  return out;
}

/* ---- outages ---- */

export interface OutageCount {
  fell: number;
  /** Fallen and not back. */
  down: number;
  members: number;
}

export function countOf(outage: Outage): OutageCount {
  const fell = outage.cameras.length;
  return { fell, down: outage.cameras.filter((c) => c.back_at_us === null).length, members: Math.max(outage.members, fell) };
}

/** Open ones, the one that took most first; then those that ended, newest first. */
export function outagesInOrder(outages: Iterable<Outage>): Outage[] {
  return [...outages].sort(
    (a, b) =>
      Number(a.ended_at_us !== null) - Number(b.ended_at_us !== null) ||
      (b.ended_at_us ?? 0) - (a.ended_at_us ?? 0) ||
      countOf(b).down - countOf(a).down ||
      a.began_at_us - b.began_at_us ||
      a.id - b.id,
  );
}

/** Who is still gone first, in the order they fell; then who is back. */
export const fallenInOrder = (outage: Outage): Outage['cameras'] =>
  [...outage.cameras].sort((a, b) => Number(a.back_at_us !== null) - Number(b.back_at_us !== null) || a.fell_at_us - b.fell_at_us || a.camera_id - b.camera_id);

/* ---- findings ---- */

type About = Pick<Alert, 'id' | 'subject' | 'subject_id'>;
const newest = <T extends { first_at_us: number; id: number }>(list: T[]): T | undefined => list.sort((a, b) => b.first_at_us - a.first_at_us || b.id - a.id)[0];

/** The finding an alert speaks of: an open one before one that is over. */
export function findingOf(findings: Iterable<Finding>, alert: About): Finding | undefined {
  const mine = [...findings].filter((f) => f.alert_id === alert.id || (alert.subject === 'finding' && alert.subject_id === f.id));
  return newest(mine.filter((f) => f.ended_at_us === null)) ?? newest(mine);
}

export function outageOf(outages: Iterable<Outage>, alert: About): Outage | undefined {
  return [...outages].filter((o) => o.alert_id === alert.id || (alert.subject === 'outage' && alert.subject_id === o.id)).sort((a, b) => b.id - a.id)[0];
}

/** Open ones first, the newest first in each. */
export const findingsInOrder = (findings: Iterable<Finding>): Finding[] =>
  [...findings].sort((a, b) => Number(a.ended_at_us !== null) - Number(b.ended_at_us !== null) || b.first_at_us - a.first_at_us || b.id - a.id);

/** How far a measure is above its threshold, for a bar: 1 is the threshold, at most `most`. */
export function excess(finding: Pick<Finding, 'measure' | 'threshold'>, most = 3): number {
  if (finding.threshold <= 0) return finding.measure > 0 ? most : 0;
  return Math.min(most, Math.max(0, finding.measure / finding.threshold));
}

/* ---- what hangs together ---- */

export const HANGS = ['recorder', 'switch', 'power'] as const;
export type Hang = (typeof HANGS)[number];

/** Cameras that share a recorder, switch or feed with this one, itself included. */
export const sharing = (cameras: Iterable<Camera>, camera: Camera, by: Hang): Camera[] => (camera[by] ? [...cameras].filter((c) => c[by] === camera[by]) : []);

/* ---- zones ---- */

export type Point = [number, number];
export const ZONES_MOST = 8;
export const POINTS_MOST = 32;
export const POINTS_LEAST = 3;

const cross = (o: Point, a: Point, b: Point): number => (a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0]);
function crosses(a: Point, b: Point, c: Point, d: Point): boolean {
  return cross(a, b, c) * cross(a, b, d) < 0 && cross(c, d, a) * cross(c, d, b) < 0;
}

/** Whether two edges of a polygon cross: its inside would be anybody's guess. */
export function crossesItself(points: readonly Point[]): boolean {
  const n = points.length;
  for (let i = 0; i < n; i += 1) {
    for (let j = i + 2; j < n; j += 1) {
      if (i === 0 && j === n - 1) continue;
      if (crosses(points[i], points[(i + 1) % n], points[j], points[(j + 1) % n])) return true;
    }
  }
  return false;
}

/** Share of the picture that a polygon covers, 0 to 1. */
export function areaOf(points: readonly Point[]): number {
  let sum = 0;
  for (let i = 0; i < points.length; i += 1) {
    const [a, b] = [points[i], points[(i + 1) % points.length]];
    sum += a[0] * b[1] - b[0] * a[1];
  }
  return Math.abs(sum) / 2;
}

export type ZoneFault = 'few' | 'many' | 'crossed' | 'small' | null;
/** Why a polygon cannot be a zone. Less than half a percent of the picture is a thumbnail's grain. */
export function zoneFault(points: readonly Point[]): ZoneFault {
  if (points.length < POINTS_LEAST) return 'few';
  if (points.length > POINTS_MOST) return 'many';
  if (crossesItself(points)) return 'crossed';
  return areaOf(points) < 0.005 ? 'small' : null;
}

const clamp = (v: number): number => Math.min(1, Math.max(0, Math.round(v * 10_000) / 10_000));
export const pointAt = (x: number, y: number): Point => [clamp(x), clamp(y)];
export const asPoints = (zone: Pick<Zone, 'points'>): Point[] => zone.points.map(([x, y]) => [x, y]);
/** Where a name stands: the mean of the corners. */
export const middleOf = (points: readonly Point[]): Point => {
  const n = Math.max(1, points.length);
  return [points.reduce((s, p) => s + p[0], 0) / n, points.reduce((s, p) => s + p[1], 0) / n];
};

const two = (n: number) => String(n).padStart(2, '0');
export const hhmm = (minutes: number): string => `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
/** 1320 for "22:00"; null when it is no time of day. */
export function minutesOf(text: string): number | null {
  const m = /^(\d{1,2}):(\d{2})$/.exec(text.trim());
  if (!m) return null;
  const n = Number(m[1]) * 60 + Number(m[2]);
  return Number(m[1]) < 24 && Number(m[2]) < 60 ? n : null;
}
/** "22:00–06:00"; '' when it is all day. */
export const hoursOf = (z: { from_min?: number; to_min?: number }): string => ((z.from_min ?? 0) === (z.to_min ?? 0) ? '' : `${hhmm(z.from_min ?? 0)}–${hhmm(z.to_min ?? 0)}`);
