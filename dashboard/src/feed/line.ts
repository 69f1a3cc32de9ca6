// A WebSocket that comes back. Plain class, no Vue: it knows connecting, open, waiting and stopped, and leaves
// what is said over it to its owner. A page of a wall lives for months, so a socket that hangs half open is cut
// from this side, and thirty screens that lose a server together do not return together (jitter).

export type LineState =
  | { kind: 'connecting'; attempt: number }
  | { kind: 'open'; sinceMs: number }
  | { kind: 'waiting'; attempt: number; untilMs: number }
  | { kind: 'stopped'; reason: string };

export interface LineOptions {
  url: string;
  protocol: string;
  binary?: boolean;
  /** Cut the socket when nothing came for so long; null: silence is normal. */
  silenceMs: () => number | null;
  onOpen: () => void;
  onMessage: (data: string | ArrayBuffer) => void;
  onState: (state: LineState) => void;
  /** Asked before each further try, to tell "not let in" from "not there". A reason stops the line. */
  mayRetry?: () => Promise<string | null>;
  monoMs?: () => number;
  random?: () => number;
  socket?: (url: string, protocol: string) => WebSocket;
}

const FIRST_MS = 250;
const MOST_MS = 5_000;
const HANDSHAKE_MS = 8_000;
const HEALTHY_MS = 10_000;

/** Half to whole of a delay that doubles up to 5 s. */
export function backoffMs(attempt: number, random: number): number {
  const full = Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(attempt, 10));
  return full / 2 + (full / 2) * random;
}

export class Line {
  state: LineState = { kind: 'stopped', reason: 'new' };
  private ws: WebSocket | null = null;
  private attempt = 0;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private watchdog: ReturnType<typeof setInterval> | null = null;
  private lastMs = 0;
  private readonly mono: () => number;

  constructor(private readonly o: LineOptions) {
    this.mono = o.monoMs ?? (() => performance.now());
  }

  start(): void {
    if (this.state.kind === 'stopped') this.connect();
  }

  stop(reason: string): void {
    this.drop();
    this.clearTimer();
    this.become({ kind: 'stopped', reason });
  }

  /** Cut now and come back at once: the network changed, or the other socket found its peer dead. */
  reopen(): void {
    if (this.state.kind === 'stopped') return;
    this.drop();
    this.clearTimer();
    this.connect();
  }

  get open(): boolean {
    return this.state.kind === 'open';
  }

  send(message: object): boolean {
    if (!this.ws || this.state.kind !== 'open') return false;
    this.ws.send(JSON.stringify(message));
    return true;
  }

  private connect(): void {
    this.become({ kind: 'connecting', attempt: this.attempt });
    const make = this.o.socket ?? ((url: string, protocol: string) => new WebSocket(url, protocol));
    let ws: WebSocket;
    try {
      ws = make(this.o.url, this.o.protocol);
    } catch {
      this.lost();
      return;
    }
    this.ws = ws;
    if (this.o.binary) ws.binaryType = 'arraybuffer';
    this.lastMs = this.mono();
    ws.onopen = () => {
      this.lastMs = this.mono();
      this.become({ kind: 'open', sinceMs: this.lastMs });
      this.o.onOpen();
    };
    ws.onmessage = (event) => {
      this.lastMs = this.mono();
      if (this.state.kind === 'open' && this.lastMs - this.state.sinceMs > HEALTHY_MS) this.attempt = 0;
      this.o.onMessage(event.data as string | ArrayBuffer);
    };
    ws.onclose = () => this.lost();
    this.watchdog = setInterval(() => this.watch(), 1000);
  }

  private watch(): void {
    const limit = this.state.kind === 'connecting' ? HANDSHAKE_MS : this.o.silenceMs();
    if (limit !== null && this.mono() - this.lastMs > limit) this.lost();
  }

  private lost(): void {
    this.drop();
    if (this.state.kind === 'stopped') return;
    const delay = backoffMs(this.attempt, (this.o.random ?? Math.random)());
    this.attempt += 1;
    this.become({ kind: 'waiting', attempt: this.attempt, untilMs: this.mono() + delay });
    this.clearTimer();
    this.timer = setTimeout(() => void this.retry(), delay);
  }

  private async retry(): Promise<void> {
    const no = this.o.mayRetry ? await this.o.mayRetry() : null;
    if (this.state.kind !== 'waiting') return;
    if (no !== null) this.stop(no);
    else this.connect();
  }

  /** Lets go of the socket without waiting for a close handshake that a dead peer never answers. */
  private drop(): void {
    if (this.watchdog) clearInterval(this.watchdog);
    this.watchdog = null;
    const ws = this.ws;
    this.ws = null;
    if (!ws) return;
    ws.onopen = ws.onmessage = ws.onclose = ws.onerror = null;
    ws.onerror = () => undefined;
    ws.close();
  }

  private clearTimer(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
  }

  private become(state: LineState): void {
    this.state = state;
    this.o.onState(state);
  }
}
