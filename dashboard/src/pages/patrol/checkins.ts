// A check-in has two answers: stored (the center has it) and counted (a worker has read it). The first is the reply
// to the command; for the second the same check-in is named again, and the center says how far it is.

import { onScopeDispose, shallowRef, watch } from 'vue';
import { feed } from '@/feed/live';
import { Refusal } from '@/feed/refusal';
import type { Commands } from '@/generated/commands';
import type { Item, OutQueue, Photo } from './queue';
import { uuid } from './uuid';

export type Answer = 'kept' | 'stored' | 'counted' | 'refused';
export interface Checkin {
  clientId: string;
  how: 'qr' | 'position';
  about: string;
  atMs: number;
  answer: Answer;
}

const ASK_MS = [1_000, 2_000, 4_000, 8_000, 15_000, 30_000];
const SHOWN = 12;

export class Checkins {
  readonly list = shallowRef<readonly Checkin[]>([]);
  private readonly timers = new Set<ReturnType<typeof setTimeout>>();

  constructor(private readonly queue: OutQueue) {}

  submit(args: Omit<Commands['checkin.submit'], 'client_id' | 'device_at_us'>, about: string, photo?: Photo): Promise<string> {
    const whole: Commands['checkin.submit'] = { ...args, client_id: uuid(), device_at_us: feed.clock.nowUs() };
    return this.queue.add({ command: 'checkin.submit', args: whole, about, ...(photo ? { photo, photo_as: 'picture' as const } : {}) });
  }

  /** What the queue holds of check-ins, those of an earlier page included. */
  follow(items: readonly Item[]): void {
    for (const item of items) {
      if (item.command !== 'checkin.submit') continue;
      const args = item.args as unknown as Commands['checkin.submit'];
      const known = this.list.value.find((c) => c.clientId === args.client_id);
      if (!known) this.put({ clientId: args.client_id, how: args.method === 'qr' ? 'qr' : 'position', about: item.about, atMs: args.device_at_us / 1000, answer: 'kept' });
      else if (known.answer !== 'kept') continue;
      if (item.state === 'done') this.heard(args, item.result?.state, 0);
      else if (item.state === 'refused') this.change(args.client_id, 'refused');
    }
  }

  stop(): void {
    for (const timer of this.timers) clearTimeout(timer);
  }

  private heard(args: Commands['checkin.submit'], state: unknown, asked: number): void {
    if (state === 'counted' || state === 'refused') return this.change(args.client_id, state);
    this.change(args.client_id, 'stored');
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      void this.ask(args, asked);
    }, ASK_MS[Math.min(asked, ASK_MS.length - 1)]);
    this.timers.add(timer);
  }

  private async ask(args: Commands['checkin.submit'], asked: number): Promise<void> {
    try {
      const reply = await feed.command('checkin.submit', args, { id: uuid() });
      this.heard(args, reply.result?.state, asked + 1);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.heard(args, 'stored', asked + 1);
    }
  }

  private put(one: Checkin): void {
    this.list.value = [one, ...this.list.value].slice(0, SHOWN);
  }

  private change(clientId: string, answer: Answer): void {
    this.list.value = this.list.value.map((c) => (c.clientId === clientId ? { ...c, answer } : c));
  }
}

export function useCheckins(queue: OutQueue): Checkins {
  const checkins = new Checkins(queue);
  const unfollow = watch(queue.items, (items) => checkins.follow(items), { immediate: true });
  onScopeDispose(() => {
    unfollow();
    checkins.stop();
  });
  return checkins;
}
