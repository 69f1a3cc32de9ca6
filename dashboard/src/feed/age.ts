// How old what we show is. Ages and countdowns run on this machine's monotonic clock, set by the server's stamps:
// a wrong or stepped wall clock of a screen changes nothing, and after a cut the deadlines go on counting.

export type Freshness = 'fresh' | 'dim' | 'hatch';

export const DIM_MS = 5_000;
export const HATCH_MS = 15_000;
/** A still younger than this is live: cameras send a key picture once a second. */
export const LIVE_STILL_MS = 2_000;
const WINDOW = 30;

export function freshness(ageMs: number): Freshness {
  return ageMs >= HATCH_MS ? 'hatch' : ageMs >= DIM_MS ? 'dim' : 'fresh';
}

const AHEAD_MS = 1_000;

/**
 * How old a picture is. One that was taken ahead of now is not young: the center's clock was set back, and how old it
 * is nobody knows; it counts as far from now as it is, so that nothing calls it live.
 */
export function pictureAgeMs(nowMs: number, atUs: number): number {
  const ms = nowMs - atUs / 1000;
  return ms < -AHEAD_MS ? -ms : Math.max(0, ms);
}

export class ServerClock {
  private offsets: number[] = [];
  private offsetMs: number | null = null;
  private heardMs: number | null = null;
  private stampMs = 0;

  constructor(private readonly monoMs: () => number = () => performance.now()) {}

  /** A message carried the server's time. Each sample is late by its way here, so the largest of the last is best. */
  hear(nowUs: number): void {
    const mono = this.monoMs();
    const offset = nowUs / 1000 - mono;
    // A step of the server's clock (or of ours, after sleep) makes the old samples worthless.
    if (this.offsetMs !== null && Math.abs(offset - this.offsetMs) > HATCH_MS) this.offsets = [];
    this.offsets.push(offset);
    if (this.offsets.length > WINDOW) this.offsets.shift();
    this.offsetMs = Math.max(...this.offsets);
    this.heardMs = mono;
    this.stampMs = nowUs / 1000;
  }

  get known(): boolean {
    return this.offsetMs !== null;
  }

  /** Server time now in ms since 1970; this machine's own clock until the server was heard. */
  nowMs(): number {
    return this.offsetMs === null ? Date.now() : this.monoMs() + this.offsetMs;
  }

  nowUs(): number {
    return Math.round(this.nowMs() * 1000);
  }

  /** Age of the newest word from the server, its way included; Infinity when none came yet. */
  ageMs(): number {
    return this.heardMs === null ? Infinity : Math.max(0, this.nowMs() - this.stampMs);
  }

  /** Since when nothing was heard, on the monotonic clock. */
  silenceMs(): number {
    return this.heardMs === null ? Infinity : this.monoMs() - this.heardMs;
  }
}
