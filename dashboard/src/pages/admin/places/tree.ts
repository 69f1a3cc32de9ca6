// The place tree as lines: who stands under whom, how deep, and which lines are seen. Pure.

import type { Place } from '@/generated/objects';

export interface Node {
  place: Place;
  depth: number;
  children: number;
}
const MOST_DEPTH = 32;

const byCode = (a: Place, b: Place) => a.code.localeCompare(b.code, 'en', { numeric: true });

/** All places but ways, parents before children. One whose parent is not there stands at the top. */
export function treeOf(places: Iterable<Place>): Node[] {
  const all = [...places].filter((p) => p.kind !== 'way');
  const ids = new Set(all.map((p) => p.id));
  const under = new Map<number | null, Place[]>();
  for (const p of all) {
    const parent = p.parent_id !== null && ids.has(p.parent_id) ? p.parent_id : null;
    const list = under.get(parent);
    if (list) list.push(p);
    else under.set(parent, [p]);
  }
  const lines: Node[] = [];
  const walk = (parent: number | null, depth: number): void => {
    if (depth > MOST_DEPTH) return;
    for (const place of (under.get(parent) ?? []).sort(byCode)) {
      lines.push({ place, depth, children: under.get(place.id)?.length ?? 0 });
      walk(place.id, depth + 1);
    }
  };
  walk(null, 0);
  return lines;
}

/** The lines to show: below open ones; with a search its hits and all above them. */
export function seen(lines: Node[], open: ReadonlySet<string>, query: string): Node[] {
  const q = query.trim().toLowerCase();
  if (q) {
    const byId = new Map(lines.map((l) => [l.place.id, l.place]));
    const keep = new Set<number>();
    for (const { place } of lines) {
      if (!`${place.code} ${place.name}`.toLowerCase().includes(q)) continue;
      for (let at: Place | undefined = place; at && !keep.has(at.id); at = at.parent_id === null ? undefined : byId.get(at.parent_id)) keep.add(at.id);
    }
    return lines.filter((l) => keep.has(l.place.id));
  }
  const shown: Node[] = [];
  let hiddenBelow = Infinity;
  for (const line of lines) {
    if (line.depth > hiddenBelow) continue;
    hiddenBelow = open.has(line.place.code) ? Infinity : line.depth;
    shown.push(line);
  }
  return shown;
}

/** 第1网格组 · 12号楼: from below the community down. */
export function pathOf(places: ReadonlyMap<number, Place>, id: number | null): string {
  const names: string[] = [];
  for (let at = id === null ? undefined : places.get(id), n = 0; at && n < MOST_DEPTH; at = at.parent_id === null ? undefined : places.get(at.parent_id), n += 1) {
    if (names.length > 0 && (at.kind === 'community' || at.kind === 'street' || at.kind === 'district')) break;
    names.unshift(at.name);
  }
  return names.join(' · ');
}
