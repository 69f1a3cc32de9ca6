// What a tour chooses, as the form has it and as the wire has it. Pure; the center fixes the list when a run begins.

import type { Camera, Place } from '@/generated/objects';

export const TILES = [4, 9, 16] as const;
export const DWELL = [5, 300] as const;
export const PER_SHIFT = [0, 24] as const;
export type Which = 'all' | 'places' | 'cameras';

export interface Chosen {
  which: Which;
  places: number[];
  cameras: number[];
}

const ids = (value: unknown): number[] => (Array.isArray(value) ? value.filter((v): v is number => Number.isInteger(v)) : []);

export function readSelector(selector: Record<string, unknown> | undefined): Chosen {
  const [cameras, places] = [ids(selector?.cameras), ids(selector?.places)];
  return { which: cameras.length ? 'cameras' : places.length ? 'places' : 'all', cameras, places };
}
export const writeSelector = (form: Chosen): { cameras?: number[]; places?: number[] } => (form.which === 'cameras' ? { cameras: [...form.cameras] } : form.which === 'places' ? { places: [...form.places] } : {});

/** A place means all that lies in it. */
export function chosenBy(which: Which, places: readonly number[], cameras: readonly number[], all: readonly Camera[], tree: ReadonlyMap<number, Place>): Camera[] {
  if (which === 'all') return [...all];
  if (which === 'cameras') return all.filter((c) => cameras.includes(c.id));
  const wanted = new Set(places);
  const inside = (id: number | null): boolean => {
    for (let at = id, deep = 0; at !== null && deep < 32; deep += 1) {
      if (wanted.has(at)) return true;
      at = tree.get(at)?.parent_id ?? null;
    }
    return false;
  };
  return all.filter((c) => inside(c.place_id));
}
