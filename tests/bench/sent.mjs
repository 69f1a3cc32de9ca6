// When a camera of the farm sent which picture: each picture of the numbered clips says its number in its lower left
// corner (gwfarm-scene), and the farm tells which one went out last, and when. So the age of what is shown is known
// without asking the product.
import { spawn } from 'node:child_process';

export const BITS = 12, BOX = 32;
const EVERY_MS = 250;

/** Black and white boxes, lowest bit first, as grey values; null: not a number. */
export function numberOf(greys) {
  if (greys.length !== BITS || greys.some((g) => g > 90 && g < 150)) return null;
  return greys.reduce((n, g, bit) => n + (g > 120 ? 2 ** bit : 0), 0);
}

export class SentLog {
  #samples = new Map(); #timer; #asking = false;

  /** Asks the farm from now on; `pictures` of the clip, at `fps`. */
  constructor(cameras, { pictures, fps }) {
    Object.assign(this, { cameras, pictures, fps });
    this.#timer = setInterval(() => this.#ask(), EVERY_MS);
  }

  async #ask() {
    if (this.#asking) return;
    this.#asking = true;
    try {
      for (const { camera, sent, sent_at_us: atUs } of (await this.cameras.tell({ do: 'list', cameras: 'all' })).cameras) {
        if (!this.#samples.has(camera)) this.#samples.set(camera, []);
        if (atUs > 0) this.#samples.get(camera).push({ sent, atUs });
      }
    } finally { this.#asking = false; }
  }

  /** When the camera sent picture `number`, the last time before `beforeUs`; null: not known. */
  at(camera, number, beforeUs) {
    const samples = this.#samples.get(camera) ?? [];
    let best = null;
    for (const { sent, atUs } of samples) {
      // the picture nearest to this sample with that number: up to half the clip before or after it
      let ahead = (number - sent + this.pictures) % this.pictures;
      if (ahead > this.pictures / 2) ahead -= this.pictures;
      const us = atUs + (ahead * 1e6) / this.fps, far = Math.abs(ahead);
      if (us <= beforeUs + 5000 && (!best || far < best.far || (far === best.far && us > best.us)) && Math.abs(us - beforeUs) < (this.pictures / this.fps / 2) * 1e6) best = { us, far };
    }
    return best?.us ?? null;
  }

  stop() { clearInterval(this.#timer); }
}

/** The numbers of all pictures of a video file, in order (null where one cannot be read), by ffmpeg. */
export async function numbersOf(file, height) {
  const child = spawn('ffmpeg', ['-nostdin', '-v', 'error', '-i', file, '-vf', `crop=${BITS * BOX}:${BOX}:0:${height - BOX},scale=${BITS}:1:flags=area,format=gray`, '-vsync', '0', '-f', 'rawvideo', '-'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const parts = [];
  for await (const part of child.stdout) parts.push(part);
  const all = Buffer.concat(parts);
  return Array.from({ length: Math.floor(all.length / BITS) }, (_, i) => numberOf([...all.subarray(i * BITS, (i + 1) * BITS)]));
}
