// What /ws/media says about video (daemon/wire/PROTOCOL.md, Video): frames and messages, read and nothing else.

const HEADER_BYTES = 16;
const REPLAY = 16;

/** One piece for a SourceBuffer. `atUs`: when the camera showed it; of an init segment it says nothing. */
export interface ViewFrame {
  slot: number;
  atUs: number;
  kind: 'init' | 'key' | 'delta';
  /** It was taken before the slot was opened. */
  replay: boolean;
  bytes: Uint8Array;
}

export type ViewMessage =
  | { type: 'view'; slot: number; state: 'playing'; gen: number; epoch_us: number; codecs: string; width: number; height: number }
  | { type: 'view'; slot: number; state: 'waiting'; cause: string }
  | { type: 'view'; slot: number; state: 'ended'; cause: string }
  | { type: 'late'; slot: number; pictures: number };

/** What a slot is for. */
export type Wish = { camera_id: number; stream: Stream } | { playback_id: number; at_us: number };
export type Stream = 'watched' | 'main';

const KINDS = { 1: 'init', 2: 'key', 3: 'delta' } as const;

/** A width of 0 tells video from stills. */
export function isVideo(data: ArrayBuffer): boolean {
  return data.byteLength > HEADER_BYTES && new DataView(data).getUint16(12) === 0;
}

/** u32 slot | u64 at_us | u16 0 | u16 kind | bytes, big endian; null when it is not that. */
export function readView(data: ArrayBuffer): ViewFrame | null {
  if (!isVideo(data)) return null;
  const view = new DataView(data);
  const code = view.getUint16(14);
  const kind = KINDS[(code & ~REPLAY) as keyof typeof KINDS];
  if (!kind) return null;
  return { slot: view.getUint32(0), atUs: Number(view.getBigUint64(4)), kind, replay: (code & REPLAY) !== 0, bytes: new Uint8Array(data, HEADER_BYTES) };
}

/** null: not about video, or of a newer daemon. */
export function readMessage(text: string): ViewMessage | null {
  let message: Partial<ViewMessage> & { type?: string };
  try {
    message = JSON.parse(text) as ViewMessage;
  } catch {
    return null;
  }
  if (!message || typeof message.slot !== 'number') return null;
  if (message.type === 'late') return typeof message.pictures === 'number' ? (message as ViewMessage) : null;
  if (message.type !== 'view') return null;
  if (message.state === 'playing') return typeof message.epoch_us === 'number' && typeof message.codecs === 'string' ? (message as ViewMessage) : null;
  return message.state === 'waiting' || message.state === 'ended' ? (message as ViewMessage) : null;
}
