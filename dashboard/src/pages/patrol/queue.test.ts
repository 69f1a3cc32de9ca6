import { describe, expect, it } from 'vitest';
import type { MessageReply } from '@/generated/objects';
import { Refusal } from '@/feed/refusal';
import { memoryKeep, type Keep } from './keep';
import { OutQueue, type Item, type Way } from './queue';

interface Told {
  command: string;
  id: string;
  args: Record<string, unknown>;
}

/** A center that can be away, can swallow an answer, can refuse; it remembers every id it carried out. */
class Center implements Way {
  up = true;
  swallow = 0;
  refuse: Record<string, string> = {};
  readonly told: Told[] = [];
  readonly done = new Map<string, Told>();
  uploads = 0;
  open = () => this.up;
  async send(command: string, args: Record<string, unknown>, id: string): Promise<MessageReply> {
    if (!this.up) throw new Refusal({ code: 'no_link' });
    this.told.push({ command, id, args });
    if (this.refuse[command]) throw new Refusal({ code: this.refuse[command], sentence_zh: '不行', sentence_en: 'No' });
    this.done.set(id, { command, id, args });
    if (this.swallow > 0) {
      this.swallow -= 1;
      throw new Refusal({ code: 'unanswered' });
    }
    return { v: 1, type: 'reply', id, code: 'ok', seq: 1, result: {} };
  }
  async upload(): Promise<string> {
    if (!this.up) throw new Refusal({ code: 'no_link' });
    this.uploads += 1;
    return 'h'.repeat(64);
  }
}

async function settle(queue: OutQueue, until: () => boolean): Promise<void> {
  for (let i = 0; i < 500 && !until(); i += 1) {
    queue.kick();
    await new Promise((r) => setTimeout(r, 2));
  }
  expect(until()).toBe(true);
}
const make = async (keep: Keep, center: Center, user = 7) => {
  const queue = new OutQueue(keep, center, user);
  await queue.load();
  return queue;
};
const states = (queue: OutQueue) => queue.items.value.map((i: Item) => i.state);

describe('the queue of a phone', () => {
  it('keeps before it sends, and sends in the order in which things were done', async () => {
    const keep = memoryKeep();
    const center = new Center();
    center.up = false;
    const queue = await make(keep, center);
    await queue.add({ command: 'ticket.accept', args: { ticket_id: 1 } });
    await queue.add({ command: 'ticket.en_route', args: { ticket_id: 1 } });
    await queue.add({ command: 'ticket.arrive', args: { ticket_id: 1 } });
    expect((await keep.all()).length).toBe(3);
    expect(center.told).toEqual([]);
    center.up = true;
    await settle(queue, () => states(queue).every((s) => s === 'done'));
    expect(center.told.map((x) => x.command)).toEqual(['ticket.accept', 'ticket.en_route', 'ticket.arrive']);
    expect(await keep.all()).toEqual([]);
  });

  it('sends a call for help before what waits', async () => {
    const center = new Center();
    center.up = false;
    const queue = await make(memoryKeep(), center);
    await queue.add({ command: 'ticket.note', args: { ticket_id: 1, words: 'a' } });
    await queue.add({ command: 'sos.raise', args: {}, first: true });
    center.up = true;
    await settle(queue, () => states(queue).every((s) => s === 'done'));
    expect(center.told.map((x) => x.command)).toEqual(['sos.raise', 'ticket.note']);
  });

  it('says an unanswered command again with the same id', async () => {
    const center = new Center();
    center.swallow = 2;
    const queue = await make(memoryKeep(), center);
    await queue.add({ command: 'ticket.accept', args: { ticket_id: 1 } });
    await settle(queue, () => states(queue)[0] === 'done');
    expect(center.told.length).toBe(3);
    expect(center.done.size).toBe(1);
  });

  it('takes up after a reload what an earlier page was sending, with its ids', async () => {
    const keep = memoryKeep();
    const center = new Center();
    center.up = false;
    const before = await make(keep, center);
    const id = await before.add({ command: 'ticket.accept', args: { ticket_id: 1 } });
    before.stop();
    const after = await make(keep, center);
    expect(after.items.value.map((i) => i.id)).toEqual([id]);
    await after.add({ command: 'ticket.arrive', args: { ticket_id: 1 } });
    center.up = true;
    await settle(after, () => states(after).every((s) => s === 'done'));
    expect(center.told.map((x) => x.command)).toEqual(['ticket.accept', 'ticket.arrive']);
    expect(center.told[0].id).toBe(id);
  });

  it('leaves what another user kept on the same phone', async () => {
    const keep = memoryKeep();
    const center = new Center();
    center.up = false;
    await (await make(keep, center, 7)).add({ command: 'ticket.accept', args: { ticket_id: 1 } });
    const other = await make(keep, center, 8);
    expect(other.items.value).toEqual([]);
    expect((await keep.all()).length).toBe(1);
  });

  it('shows a refusal and goes on with what stands behind it', async () => {
    const keep = memoryKeep();
    const center = new Center();
    center.refuse['ticket.accept'] = 'forbidden';
    const queue = await make(keep, center);
    const id = await queue.add({ command: 'ticket.accept', args: { ticket_id: 1 } });
    await queue.add({ command: 'unit.duty', args: { on: true } });
    await settle(queue, () => states(queue)[1] === 'done');
    expect(queue.items.value[0]).toMatchObject({ state: 'refused', error_zh: '不行' });
    expect((await keep.all()).map((i) => i.id)).toEqual([id]);
    await queue.dismiss(id);
    expect(await keep.all()).toEqual([]);
  });

  it('uploads a photo once, though its command has to be said twice', async () => {
    const center = new Center();
    center.swallow = 1;
    const queue = await make(memoryKeep(), center);
    await queue.add({ command: 'ticket.photo', args: { ticket_id: 1, role: 'after' }, photo: { type: 'image/jpeg', bytes: new ArrayBuffer(4) }, photo_as: 'hash' });
    await settle(queue, () => states(queue)[0] === 'done');
    expect(center.uploads).toBe(1);
    expect(center.told.map((x) => x.args.hash)).toEqual(['h'.repeat(64), 'h'.repeat(64)]);
  });

  it('gives up on a mistake of the center after five tries and frees what waits behind', async () => {
    const center = new Center();
    center.refuse['ticket.note'] = 'internal';
    const queue = await make(memoryKeep(), center);
    await queue.add({ command: 'ticket.note', args: { ticket_id: 1, words: 'a' } });
    await queue.add({ command: 'unit.duty', args: { on: false } });
    await settle(queue, () => states(queue)[1] === 'done');
    expect(states(queue)).toEqual(['refused', 'done']);
  });
});
