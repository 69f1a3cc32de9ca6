// A <video> and its MediaSource: takes pieces in order, keeps what it holds bounded, and says which moment of the camera
// can be seen. It knows nothing of sockets, cameras or words. The element's time line only goes on; a stream that begins
// anew is put behind what was there, so the last picture stays until the next one.
//
// It plays close to the newest picture: within a second by a gentle rate, from further behind by a jump.

import { durationOf, timescaleOf } from './boxes';
import { Spans } from './spans';
import type { ViewFrame } from './wire';

export interface ScreenOptions {
  video: HTMLVideoElement;
  /** Another picture can be seen. */
  onPicture: () => void;
  /** It cannot go on with this MediaSource: a decoder gave up, or the browser cannot take the codec. */
  onBroken: (why: 'decode' | 'codec') => void;
  /** Pictures that were skipped to be where the camera is. */
  onSkipped: (pictures: number) => void;
  /** Playback runs at the speed of life and need not be near its newest picture. */
  relaxed?: boolean;
  source?: () => MediaSource;
}

/** A stream as it was begun. */
interface Origin {
  epochUs: number;
  codecs: string;
  /** Ticks a second of its pictures. */
  scale: number;
  /** Where its first picture stands on the element's time line; null: none was given to the browser yet. */
  beginS: number | null;
}
type Picture = { kind: 'key' | 'delta'; origin: Origin; bytes: Uint8Array; atUs: number };
type Piece = { kind: 'init'; origin: Origin; bytes: Uint8Array } | Picture;

/** How far behind the newest picture it may play: below the first nothing is done, above the second it jumps. */
const NEAR_S = 0.2;
const JUMP_S = 1.2;
/** Once after a beginning, whose first picture may be a group of pictures old. */
const FIRST_JUMP_S = 0.3;
const TARGET_S = 0.1;
/** How long a beginning waits for all that was kept for it. */
const ENTER_MS = 700;
/** Less than this in hand and it plays a little slower, before it has to stand. */
const THIN_S = 0.07;
/** A jump makes the decoder begin at a keyframe again; with none ahead it is tried no more often than this. */
const JUMP_AGAIN_MS = 10_000;
const RELAXED = { near: 1.5, jump: 8, first: 8, target: 0.8 };
/** Kept behind what is shown, for the sake of a decoder that goes back; more than this goes. */
const BEHIND_S = 4;
const TRIM_EVERY_S = 8;
/** What may wait for the SourceBuffer; beyond it the oldest goes, up to a keyframe. */
const QUEUE_BYTES = 16 << 20;
const APPEND_BYTES = 1 << 20;
const TIMES_MOST = 2048;
/** Between a beginning and what was before: a browser must see where one ends. */
const GAP_S = 1;
/** A picture that comes later than this many times what the one before said it lasts is put right behind it. */
const HOLE = 1.9;
const TICKS = 90_000;

export const mimeOf = (codecs: string): string => `video/mp4; codecs="${codecs}"`;

/** Can this browser show it, and say which picture it shows? */
export function canPlay(codecs: string): boolean {
  if (typeof MediaSource === 'undefined' || typeof HTMLVideoElement === 'undefined') return false;
  return 'requestVideoFrameCallback' in HTMLVideoElement.prototype && MediaSource.isTypeSupported(mimeOf(codecs));
}

export class Screen {
  /** When the camera showed what can be seen; null: nothing yet. */
  shownAtUs: number | null = null;
  /** performance.now() of it. */
  shownMs = -Infinity;
  /** When the camera showed the newest that came. */
  newestAtUs: number | null = null;
  /** Pictures shown so far. */
  pictures = 0;
  private shownS: number | null = null;
  private readonly spans = new Spans();
  private queue: Piece[] = [];
  private queued = 0;
  private source: MediaSource | null = null;
  private buffer: SourceBuffer | null = null;
  private url = '';
  private mime = '';
  private origin: Origin | null = null;
  /** The last picture given to the browser: where it stands and how long it said it lasts. */
  private lastS = 0;
  private lastLongS = 0;
  private keys: number[] = [];
  private times: number[] = [];
  /** The newest stream whose beginning was put before the eye. */
  private entered: Origin | null = null;
  private caughtUp = true;
  private jumpedMs = -Infinity;
  private enteredMs = 0;
  private waitsFor: Origin | null = null;
  private waitsMs = 0;
  /** What comes was taken before the slot was opened. */
  private replaying = false;
  private callback = 0;
  private trimmedS = 0;
  private closed = false;

  constructor(private readonly o: ScreenOptions) {
    const { video } = o;
    video.muted = true;
    video.playsInline = true;
    video.disableRemotePlayback = true;
    video.addEventListener('error', this.onVideoError);
    this.watch();
  }

  /** A stream begins: its pieces follow, an init segment first. */
  begin(epochUs: number, codecs: string): void {
    this.origin = { epochUs, codecs, scale: TICKS, beginS: null };
  }

  take(frame: ViewFrame): void {
    const { origin } = this;
    if (this.closed || !origin) return;
    if (frame.kind === 'init') {
      origin.scale = timescaleOf(frame.bytes) ?? TICKS;
      this.push({ kind: 'init', origin, bytes: frame.bytes });
    } else {
      this.newestAtUs = frame.atUs;
      this.replaying = frame.replay;
      this.push({ kind: frame.kind, origin, bytes: frame.bytes, atUs: frame.atUs });
    }
    this.pump();
  }

  /** Seconds from what is shown to the newest that can be shown. */
  get leadS(): number {
    const { buffered, currentTime } = this.o.video;
    return buffered.length ? buffered.end(buffered.length - 1) - currentTime : 0;
  }

  /** Called now and then, and with each picture: keeps near the newest, keeps the buffer small. */
  steer(): void {
    const { video } = this.o;
    if (this.closed || !this.buffer || video.buffered.length === 0) return;
    const last = video.buffered.length - 1;
    const start = video.buffered.start(last);
    const end = video.buffered.end(last);
    const { origin } = this;
    if (origin && origin.beginS !== null && end > origin.beginS && this.entered !== origin) this.enter(origin, start, end);
    else if (!video.seeking) this.follow(start, end);
    if (video.paused) video.play().catch(() => undefined); // not let yet: the next pulse tries again
    this.trim();
  }

  /** The picture that is shown, for a file or to stand in for it. */
  draw(canvas: HTMLCanvasElement): boolean {
    const { video } = this.o;
    if (this.shownAtUs === null || video.videoWidth === 0) return false;
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    const context = canvas.getContext('2d');
    if (!context) return false;
    context.drawImage(video, 0, 0);
    return true;
  }

  /** Lets go of everything: element, buffers, URL. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    const { video } = this.o;
    video.removeEventListener('error', this.onVideoError);
    if (this.callback) video.cancelVideoFrameCallback(this.callback);
    this.buffer?.removeEventListener('updateend', this.onUpdate);
    this.buffer = null;
    this.queue = [];
    video.pause();
    video.removeAttribute('src');
    video.load();
    if (this.url) URL.revokeObjectURL(this.url);
    this.source = null;
    this.spans.clear();
  }

  /* ---- in ---- */

  private push(piece: Piece): void {
    this.queue.push(piece);
    this.queued += piece.bytes.byteLength;
    if (this.queued > QUEUE_BYTES) this.dropOld();
  }

  /** All up to the newest keyframe, but for the beginning that it needs. */
  private dropOld(): void {
    let key = this.queue.length - 1;
    while (key > 0 && this.queue[key].kind !== 'key') key -= 1;
    const rest = this.queue.slice(key);
    let init: Piece | undefined;
    let lost = 0;
    for (const piece of this.queue.slice(0, key)) {
      if (piece.kind === 'init') init = piece;
      else lost += 1;
    }
    this.queue = init ? [init, ...rest] : rest;
    this.queued = this.queue.reduce((sum, p) => sum + p.bytes.byteLength, 0);
    if (lost) this.o.onSkipped(lost);
  }

  private pump(): void {
    if (this.closed || this.queue.length === 0) return;
    if (!this.source) return this.open();
    if (this.source.readyState !== 'open') return;
    if (this.buffer?.updating) return;
    const piece = this.queue[0];
    try {
      if (piece.kind === 'init') this.start(piece);
      else if (this.buffer) this.append(this.buffer);
    } catch (error) {
      this.failed(error);
    }
  }

  private open(): void {
    const source = (this.o.source ?? (() => new MediaSource()))();
    this.source = source;
    source.addEventListener('sourceopen', () => this.pump(), { once: true });
    this.url = URL.createObjectURL(source);
    this.o.video.src = this.url;
  }

  private start(piece: Piece & { kind: 'init' }): void {
    const mime = mimeOf(piece.origin.codecs);
    if (!this.buffer) {
      this.buffer = this.source!.addSourceBuffer(mime);
      this.buffer.addEventListener('updateend', this.onUpdate);
    } else {
      this.buffer.abort(); // forgets half a piece of what was before
      if (mime !== this.mime) this.buffer.changeType(mime);
    }
    this.mime = mime;
    this.shift();
    this.buffer.appendBuffer(piece.bytes);
  }

  private append(buffer: SourceBuffer): void {
    const offset = this.place(this.queue[0] as Picture);
    if (offset !== null) buffer.timestampOffset = offset;
    // A keyframe goes alone: it is the first picture that can be seen. What waits behind it goes together.
    const batch: Uint8Array[] = [];
    let bytes = 0;
    do {
      const piece = this.queue[0] as Picture;
      const time = this.spans.timeOf(piece.atUs);
      if (piece.kind === 'key') this.keys.push(time);
      this.times.push(time);
      this.lastS = time;
      this.lastLongS = (durationOf(piece.bytes) ?? 0) / piece.origin.scale;
      batch.push(piece.bytes);
      bytes += piece.bytes.byteLength;
      this.shift();
    } while (this.queue.length && this.queue[0].kind === 'delta' && this.fits(this.queue[0]) && bytes < APPEND_BYTES && this.keys[this.keys.length - 1] !== this.lastS);
    if (this.times.length > TIMES_MOST) this.times.splice(0, this.times.length - TIMES_MOST / 2);
    buffer.appendBuffer((batch.length === 1 ? batch[0] : joined(batch, bytes)) as BufferSource);
  }

  /** It comes where the one before it ends. */
  private fits(picture: Picture): boolean {
    const after = this.spans.timeOf(picture.atUs) - this.lastS;
    return after >= 0 && (this.lastLongS === 0 || after <= HOLE * this.lastLongS);
  }

  /** The offset from which on a picture stands in its place; null: that which is set. */
  private place(picture: Picture): number | null {
    const { origin } = picture;
    if (origin.beginS === null) {
      const { buffered } = this.o.video;
      origin.beginS = Math.ceil(buffered.length ? buffered.end(buffered.length - 1) : 0) + GAP_S;
      return this.spans.lay(origin.epochUs, picture.atUs, origin.beginS).offsetS;
    }
    if (this.fits(picture)) return null;
    return this.spans.lay(origin.epochUs, picture.atUs, this.lastS + (this.lastLongS || 0.04)).offsetS;
  }

  private shift(): void {
    const piece = this.queue.shift();
    this.queued -= piece?.bytes.byteLength ?? 0;
  }

  private readonly onUpdate = (): void => {
    this.steer();
    this.pump();
  };

  private readonly onVideoError = (): void => {
    if (!this.closed && this.o.video.error) this.o.onBroken('decode');
  };

  private failed(error: unknown): void {
    const name = error instanceof DOMException ? error.name : '';
    if (name === 'QuotaExceededError') {
      this.trim(true);
      return;
    }
    this.o.onBroken(name === 'NotSupportedError' ? 'codec' : 'decode');
  }

  /* ---- out ---- */

  private watch(): void {
    const { video } = this.o;
    if (typeof video.requestVideoFrameCallback !== 'function') return;
    this.callback = video.requestVideoFrameCallback((now, meta) => {
      if (this.closed) return;
      const at = this.spans.at(meta.mediaTime);
      this.shownS = meta.mediaTime;
      if (at !== null) {
        this.shownAtUs = at;
        this.shownMs = now;
        this.pictures += 1;
      }
      this.steer();
      this.watch();
      if (at !== null) this.o.onPicture();
    });
  }

  /**
   * A stream that began. Where nothing could be seen, its first picture is shown whatever its age: from there on it goes
   * to where the camera is. Where something newer stands already, it stays until the stream is past it.
   */
  private enter(origin: Origin, start: number, end: number): void {
    const now = performance.now();
    const shown = this.shownAtUs;
    const back = shown !== null && (this.spans.at(end - 0.01) ?? 0) < shown;
    if (this.waitsFor !== origin) {
      this.waitsFor = origin;
      this.waitsMs = now;
    }
    const waits = now - this.waitsMs < ENTER_MS;
    if (waits && (back || (shown !== null && !this.allIn))) return;
    this.entered = origin;
    this.enteredMs = now;
    this.jumpedMs = -Infinity;
    this.caughtUp = shown !== null && !back;
    this.seek(this.caughtUp ? Math.max(start, origin.beginS!, end - TARGET_S) : Math.max(start, origin.beginS!));
  }

  /** What was kept for whoever comes is here, and given to the browser. */
  private get allIn(): boolean {
    return this.queue.length === 0 && !this.replaying;
  }

  private follow(start: number, end: number): void {
    const { video, relaxed } = this.o;
    const near = relaxed ? RELAXED.near : NEAR_S;
    const lead = end - video.currentTime;
    if (video.currentTime < start - 0.05) return this.jump(start, end); // it stands before a hole
    // The one jump of a beginning waits for its first picture: that is what somebody waits for.
    if (!this.caughtUp && this.entered && (this.shownS ?? -1) < (this.entered.beginS ?? 0) - 0.05) return;
    const most = relaxed ? (this.caughtUp ? RELAXED.jump : RELAXED.first) : this.caughtUp ? JUMP_S : FIRST_JUMP_S;
    if (!this.caughtUp && !this.allIn && performance.now() - this.enteredMs < ENTER_MS) return;
    this.caughtUp = true;
    if (lead > most && this.mayJump()) return this.jump(start, end);
    const rate = lead > near ? Math.min(4, 1 + 2 * (lead - near)) : lead < THIN_S && !relaxed ? 0.9 : 1;
    if (rate === 1 ? video.playbackRate !== 1 : Math.abs(video.playbackRate - rate) > 0.1) video.playbackRate = rate;
  }

  /** On a slow machine each jump costs the decoder more than it wins: then it plays faster instead, as fast as it can. */
  private mayJump(): boolean {
    const now = performance.now();
    const key = this.keys[this.keys.length - 1] ?? -1;
    if (key <= this.o.video.currentTime && now - this.jumpedMs < JUMP_AGAIN_MS) return false;
    this.jumpedMs = now;
    return true;
  }

  private jump(start: number, end: number): void {
    const { video, relaxed } = this.o;
    const from = video.currentTime;
    const to = Math.max(start, end - (relaxed ? RELAXED.target : TARGET_S));
    // What lies before the place where this beginning was entered was never to be seen: a beginning is no loss.
    const entered = this.entered?.beginS ?? 0;
    const skipped = from > entered + 0.5 ? this.times.filter((t) => t > from && t < to).length : 0;
    this.seek(to);
    if (skipped > 1) this.o.onSkipped(skipped);
  }

  private seek(to: number): void {
    const { video } = this.o;
    if (video.playbackRate !== 1) video.playbackRate = 1;
    video.currentTime = to;
  }

  /** Only up to a keyframe: the browser takes away all that hangs on what goes. */
  private trim(now = false): void {
    const { buffer } = this;
    const { video } = this.o;
    if (!buffer || buffer.updating || buffer.buffered.length === 0) return;
    const at = video.currentTime;
    if (!now && (at < this.trimmedS + TRIM_EVERY_S || at - buffer.buffered.start(0) < BEHIND_S)) return;
    let keep = -1;
    for (let i = 0; i < this.keys.length; i += 1) if (this.keys[i] <= at - (now ? 0 : BEHIND_S / 2)) keep = i;
    this.trimmedS = at;
    if (keep < 1) return;
    const end = this.keys[keep] - 0.001;
    this.keys.splice(0, keep);
    this.times = this.times.filter((t) => t >= end);
    this.spans.trim(end);
    if (end > buffer.buffered.start(0)) buffer.remove(0, end);
  }
}

function joined(parts: Uint8Array[], bytes: number): Uint8Array {
  const all = new Uint8Array(bytes);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.byteLength;
  }
  return all;
}
