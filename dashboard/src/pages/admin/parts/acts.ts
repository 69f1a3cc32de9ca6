// What stands between a click and its consequence: a question that says what will happen, a secret that is shown
// once, and for half a minute the way back.

import { shallowRef } from 'vue';
import { attempt } from '@/ui/notice';

export interface Question {
  title: string;
  /** What will happen, a sentence each. */
  what: string[];
  act: string;
  answer: (yes: boolean) => void;
}
export const question = shallowRef<Question | null>(null);

export function ask(title: string, what: string[], act: string): Promise<boolean> {
  question.value?.answer(false);
  return new Promise((resolve) => {
    question.value = {
      title,
      what,
      act,
      answer: (yes) => {
        question.value = null;
        resolve(yes);
      },
    };
  });
}

export interface Secret {
  title: string;
  hint: string;
  items: { label: string; text: string }[];
}
/** Kept by nobody: gone when its dialog is closed. */
export const secret = shallowRef<Secret | null>(null);

export interface WayBack {
  id: number;
  text: string;
  untilMs: number;
  go: () => Promise<void>;
}
export const WAY_BACK_MS = 30_000;
const MOST = 3;
export const waysBack = shallowRef<WayBack[]>([]);
let next = 1;

const drop = (id: number): void => {
  waysBack.value = waysBack.value.filter((w) => w.id !== id);
};

/** Says what was done and offers to undo it. */
export function offerWayBack(text: string, undo: () => Promise<unknown>, undone: string): void {
  const id = next++;
  const go = async (): Promise<void> => {
    drop(id);
    await attempt(undo, undone);
  };
  waysBack.value = [{ id, text, untilMs: performance.now() + WAY_BACK_MS, go }, ...waysBack.value].slice(0, MOST);
  setTimeout(() => drop(id), WAY_BACK_MS);
}
export const forget = drop;
