// The one feed, media socket and session of this page, for Vue components. Everything below this file is plain.

import { computed, onScopeDispose, ref, shallowRef, watch, type ComputedRef } from 'vue';
import type { CommandName, Commands } from '@/generated/commands';
import type { MessageReply } from '@/generated/objects';
import { freshness, type Freshness } from './age';
import { socketUrl } from './base';
import { http, type Who } from './http';
import { MediaSocket, type Still } from './media';
import { Refusal } from './refusal';
import { FeedSocket, type CommandOptions } from './socket';
import type { Store } from './store';

/** Not let in is final and sends us to the login; anything else is tried again. */
async function mayRetry(): Promise<string | null> {
  try {
    await http.who();
    return null;
  } catch (error) {
    return error instanceof Refusal && (error.code === 'unauthorized' || error.code === 'forbidden') ? 'unauthorized' : null;
  }
}

export const feed = new FeedSocket({ url: socketUrl('ws/v1'), mayRetry });
export const media = new MediaSocket({ url: socketUrl('ws/media'), mayRetry });
/** Small pictures of all cameras, at the pace at which the eyes look. */
export const thumbs = new MediaSocket({ url: socketUrl('ws/media'), mayRetry, thumbs: true });

/** Who is logged in; undefined: not asked yet, null: nobody. */
export const me = shallowRef<Who | null | undefined>(undefined);

export async function findMe(): Promise<Who | null> {
  if (me.value !== undefined) return me.value;
  try {
    me.value = (await http.who()).user;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (error.code === 'no_link') throw error;
    me.value = null;
  }
  return me.value;
}

export function enter(user: Who): void {
  me.value = user;
  feed.stop('login');
  media.stop('login');
  thumbs.stop('login');
}

export async function leave(): Promise<void> {
  feed.stop('logout');
  media.stop('logout');
  thumbs.stop('logout');
  me.value = null;
  await http.logout();
}

// One repaint a second for all clocks of the page, and one with what came: else a deadline of five minutes begins at 5:01.
const tick = ref(0);
setInterval(() => {
  tick.value += 1;
  if (tick.value % 60 === 0) feed.prune();
}, 1000);
for (const name of ['online', 'pageshow'] as const) {
  addEventListener(name, () => {
    if (feed.line.value.kind === 'waiting') feed.reopen();
  });
}

/** Server time in ms, redrawn once a second. */
export const nowMs: ComputedRef<number> = computed(() => {
  void tick.value;
  void feed.news.value;
  return feed.clock.nowMs();
});
export const nowUs: ComputedRef<number> = computed(() => nowMs.value * 1000);

/** Age of the newest word from the center, in ms. */
export const ageMs: ComputedRef<number> = computed(() => {
  void tick.value;
  void feed.news.value;
  return feed.clock.ageMs();
});
export const fresh: ComputedRef<Freshness> = computed(() => freshness(ageMs.value));

/** ms until the next try of a lost line; null while it is up. */
export const retryInMs: ComputedRef<number | null> = computed(() => {
  void tick.value;
  const state = feed.line.value;
  return state.kind === 'waiting' ? Math.max(0, state.untilMs - performance.now()) : null;
});

/** The objects of a view, kept live. Starts the feed. */
export function useStore(view: string): Store {
  feed.start();
  return feed.view(view).store;
}

/** True once the view has had a snapshot. */
export function useReady(view: string): ComputedRef<boolean> {
  return computed(() => feed.ready.has(view));
}

/** The newest still of a camera, watched while the calling scope lives and the id stays. */
export function useStill(camera: () => number | null): ComputedRef<Still | undefined> {
  let release: (() => void) | null = null;
  watch(
    camera,
    (id) => {
      const next = id === null ? null : media.watch(id);
      release?.();
      release = next;
    },
    { immediate: true },
  );
  onScopeDispose(() => release?.());
  return computed(() => {
    const id = camera();
    return id === null ? undefined : media.stills.get(id);
  });
}

/** Small pictures of all cameras, held while the calling scope lives and the page can be seen: a tab in the background
 * costs the center nothing. */
export function useThumbs(): void {
  let release: (() => void) | null = null;
  const turn = () => {
    if (document.hidden) {
      release?.();
      release = null;
    } else release ??= thumbs.watchAll();
  };
  turn();
  document.addEventListener('visibilitychange', turn);
  onScopeDispose(() => {
    document.removeEventListener('visibilitychange', turn);
    release?.();
  });
}

/** Sends a command over the feed; over HTTP when this page has no feed. Throws a Refusal. */
export function send<C extends CommandName>(command: C, args: Commands[C], options?: CommandOptions): Promise<MessageReply> {
  return feed.line.value.kind === 'stopped' ? http.command(command, args, options) : feed.command(command, args, options);
}
