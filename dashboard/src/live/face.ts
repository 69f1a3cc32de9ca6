// What a tile may say about its picture. Pure: figures in, one state out. The age of the picture decides first; what the
// center says about the camera only explains it. Nothing older than two seconds is ever called live.

import type { Camera } from '@/generated/objects';
import type { Look } from './player';

export type LiveState =
  | 'idle' // no camera chosen
  | 'off' // disabled
  | 'connecting' // no picture yet
  | 'catching' // the last keyframe is shown, on the way to now
  | 'live'
  | 'late' // it moves, behind the camera
  | 'stalled' // it stands still
  | 'frozen' // pictures come and are always the same
  | 'lost' // the camera is not there; the cause says why
  | 'stills' // one picture a second; the note says why
  | 'playback' // what was, at the speed of life
  | 'paused'
  | 'ended' // over, with its cause
  | 'unsupported' // nothing here can show it
  | 'refused'; // this user may not

export type Fresh = 'fresh' | 'dim' | 'hatch';

export interface Face {
  state: LiveState;
  /** What can be seen is what the camera shows now. */
  live: boolean;
  fresh: Fresh;
  /** Of the camera or of the slot; '' when nothing is wrong. */
  cause: string;
  ageMs: number | null;
}

export const LIVE_LEAST_MS = 1_000;
/** Checked four times a second: never over two seconds on the screen. */
export const LIVE_MOST_MS = 1_750;
export const STILL_LIVE_MS = 1_750;
export const DIM_MS = 3_000;
export const HATCH_MS = 15_000;
const CATCHING_MS = 6_000;
/** A playback that shows nothing new for so long stands still. */
const STANDS_MS = 2_500;

export interface Seen {
  camera: Pick<Camera, 'enabled' | 'state' | 'cause'> | undefined;
  playback: boolean;
  paused: boolean;
  /** An open finding says that its picture does not move. */
  frozen: boolean;
  look: Look | null;
  /** Age of the newest still, where stills have to do. */
  stillAgeMs: number | null;
  /** Since something new could be seen last. */
  standsMs: number;
}

/** A camera of one picture a second is live between two of them. */
export const liveMs = (intervalMs: number): number => Math.min(LIVE_MOST_MS, Math.max(LIVE_LEAST_MS, 2.5 * intervalMs));
export const freshOf = (ageMs: number): Fresh => (ageMs >= HATCH_MS ? 'hatch' : ageMs >= DIM_MS ? 'dim' : 'fresh');

const GONE = new Set<Camera['state']>(['lost', 'refused', 'unsupported', 'unknown']);
const causeOf = (camera: Seen['camera']): string => (camera && camera.cause !== 'none' ? camera.cause : '');

export function faceOf(seen: Seen): Face {
  const { camera, look } = seen;
  const face = (state: LiveState, more: Partial<Face> = {}): Face => ({ state, live: false, fresh: 'fresh', cause: '', ageMs: look?.ageMs ?? null, ...more });
  if (seen.playback) return playbackOf(seen, face);
  if (!camera) return face('idle');
  if (!camera.enabled) return face('off', { fresh: 'hatch' });
  if (!look) return face('connecting');
  if (look.unable) return stillsOf(seen, face);
  const { ageMs } = look;
  if (ageMs !== null && ageMs <= liveMs(look.intervalMs)) return seen.frozen ? face('frozen', { fresh: 'hatch' }) : face('live', { live: true });
  if (look.status === 'ended') {
    if (look.cause === 'forbidden') return face('refused', { fresh: 'hatch', cause: 'forbidden' });
    if (look.cause === 'not_found') return face('ended', { fresh: 'hatch', cause: look.cause });
  }
  if (GONE.has(camera.state)) return face('lost', { fresh: 'hatch', cause: causeOf(camera) });
  const cause = look.cause === 'starting' ? '' : look.cause || causeOf(camera);
  if (ageMs === null) return camera.state === 'stalled' ? face('stalled', { fresh: 'hatch', cause }) : face('connecting', { cause });
  if (look.status === 'playing' && look.openMs < CATCHING_MS && seen.standsMs < DIM_MS) return face('catching', { fresh: freshOf(ageMs) });
  if (ageMs < DIM_MS) return face('late');
  return face('stalled', { fresh: freshOf(ageMs), cause });
}

function stillsOf(seen: Seen, face: (state: LiveState, more?: Partial<Face>) => Face): Face {
  const camera = seen.camera!;
  const ageMs = seen.stillAgeMs;
  if (ageMs !== null && ageMs <= STILL_LIVE_MS) return seen.frozen ? face('frozen', { fresh: 'hatch', ageMs }) : face('stills', { live: true, ageMs });
  if (GONE.has(camera.state)) return face('lost', { fresh: 'hatch', cause: causeOf(camera), ageMs });
  if (ageMs === null) return face('connecting', { ageMs });
  return face('stills', { fresh: freshOf(ageMs), ageMs });
}

function playbackOf(seen: Seen, face: (state: LiveState, more?: Partial<Face>) => Face): Face {
  const { look } = seen;
  if (!look) return face('connecting');
  if (look.unable) return face('unsupported', { fresh: 'hatch', cause: look.unable });
  if (look.status === 'ended') return look.cause === 'forbidden' ? face('refused', { fresh: 'hatch', cause: 'forbidden' }) : face('ended', { fresh: 'hatch', cause: look.cause });
  if (seen.paused) return face('paused');
  if (look.atUs === null || look.status !== 'playing') return face('connecting', { cause: look.cause === 'starting' ? '' : look.cause });
  return seen.standsMs > STANDS_MS ? face('stalled', { fresh: freshOf(seen.standsMs) }) : face('playback');
}

/** It moves and is under three seconds old: whoever looks sees what goes on, though it may not be called live. */
export const isSeen = (face: Pick<Face, 'state' | 'live' | 'fresh'>): boolean => face.live || (face.fresh === 'fresh' && (face.state === 'catching' || face.state === 'late'));

/** H.265 for "hvc1.1.6.L93.B0". */
export function codecWord(codecs: string): string {
  const name = codecs.split('.')[0];
  return { avc1: 'H.264', avc3: 'H.264', hvc1: 'H.265', hev1: 'H.265', av01: 'AV1', vp09: 'VP9' }[name] ?? (name || '?');
}
