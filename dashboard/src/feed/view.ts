// The rules of PROTOCOL.md for one view: what to do with a snapshot, a patch, a cut.

import type { MessagePatch, MessageSnapshot } from '@/generated/objects';
import { Store } from './store';

export type PatchOutcome = 'applied' | 'skipped' | 'hole' | 'waiting';

export class View {
  readonly store = new Store();
  /** null: no snapshot yet, or a hole was found and a new one is on its way. */
  seq: number | null = null;
  boot: string | null = null;

  constructor(readonly name: string) {}

  /** What to send to get this view going, again or for the first time. */
  subscription(): { type: 'subscribe'; view: string; boot?: string; seq?: number } {
    if (this.seq === null || this.boot === null) return { type: 'subscribe', view: this.name };
    return { type: 'subscribe', view: this.name, boot: this.boot, seq: this.seq };
  }

  snapshot(message: MessageSnapshot, boot: string): void {
    this.store.replace(message.put);
    this.seq = message.seq;
    this.boot = boot;
  }

  patch(message: MessagePatch): PatchOutcome {
    if (this.seq === null) return 'waiting';
    if (message.prev > this.seq) {
      this.seq = null;
      return 'hole';
    }
    // prev == seq carries state that is not journaled (positions); anything else at or below ours we have.
    if (message.seq <= this.seq && message.prev < message.seq) return 'skipped';
    for (const object of message.put) this.store.put(object);
    for (const [kind, id] of message.del) this.store.del(String(kind), Number(id));
    if (message.seq > this.seq) this.seq = message.seq;
    return 'applied';
  }
}
