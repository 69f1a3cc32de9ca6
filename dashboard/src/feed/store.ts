// What one view of the feed holds: objects by kind and id. Maps are shallow-reactive, so a tile that reads one
// kind, or one id, is redrawn for that alone; objects are replaced whole and never changed in place.

import { shallowReactive } from 'vue';
import { KINDS, type AnyObject, type Kind, type Kinds } from '@/generated/objects';

const KEEP_US = 12 * 3600 * 1e6;
const MOST_EVENTS = 500;
const DONE_OUTBOX = new Set(['ANSWERED', 'PERM_FAIL', 'EXPIRED']);

type Maps = { [K in Kind]: Map<number, Kinds[K]> };

export class Store {
  private readonly maps: Maps;

  constructor() {
    const maps = {} as Record<Kind, unknown>;
    for (const kind of KINDS) maps[kind] = shallowReactive(new Map());
    this.maps = maps as Maps;
  }

  /** All objects of a kind, reactive as a whole. */
  all<K extends Kind>(kind: K): ReadonlyMap<number, Kinds[K]> {
    return this.maps[kind];
  }

  list<K extends Kind>(kind: K): Kinds[K][] {
    return [...this.maps[kind].values()];
  }

  /** One object, reactive for its id alone. */
  get<K extends Kind>(kind: K, id: number | null | undefined): Kinds[K] | undefined {
    return id == null ? undefined : this.maps[kind].get(id);
  }

  put(object: AnyObject): void {
    const map = this.maps[object.type] as Map<number, AnyObject> | undefined;
    if (!map) return; // a kind of a newer daemon: this page is about to be reloaded anyway
    const mine = map.get(object.id);
    if (mine && mine.rev > object.rev) return;
    map.set(object.id, object);
  }

  del(kind: string, id: number): void {
    (this.maps[kind as Kind] as Map<number, unknown> | undefined)?.delete(id);
  }

  /** A snapshot is the truth: what it does not name is gone, whatever its rev (a restored backup counts lower). */
  replace(objects: AnyObject[]): void {
    const named = new Map<Kind, Set<number>>(KINDS.map((kind) => [kind, new Set()]));
    for (const object of objects) {
      const map = this.maps[object.type] as Map<number, AnyObject> | undefined;
      if (!map) continue;
      named.get(object.type)?.add(object.id);
      const mine = map.get(object.id);
      if (!mine || JSON.stringify(mine) !== JSON.stringify(object)) map.set(object.id, object);
    }
    for (const kind of KINDS) {
      for (const id of [...this.maps[kind].keys()]) if (!named.get(kind)?.has(id)) this.maps[kind].delete(id);
    }
  }

  /** Drops what was closed long ago: a wall runs for months. */
  prune(nowUs: number): void {
    const old = (at: number | null) => at !== null && at < nowUs - KEEP_US;
    for (const a of this.list('alert')) if (a.state === 'NORM' && old(a.closed_at_us ?? a.last_at_us)) this.del('alert', a.id);
    for (const t of this.list('ticket')) {
      const ended = t.state === 'CLOSED' || t.state === 'REJECTED' || t.state === 'MERGED' || t.state === 'CANCELLED';
      if (ended && old(t.closed_at_us ?? t.origin_at_us)) this.del('ticket', t.id);
    }
    for (const r of this.list('round')) if (r.ends_at_us < nowUs - KEEP_US) this.del('round', r.id);
    for (const f of this.list('finding')) if (old(f.ended_at_us)) this.del('finding', f.id);
    for (const o of this.list('outage')) if (old(o.ended_at_us)) this.del('outage', o.id);
    for (const o of this.list('outbox')) if (DONE_OUTBOX.has(o.state) && old(o.queued_at_us)) this.del('outbox', o.id);
    const events = [...this.maps.event.keys()].sort((a, b) => a - b);
    for (const id of events.slice(0, Math.max(0, events.length - MOST_EVENTS))) this.del('event', id);
  }
}
