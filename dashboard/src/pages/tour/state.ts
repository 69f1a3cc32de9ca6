// One run as one person looks at it: the page that is shown, its time, what its tiles say, and the acts. No markup.

import { computed, onBeforeUnmount, ref, shallowReactive, shallowRef, watch, type ComputedRef } from 'vue';
import type { TourRun } from '@/generated/objects';
import { send } from '@/feed/live';
import { t } from '@/i18n';
import { attempt } from '@/ui/notice';
import type { LiveState } from '@/live/face';
import { AHEAD_MS, aheadOf, Dwell, LOOK_LEAST_MS, nextUnlooked, stepPage, unseenOf } from './model';

export interface TileSays {
  state: LiveState;
  cause: string;
}

const TICK_MS = 250;
const SAID_MS = 4_000;

export function useRun(run: ComputedRef<TourRun>, dwellS: () => number, held: () => boolean) {
  /** Confirmed here, before the feed says so. */
  const mine = shallowReactive(new Set<number>());
  const looked = computed(() => [...new Set([...run.value.looked, ...mine])]);
  const pages = computed(() => run.value.pages);
  const page = ref(nextUnlooked(run.value) ?? 0);
  const now = computed(() => pages.value[page.value] ?? []);
  const isDone = computed(() => pages.value.length > 0 && looked.value.length >= pages.value.length);
  const left = computed(() => pages.value.length - looked.value.length);
  const here = computed(() => looked.value.includes(page.value));

  /* ---- time ---- */
  const mono = ref(performance.now());
  const dwell = shallowRef(new Dwell(dwellS() * 1000, mono.value));
  const byHand = ref(false);
  const hidden = ref(document.hidden);
  const paused = computed(() => byHand.value || hidden.value || held());
  const leftMs = computed(() => dwell.value.leftMs(mono.value));
  const share = computed(() => dwell.value.share(mono.value));
  const waits = computed(() => leftMs.value === 0 && !here.value);
  const early = computed(() => dwell.value.shownMs(mono.value) < LOOK_LEAST_MS);
  const begin = () => {
    mono.value = performance.now();
    dwell.value = new Dwell(dwellS() * 1000, mono.value, !paused.value);
  };
  watch(paused, (p) => {
    mono.value = performance.now();
    if (p) dwell.value.pause(mono.value);
    else dwell.value.resume(mono.value);
  });
  watch(page, begin);
  const timer = setInterval(() => (mono.value = performance.now()), TICK_MS);
  const turn = () => (hidden.value = document.hidden);
  document.addEventListener('visibilitychange', turn);
  onBeforeUnmount(() => {
    clearInterval(timer);
    document.removeEventListener('visibilitychange', turn);
  });

  /* ---- tiles ---- */
  const seen = shallowReactive(new Map<number, boolean>());
  const says = shallowReactive(new Map<number, TileSays>());
  const tell = (id: number, state: LiveState, isSeen: boolean, cause: string): void => {
    seen.set(id, isSeen);
    says.set(id, { state, cause });
  };
  const unseen = computed(() => unseenOf(now.value, seen));
  /** The page that Enter leads to, opened when its turn is near. */
  const after = computed(() => nextUnlooked({ pages: pages.value, looked: [...looked.value, page.value] }, page.value));
  const ahead = computed(() => (after.value !== null && leftMs.value <= AHEAD_MS ? aheadOf(now.value, pages.value[after.value]) : []));
  watch([now, ahead], ([a, b]) => {
    const kept = new Set([...a, ...b]);
    for (const id of [...seen.keys()]) {
      if (kept.has(id)) continue;
      seen.delete(id);
      says.delete(id);
    }
  });

  /* ---- acts ---- */
  /** What was done last, for some seconds, where the hand is; the page's own notice would lie over the buttons. */
  const said = ref('');
  let hush: ReturnType<typeof setTimeout> | null = null;
  const say = (text: string): void => {
    if (hush) clearTimeout(hush);
    said.value = text;
    hush = setTimeout(() => (said.value = ''), SAID_MS);
  };
  onBeforeUnmount(() => hush && clearTimeout(hush));
  const busy = ref(false);
  const go = (to: number): void => {
    page.value = to;
  };
  const step = (by: number): void => go(stepPage(run.value, page.value, by));

  async function confirm(): Promise<void> {
    if (busy.value || run.value.state !== 'running') return;
    if (here.value) {
      if (after.value !== null) go(after.value);
      return;
    }
    mono.value = performance.now();
    if (early.value) {
      say(`${t('tour.too_soon')} · ${t('tour.too_soon_why')}`);
      return;
    }
    const [at, gone] = [page.value, unseen.value];
    let told = gone.length;
    busy.value = true;
    const ok = await attempt(async () => {
      const reply = await send('tour.look', { run_id: run.value.id, page: at, unseen: gone });
      if (Array.isArray(reply.result?.unseen)) told = reply.result.unseen.length;
    });
    busy.value = false;
    if (!ok) return;
    mine.add(at);
    say(t(told ? 'tour.confirmed_unseen' : 'tour.confirmed', { n: at + 1, k: told }));
    const next = nextUnlooked({ pages: pages.value, looked: looked.value }, at);
    if (next !== null && page.value === at) go(next);
  }
  const toggle = (): void => {
    byHand.value = !byHand.value;
  };
  return { page, pages, now, ahead, looked, left, here, isDone, leftMs, share, waits, early, paused, byHand, unseen, says, seen, busy, said, say, go, step, confirm, toggle, tell };
}

export type Run = ReturnType<typeof useRun>;
