// What this phone still has to tell the center: commands and photos, kept before they are sent, sent one by one in
// the order in which they were done, each with the UUID it was born with, so that a second sending is no second deed.
// Plain class; what it holds is published as one shallow ref.

import { shallowRef } from 'vue';
import type { CommandName, Commands } from '@/generated/commands';
import type { MessageReply } from '@/generated/objects';
import { Refusal } from '@/feed/refusal';
import type { Keep } from './keep';
import { uuid } from './uuid';

export interface Photo {
  type: string;
  bytes: ArrayBuffer;
}
export type ItemState = 'waiting' | 'sending' | 'done' | 'refused';
export interface Item {
  /** The command's own id: kept across reloads, the same at each sending. */
  id: string;
  user_id: number;
  order: number;
  /** The phone's clock, for people. */
  at_ms: number;
  command: CommandName;
  args: Record<string, unknown>;
  /** Uploaded before the command; its hash goes into this argument. */
  photo?: Photo;
  photo_as?: 'hash' | 'picture';
  /** What stands in the list: a key of the words and what it is about. */
  about: string;
  state: ItemState;
  tries: number;
  error_zh?: string;
  error_en?: string;
  result?: Record<string, unknown>;
}

export interface Way {
  /** True while it is worth trying. */
  open(): boolean;
  send(command: CommandName, args: Record<string, unknown>, id: string): Promise<MessageReply>;
  upload(photo: Photo): Promise<string>;
}

export interface NewItem<C extends CommandName> {
  command: C;
  args: Commands[C] | Partial<Commands[C]>;
  about?: string;
  photo?: Photo;
  photo_as?: 'hash' | 'picture';
  /** Before all others: a call for help does not wait behind photos. */
  first?: boolean;
}

/** Answers after which the same item is sent again: nothing was decided. */
const AGAIN = new Set(['no_link', 'unanswered', 'not_json', 'busy', 'throttled', 'storage', 'unavailable', 'unauthorized', 'internal']);
/** A mistake of the center's own must not hold up what stands behind it for ever. */
const INTERNAL_TRIES = 5;
const FIRST_WAIT_MS = 1_000;
const MOST_WAIT_MS = 10_000;
export const MOST_ITEMS = 200;
const SHOWN_DONE = 20;

export class OutQueue {
  readonly items = shallowRef<readonly Item[]>([]);
  /** How often sending was tried in vain since it last worked. */
  readonly vain = shallowRef(0);
  private busy = false;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private order = 0;

  constructor(
    private readonly keep: Keep,
    private readonly way: Way,
    private readonly userId: number,
  ) {}

  /** Takes up what an earlier page of this user left. */
  async load(): Promise<void> {
    const kept = await this.keep.all();
    const here = new Set(this.items.value.map((i) => i.id)); // done while the rest was being read
    const mine = kept.filter((i) => i.user_id === this.userId && !here.has(i.id)).sort((a, b) => a.order - b.order);
    for (const item of mine) if (item.state === 'sending') item.state = 'waiting';
    this.order = mine.reduce((most, i) => Math.max(most, i.order), this.order);
    this.items.value = [...mine, ...this.items.value];
    this.kick();
  }

  get open(): Item[] {
    return this.items.value.filter((i) => i.state === 'waiting' || i.state === 'sending');
  }

  /** Resolves to its id when the phone has kept it, which is what its user may rely on; `items` tells the rest. */
  async add<C extends CommandName>(what: NewItem<C>): Promise<string> {
    if (this.open.length >= MOST_ITEMS) throw new Refusal({ code: 'queue_full', sentence_zh: '待传已满，请先联网补传。', sentence_en: 'Too much is waiting: get a connection first.' });
    const orders = this.open.filter((i) => i.state === 'waiting').map((i) => i.order);
    const item: Item = {
      id: uuid(), user_id: this.userId, order: what.first && orders.length ? Math.min(...orders) - 1 : (this.order += 1), at_ms: Date.now(), command: what.command,
      args: what.args as Record<string, unknown>, photo: what.photo, photo_as: what.photo_as, about: what.about ?? '', state: 'waiting', tries: 0,
    };
    await this.keep.put(item);
    this.items.value = [...this.items.value, item].sort((a, b) => a.order - b.order);
    this.kick();
    return item.id;
  }

  /** The user has read why it was refused. */
  async dismiss(id: string): Promise<void> {
    await this.keep.del(id);
    this.items.value = this.items.value.filter((i) => i.id !== id);
  }

  /** Now is a good moment: the line is up again, or something was added. */
  kick(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    void this.run();
  }

  stop(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
  }

  private async run(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      for (let next = this.next(); next && this.way.open(); next = this.next()) {
        if (!(await this.sendOne(next))) break;
      }
    } finally {
      this.busy = false;
    }
    if (this.next() && !this.timer) {
      const wait = Math.min(MOST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(this.vain.value, 5));
      this.timer = setTimeout(() => this.kick(), wait);
    }
  }

  private next(): Item | undefined {
    return this.items.value.find((i) => i.state === 'waiting');
  }

  /** False: not now. */
  private async sendOne(item: Item): Promise<boolean> {
    this.change(item, { state: 'sending', tries: item.tries + 1 });
    let now = this.at(item.id);
    try {
      if (now.photo) {
        const hash = await this.way.upload(now.photo);
        now = this.change(now, { args: { ...now.args, [now.photo_as ?? 'hash']: hash }, photo: undefined });
        await this.keep.put(now); // not uploaded a second time after a reload
      }
      const reply = await this.way.send(now.command, now.args, now.id);
      this.vain.value = 0;
      await this.keep.del(now.id);
      this.change(now, { state: 'done', result: reply.result });
      this.forgetOld();
      return true;
    } catch (error) {
      return this.failed(this.at(item.id), error);
    }
  }

  private async failed(item: Item, error: unknown): Promise<boolean> {
    if (error instanceof Refusal && (!AGAIN.has(error.code) || (error.code === 'internal' && item.tries >= INTERNAL_TRIES))) {
      const refused = this.change(item, { state: 'refused', error_zh: error.zh, error_en: error.en });
      await this.keep.put({ ...refused, photo: undefined });
      this.vain.value = 0;
      return true;
    }
    this.vain.value += 1;
    this.change(item, { state: 'waiting' });
    if (!(error instanceof Refusal)) throw error; // a mistake of ours: the item waits, the console says what it is
    return false;
  }

  private at(id: string): Item {
    return this.items.value.find((i) => i.id === id) as Item;
  }

  private change(item: Item, to: Partial<Item>): Item {
    const next = { ...item, ...to };
    this.items.value = this.items.value.map((i) => (i.id === item.id ? next : i));
    return next;
  }

  private forgetOld(): void {
    const done = this.items.value.filter((i) => i.state === 'done');
    if (done.length > SHOWN_DONE) {
      const old = new Set(done.slice(0, done.length - SHOWN_DONE).map((i) => i.id));
      this.items.value = this.items.value.filter((i) => !old.has(i.id));
    }
  }
}
