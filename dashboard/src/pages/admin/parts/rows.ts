// Lists that no feed carries (routes, users, sessions): read over HTTP page by page, read again when the journal
// says that one of them changed, whoever changed it.

import { computed, onScopeDispose, ref, shallowRef, watch, type ComputedRef, type Ref, type ShallowRef } from 'vue';
import { http } from '@/feed/http';
import { Refusal } from '@/feed/refusal';
import type { Store } from '@/feed/store';

const PAGE_ROWS = 200;
const MOST_PAGES = 25;

export interface Rows<Row> {
  /** null until they were read once. */
  rows: ShallowRef<Row[] | null>;
  refusal: ShallowRef<Refusal | null>;
  loading: Ref<boolean>;
  /** There are more than are shown. */
  cut: Ref<boolean>;
  reload: () => Promise<void>;
}

/** All pages of a noun; `cut` when the bound was reached first. */
export async function readAll<Row>(noun: string, query: Record<string, string | number> = {}, signal?: AbortSignal): Promise<{ rows: Row[]; cut: boolean }> {
  const rows: Row[] = [];
  let cursor: string | null | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const answer = await http.page<Row>(noun, { ...query, limit: PAGE_ROWS, cursor }, signal);
    rows.push(...answer.rows);
    cursor = answer.next;
    if (!cursor) return { rows, cut: false };
  }
  return { rows, cut: true };
}

export function useRows<Row>(noun: string, query: Record<string, string | number> = {}): Rows<Row> {
  const rows = shallowRef<Row[] | null>(null);
  const refusal = shallowRef<Refusal | null>(null);
  const loading = ref(false);
  const cut = ref(false);
  let running: AbortController | null = null;

  async function reload(): Promise<void> {
    running?.abort();
    const mine = new AbortController();
    running = mine;
    loading.value = true;
    try {
      const read = await readAll<Row>(noun, query, mine.signal);
      rows.value = read.rows;
      cut.value = read.cut;
      refusal.value = null;
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') return;
      if (!(error instanceof Refusal)) throw error;
      refusal.value = error;
    } finally {
      if (running === mine) loading.value = false;
    }
  }
  onScopeDispose(() => running?.abort());
  void reload();
  return { rows, refusal, loading, cut, reload };
}

/** The newest journal row of these kinds ("user." means all of them) that the feed showed. */
export function newestOf(store: Store, kinds: readonly string[]): ComputedRef<number> {
  return computed(() => {
    let newest = 0;
    for (const event of store.all('event').values()) if (event.id > newest && kinds.some((k) => event.kind.startsWith(k))) newest = event.id;
    return newest;
  });
}

export function reloadOn(store: Store, kinds: readonly string[], reload: () => unknown): void {
  watch(newestOf(store, kinds), (now, before) => {
    if (now > before) void reload();
  });
}
