// Where this phone is, with how sure and how old. Watched while somebody asks; told to the center at most every 5 s.

import { computed, onScopeDispose, shallowRef, watch, type Ref } from 'vue';
import { feed, nowMs } from '@/feed/live';
import { abilities } from './phone';

export interface Fix {
  lat: number;
  lon: number;
  accuracyM: number;
  /** Degrees from north in which it moves; null when it stands or does not say. */
  headingDeg: number | null;
  /** Server time at which this page got it. */
  atMs: number;
}
export type Trouble = 'insecure' | 'denied' | 'no_fix' | null;

export const TELL_EVERY_MS = 5_000;
/** Older than this a position proves nothing about now. */
export const OLD_MS = 60_000;

export const fix = shallowRef<Fix | null>(null);
export const trouble = shallowRef<Trouble>(null);

/** Age of the fix in ms; Infinity without one. */
export const fixAgeMs = computed(() => (fix.value ? Math.max(0, nowMs.value - fix.value.atMs) : Infinity));
/** A fix that may be sent as proof. */
export const goodFix = computed(() => (fixAgeMs.value < OLD_MS ? fix.value : null));

/** What commands take: nothing rather than something old. */
export function positionArgs(): { lat?: number; lon?: number; accuracy_m?: number } {
  const at = goodFix.value;
  return at ? { lat: at.lat, lon: at.lon, accuracy_m: Math.min(100_000, Math.round(at.accuracyM)) } : {};
}

/** Watches while `wanted`; what moved is handed to `tell`, at most every 5 s. */
export function usePosition(wanted: Ref<boolean>, tell: (at: Fix) => void): void {
  let id: number | null = null;
  let toldMs = -Infinity;
  const take = (p: GeolocationPosition) => {
    trouble.value = null;
    const c = p.coords;
    fix.value = { lat: c.latitude, lon: c.longitude, accuracyM: c.accuracy, headingDeg: c.heading !== null && !Number.isNaN(c.heading) ? c.heading : null, atMs: feed.clock.nowMs() };
  };
  const begin = () => {
    if (id !== null) return;
    if (!abilities().position) {
      trouble.value = 'insecure';
      return;
    }
    id = navigator.geolocation.watchPosition(take, (e) => (trouble.value = e.code === e.PERMISSION_DENIED ? 'denied' : 'no_fix'), { enableHighAccuracy: true, maximumAge: 2_000, timeout: 20_000 });
  };
  const end = () => {
    if (id !== null) navigator.geolocation.clearWatch(id);
    id = null;
  };
  watch(wanted, (on) => (on ? begin() : end()), { immediate: true });
  // A phone that stands still gives no new fix, and the center wants to know that it still stands there.
  const timer = setInterval(() => {
    const at = goodFix.value;
    if (!wanted.value || !at || performance.now() - toldMs < TELL_EVERY_MS) return;
    toldMs = performance.now();
    tell(at);
  }, 1_000);
  onScopeDispose(() => {
    end();
    clearInterval(timer);
  });
}
