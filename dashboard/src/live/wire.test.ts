import { describe, expect, it } from 'vitest';
import { durationOf, timescaleOf } from './boxes';
import { SLOTS_MOST, Slots, type Sink } from './slots';
import { Spans } from './spans';
import { readMessage, readView, type Wish } from './wire';

export function frameOf(slot: number, atUs: number, kind: number, width = 0, bytes = [1, 2, 3]): ArrayBuffer {
  const data = new Uint8Array(16 + bytes.length);
  const view = new DataView(data.buffer);
  view.setUint32(0, slot);
  view.setBigUint64(4, BigInt(atUs));
  view.setUint16(12, width);
  view.setUint16(14, kind);
  data.set(bytes, 16);
  return data.buffer;
}

describe('a frame of video', () => {
  it('is read big endian, with its kind and whether it was kept', () => {
    expect(readView(frameOf(7, 1_700_000_000_123_456, 2))).toMatchObject({ slot: 7, atUs: 1_700_000_000_123_456, kind: 'key', replay: false });
    expect(readView(frameOf(7, 1, 19))).toMatchObject({ kind: 'delta', replay: true });
    expect(readView(frameOf(7, 1, 17))).toMatchObject({ kind: 'init', replay: true });
  });
  it('is not a still, nor of a kind nobody knows, nor empty', () => {
    expect([readView(frameOf(7, 1, 2, 640)), readView(frameOf(7, 1, 9)), readView(frameOf(7, 1, 2, 0, []))]).toEqual([null, null, null]);
  });
});

describe('a message about video', () => {
  it('is taken only when it is whole', () => {
    expect(readMessage('{"type":"late","slot":1,"pictures":41}')).toEqual({ type: 'late', slot: 1, pictures: 41 });
    expect(readMessage('{"type":"view","slot":1,"state":"waiting","cause":"unreachable"}')).toMatchObject({ state: 'waiting' });
    for (const bad of ['', '{', '[]', '{"type":"view"}', '{"type":"view","slot":1,"state":"playing"}', '{"type":"late","slot":1}', '{"type":"hello","slot":1}', 'null']) expect([bad, readMessage(bad)]).toEqual([bad, null]);
  });
});

class Owner implements Sink {
  heard: string[] = [];
  granted = (full: boolean) => void this.heard.push(full ? 'full' : 'slot');
  message = (m: { type: string; state?: string }) => void this.heard.push(m.state ?? m.type);
  frame = () => void this.heard.push('frame');
  cut = () => void this.heard.push('cut');
}
const wish = (camera_id: number): Wish => ({ camera_id, stream: 'watched' });

describe('the slots of a page', () => {
  it('are sixteen; who comes beyond is told, and gets the next one that is given back', () => {
    const slots = new Slots(() => undefined);
    const owners = Array.from({ length: SLOTS_MOST + 2 }, () => new Owner());
    const close = owners.map((o, i) => slots.open(wish(i), o));
    expect([slots.held, owners[15].heard, owners[16].heard]).toEqual([16, ['slot'], ['full']]);
    close[3]();
    close[3]();
    expect([slots.held, owners[16].heard, owners[17].heard]).toEqual([16, ['full', 'slot'], ['full']]);
    expect(slots.list().map((s) => s.slot)).not.toContain(4);
    for (const end of close) end();
    expect([slots.held, slots.size, slots.list()]).toEqual([0, 0, []]);
  });
  it('are used once: after a cut everybody has another number', () => {
    const slots = new Slots(() => undefined);
    const owner = new Owner();
    slots.open(wish(5), owner);
    slots.cut();
    expect([slots.list(), owner.heard]).toEqual([[{ slot: 2, camera_id: 5, stream: 'watched' }], ['slot', 'cut']]);
    slots.frame(readView(frameOf(1, 1, 2))!);
    slots.frame(readView(frameOf(2, 1, 2))!);
    expect(owner.heard.at(-1)).toBe('frame');
    expect(owner.heard.filter((h) => h === 'frame')).toHaveLength(1);
  });
  it('that ended are over on both sides, and leave their place', () => {
    const slots = new Slots(() => undefined);
    const first = new Owner();
    slots.open(wish(1), first);
    const more = Array.from({ length: SLOTS_MOST }, (_, i) => slots.open(wish(2 + i), new Owner()));
    slots.message({ type: 'view', slot: 1, state: 'ended', cause: 'busy' });
    expect([first.heard, slots.held]).toEqual([['slot', 'ended'], 16]);
    slots.message({ type: 'view', slot: 1, state: 'ended', cause: 'busy' });
    expect(first.heard).toHaveLength(2);
    more[0]();
    expect(slots.held).toBe(15);
  });
});

describe('the time line of an element', () => {
  it('leads back to the camera’s time over streams that began anew and over holes', () => {
    const spans = new Spans();
    expect(spans.at(1)).toBeNull();
    spans.lay(1_000_000, 11_000_000, 1);
    expect([spans.at(1), spans.at(1.5), spans.at(0.5)]).toEqual([11_000_000, 11_500_000, null]);
    spans.lay(500_000_000, 500_000_000, 3); // the camera came back
    expect([spans.at(2.9), spans.at(3), spans.at(3.25)]).toEqual([12_900_000, 500_000_000, 500_250_000]);
    spans.lay(500_000_000, 510_000_000, 4); // ten seconds are missing
    expect([spans.at(3.999), spans.timeOf(510_500_000)]).toEqual([510_000_000 - 1000, 4.5]);
    expect(spans.at(4.5)).toBe(510_500_000);
    spans.trim(3.5);
    expect([spans.at(2), spans.at(3.5)]).toEqual([null, 500_500_000]);
  });
  it('forgets the oldest before it grows without end', () => {
    const spans = new Spans();
    for (let i = 0; i < 10_000; i += 1) spans.lay(0, i * 1e6, i * 2);
    expect([spans.at(2), spans.at(19_998)]).toEqual([null, 9_999e6]);
  });
});

const box = (name: string, ...body: (number[] | Uint8Array)[]): Uint8Array => {
  const bytes = body.flatMap((b) => [...b]);
  const n = 8 + bytes.length;
  return new Uint8Array([n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255, ...[...name].map((c) => c.charCodeAt(0)), ...bytes]);
};
const u32 = (n: number) => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255];

describe('the two words of MP4', () => {
  it('are found where they stand, of both versions', () => {
    const init = (version: number) => box('moov', box('trak', box('mdia', box('mdhd', [version, 0, 0, 0], new Uint8Array(version ? 16 : 8), u32(90_000), u32(0)))));
    expect([timescaleOf(init(0)), timescaleOf(init(1)), timescaleOf(new Uint8Array([0, 0, 0, 9]))]).toEqual([90_000, 90_000, null]);
    const fragment = box('moof', box('mfhd', u32(0), u32(1)), box('traf', box('tfhd', u32(0x020000), u32(1)), box('trun', u32(0x000701), u32(1), u32(108), u32(6000), u32(50), u32(0))));
    expect(durationOf(fragment)).toBe(6000);
    expect(durationOf(box('moof', box('traf', box('tfhd', u32(0x020008), u32(1), u32(3003)))))).toBe(3003);
    expect([durationOf(box('moof', box('traf'))), durationOf(new Uint8Array([255, 255, 255, 255, 1, 2, 3, 4]))]).toEqual([null, null]);
  });
});
