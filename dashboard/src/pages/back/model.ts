// Looking back: whether a camera's recorder can be asked, where in time we are, and what lies around it. Pure.

import type { Alert, Camera, Clip, Recorder } from '@/generated/objects';

/** What is missing before a recorder can be asked; null: nothing. */
export type Lack = 'no_camera' | 'no_recorder' | 'unregistered' | 'no_channel' | null;
export function lackOf(camera: Camera | undefined, recorder: Recorder | undefined): Lack {
  if (!camera) return 'no_camera';
  if (camera.look_back) return null;
  if (!camera.recorder) return 'no_recorder';
  if (!recorder) return 'unregistered';
  return camera.channel > 0 ? null : 'no_channel';
}

export const recorderOf = (camera: Camera | undefined, recorders: Iterable<Recorder>): Recorder | undefined => (camera?.recorder ? [...recorders].find((r) => r.name === camera.recorder) : undefined);

const DAY_US = 86_400e6;
/** A recorder writes what it gets; what is younger than this may not be on it yet. */
export const YOUNGEST_US = 5e6;
/** Before what the recorder holds there is nothing; by its last word, a day of which may be over. */
export const oldestOf = (recorder: Recorder | undefined, nowUs: number): number | null => (recorder?.days_held == null ? null : nowUs - (recorder.days_held + 1) * DAY_US);
export const clampAt = (atUs: number, nowUs: number): number => Math.max(0, Math.min(Math.round(atUs), Math.round(nowUs - YOUNGEST_US)));

/** One line of the journal stands for the minutes around the time it names. Further away is another look. */
export const LOOKED_US = 600e6;
export const needsNewLook = (askedUs: number | null, atUs: number): boolean => askedUs === null || Math.abs(atUs - askedUs) > LOOKED_US;

export const STEPS_S = [-600, -60, -10, 10, 60, 600] as const;

/** How a key moves in time, in seconds; null: it does not. */
export function stepOfKey(code: string, shift: boolean): number | null {
  switch (code) {
    case 'ArrowLeft':
      return shift ? -60 : -10;
    case 'ArrowRight':
      return shift ? 60 : 10;
    case 'PageUp':
      return -600;
    case 'PageDown':
      return 600;
    case 'Comma':
      return -1;
    case 'Period':
      return 1;
  }
  return null;
}

/* ---- the strip of time ---- */

export const SPANS_S = [600, 3600, 86_400] as const;
export type SpanS = (typeof SPANS_S)[number];

/** A window around a time, which stands still until the time comes near its edge. */
export function windowOf(atUs: number, spanS: number, before: { fromUs: number; toUs: number } | null): { fromUs: number; toUs: number } {
  const length = spanS * 1e6;
  if (before && before.toUs - before.fromUs === length && atUs >= before.fromUs + length * 0.1 && atUs <= before.toUs - length * 0.1) return before;
  const fromUs = Math.round(atUs - length / 2);
  return { fromUs, toUs: fromUs + length };
}
export interface Ticks {
  everyS: number;
  atUs: number[];
}
export function ticksOf(fromUs: number, toUs: number, offsetS: number): Ticks {
  const everyS = [60, 300, 600, 3600, 7200, 21_600].find((s) => (toUs - fromUs) / 1e6 / s <= 13) ?? 21_600;
  const step = everyS * 1e6;
  const atUs: number[] = [];
  for (let us = Math.ceil((fromUs + offsetS * 1e6) / step) * step - offsetS * 1e6; us <= toUs; us += step) atUs.push(us);
  return { everyS, atUs };
}

export interface Mark {
  kind: 'alert' | 'clip';
  id: number;
  fromUs: number;
  toUs: number;
  priority: number;
}
export function marksOf(cameraId: number, alerts: Iterable<Alert>, clips: Iterable<Clip>, fromUs: number, toUs: number): Mark[] {
  const out: Mark[] = [];
  for (const a of alerts) if (a.camera_id === cameraId && a.first_at_us >= fromUs && a.first_at_us <= toUs) out.push({ kind: 'alert', id: a.id, fromUs: a.first_at_us, toUs: a.first_at_us, priority: a.priority });
  for (const c of clips) if (c.camera_id === cameraId && c.to_us >= fromUs && c.from_us <= toUs && c.state !== 'failed' && c.state !== 'refused') out.push({ kind: 'clip', id: c.id, fromUs: Math.max(fromUs, c.from_us), toUs: Math.min(toUs, c.to_us), priority: 0 });
  return out.sort((a, b) => a.fromUs - b.fromUs || a.id - b.id);
}

/* ---- what is to be saved ---- */

export const AROUND_US = { before: 10e6, after: 20e6 };
/** The marked part; half marked, thirty seconds from there; not marked, what is around the picture that is seen. */
export function partOf(inUs: number | null, outUs: number | null, shownUs: number): { fromUs: number; toUs: number } {
  if (inUs !== null && outUs !== null) return inUs <= outUs ? { fromUs: inUs, toUs: outUs } : { fromUs: outUs, toUs: inUs };
  if (inUs !== null) return { fromUs: inUs, toUs: inUs + AROUND_US.before + AROUND_US.after };
  if (outUs !== null) return { fromUs: outUs - AROUND_US.before - AROUND_US.after, toUs: outUs };
  return { fromUs: shownUs - AROUND_US.before, toUs: shownUs + AROUND_US.after };
}

/** Why a playback ended, as a sentence exists for it. */
const SAID = new Set(['no_footage', 'recorder_busy', 'recorder_full', 'recorder_refused', 'auth', 'unreachable', 'timeout', 'not_found', 'codec', 'protocol', 'forbidden', 'busy', 'worker_gone', 'closed', 'no_link', 'decode']);
export const whyOf = (cause: string): string => (SAID.has(cause) ? cause : 'other');
/** Trying the same again can help. */
export const passes = (cause: string): boolean => ['recorder_busy', 'recorder_full', 'busy', 'worker_gone', 'timeout', 'unreachable', 'closed', 'no_link', 'other'].includes(whyOf(cause));
