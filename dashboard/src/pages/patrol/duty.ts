// What a phone on duty does by itself: says every 5 s whether it can be seen, gives receipts, keeps its screen awake.

import { onScopeDispose, shallowRef, watch, type Ref } from 'vue';
import { feed } from '@/feed/live';
import { Refusal } from '@/feed/refusal';
import type { Store } from '@/feed/store';
import type { CommandName, Commands } from '@/generated/commands';
import { receiptsOwed } from './model';
import { deviceName } from './phone';
import { uuid } from './uuid';

export const PRESENCE_EVERY_MS = 5_000;
export const visible = shallowRef(document.visibilityState === 'visible');
export const awake = shallowRef(false);

/** Said once and forgotten: the next one says it better. Not while the line is down. */
export function mention<C extends CommandName>(command: C, args: Commands[C]): void {
  if (!feed.hello.value) return;
  feed.command(command, args, { id: uuid(), resend: false }).catch((error: unknown) => {
    if (!(error instanceof Refusal)) throw error; // refused or cut off: the next mention comes soon
  });
}

export function usePresence(): void {
  const device = deviceName();
  const tell = () => mention('unit.presence', { visible: visible.value, device });
  const onChange = () => {
    visible.value = document.visibilityState === 'visible';
    tell();
  };
  document.addEventListener('visibilitychange', onChange);
  const timer = setInterval(tell, PRESENCE_EVERY_MS);
  const stop = watch(feed.hello, (hello) => hello && tell(), { immediate: true });
  onScopeDispose(() => {
    document.removeEventListener('visibilitychange', onChange);
    clearInterval(timer);
    stop();
  });
}

export function useReceipts(store: Store, unitId: number): void {
  const said = new Map<string, number>();
  const AGAIN_MS = 5_000;
  const owe = () => {
    if (!feed.hello.value) return;
    const now = performance.now();
    for (const receipt of receiptsOwed(store.all('outbox').values(), unitId, visible.value)) {
      const key = `${receipt.outbox_id}:${receipt.state}`;
      if (now - (said.get(key) ?? -Infinity) < AGAIN_MS) continue;
      said.set(key, now);
      mention('outbox.receipt', receipt);
    }
  };
  const stop = watch([() => [...store.all('outbox').values()], visible, feed.hello], owe, { immediate: true });
  const timer = setInterval(owe, AGAIN_MS);
  onScopeDispose(() => {
    stop();
    clearInterval(timer);
  });
}

interface Lock {
  release(): Promise<void>;
  addEventListener(name: 'release', done: () => void): void;
}

/** Keeps the screen on while on duty, where the browser can; the browser lets go whenever the page is hidden. */
export function useWakeLock(wanted: Ref<boolean>): void {
  let lock: Lock | null = null;
  const api = (navigator as { wakeLock?: { request(kind: 'screen'): Promise<Lock> } }).wakeLock;
  const take = async () => {
    if (!api || lock || !wanted.value || !visible.value) return;
    try {
      lock = await api.request('screen');
      awake.value = true;
      lock.addEventListener('release', () => {
        lock = null;
        awake.value = false;
      });
    } catch {
      awake.value = false; // battery saver: shown as not working
    }
  };
  const drop = () => void lock?.release();
  const stop = watch([wanted, visible], ([on]) => (on ? void take() : drop()), { immediate: true });
  onScopeDispose(() => {
    stop();
    drop();
  });
}
