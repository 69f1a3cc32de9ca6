// Who answers for what: read once from the registry, and again when a read failed or an hour has passed.

import { shallowRef, type ShallowRef } from 'vue';
import { http } from '@/feed/http';
import { Refusal } from '@/feed/refusal';
import type { Slot } from './model';

export interface Slots {
  /** null: not read yet, or it could not be read. */
  list: Slot[] | null;
  failure: Refusal | null;
}

const OLD_MS = 3_600_000;
const AGAIN_MS = 15_000;
const PAGE = 200;
const MOST_PAGES = 50;
const slots = shallowRef<Slots>({ list: null, failure: null });
let readMs = -Infinity;
let reading = false;

async function readAll(): Promise<Slot[]> {
  const list: Slot[] = [];
  let cursor: string | null = null;
  for (let i = 0; i < MOST_PAGES; i += 1) {
    const page: { rows: Slot[]; next?: string | null } = await http.page<Slot>('slot', { limit: PAGE, cursor });
    list.push(...page.rows);
    cursor = page.next ?? null;
    if (!cursor) break;
  }
  return list;
}

async function refresh(): Promise<void> {
  if (reading) return;
  reading = true;
  try {
    slots.value = { list: await readAll(), failure: null };
    readMs = performance.now();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    slots.value = { list: slots.value.list, failure: error };
    setTimeout(() => void refresh(), AGAIN_MS);
  } finally {
    reading = false;
  }
}

export function useSlots(): ShallowRef<Slots> {
  if (performance.now() - readMs > OLD_MS) void refresh();
  return slots;
}
