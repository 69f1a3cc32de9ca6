// Pages of a noun about one camera (its findings, its journal rows), read again when the feed says that one of them
// changed. Plain HTTP behind; the newest page is enough until somebody asks for more.

import { onScopeDispose, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue';
import { http } from '@/feed/http';
import { Refusal } from '@/feed/refusal';

export interface Pages<Row> {
  /** null until they were read once. */
  rows: ShallowRef<Row[] | null>;
  refusal: ShallowRef<Refusal | null>;
  busy: Ref<boolean>;
  hasMore: Ref<boolean>;
  more: () => Promise<void>;
  again: () => Promise<void>;
}

type Query = Record<string, string | number>;

/** `query` null: nothing is asked. `stamp` changes when it must be read again. */
export function usePages<Row>(noun: string, query: () => Query | null, stamp: () => unknown, limit = 30): Pages<Row> {
  const rows = shallowRef<Row[] | null>(null);
  const refusal = shallowRef<Refusal | null>(null);
  const busy = ref(false);
  const hasMore = ref(false);
  let cursor: string | null = null;
  let running: AbortController | null = null;

  async function read(fresh: boolean): Promise<void> {
    const asked = query();
    running?.abort();
    if (!asked) {
      rows.value = null;
      return;
    }
    const mine = new AbortController();
    running = mine;
    busy.value = true;
    try {
      const page = await http.page<Row>(noun, { ...asked, limit, cursor: fresh ? null : cursor }, mine.signal);
      rows.value = fresh ? page.rows : [...(rows.value ?? []), ...page.rows];
      cursor = page.next ?? null;
      hasMore.value = cursor !== null;
      refusal.value = null;
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') return;
      if (!(error instanceof Refusal)) throw error;
      refusal.value = error;
    } finally {
      if (running === mine) busy.value = false;
    }
  }
  let waiting: ReturnType<typeof setTimeout> | null = null;
  watch(() => JSON.stringify(query()), () => {
    rows.value = null;
    void read(true);
  }, { immediate: true });
  watch(stamp, () => {
    if (waiting) clearTimeout(waiting);
    waiting = setTimeout(() => void read(true), 300);
  });
  onScopeDispose(() => {
    running?.abort();
    if (waiting) clearTimeout(waiting);
  });
  return { rows, refusal, busy, hasMore, more: () => read(false), again: () => read(true) };
}
