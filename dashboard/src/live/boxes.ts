// The two words of MP4 that a player needs to know itself: ticks a second, and how long a picture says it lasts. A browser
// takes a longer hole between two pictures for the end of what can be decoded and waits for a keyframe.

const TFHD_DURATION = 0x8;
const TRUN_DURATION = 0x100;

/** Walks boxes of one level; `then` gets the body. */
function* boxesOf(bytes: Uint8Array, from: number, to: number): Generator<{ name: string; from: number; to: number }> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = from; at + 8 <= to; ) {
    const size = view.getUint32(at);
    if (size < 8 || at + size > to) return;
    yield { name: String.fromCharCode(...bytes.subarray(at + 4, at + 8)), from: at + 8, to: at + size };
    at += size;
  }
}

function find(bytes: Uint8Array, path: string[]): { from: number; to: number } | null {
  let here = { from: 0, to: bytes.byteLength };
  for (const name of path) {
    let found: { from: number; to: number } | null = null;
    for (const box of boxesOf(bytes, here.from, here.to)) {
      if (box.name !== name) continue;
      found = box;
      break;
    }
    if (!found) return null;
    here = found;
  }
  return here;
}

/** Ticks a second of the first track of an init segment; null when it is none. */
export function timescaleOf(init: Uint8Array): number | null {
  const mdhd = find(init, ['moov', 'trak', 'mdia', 'mdhd']);
  if (!mdhd) return null;
  const at = mdhd.from + (init[mdhd.from] === 1 ? 20 : 12);
  if (at + 4 > mdhd.to) return null;
  return new DataView(init.buffer, init.byteOffset, init.byteLength).getUint32(at) || null;
}

/** Ticks that the first picture of a fragment says it lasts; null when it does not. */
export function durationOf(fragment: Uint8Array): number | null {
  const view = new DataView(fragment.buffer, fragment.byteOffset, fragment.byteLength);
  const trun = find(fragment, ['moof', 'traf', 'trun']);
  if (trun && trun.from + 8 <= trun.to) {
    const flags = view.getUint32(trun.from) & 0xffffff;
    const at = trun.from + 8 + (flags & 0x1 ? 4 : 0) + (flags & 0x4 ? 4 : 0);
    if (flags & TRUN_DURATION && at + 4 <= trun.to) return view.getUint32(at);
  }
  const tfhd = find(fragment, ['moof', 'traf', 'tfhd']);
  if (!tfhd) return null;
  const flags = view.getUint32(tfhd.from) & 0xffffff;
  const at = tfhd.from + 8 + (flags & 0x1 ? 8 : 0) + (flags & 0x2 ? 4 : 0);
  return flags & TFHD_DURATION && at + 4 <= tfhd.to ? view.getUint32(at) : null;
}
