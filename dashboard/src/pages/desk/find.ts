// Search over what the desk already holds: no round trip, works while the link is down.

import type { Store } from '@/feed/store';
import { ancestor, digitsOf } from '@/ui/plan';

export type Found =
  | { kind: 'place'; id: number; title: string; sub: string; score: number }
  | { kind: 'camera'; id: number; title: string; sub: string; score: number }
  | { kind: 'ticket'; id: number; title: string; sub: string; score: number }
  | { kind: 'alert'; id: number; title: string; sub: string; score: number }
  | { kind: 'unit'; id: number; title: string; sub: string; score: number };

const plain = (text: string) => text.toLowerCase().replace(/[\s\-_#号]/g, '');

/** 0: no; larger is better. Whole beats start beats middle, and a short name beats a long one. */
export function scoreOf(query: string, ...texts: string[]): number {
  const q = plain(query);
  if (!q) return 0;
  let best = 0;
  for (const text of texts) {
    const p = plain(text);
    if (!p) continue;
    const at = p.indexOf(q);
    if (at < 0) continue;
    best = Math.max(best, (p === q ? 300 : at === 0 ? 200 : 100) - Math.min(p.length, 60));
  }
  return best;
}

export interface Words {
  kindOf: (kind: string) => string;
  what: (alertId: number) => string;
}

export function find(store: Store, query: string, words: Words, most: number, kinds: readonly Found['kind'][] = ['place', 'camera', 'unit', 'ticket', 'alert']): Found[] {
  const found: Found[] = [];
  const places = store.all('place');
  const add = (f: Found) => f.score > 0 && found.push(f);
  const has = (kind: Found['kind']) => kinds.includes(kind);
  if (has('place'))
    for (const p of places.values()) {
      if (p.kind === 'way') continue;
      const group = ancestor(places, p.parent_id, 'group');
      // "12" means building 12 before group 12 and before anything that holds a 12 somewhere.
      const bonus = p.kind === 'building' ? 30 : p.kind === 'group' ? 10 : 0;
      const digits = p.kind === 'building' || p.kind === 'group' ? digitsOf(p) : '';
      const score = scoreOf(query, p.name, p.code, digits);
      add({ kind: 'place', id: p.id, title: p.name, sub: [words.kindOf(p.kind), group?.name ?? ''].filter(Boolean).join(' · '), score: score && score + bonus });
    }
  if (has('camera')) for (const c of store.all('camera').values()) add({ kind: 'camera', id: c.id, title: `${c.code} ${c.name}`, sub: places.get(c.place_id ?? -1)?.name ?? '', score: scoreOf(query, c.code, c.name) });
  if (has('unit')) for (const u of store.all('unit').values()) add({ kind: 'unit', id: u.id, title: u.name, sub: [u.phone, u.radio_channel].filter(Boolean).join(' · '), score: scoreOf(query, u.name, u.code, u.phone) });
  if (has('ticket')) for (const t of store.all('ticket').values()) add({ kind: 'ticket', id: t.id, title: t.code, sub: places.get(t.place_id ?? -1)?.name ?? '', score: scoreOf(query, t.code) });
  if (has('alert')) for (const a of store.all('alert').values()) add({ kind: 'alert', id: a.id, title: a.code, sub: words.what(a.id), score: scoreOf(query, a.code) });
  return found.sort((a, b) => b.score - a.score || a.title.localeCompare(b.title, 'zh')).slice(0, most);
}
