// gridwarden.media.v1: stills and video of cameras that somebody looks at, or thumbnails of all. Its own socket, because
// a picture must not delay an alert; one for all tiles of a page. Object URLs are held for the shown and the one before (an <img> may still be decoding it) and revoked
// after that: a wall that leaks one JPEG a second is dead by morning.

import { shallowReactive, shallowRef } from 'vue';
import { Slots } from '@/live/slots';
import { isVideo, readMessage, readView } from '@/live/wire';
import { Line, type LineOptions, type LineState } from './line';

export interface Still {
  camera: number;
  url: string;
  atUs: number;
  width: number;
  height: number;
}

const HEADER_BYTES = 16;
const MOST_CAMERAS = 300;
const SILENCE_MS = 20_000;

export interface StillFrame {
  camera: number;
  atUs: number;
  width: number;
  height: number;
  jpeg: Uint8Array;
}

/** u32 camera | u64 at_us | u16 width | u16 height | JPEG, big endian; null when it is not that. */
export function readStill(data: ArrayBuffer): StillFrame | null {
  if (data.byteLength <= HEADER_BYTES) return null;
  const view = new DataView(data);
  return {
    camera: view.getUint32(0),
    atUs: Number(view.getBigUint64(4)),
    width: view.getUint16(12),
    height: view.getUint16(14),
    jpeg: new Uint8Array(data, HEADER_BYTES),
  };
}

export class MediaSocket {
  /** The newest still of each watched camera; a component that reads one is redrawn for that one. */
  readonly stills = shallowReactive(new Map<number, Still>());
  readonly line = shallowRef<LineState>({ kind: 'stopped', reason: 'new' });
  /** Video: who shows what, in at most sixteen slots. */
  readonly views = new Slots(() => this.viewsChanged());
  private readonly watchers = new Map<number, number>();
  private readonly before = new Map<number, string>();
  private readonly out: Line;
  private readonly thumbs: boolean;
  private telling: ReturnType<typeof setTimeout> | null = null;
  private tellingViews = false;
  private allHolders = 0;

  /** `thumbs`: a socket of small pictures of all cameras, as they are looked at; frames do not tell which they are,
   * so one socket carries one sort. */
  constructor(options: Pick<LineOptions, 'url' | 'mayRetry' | 'socket' | 'monoMs' | 'random'> & { thumbs?: boolean }) {
    this.thumbs = options.thumbs ?? false;
    this.out = new Line({
      ...options,
      protocol: 'gridwarden.media.v1',
      binary: true,
      // A half-open socket looks like cameras that send nothing; a new one costs little and tells them apart.
      silenceMs: () => (this.wanted ? SILENCE_MS : null),
      onOpen: () => {
        this.tell();
        this.tellViews();
      },
      onMessage: (data) => this.heard(data),
      onState: (state) => {
        const lost = this.line.value.kind === 'open' && state.kind !== 'open';
        this.line.value = state;
        if (lost) this.views.cut();
      },
    });
  }

  private get wanted(): boolean {
    return this.thumbs ? this.allHolders > 0 : this.watchers.size > 0 || this.views.playing;
  }

  start(): void {
    if (this.wanted || this.views.size > 0) this.out.start();
  }

  stop(reason: string): void {
    this.out.stop(reason);
    for (const id of [...this.stills.keys()]) this.forget(id);
  }

  reopen(): void {
    this.out.reopen();
  }

  /** Watch a camera until the returned closure is called. */
  watch(camera: number): () => void {
    const holders = this.watchers.get(camera) ?? 0;
    this.watchers.set(camera, holders + 1);
    if (holders === 0) this.changed();
    this.out.start();
    let watching = true;
    return () => {
      if (!watching) return;
      watching = false;
      const left = (this.watchers.get(camera) ?? 1) - 1;
      if (left > 0) {
        this.watchers.set(camera, left);
        return;
      }
      this.watchers.delete(camera);
      this.forget(camera);
      this.changed();
    };
  }

  /** Small pictures of all cameras until the returned closure is called. */
  watchAll(): () => void {
    this.allHolders += 1;
    if (this.allHolders === 1) this.changed();
    this.out.start();
    let watching = true;
    return () => {
      if (!watching) return;
      watching = false;
      this.allHolders -= 1;
      if (this.allHolders > 0) return;
      for (const id of [...this.stills.keys()]) this.forget(id);
      this.changed();
    };
  }

  private changed(): void {
    if (this.telling) return;
    this.telling = setTimeout(() => {
      this.telling = null;
      this.tell();
    }, 50);
  }

  /** At once, and once for all tiles of a page that are made together: half a second is all a first picture has. */
  private viewsChanged(): void {
    this.out.start();
    if (this.tellingViews) return;
    this.tellingViews = true;
    queueMicrotask(() => {
      this.tellingViews = false;
      this.tellViews();
    });
  }

  private tellViews(): void {
    if (this.views.used) this.out.send({ type: 'view', slots: this.views.list() });
  }

  private heard(data: string | ArrayBuffer): void {
    if (typeof data === 'string') {
      const message = readMessage(data);
      if (message) this.views.message(message);
      return;
    }
    if (!isVideo(data)) return this.take(data);
    const frame = readView(data);
    if (frame) this.views.frame(frame);
  }

  private tell(): void {
    if (this.thumbs) this.out.send({ type: 'thumbs', cameras: this.allHolders > 0 ? 'all' : [] });
    else this.out.send({ type: 'watch', cameras: [...this.watchers.keys()].slice(0, MOST_CAMERAS) });
  }

  private take(data: ArrayBuffer): void {
    const frame = readStill(data);
    if (!frame || !(this.thumbs ? this.allHolders > 0 : this.watchers.has(frame.camera))) return;
    const shown = this.stills.get(frame.camera);
    if (shown && shown.atUs > frame.atUs) return;
    const old = this.before.get(frame.camera);
    if (old) URL.revokeObjectURL(old);
    if (shown) this.before.set(frame.camera, shown.url);
    const url = URL.createObjectURL(new Blob([frame.jpeg as BlobPart], { type: 'image/jpeg' }));
    this.stills.set(frame.camera, { camera: frame.camera, url, atUs: frame.atUs, width: frame.width, height: frame.height });
  }

  private forget(camera: number): void {
    for (const url of [this.stills.get(camera)?.url, this.before.get(camera)]) if (url) URL.revokeObjectURL(url);
    this.stills.delete(camera);
    this.before.delete(camera);
  }
}
