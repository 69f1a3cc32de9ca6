// What the camera list shows: kinds of state, filter, and which removed cameras can be brought back. Pure.

import type { Camera, JournalEvent } from '@/generated/objects';

export type Group = 'all' | 'live' | 'fault' | 'unknown' | 'off';
export const GROUPS: readonly Group[] = ['all', 'fault', 'unknown', 'off', 'live'];

/** While the cameras' worker is down nothing is claimed. */
export function groupOf(camera: Camera, workerDown: boolean): Exclude<Group, 'all'> {
  if (!camera.enabled) return 'off';
  if (workerDown) return 'unknown';
  switch (camera.state) {
    case 'live':
      return 'live';
    case 'unknown':
    case 'connecting':
      return 'unknown';
    default:
      return 'fault';
  }
}

export function countGroups(cameras: Iterable<Camera>, workerDown: boolean): Record<Group, number> {
  const n: Record<Group, number> = { all: 0, live: 0, fault: 0, unknown: 0, off: 0 };
  for (const c of cameras) {
    n.all += 1;
    n[groupOf(c, workerDown)] += 1;
  }
  return n;
}

export function filterCameras(cameras: Iterable<Camera>, group: Group, query: string, workerDown: boolean, placeOf: (c: Camera) => string): Camera[] {
  const words = query.trim().toLowerCase().split(/\s+/).filter(Boolean);
  return [...cameras]
    .filter((c) => group === 'all' || groupOf(c, workerDown) === group)
    .filter((c) => {
      const text = `${c.code} ${c.name} ${c.recorder} ${c.switch} ${placeOf(c)}`.toLowerCase();
      return words.every((w) => text.includes(w));
    })
    .sort((a, b) => a.code.localeCompare(b.code, 'en', { numeric: true }));
}

export interface Gone {
  id: number;
  code: string;
  name: string;
  at_us: number;
  actor: string;
}

/** Removed and not there again, newest first; the journal is asked because a removed camera is in no list. */
export function goneCameras(removed: JournalEvent[], present: ReadonlyMap<number, Camera>): Gone[] {
  const gone = new Map<number, Gone>();
  for (const e of [...removed].sort((a, b) => b.id - a.id)) {
    if (present.has(e.subject_id) || gone.has(e.subject_id)) continue;
    const body = e.body as { code?: string; name?: string };
    gone.set(e.subject_id, { id: e.subject_id, code: String(body.code ?? ''), name: String(body.name ?? ''), at_us: e.at_us, actor: e.actor });
  }
  return [...gone.values()];
}

export interface Probed {
  ok: boolean;
  cause: string;
  sentence_zh: string;
  sentence_en: string;
  codec?: string;
  audio?: string;
  width?: number;
  height?: number;
  gop?: number;
  fps?: number;
  kbps?: number;
}

export const addressIsFit = (url: string): boolean => /^rtsps?:\/\/[^/\s?]+/.test(url.trim());
