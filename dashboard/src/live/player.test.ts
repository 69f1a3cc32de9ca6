// The player and its screen against a browser that is played: a <video>, a MediaSource, a clock. What is ours is real.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Player, type PlayerOptions } from './player';
import { SLOTS_MOST, Slots, type Sink } from './slots';
import type { ViewFrame, ViewMessage } from './wire';

const EPOCH = 1_795_000_000_000_000;
const STEP = 66_667;

/** A piece as the daemon sends it, as far as a player looks: how long it says it lasts, its media time in µs, key or not. */
const LASTS = 6_000; // of 90,000 a second
function chars(text: string): number[] {
  return [...text].map((c) => c.charCodeAt(0));
}
const u32 = (n: number): number[] => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255];
const boxed = (name: string, body: number[]): number[] => [...u32(8 + body.length), ...chars(name), ...body];
const MOOF = boxed('moof', boxed('traf', boxed('trun', [...u32(0x000100), ...u32(1), ...u32(LASTS)])));
const PIECE = MOOF.length + 9;
function bytesOf(mediaUs: number, key: boolean): Uint8Array {
  const bytes = new Uint8Array([...MOOF, ...new Array(8).fill(0), key ? 1 : 0]);
  new DataView(bytes.buffer).setBigUint64(MOOF.length, BigInt(mediaUs));
  return bytes;
}

/** A SourceBuffer that holds ranges of time. As Chromium's, it drops whatever comes more than two pictures after the one
 * before, up to the next keyframe. */
class PlayedBuffer extends EventTarget {
  updating = false;
  timestampOffset = 0;
  appended: number[] = [];
  removed: [number, number][] = [];
  types: string[] = [];
  times: number[] = [];
  private lastS = 0;
  private needsKey = true;
  get buffered(): TimeRanges {
    const sorted = [...this.times].sort((a, b) => a - b);
    const ranges: [number, number][] = [];
    for (const t of sorted) {
      const last = ranges[ranges.length - 1];
      if (last && t - last[1] < 0.1) last[1] = t + 0.066;
      else ranges.push([t, t + 0.066]);
    }
    return { length: ranges.length, start: (i: number) => ranges[i][0], end: (i: number) => ranges[i][1] };
  }
  appendBuffer(bytes: Uint8Array): void {
    if (this.updating) throw new DOMException('busy', 'InvalidStateError');
    this.updating = true;
    this.appended.push(bytes.byteLength);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = MOOF.length; bytes.byteLength % PIECE === 0 && at < bytes.byteLength; at += PIECE) {
      const time = Number(view.getBigUint64(at)) / 1e6 + this.timestampOffset;
      const after = time - this.lastS;
      if (after < 0 || after > (2 * LASTS) / 90_000) this.needsKey = true;
      if (view.getUint8(at + 8) === 1) this.needsKey = false;
      this.lastS = time;
      if (!this.needsKey) this.times.push(time);
    }
    setTimeout(() => this.done(), 1);
  }
  remove(from: number, to: number): void {
    this.updating = true;
    this.removed.push([from, to]);
    this.times = this.times.filter((t) => t < from || t >= to);
    setTimeout(() => this.done(), 1);
  }
  abort(): void {}
  changeType(mime: string): void {
    this.types.push(mime);
  }
  private done(): void {
    this.updating = false;
    this.dispatchEvent(new Event('updateend'));
  }
}
class PlayedSource extends EventTarget {
  readyState = 'closed';
  buffers: PlayedBuffer[] = [];
  open(): void {
    this.readyState = 'open';
    this.dispatchEvent(new Event('sourceopen'));
  }
  addSourceBuffer(mime: string): PlayedBuffer {
    const buffer = new PlayedBuffer();
    buffer.types.push(mime);
    this.buffers.push(buffer);
    return buffer;
  }
}
class PlayedVideo extends EventTarget {
  currentTime = 0;
  playbackRate = 1;
  paused = true;
  seeking = false;
  muted = false;
  playsInline = false;
  disableRemotePlayback = false;
  error: { code: number } | null = null;
  src = '';
  loads = 0;
  private callbacks: ((now: number, meta: { mediaTime: number }) => void)[] = [];
  constructor(private readonly source: () => PlayedSource | undefined) {
    super();
  }
  get buffered(): TimeRanges {
    return this.source()?.buffers[0]?.buffered ?? ({ length: 0, start: () => 0, end: () => 0 } as TimeRanges);
  }
  play(): Promise<void> {
    this.paused = false;
    return Promise.resolve();
  }
  pause(): void {
    this.paused = true;
  }
  load(): void {
    this.loads += 1;
  }
  removeAttribute(name: string): void {
    if (name === 'src') this.src = '';
  }
  requestVideoFrameCallback(then: (now: number, meta: { mediaTime: number }) => void): number {
    this.callbacks.push(then);
    return this.callbacks.length;
  }
  cancelVideoFrameCallback(): void {
    this.callbacks = [];
  }
  /** It plays for so long, and stands where what it holds ends. */
  run(seconds: number): void {
    const { buffered } = this;
    for (let i = 0; i < buffered.length; i += 1) if (this.currentTime >= buffered.start(i) && this.currentTime < buffered.end(i)) return void (this.currentTime = Math.min(this.currentTime + seconds, buffered.end(i) - 0.001));
  }
  /** The browser presents the picture that stands at `currentTime`, or before it. */
  present(): void {
    const times = this.source()?.buffers[0]?.times.filter((t) => t <= this.currentTime + 0.001) ?? [];
    if (times.length === 0) return;
    const mediaTime = Math.max(...times);
    for (const then of this.callbacks.splice(0)) then(performance.now(), { mediaTime });
  }
}

let source: PlayedSource | undefined;
let video: PlayedVideo;
let slots: Slots;
let nowUs = EPOCH;
let changed = 0;
let renewed = 0;
let urls = 0;
const made: Player[] = [];

function player(more: Partial<PlayerOptions> = {}): Player {
  const p = new Player({
    source: { camera: 5, stream: 'watched' }, slots, video: video as unknown as HTMLVideoElement, nowUs: () => nowUs, onChange: () => (changed += 1), onRenew: () => (renewed += 1),
    mediaSource: () => (source = new PlayedSource()) as unknown as MediaSource, canPlay: (codecs) => codecs.startsWith('avc1'), ...more,
  });
  made.push(p);
  return p;
}
const slot = () => slots.list()[0].slot;
const say = (m: Partial<ViewMessage> & { state?: string }) => slots.message({ type: 'view', slot: slot(), ...m } as ViewMessage);
const playing = (gen = 1, epoch_us = EPOCH, codecs = 'avc1.64001F') => say({ state: 'playing', gen, epoch_us, codecs, width: 1280, height: 720 });
function piece(kind: ViewFrame['kind'], atUs: number, replay = false, epoch = EPOCH): void {
  const bytes = kind === 'init' ? new Uint8Array(5) : bytesOf(atUs - epoch, kind === 'key');
  slots.frame({ slot: slot(), kind, atUs, replay, bytes });
}
const settle = () => vi.advanceTimersByTimeAsync(30);
/** Pictures of the camera up to now, one each STEP; the clock goes with them. */
function run(from: number, n: number, epoch = EPOCH): void {
  for (let i = 0; i < n; i += 1) {
    nowUs = from + i * STEP;
    piece(i % 15 === 0 ? 'key' : 'delta', nowUs, false, epoch);
  }
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance', 'Date'] });
  source = undefined;
  video = new PlayedVideo(() => source);
  slots = new Slots(() => undefined);
  nowUs = EPOCH;
  changed = renewed = urls = 0;
  URL.createObjectURL = () => `blob:${(urls += 1)}`;
  URL.revokeObjectURL = () => void (urls -= 1);
});
afterEach(() => {
  for (const p of made.splice(0)) p.close();
  vi.useRealTimers();
});

describe('a picture that moves', () => {
  it('shows the last keyframe at once with its true age, then goes to where the camera is', async () => {
    const p = player();
    playing();
    piece('init', 0);
    const key = EPOCH + 5_000_000;
    nowUs = key + 8_000_000;
    for (let i = 0; i < 120; i += 1) piece(i === 0 ? 'key' : 'delta', key + i * STEP, true);
    source!.open();
    await settle();
    p.pulse();
    video.present();
    expect([p.look().atUs, Math.round(p.look().ageMs ?? 0)]).toEqual([key, 8000]);
    piece('delta', key + 120 * STEP);
    await settle();
    p.pulse();
    video.present();
    expect(p.look().ageMs).toBeLessThan(300);
    expect(video.paused).toBe(false);
    expect(p.look().skipped).toBe(0); // a beginning is no loss
  });
  it('appends one piece after another, the first keyframe alone', async () => {
    player();
    playing();
    piece('init', 0);
    run(EPOCH, 10);
    source!.open();
    await settle();
    expect(source!.buffers[0].appended).toEqual([5, PIECE, 9 * PIECE]);
  });
  it('ages by the center’s clock while nothing new is shown, however long the browser plays on', async () => {
    const p = player();
    playing();
    piece('init', 0);
    run(EPOCH, 20);
    source!.open();
    await settle();
    p.pulse();
    video.present();
    const { atUs, ageMs } = p.look();
    video.currentTime += 60;
    nowUs += 60_000_000;
    expect([p.look().atUs, p.look().ageMs]).toEqual([atUs, (ageMs ?? 0) + 60_000]);
  });
  it('closes a hole in the stream, and still knows when each picture was', async () => {
    const p = player();
    playing();
    piece('init', 0);
    run(EPOCH, 10);
    source!.open();
    await settle();
    const after = EPOCH + 30_000_000;
    for (let i = 0; i < 5; i += 1) piece('delta', after + i * STEP); // no keyframe for a while
    await settle();
    expect([source!.buffers[0].times.length, source!.buffers[0].buffered.length]).toEqual([15, 1]);
    video.currentTime = Math.max(...source!.buffers[0].times);
    video.present();
    expect(p.look().atUs).toBe(after + 4 * STEP);
  });
  it('goes on with another generation in the same element; what is shown stays until then', async () => {
    const p = player();
    playing();
    piece('init', 0);
    run(EPOCH, 15);
    source!.open();
    await settle();
    p.pulse();
    video.currentTime = Math.max(...source!.buffers[0].times);
    video.present();
    const shown = p.look().atUs;
    const again = EPOCH + 90_000_000;
    playing(2, again, 'avc1.640028');
    piece('init', 0, false, again);
    expect(p.look().atUs).toBe(shown);
    run(again, 10, again);
    await settle();
    p.pulse();
    video.present();
    expect(p.look().atUs).toBeGreaterThanOrEqual(again);
    expect([source!.buffers.length, source!.buffers[0].types, renewed]).toEqual([1, ['video/mp4; codecs="avc1.64001F"', 'video/mp4; codecs="avc1.640028"'], 0]);
  });
  it('keeps what it holds small, cut at keyframes', async () => {
    const p = player();
    playing();
    piece('init', 0);
    source!.open();
    for (let s = 0; s < 60; s += 1) {
      run(EPOCH + s * 15 * STEP, 15);
      await settle();
      video.currentTime = source!.buffers[0].buffered.end(source!.buffers[0].buffered.length - 1) - 0.1;
      video.present();
      p.pulse();
      await settle();
    }
    const { buffered, removed, times } = source!.buffers[0];
    expect(buffered.end(buffered.length - 1) - buffered.start(0)).toBeLessThan(16);
    expect(removed.length).toBeGreaterThan(3);
    expect(times.length).toBeLessThan(260);
  });
  it('jumps when it falls behind, and tells how many pictures that cost', async () => {
    const p = player();
    playing();
    piece('init', 0);
    source!.open();
    run(EPOCH, 30);
    await settle();
    p.pulse();
    video.currentTime = source!.buffers[0].buffered.end(0) - 0.1;
    video.present();
    p.pulse();
    run(EPOCH + 30 * STEP, 60);
    await settle();
    p.pulse();
    expect(p.look().skipped).toBeGreaterThan(40);
    slots.message({ type: 'late', slot: slot(), pictures: 41 });
    expect(p.look().skipped).toBeGreaterThan(80);
    await vi.advanceTimersByTimeAsync(5_100);
    expect(p.look().skipped).toBe(0);
  });
});

describe('a slot', () => {
  it('is given back while the page is hidden, and the picture stays', async () => {
    const p = player();
    playing();
    piece('init', 0);
    run(EPOCH, 5);
    source!.open();
    await settle();
    p.pulse();
    video.present();
    p.rest();
    expect([slots.held, p.look().status, p.look().atUs !== null]).toEqual([0, 'idle', true]);
    await vi.advanceTimersByTimeAsync(60_000);
    p.pulse();
    expect(slots.held).toBe(0);
    p.resume();
    expect([slots.held, slot()]).toEqual([1, 2]);
  });
  it('that is new never puts an older picture before the eye than the one that stands there', async () => {
    const p = player();
    playing();
    piece('init', 0);
    run(EPOCH, 60);
    source!.open();
    await settle();
    p.pulse();
    video.currentTime = Math.max(...source!.buffers[0].times);
    video.present();
    const stood = p.look().atUs!;
    slots.cut();
    playing();
    piece('init', 0);
    const seen: number[] = [];
    for (let i = 0; i < 90; i += 1) { // the group of pictures that began four seconds ago, and goes on
      nowUs = Math.max(nowUs, EPOCH + i * STEP);
      piece(i === 0 ? 'key' : 'delta', EPOCH + i * STEP, i < 75);
      await vi.advanceTimersByTimeAsync(3);
      p.pulse();
      video.run(STEP / 1e6);
      video.present();
      seen.push(p.look().atUs!);
    }
    expect(Math.min(...seen)).toBe(stood);
    expect(seen.at(-1)).toBeGreaterThan(EPOCH + 85 * STEP);
  });
  it('of the main stream that ends gives way to the one that is watched anyway', () => {
    const p = player({ source: { camera: 5, stream: 'main' } });
    say({ state: 'ended', cause: 'unreachable' });
    p.pulse();
    expect([slots.list()[0], p.look().stream]).toEqual([{ slot: 2, camera_id: 5, stream: 'watched' }, 'watched']);
  });
  it('is not asked for again when the answer is final, and is when it passes', async () => {
    const p = player();
    say({ state: 'ended', cause: 'forbidden' });
    await vi.advanceTimersByTimeAsync(60_000);
    p.pulse();
    expect([slots.size, p.look().cause]).toEqual([0, 'forbidden']);
    const q = player();
    say({ state: 'ended', cause: 'busy' });
    expect([q.look().unable, slots.size]).toEqual(['busy', 0]);
    await vi.advanceTimersByTimeAsync(11_000);
    q.pulse();
    expect(slots.size).toBe(1);
  });
  it('of a codec that this browser cannot play: the watched stream, else stills', () => {
    const p = player({ source: { camera: 5, stream: 'main' } });
    playing(1, EPOCH, 'hvc1.1.6.L93.B0');
    expect([slots.list()[0], p.look().unable]).toEqual([{ slot: 2, camera_id: 5, stream: 'watched' }, '']);
    playing(1, EPOCH, 'hvc1.1.6.L93.B0');
    expect([slots.size, p.look().unable]).toEqual([0, 'codec']);
  });
  it('that is not there yet says so: the page has its sixteen', () => {
    const others = Array.from({ length: SLOTS_MOST }, () => slots.open({ camera_id: 1, stream: 'watched' }, { granted: () => {}, message: () => {}, frame: () => {}, cut: () => {} } as Sink));
    const p = player();
    expect([p.look().status, p.look().unable]).toEqual(['full', 'full']);
    others[0]();
    expect([p.look().status, p.look().unable]).toEqual(['opening', '']);
  });
  it('of a playback begins again where it stood', async () => {
    const p = player({ source: { playback: 17, atUs: EPOCH } });
    playing();
    piece('init', 0);
    run(EPOCH, 30);
    source!.open();
    await settle();
    p.pulse();
    video.currentTime += 1;
    video.present();
    const { atUs } = p.look();
    p.rest();
    p.resume();
    expect(slots.list()[0]).toEqual({ slot: 2, playback_id: 17, at_us: atUs });
  });
});

describe('the end of it', () => {
  it('leaves nothing: no slot, no URL, no source in the element', async () => {
    const p = player();
    playing();
    piece('init', 0);
    run(EPOCH, 5);
    source!.open();
    await settle();
    p.close();
    p.close();
    expect([slots.size, urls, video.src, video.loads, video.paused]).toEqual([0, 0, '', 1, true]);
    const before = changed;
    p.pulse();
    p.resume();
    expect([slots.size, changed]).toEqual([0, before]);
  });
  it('of a decoder is a fresh element, thrice; then stills', () => {
    const p = player();
    for (let i = 1; i <= 3; i += 1) {
      playing();
      video.error = { code: 3 };
      video.dispatchEvent(new Event('error'));
      expect(renewed).toBe(Math.min(i, 2));
      if (i < 3) {
        video = new PlayedVideo(() => source);
        p.renew(video as unknown as HTMLVideoElement);
      }
    }
    expect([p.look().unable, slots.size]).toEqual(['decode', 0]);
  });
});
