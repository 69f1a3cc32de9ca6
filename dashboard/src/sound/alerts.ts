// Which alerts ring: unacknowledged P1 continuously, P2 every minute, P3 once; P4 and camera faults never.

import { onScopeDispose, watch } from 'vue';
import type { Alert } from '@/generated/objects';
import { fresh, feed } from '@/feed/live';
import type { Store } from '@/feed/store';
import { armOnGesture, play, quiet, ring, type Tone } from './tone';

export function toneOf(alert: Alert): Tone | null {
  if (alert.state !== 'UNACKED' || alert.rule_kind === 'camera_fault') return null;
  return alert.priority === 1 ? 'p1' : alert.priority === 2 ? 'p2' : alert.priority === 3 ? 'p3' : null;
}

/** Rings for the alerts of a store and for a lost or faulty center, while the calling scope lives. */
export function useAlertSound(store: Store): void {
  const sounding = new Set<string>();
  const softened = new Set<number>();
  const stopWaiting = armOnGesture();
  const follow = (wanted: Map<string, Tone>) => {
    for (const cause of sounding) {
      if (wanted.has(cause)) continue;
      quiet(cause);
      sounding.delete(cause);
    }
    for (const [cause, tone] of wanted) {
      ring(cause, tone);
      sounding.add(cause);
    }
  };
  const stop = watch(
    () => {
      const wanted = new Map<string, Tone>();
      for (const alert of store.all('alert').values()) {
        const tone = toneOf(alert);
        if (tone === 'p3' && !softened.has(alert.id)) {
          softened.add(alert.id);
          play('p3');
        } else if (tone && tone !== 'p3') wanted.set(`alert:${alert.id}`, tone);
      }
      if (fresh.value === 'hatch' || feed.link.value) wanted.set('link', 'link');
      return wanted;
    },
    follow,
    { immediate: true },
  );
  onScopeDispose(() => {
    stop();
    stopWaiting();
    follow(new Map());
  });
}
