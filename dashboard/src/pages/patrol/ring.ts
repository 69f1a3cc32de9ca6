// A new dispatch shakes and rings this phone until it is answered, or for 60 s. A web page cannot do more: not over
// a lock screen, not against silent mode.

import { onScopeDispose, watch } from 'vue';
import { quiet, ring, type Tone } from '@/sound/tone';

export const RING_MS = 60_000;
const PATTERN = [500, 200, 500];
const EVERY_MS = 1_500;

/** `wanted`: the cause that rings now ("ticket:7@stamp") and its priority, or null. */
export function useRing(wanted: () => { cause: string; priority: number } | null): void {
  let stop: (() => void) | null = null;
  const done = new Set<string>();
  watch(
    () => wanted()?.cause ?? '',
    (cause) => {
      stop?.();
      stop = null;
      const now = wanted();
      if (!cause || !now || done.has(cause)) return;
      const tone: Tone = now.priority === 1 ? 'p1' : now.priority === 2 ? 'p2' : 'p3';
      const shake = () => navigator.vibrate?.(PATTERN);
      ring(cause, tone);
      shake();
      const again = setInterval(shake, EVERY_MS);
      const end = () => {
        clearInterval(again);
        clearTimeout(limit);
        quiet(cause);
        navigator.vibrate?.(0);
        done.add(cause);
      };
      const limit = setTimeout(end, RING_MS);
      stop = end;
    },
    { immediate: true },
  );
  onScopeDispose(() => stop?.());
}
