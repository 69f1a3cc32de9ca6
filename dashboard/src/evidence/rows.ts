// Clips of a camera, of an alert, or of all: read page by page, and kept as the feed says they are now.

import { computed, type ComputedRef } from 'vue';
import type { Clip } from '@/generated/objects';
import { usePages, type Pages } from '@/eyes/rows';
import type { Store } from '@/feed/store';
import { merged } from './model';

export interface Clips extends Omit<Pages<Clip>, 'rows'> {
  /** null until they were read once. */
  rows: ComputedRef<Clip[] | null>;
}

/** `query` null: nothing is asked. */
export function useClips(store: Store, query: () => Record<string, string | number> | null, limit = 50): Clips {
  const stamp = () => [...store.all('clip').values()].reduce((n, c) => n + c.id * 1000 + c.rev, 0);
  const pages = usePages<Clip>('clip', query, stamp, limit);
  const rows = computed(() => (pages.rows.value === null ? null : merged(pages.rows.value, store.all('clip'))));
  return { ...pages, rows };
}
