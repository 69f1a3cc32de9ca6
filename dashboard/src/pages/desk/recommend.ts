// Who could go now, asked from the center again and again while an alert waits for a unit.

import { onScopeDispose, shallowRef, watch, type ShallowRef } from 'vue';
import type { Ticket } from '@/generated/objects';
import { http } from '@/feed/http';
import { Refusal } from '@/feed/refusal';

export type Candidate = Ticket['candidates'][number];

export interface Recommendation {
  alertId: number | null;
  list: Candidate[];
  /** performance.now() of the answer. */
  atMs: number | null;
  failure: Refusal | null;
}

const EVERY_MS = 3_000;
const NOTHING: Recommendation = { alertId: null, list: [], atMs: null, failure: null };

type Answer = Candidate[] | { candidates: Candidate[] };

/** `alert` null: nothing to ask. `changes`: anything that makes the ranking worth asking for at once. */
export function useRecommendation(alert: () => number | null, changes: () => unknown): ShallowRef<Recommendation> {
  const now = shallowRef<Recommendation>(NOTHING);
  let running: AbortController | null = null;
  let timer: ReturnType<typeof setTimeout> | null = null;

  async function ask(): Promise<void> {
    if (timer) clearTimeout(timer);
    running?.abort();
    const id = alert();
    if (id === null) {
      now.value = NOTHING;
      return;
    }
    if (now.value.alertId !== id) now.value = { ...NOTHING, alertId: id };
    const mine = new AbortController();
    running = mine;
    try {
      const answer = await http.get<Answer>(`recommend/alert/${id}`, undefined, mine.signal);
      const list = [...(Array.isArray(answer) ? answer : answer.candidates)].sort((a, b) => a.rank - b.rank);
      if (running === mine) now.value = { alertId: id, list, atMs: performance.now(), failure: null };
    } catch (error) {
      if (running !== mine || !(error instanceof Refusal)) return; // aborted: a newer question is under way
      now.value = { ...now.value, failure: error };
    }
    if (running === mine) timer = setTimeout(() => void ask(), EVERY_MS);
  }

  const stop = watch([alert, changes], () => void ask(), { immediate: true });
  onScopeDispose(() => {
    stop();
    running?.abort();
    running = null;
    if (timer) clearTimeout(timer);
  });
  return now;
}
