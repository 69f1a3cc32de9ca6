// gridwarden.v1: hello, views, commands, gauges. Outside Vue but for what it publishes as shallow refs.

import { shallowReactive, shallowRef } from 'vue';
import type { CommandName, Commands } from '@/generated/commands';
import type { Message, MessageGauges, MessageHello, MessageLink, MessageReply } from '@/generated/objects';
import { ServerClock } from './age';
import { Line, type LineOptions, type LineState } from './line';
import { Refusal } from './refusal';
import { newId } from './uuid';
import { View } from './view';

export type Gauge = MessageGauges['cameras'][number];
export interface Cut {
  fromMs: number; // server time
  toMs: number;
}
export interface CommandOptions {
  /** Refuse with `changed` unless the object still has this rev. */
  ifRev?: number;
  /** Sent again with the same id after a cut (the daemon answers a known id with its first answer). Default true. */
  resend?: boolean;
  /** How long to wait for an answer. Default 10 s. */
  timeoutMs?: number;
  /** Client-made id; one is made when absent. */
  id?: string;
}

interface Pending {
  text: { type: 'command'; id: string; command: string; args: object; if_rev?: number };
  resend: boolean;
  sent: boolean;
  timer: ReturnType<typeof setTimeout>;
  resolve: (reply: MessageReply) => void;
  reject: (refusal: Refusal) => void;
}

const SILENCE_MS = 8_000;
const MOST_PENDING = 64;
/** Shorter cuts are not worth a word on the screen. */
const CUT_WORTH_MS = 3_000;

export class FeedSocket {
  readonly clock: ServerClock;
  readonly line = shallowRef<LineState>({ kind: 'stopped', reason: 'new' });
  readonly hello = shallowRef<MessageHello | null>(null);
  readonly link = shallowRef<MessageLink | null>(null);
  readonly gauges = shallowReactive(new Map<number, Gauge>());
  readonly gaugesAtUs = shallowRef<number | null>(null);
  readonly lastCut = shallowRef<Cut | null>(null);
  /** Counts what changed any view: a clock that shows what came must not lag behind it. */
  readonly news = shallowRef(0);
  /** Views that have had a snapshot: before that an empty list means "not known", not "none". */
  readonly ready = shallowReactive(new Set<string>());
  private readonly views = new Map<string, View>();
  private readonly pending = new Map<string, Pending>();
  private readonly out: Line;
  private lostAtMs: number | null = null;

  constructor(options: Pick<LineOptions, 'url' | 'mayRetry' | 'socket' | 'monoMs' | 'random'>) {
    this.clock = new ServerClock(options.monoMs);
    this.out = new Line({
      ...options,
      protocol: 'gridwarden.v1',
      silenceMs: () => SILENCE_MS,
      onOpen: () => undefined, // the daemon speaks first
      onMessage: (data) => this.take(data),
      onState: (state) => this.stateChanged(state),
    });
  }

  start(): void {
    this.out.start();
  }

  stop(reason: string): void {
    this.out.stop(reason);
    for (const entry of this.pending.values()) this.settle(entry, new Refusal({ code: 'no_link' }));
    for (const view of this.views.values()) view.seq = null;
    this.hello.value = null;
    this.ready.clear();
  }

  reopen(): void {
    this.out.reopen();
  }

  /** A view of the feed, subscribed at first mention and kept: pages of one session change often. */
  view(name: string): View {
    let view = this.views.get(name);
    if (!view) {
      view = new View(name);
      this.views.set(name, view);
      if (this.hello.value) this.out.send(view.subscription());
    }
    return view;
  }

  prune(): void {
    for (const view of this.views.values()) view.store.prune(this.clock.nowUs());
  }

  command<C extends CommandName>(command: C, args: Commands[C], options: CommandOptions = {}): Promise<MessageReply> {
    const id = options.id ?? newId();
    return new Promise((resolve, reject) => {
      const resend = options.resend ?? true;
      if (this.pending.size >= MOST_PENDING || (!resend && !this.hello.value)) {
        reject(new Refusal({ code: 'no_link' }));
        return;
      }
      const text = { type: 'command' as const, id, command, args, ...(options.ifRev === undefined ? {} : { if_rev: options.ifRev }) };
      const timer = setTimeout(() => {
        this.settle(entry, new Refusal({ code: entry.sent ? 'unanswered' : 'no_link' }));
      }, options.timeoutMs ?? 10_000);
      const entry: Pending = { text, resend, sent: false, timer, resolve, reject };
      this.pending.set(id, entry);
      this.sendCommand(entry);
    });
  }

  private sendCommand(entry: Pending): void {
    if (this.hello.value && this.out.send(entry.text)) entry.sent = true;
  }

  private settle(entry: Pending, outcome: MessageReply | Refusal): void {
    clearTimeout(entry.timer);
    this.pending.delete(entry.text.id);
    if (outcome instanceof Refusal) entry.reject(outcome);
    else entry.resolve(outcome);
  }

  private take(data: string | ArrayBuffer): void {
    if (typeof data !== 'string') return;
    const message = JSON.parse(data) as Message;
    if ('now_us' in message) this.clock.hear(message.now_us);
    switch (message.type) {
      case 'hello':
        return this.greet(message);
      case 'snapshot': {
        this.views.get(message.view)?.snapshot(message, this.hello.value?.boot ?? '');
        this.ready.add(message.view);
        this.news.value += 1;
        return;
      }
      case 'patch': {
        const view = this.views.get(message.view);
        if (view?.patch(message) === 'hole') this.out.send(view.subscription());
        else this.news.value += 1;
        return;
      }
      case 'gauges':
        for (const gauge of message.cameras) this.gauges.set(gauge.id, gauge);
        this.gaugesAtUs.value = message.now_us;
        return;
      case 'reply': {
        const entry = this.pending.get(message.id);
        if (entry) this.settle(entry, message.code === 'ok' ? message : new Refusal(message));
        return;
      }
      case 'link':
        this.link.value = message.storage === 'ok' ? null : message;
        return;
      case 'bye':
        if (message.reason === 'revoked') this.stop('revoked');
        return;
      case 'beat':
        return;
    }
  }

  private greet(message: MessageHello): void {
    this.hello.value = message;
    this.link.value = null; // a fault that still lasts is told again
    if (this.lostAtMs !== null) {
      const cut = { fromMs: this.lostAtMs, toMs: this.clock.nowMs() };
      if (cut.toMs - cut.fromMs >= CUT_WORTH_MS) this.lastCut.value = cut;
      this.lostAtMs = null;
    }
    // Our boot id goes along: a daemon that was restarted meanwhile sees it is not its own and sends a snapshot.
    for (const view of this.views.values()) this.out.send(view.subscription());
    for (const entry of this.pending.values()) this.sendCommand(entry);
  }

  private stateChanged(state: LineState): void {
    this.line.value = state;
    if (state.kind === 'open') return;
    if (this.hello.value) {
      this.lostAtMs = this.clock.nowMs() - this.clock.silenceMs();
      this.hello.value = null;
      for (const entry of [...this.pending.values()]) {
        if (!entry.resend) this.settle(entry, new Refusal({ code: entry.sent ? 'unanswered' : 'no_link' }));
      }
    }
  }
}
