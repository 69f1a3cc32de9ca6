// The one line in which a page says that something was or was not done. Kept outside components so that any code
// can speak; shown by Notice.vue.

import { shallowRef } from 'vue';
import { Refusal } from '@/feed/refusal';
import { locale } from '@/i18n';

export interface Notice {
  id: number;
  text: string;
  bad: boolean;
}

export const notice = shallowRef<Notice | null>(null);
let next = 1;
let timer: ReturnType<typeof setTimeout> | null = null;

function show(text: string, bad: boolean, ms: number): void {
  if (timer) clearTimeout(timer);
  notice.value = { id: next++, text, bad };
  timer = setTimeout(() => (notice.value = null), ms);
}

export const say = (text: string): void => show(text, false, 4_000);

/** Shows why something failed; what is no Refusal is our own mistake and goes on to the console and the page. */
export function sayError(error: unknown): void {
  if (error instanceof Refusal) {
    show(error.sentence(locale.value), true, 10_000);
    return;
  }
  throw error;
}

export const hush = (): void => {
  notice.value = null;
};

/** Runs an action of the user's and says why when it is refused. True when it was done. */
export async function attempt(action: () => Promise<unknown>, done?: string): Promise<boolean> {
  try {
    await action();
  } catch (error) {
    sayError(error);
    return false;
  }
  if (done) say(done);
  return true;
}
