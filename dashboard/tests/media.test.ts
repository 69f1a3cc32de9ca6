import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MediaSocket, readStill } from '@/feed/media';

function frame(camera: number, atUs: number): ArrayBuffer {
  const data = new ArrayBuffer(16 + 3);
  const view = new DataView(data);
  view.setUint32(0, camera);
  view.setBigUint64(4, BigInt(atUs));
  view.setUint16(12, 640);
  view.setUint16(14, 360);
  return data;
}

class FakeSocket {
  static last: FakeSocket;
  binaryType = '';
  sent: string[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;
  onerror: (() => void) | null = null;
  constructor() {
    FakeSocket.last = this;
  }
  send(text: string): void {
    this.sent.push(text);
  }
  close(): void {}
}

describe('a still on the wire', () => {
  it('is read big endian', () => {
    expect(readStill(frame(7, 1_700_000_000_123_456))).toMatchObject({ camera: 7, atUs: 1_700_000_000_123_456, width: 640, height: 360 });
  });
  it('shorter than its header is nothing', () => {
    expect(readStill(new ArrayBuffer(16))).toBeNull();
  });
});

describe('stills', () => {
  let made = 0;
  const live = new Set<string>();
  let media: MediaSocket;
  beforeEach(() => {
    vi.useFakeTimers();
    made = 0;
    live.clear();
    URL.createObjectURL = () => {
      const url = `blob:${(made += 1)}`;
      live.add(url);
      return url;
    };
    URL.revokeObjectURL = (url) => void live.delete(url);
    media = new MediaSocket({ url: 'ws://x', socket: () => new FakeSocket() as unknown as WebSocket });
  });
  afterEach(() => {
    media.stop('test');
    vi.useRealTimers();
  });
  const open = () => FakeSocket.last.onopen?.();
  const give = (camera: number, at: number) => FakeSocket.last.onmessage?.({ data: frame(camera, at) });

  it('tells the whole list, once for several watchers', () => {
    media.watch(1);
    media.watch(1);
    media.watch(2);
    open();
    expect(JSON.parse(FakeSocket.last.sent[0])).toEqual({ type: 'watch', cameras: [1, 2] });
  });

  it('holds at most two object URLs a camera and none when nobody watches', () => {
    const release = media.watch(1);
    open();
    for (let i = 1; i <= 20; i += 1) give(1, i);
    expect(media.stills.get(1)?.url).toBe('blob:20');
    expect([...live]).toEqual(['blob:19', 'blob:20']);
    release();
    expect(live.size).toBe(0);
    expect(media.stills.size).toBe(0);
  });

  it('never shows an older picture after a newer one, nor one that nobody watches', () => {
    media.watch(1);
    open();
    give(1, 50);
    give(1, 40);
    give(2, 60);
    expect(media.stills.get(1)?.atUs).toBe(50);
    expect(media.stills.has(2)).toBe(false);
  });

  it('stops watching when the last watcher is gone', () => {
    const a = media.watch(1);
    const b = media.watch(1);
    open();
    a();
    a();
    vi.advanceTimersByTime(100);
    expect(JSON.parse(FakeSocket.last.sent.at(-1) as string).cameras).toEqual([1]);
    b();
    vi.advanceTimersByTime(100);
    expect(JSON.parse(FakeSocket.last.sent.at(-1) as string).cameras).toEqual([]);
  });

  it('takes thumbnails of all while somebody holds them, and lets go of every one of them', () => {
    const small = new MediaSocket({ url: 'ws://x', thumbs: true, socket: () => new FakeSocket() as unknown as WebSocket });
    const a = small.watchAll();
    const b = small.watchAll();
    open();
    expect(JSON.parse(FakeSocket.last.sent[0])).toEqual({ type: 'thumbs', cameras: 'all' });
    for (let i = 1; i <= 50; i += 1) for (const camera of [1, 2, 293]) give(camera, i);
    expect([small.stills.size, live.size]).toEqual([3, 6]);
    a();
    a();
    expect(small.stills.size).toBe(3);
    b();
    vi.advanceTimersByTime(100);
    expect([small.stills.size, live.size, JSON.parse(FakeSocket.last.sent.at(-1) as string).cameras]).toEqual([0, 0, []]);
    small.stop('test');
  });
});
