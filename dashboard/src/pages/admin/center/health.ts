// /healthz and /metrics, read every few seconds while somebody looks. 503 is an answer here, not a fault.

import { onScopeDispose, shallowRef } from 'vue';
import { httpUrl } from '@/feed/base';
import { http } from '@/feed/http';
import { Refusal } from '@/feed/refusal';
import type { JournalEvent } from '@/generated/objects';

export interface Worker {
  worker: string;
  job: string;
  up: boolean;
  pid: number;
  restarts: number;
  since_us: number;
  /** Of those that watch cameras: how many were given to it, and how many are live. */
  cameras?: number;
  live?: number;
}
export interface Health {
  ok: boolean;
  storage: 'ok' | 'full' | 'read_only';
  version: string;
  workers: Worker[];
  uptime_s: number;
}
export interface Head {
  seq: number;
  hash: string;
  signed: { seq: number; at_us: number; hash?: string; signature?: string } | null;
}
const EVERY_MS = 5_000;

/** name value, without labels; labelled ones are told by /healthz. */
export function readMetrics(text: string): Record<string, number> {
  const found: Record<string, number> = {};
  for (const line of text.split('\n')) {
    const m = /^gridwarden_(\w+) ([-+.\deE]+)$/.exec(line);
    if (m) found[m[1]] = Number(m[2]);
  }
  return found;
}

async function text(path: string): Promise<{ status: number; body: string }> {
  try {
    const response = await fetch(httpUrl(path), { credentials: 'same-origin', cache: 'no-store' });
    return { status: response.status, body: await response.text() };
  } catch {
    throw new Refusal({ code: 'no_link' });
  }
}

export function useHealth() {
  const health = shallowRef<Health | null>(null);
  const metrics = shallowRef<Record<string, number>>({});
  const head = shallowRef<Head | null>(null);
  const last = shallowRef<JournalEvent | null>(null);
  const refusal = shallowRef<Refusal | null>(null);
  let stopped = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function look(): Promise<void> {
    try {
      const [h, m, log, events] = await Promise.all([text('healthz'), text('metrics'), http.get<{ journal: Head }>('shift-log/current'), http.page<JournalEvent>('event', { limit: 1 })]);
      health.value = JSON.parse(h.body) as Health;
      if (m.status === 200) metrics.value = readMetrics(m.body);
      head.value = log.journal;
      last.value = events.rows[0] ?? null;
      refusal.value = null;
    } catch (error) {
      if (error instanceof SyntaxError) refusal.value = new Refusal({ code: 'not_json' });
      else if (error instanceof Refusal) refusal.value = error;
      else throw error;
    } finally {
      if (!stopped) timer = setTimeout(() => void look(), EVERY_MS);
    }
  }
  void look();
  onScopeDispose(() => {
    stopped = true;
    clearTimeout(timer);
  });
  return { health, metrics, head, last, refusal };
}
