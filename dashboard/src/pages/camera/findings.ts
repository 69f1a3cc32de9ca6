// What was found wrong with one camera's picture: open ones live from the feed, past ones page by page.

import { computed, type ComputedRef } from 'vue';
import type { Finding } from '@/generated/objects';
import type { Store } from '@/feed/store';
import { findingsInOrder } from '@/eyes/model';
import { usePages, type Pages } from '@/eyes/rows';

export interface Findings {
  open: ComputedRef<Finding[]>;
  past: ComputedRef<Finding[]>;
  pages: Pages<Finding>;
}

export function useFindings(store: Store, camera: () => number | null): Findings {
  const live = computed(() => store.list('finding').filter((f) => f.camera_id === camera()));
  const query = () => (camera() === null ? null : { camera_id: camera() as number });
  const pages = usePages<Finding>('finding', query, () => live.value.map((f) => `${f.id}:${f.rev}`).join(), 12);
  const all = computed(() => {
    const by = new Map((pages.rows.value ?? []).map((f) => [f.id, f]));
    for (const f of live.value) if ((by.get(f.id)?.rev ?? 0) <= f.rev) by.set(f.id, f);
    return findingsInOrder(by.values());
  });
  return { open: computed(() => all.value.filter((f) => f.ended_at_us === null)), past: computed(() => all.value.filter((f) => f.ended_at_us !== null)), pages };
}
