// One patrol page: its unit, its queue, its task, its round. Made once by Page.vue and handed to the screens.

import { computed, onScopeDispose, shallowRef, watch } from 'vue';
import type { Ticket } from '@/generated/objects';
import { feed, fresh, me, nowMs, nowUs, useReady, useStore } from '@/feed/live';
import { http } from '@/feed/http';
import { setOffset } from '@/i18n/format';
import { distanceM, pointOf } from '@/ui/plan';
import { armOnGesture } from '@/sound/tone';
import { sayError } from '@/ui/notice';
import { Refusal } from '@/feed/refusal';
import { useCheckins } from './checkins';
import { mention, usePresence, useReceipts, useWakeLock } from './duty';
import { indexedKeep, memoryKeep, type Keep } from './keep';
import { bearingDeg, currentRound, currentTask, nextPoint, targetOf, waitingForCheck, whyGone, type At, type Gone } from './model';
import { fix, fixAgeMs, goodFix, OLD_MS, usePosition } from './position';
import { OutQueue } from './queue';
import { useRing } from './ring';

export interface GoneNote {
  ticket: Ticket;
  why: Gone;
}

/** Where the unit is: this phone's fix, else the place the center last heard, which may be a check-in's. */
export interface Here extends At {
  accuracyM: number;
  ageMs: number;
  own: boolean;
}

function ways() {
  return {
    open: () => feed.hello.value !== null,
    send: (command: Parameters<typeof feed.command>[0], args: Record<string, unknown>, id: string) => feed.command(command, args as never, { id, timeoutMs: 12_000 }),
    upload: async (photo: { type: string; bytes: ArrayBuffer }) => (await http.upload(new Blob([photo.bytes], { type: photo.type }))).hash,
  };
}

export async function openKeep(): Promise<{ keep: Keep; lasting: boolean }> {
  try {
    return { keep: await indexedKeep(), lasting: true };
  } catch {
    return { keep: memoryKeep(), lasting: false };
  }
}

export function usePatrol(unitId: number, userId: number, keep: Keep, lasting: boolean) {
  const view = `unit:${unitId}`;
  const store = useStore(view);
  const ready = useReady(view);
  const queue = new OutQueue(keep, ways(), userId);
  const loaded = queue.load();
  const checkins = useCheckins(queue);
  const unit = computed(() => store.get('unit', unitId));
  const onDuty = computed(() => unit.value?.on_duty ?? false);
  const center = computed(() => store.get('center', 1));
  watch(center, (c) => c && setOffset(c.utc_offset_s), { immediate: true });

  // ---- the line
  const lostAtMs = shallowRef<number | null>(null);
  const stopLine = watch(
    () => feed.hello.value !== null && fresh.value !== 'hatch',
    (up) => {
      if (up) {
        lostAtMs.value = null;
        queue.kick();
      } else lostAtMs.value ??= feed.clock.known ? feed.clock.nowMs() - feed.clock.silenceMs() : feed.clock.nowMs();
    },
    { immediate: true },
  );
  /** Seconds without the center; null while it is there, or in the first three, which are nobody's concern. */
  const offlineS = computed(() => {
    const since = lostAtMs.value;
    return since === null || nowMs.value - since < 3_000 ? null : Math.floor((nowMs.value - since) / 1000);
  });

  // ---- where
  const here = computed<Here | null>(() => {
    if (fix.value && fixAgeMs.value < OLD_MS) return { lat: fix.value.lat, lon: fix.value.lon, accuracyM: fix.value.accuracyM, ageMs: fixAgeMs.value, own: true };
    const u = unit.value;
    if (!u || u.lat === null || u.lon === null || u.position_at_us === null) return null;
    return { lat: u.lat, lon: u.lon, accuracyM: u.accuracy_m ?? 0, ageMs: Math.max(0, nowMs.value - u.position_at_us / 1000), own: false };
  });
  const aim = (to: At | null) => (here.value && to ? { metres: distanceM(here.value, to), deg: bearingDeg(here.value, to) } : null);

  // ---- the task
  const items = queue.items;
  const task = computed(() => currentTask(store.all('ticket').values(), unitId, items.value));
  const toCheck = computed(() => waitingForCheck(store.all('ticket').values(), unitId, items.value));
  const alert = computed(() => store.get('alert', task.value?.ticket.alert_id));
  const target = computed<At | null>(() => {
    const t = task.value?.ticket;
    return t ? (targetOf(t, alert.value) ?? pointOf(store.all('place'), t.place_id)) : null;
  });

  // A ticket that leaves this page says why: recalled, timed out, given to another.
  const gone = shallowRef<GoneNote | null>(null);
  const declined = new Set<number>();
  let last: Ticket | null = null;
  const stopGone = watch(
    () => task.value?.ticket ?? null,
    (now) => {
      if (last && last.id !== now?.id && ready.value) {
        const there = store.get('ticket', last.id);
        const mine = there && there.unit_id === unitId && !['CLOSED', 'REJECTED', 'MERGED', 'CANCELLED'].includes(there.state);
        if (!mine && !(there?.state === 'CLOSED' && last.state === 'CLOSE_REQ')) gone.value = { ticket: last, why: whyGone(last, there, store.all('outbox').values(), declined.has(last.id)) };
      }
      if (now) gone.value = null;
      last = now;
    },
  );

  // ---- rounds
  const round = computed(() => currentRound(store.all('round').values(), unitId));
  const next = computed(() => (round.value ? nextPoint(round.value, here.value, nowUs.value) : null));

  usePresence();
  useReceipts(store, unitId);
  useWakeLock(onDuty);
  usePosition(onDuty, (at) => mention('unit.position', { lat: at.lat, lon: at.lon, accuracy_m: Math.min(100_000, at.accuracyM), device_at_us: Math.round(at.atMs * 1000) }));
  useRing(() => {
    const t = task.value;
    return t && t.state === 'DISPATCHED' ? { cause: `dispatch:${t.ticket.id}:${t.ticket.dispatched_at_us}`, priority: t.ticket.priority } : null;
  });
  // What the center refused is said at once, and stays in the list until it has been read.
  const told = new Set<string>();
  const stopRefused = watch(items, (all) => {
    for (const i of all) {
      if (i.state !== 'refused' || told.has(i.id)) continue;
      told.add(i.id);
      sayError(new Refusal({ code: 'refused', sentence_zh: i.error_zh, sentence_en: i.error_en }));
    }
  });
  const stopArming = armOnGesture();
  onScopeDispose(() => {
    stopLine();
    stopGone();
    stopArming();
    stopRefused();
    queue.stop();
  });

  return { unitId, store, ready, queue, loaded, lasting, checkins, unit, onDuty, center, offlineS, here, goodFix, aim, items, task, toCheck, alert, target, gone, declined, round, next, who: me };
}

export type Patrol = ReturnType<typeof usePatrol>;
