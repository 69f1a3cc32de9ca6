// A page older than its daemon reloads itself, but never under an open P1 or P2.

import { computed, watch } from 'vue';
import { feed } from './feed/live';
import type { Store } from './feed/store';

export const outdated = computed(() => feed.hello.value !== null && feed.hello.value.version !== __GW_VERSION__);

const SPARE_MS = 60_000;
const TRIED = 'gridwarden.reloaded';

export function urgentOpen(store: Store): boolean {
  for (const alert of store.all('alert').values()) if (alert.priority <= 2 && alert.state !== 'NORM') return true;
  return false;
}

/** Call in a page that nobody may be looking after (wall, desk): reloads when it may, at most once a minute. */
export function useSelfReload(store: Store): void {
  watch(
    () => outdated.value && !urgentOpen(store),
    (now) => {
      if (!now || Date.now() - Number(sessionStorage.getItem(TRIED) ?? 0) < SPARE_MS) return;
      sessionStorage.setItem(TRIED, String(Date.now()));
      location.reload();
    },
  );
}
