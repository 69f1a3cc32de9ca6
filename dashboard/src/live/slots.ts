// The slots of one media socket: who has one, who waits for one, whose message this is. Pure but for its callbacks.
// A page has sixteen; who comes beyond is told and gets the next one that is given back.

import type { ViewFrame, ViewMessage, Wish } from './wire';

export const SLOTS_MOST = 16;

/** What an owner of a slot hears. */
export interface Sink {
  /** It has a slot (`full` false), or has to wait for one. */
  granted: (full: boolean) => void;
  message: (message: ViewMessage) => void;
  frame: (frame: ViewFrame) => void;
  /** The socket is gone; a new slot is asked for as soon as it is back. */
  cut: () => void;
}

interface Entry {
  wish: Wish;
  sink: Sink;
  slot: number | null;
  playing: boolean;
}

export class Slots {
  private readonly entries: Entry[] = [];
  private readonly bySlot = new Map<number, Entry>();
  private next = 1;
  /** Somebody has asked for video since the page was opened: from then on the list is told, even an empty one. */
  used = false;

  /** `changed`: the list is another one and has to be told. */
  constructor(private readonly changed: () => void) {}

  get size(): number {
    return this.entries.length;
  }

  /** How many have a slot. */
  get held(): number {
    return this.bySlot.size;
  }

  /** Pictures ought to come. */
  get playing(): boolean {
    for (const entry of this.bySlot.values()) if (entry.playing) return true;
    return false;
  }

  /** A slot for this until the returned closure is called. */
  open(wish: Wish, sink: Sink): () => void {
    const entry: Entry = { wish, sink, slot: null, playing: false };
    this.used = true;
    this.entries.push(entry);
    if (this.bySlot.size < SLOTS_MOST) this.grant(entry);
    else sink.granted(true);
    return () => this.close(entry);
  }

  /** The whole list, as the daemon wants it. */
  list(): ({ slot: number } & Wish)[] {
    return [...this.bySlot].map(([slot, entry]) => ({ slot, ...entry.wish }));
  }

  message(message: ViewMessage): void {
    const entry = this.bySlot.get(message.slot);
    if (!entry) return;
    // An ended slot is over on both sides; its owner asks again when that makes sense.
    if (message.type === 'view' && message.state === 'ended') this.close(entry);
    else if (message.type === 'view') entry.playing = message.state === 'playing';
    entry.sink.message(message);
  }

  frame(frame: ViewFrame): void {
    this.bySlot.get(frame.slot)?.sink.frame(frame);
  }

  /** The socket is gone: everybody keeps the turn and gets another number, because a number is used once. */
  cut(): void {
    const held = [...this.bySlot.values()];
    this.bySlot.clear();
    for (const entry of held) {
      entry.slot = this.next++;
      entry.playing = false;
      this.bySlot.set(entry.slot, entry);
    }
    for (const entry of held) entry.sink.cut();
  }

  private grant(entry: Entry): void {
    entry.slot = this.next++;
    this.bySlot.set(entry.slot, entry);
    this.changed();
    entry.sink.granted(false);
  }

  private close(entry: Entry): void {
    const at = this.entries.indexOf(entry);
    if (at < 0) return;
    this.entries.splice(at, 1);
    if (entry.slot === null) return;
    this.bySlot.delete(entry.slot);
    entry.slot = null;
    this.changed();
    const waiting = this.entries.find((e) => e.slot === null);
    if (waiting) this.grant(waiting);
  }
}
