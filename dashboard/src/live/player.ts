// One picture that moves: a wish, the slot it is shown by, and the screen it is shown on. It says what can be seen and how
// old that is, by the camera's own time and the center's clock; never by the browser's idea of playing. No Vue, no words.

import { pictureAgeMs } from '@/feed/age';
import { Screen, canPlay } from './screen';
import type { Sink, Slots } from './slots';
import type { Stream, ViewFrame, ViewMessage, Wish } from './wire';

export type Source = { camera: number; stream: Stream } | { playback: number; atUs: number };

/** Where the slot is: none asked for, waiting for its turn, asked for, without pictures, with, over. */
export type Status = 'idle' | 'full' | 'opening' | 'waiting' | 'playing' | 'ended';
/** Why pictures cannot move here: stills have to do. */
export type Unable = '' | 'codec' | 'decode' | 'full' | 'busy';

export interface PlayerOptions {
  source: Source;
  slots: Slots;
  video: HTMLVideoElement;
  nowUs: () => number;
  /** Something that `look()` tells may be another now. */
  onChange: () => void;
  /** The screen has to begin again with a fresh element: keep what is shown until then. */
  onRenew: () => void;
  /** The first picture of all can be seen. */
  onFirst?: () => void;
  mediaSource?: () => MediaSource;
  canPlay?: (codecs: string) => boolean;
  monoMs?: () => number;
}

/** What can be seen, in figures. */
export interface Look {
  status: Status;
  cause: string;
  unable: Unable;
  codecs: string;
  stream: Stream | null;
  /** Age of the picture that can be seen; null: none. */
  ageMs: number | null;
  atUs: number | null;
  /** How long ago the stream, such as it is, was asked for. */
  openMs: number;
  /** Between pictures, as they come. */
  intervalMs: number;
  /** How far the picture stands behind the newest that came. */
  behindMs: number;
  skipped: number;
  width: number;
  height: number;
}

const LATE_TOLD_MS = 5_000;
const BUSY_AGAIN_MS = 10_000;
const MAIN_AGAIN_MS = 30_000;
/** A slot that ended by itself is asked for again, more and more patiently. */
const AGAIN_MS = [500, 2_000, 5_000, 10_000];
const BROKEN_MOST = 3;
const BROKEN_WINDOW_MS = 60_000;
const FINAL = new Set(['forbidden', 'not_found', 'no_footage', 'recorder_busy']);

export class Player {
  private status: Status = 'idle';
  private cause = '';
  private unable: Unable = '';
  private codecs = '';
  private size = { width: 0, height: 0 };
  private screen: Screen;
  private release: (() => void) | null = null;
  private openedMs = 0;
  private interval = 66;
  private lastAtUs = 0;
  private skipped = 0;
  private skippedMs = -Infinity;
  private againMs: number | null = null;
  private tries = 0;
  private broken: number[] = [];
  private stream: Stream;
  private mainAgainMs = Infinity;
  private seen = false;
  private closed = false;
  /** Held back on purpose: the tab is hidden, or somebody paused. */
  private resting = false;

  constructor(private readonly o: PlayerOptions) {
    this.stream = 'stream' in o.source ? o.source.stream : 'main';
    this.screen = this.newScreen(o.video);
    this.ask();
  }

  private get isPlayback(): boolean {
    return 'playback' in this.o.source;
  }
  private mono(): number {
    return (this.o.monoMs ?? (() => performance.now()))();
  }

  private newScreen(video: HTMLVideoElement): Screen {
    return new Screen({
      video,
      relaxed: this.isPlayback,
      source: this.o.mediaSource,
      onPicture: () => this.shown(),
      onBroken: (why) => this.onBroken(why),
      onSkipped: (n) => this.skip(n),
    });
  }

  /* ---- what the owner does ---- */

  /** Four times a second. */
  pulse(): void {
    if (this.closed) return;
    this.screen.steer();
    const now = this.mono();
    if (this.againMs !== null && now >= this.againMs && !this.resting) this.ask();
    if (now >= this.mainAgainMs && this.release) {
      this.mainAgainMs = Infinity;
      if ('stream' in this.o.source) this.stream = this.o.source.stream;
      this.ask();
    }
  }

  /** Lets go of the slot and keeps the picture: the tab is hidden, or somebody paused. */
  rest(): void {
    this.resting = true;
    this.drop();
    this.become('idle', '');
  }

  /** Begins anew at the newest keyframe (a playback: where it stood). */
  resume(): void {
    if (this.closed) return;
    this.resting = false;
    this.tries = 0;
    this.ask();
  }

  /** A fresh element after `onRenew`. */
  renew(video: HTMLVideoElement): void {
    if (this.closed) return;
    this.screen.close();
    this.screen = this.newScreen(video);
    if (!this.resting) this.ask();
  }

  draw(canvas: HTMLCanvasElement): boolean {
    return this.screen.draw(canvas);
  }

  look(): Look {
    const atUs = this.screen.shownAtUs;
    const now = this.mono();
    return {
      status: this.status,
      cause: this.cause,
      unable: this.unable,
      codecs: this.codecs,
      stream: this.isPlayback ? null : this.stream,
      atUs,
      ageMs: atUs === null ? null : pictureAgeMs(this.o.nowUs() / 1000, atUs),
      openMs: now - this.openedMs,
      intervalMs: this.interval,
      behindMs: atUs === null || this.screen.newestAtUs === null ? 0 : Math.max(0, (this.screen.newestAtUs - atUs) / 1000),
      skipped: now - this.skippedMs < LATE_TOLD_MS ? this.skipped : 0,
      ...this.size,
    };
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.drop();
    this.screen.close();
  }

  /* ---- the slot ---- */

  private wish(): Wish {
    const { source } = this.o;
    if ('playback' in source) return { playback_id: source.playback, at_us: this.screen.shownAtUs ?? source.atUs };
    return { camera_id: source.camera, stream: this.stream };
  }

  private ask(): void {
    this.drop();
    this.openedMs = this.mono();
    this.unable = '';
    this.become('opening', 'starting');
    const sink: Sink = {
      granted: (full) => {
        this.openedMs = this.mono();
        this.unable = full ? 'full' : '';
        this.become(full ? 'full' : 'opening', full ? '' : 'starting');
      },
      message: (message) => this.hear(message),
      frame: (frame) => this.take(frame),
      cut: () => {
        this.openedMs = this.mono();
        this.become('opening', 'no_link');
      },
    };
    this.release = this.o.slots.open(this.wish(), sink);
  }

  private drop(): void {
    this.againMs = null;
    const release = this.release;
    this.release = null;
    release?.();
  }

  private hear(message: ViewMessage): void {
    if (this.closed) return;
    if (message.type === 'late') {
      this.skip(message.pictures);
      return;
    }
    if (message.state === 'waiting') {
      this.become('waiting', message.cause);
      return;
    }
    if (message.state === 'ended') {
      this.end(message.cause);
      return;
    }
    this.codecs = message.codecs;
    this.size = { width: message.width, height: message.height };
    if (!(this.o.canPlay ?? canPlay)(message.codecs)) {
      this.cannot('codec');
      return;
    }
    this.tries = 0;
    this.lastAtUs = 0;
    this.screen.begin(message.epoch_us, message.codecs);
    this.become('playing', '');
  }

  private take(frame: ViewFrame): void {
    if (this.closed || this.status !== 'playing') return;
    if (frame.kind !== 'init' && !frame.replay) {
      const between = (frame.atUs - this.lastAtUs) / 1000;
      if (this.lastAtUs > 0 && between > 0 && between < 10_000) this.interval += (between - this.interval) / 8;
      this.lastAtUs = frame.atUs;
    }
    this.screen.take(frame);
  }

  /** The daemon ended the slot. Some causes are final, the others pass. */
  private end(cause: string): void {
    this.release = null;
    this.become('ended', cause);
    if (this.isPlayback || FINAL.has(cause)) return;
    const now = this.mono();
    if (cause === 'busy') {
      this.unable = 'busy';
      this.againMs = now + BUSY_AGAIN_MS;
    } else if (this.stream === 'main') {
      // The stream that is watched anyway is still a picture.
      this.stream = 'watched';
      this.mainAgainMs = now + MAIN_AGAIN_MS;
      this.againMs = now;
    } else {
      this.againMs = now + AGAIN_MS[Math.min(this.tries, AGAIN_MS.length - 1)];
      this.tries += 1;
    }
    this.o.onChange();
  }

  /** Not in this browser: the stream that is watched may be another codec, and stills always are a picture. */
  private cannot(why: 'codec' | 'decode'): void {
    this.drop();
    if (why === 'codec' && this.stream === 'main' && !this.isPlayback) {
      this.stream = 'watched';
      this.ask();
      return;
    }
    this.unable = why;
    this.become('ended', why);
  }

  private onBroken(why: 'decode' | 'codec'): void {
    if (this.closed) return;
    const now = this.mono();
    this.broken = [...this.broken.filter((ms) => now - ms < BROKEN_WINDOW_MS), now];
    if (why === 'codec' || this.broken.length >= BROKEN_MOST) {
      this.cannot(why);
      return;
    }
    this.drop();
    this.become('opening', 'starting');
    this.o.onRenew();
  }

  /* ---- what is told ---- */

  private shown(): void {
    if (!this.seen) {
      this.seen = true;
      this.o.onFirst?.();
    }
    this.o.onChange();
  }

  private skip(pictures: number): void {
    this.skipped = pictures + (this.mono() - this.skippedMs < LATE_TOLD_MS ? this.skipped : 0);
    this.skippedMs = this.mono();
    this.o.onChange();
  }

  private become(status: Status, cause: string): void {
    if (this.status === status && this.cause === cause) return;
    this.status = status;
    this.cause = cause;
    if (!this.closed) this.o.onChange();
  }
}
