// Pictures of a ticket as this phone can show them: what is at the center by its hash, what waits here by its bytes.

import { computed, onScopeDispose, type ComputedRef } from 'vue';
import { http } from '@/feed/http';
import type { Task } from './model';

export interface Thumb {
  key: string;
  url: string;
  role: string;
  atUs: number;
  unsent: boolean;
}

export function useThumbs(task: () => Task): ComputedRef<Thumb[]> {
  const urls = new Map<string, string>();
  onScopeDispose(() => urls.forEach((url) => URL.revokeObjectURL(url)));
  return computed(() => {
    const there = task().ticket.files.filter((f) => f.role !== 'still').map((f) => ({ key: f.hash + f.role, url: http.fileUrl(f.hash), role: f.role as string, atUs: f.at_us, unsent: false }));
    const here = task().unsent.filter((i) => i.command === 'ticket.photo').flatMap((i) => {
      if (i.photo && !urls.has(i.id)) urls.set(i.id, URL.createObjectURL(new Blob([i.photo.bytes], { type: i.photo.type })));
      const url = urls.get(i.id);
      return url ? [{ key: i.id, url, role: String(i.args.role), atUs: i.at_ms * 1000, unsent: true }] : [];
    });
    return [...there, ...here];
  });
}
