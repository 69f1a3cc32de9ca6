// One pulse for all tiles of the page, four times a second, and what every one of them must hear: the tab was hidden or
// is back, the machine slept. A hidden tab's pictures cost the center nothing.

export interface Heart {
  pulse: () => void;
  /** Nobody can see the page: let go. */
  hide: () => void;
  /** It can be seen again, or the machine woke: whatever stands there is old. */
  wake: () => void;
}

export const PULSE_MS = 250;
/** A pulse this late means that the machine slept: a busy page is late by less. */
const SLEPT_MS = 10_000;

const hearts = new Set<Heart>();
let timer: ReturnType<typeof setInterval> | null = null;
let last = 0;
let onSleep: (() => void) | null = null;

/** The wall clock, because the monotonic one stands still while a laptop sleeps. */
function pulse(): void {
  const now = Date.now();
  const slept = !document.hidden && Math.abs(now - last) > SLEPT_MS;
  last = now;
  if (slept) {
    onSleep?.();
    for (const heart of [...hearts]) heart.wake();
  }
  for (const heart of [...hearts]) heart.pulse();
}

function turn(): void {
  last = Date.now();
  for (const heart of [...hearts]) {
    if (document.hidden) heart.hide();
    else heart.wake();
  }
}

/** What to do before the tiles hear of a sleep: their socket is half dead and does not know it. */
export function whenSlept(then: () => void): void {
  onSleep = then;
}

export function join(heart: Heart): () => void {
  hearts.add(heart);
  if (!timer) {
    last = Date.now();
    timer = setInterval(pulse, PULSE_MS);
    document.addEventListener('visibilitychange', turn);
  }
  return () => {
    hearts.delete(heart);
    if (hearts.size > 0 || !timer) return;
    clearInterval(timer);
    timer = null;
    document.removeEventListener('visibilitychange', turn);
  };
}
