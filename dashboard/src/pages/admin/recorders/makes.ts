// The makes the center knows, read once: they change only with its version.

import { shallowRef } from 'vue';
import { http } from '@/feed/http';
import { Refusal } from '@/feed/refusal';
import type { Make } from './model';

export const makes = shallowRef<Make[]>([]);
export const makesRefusal = shallowRef<Refusal | null>(null);
let reading: Promise<void> | null = null;

async function read(): Promise<void> {
  try {
    makes.value = (await http.get<{ makes: Make[] }>('makes')).makes;
    makesRefusal.value = null;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    makesRefusal.value = error;
  } finally {
    reading = null;
  }
}
export function needMakes(): Promise<void> {
  if (makes.value.length) return Promise.resolve();
  reading ??= read();
  return reading;
}
