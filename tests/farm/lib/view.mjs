// One view of the feed as a client keeps it: snapshot, patches, what waits for them. The rules of applying a patch
// are those of daemon/wire/PROTOCOL.md.
import { EventEmitter } from 'node:events';

/** Events: 'change' (after each snapshot or patch; gives the objects that came), 'hole' (a snapshot is needed). */
export class View extends EventEmitter {
  #objects = new Map();
  seq = null; boot = null;
  counts = { snapshots: 0, patches: 0, holes: 0, skipped: 0 };

  constructor(name) {
    super();
    this.name = name;
    this.setMaxListeners(0);
  }

  /** The object of this type and id, or undefined. */
  get(type, id) { return this.#objects.get(`${type}:${id}`); }

  /** All objects of a type, in order of their ids. */
  all(type) { return [...this.#objects.values()].filter((object) => object.type === type).sort((a, b) => a.id - b.id); }

  find(type, predicate) { return this.all(type).find(predicate); }

  snapshot({ seq, put }, boot) {
    this.#objects = new Map(put.map((object) => [`${object.type}:${object.id}`, object]));
    this.seq = seq;
    this.boot = boot;
    this.counts.snapshots++;
    this.emit('change', put);
  }

  patch({ prev, seq, put, del = [] }) {
    if (this.seq === null || (seq <= this.seq && prev < seq)) { this.counts.skipped++; return; }
    if (prev > this.seq) {
      this.counts.holes++;
      this.emit('hole');
      return;
    }
    for (const object of put) {
      const key = `${object.type}:${object.id}`, mine = this.#objects.get(key);
      if (!mine || object.rev >= mine.rev) this.#objects.set(key, object);
    }
    for (const [type, id] of del) this.#objects.delete(`${type}:${id}`);
    if (prev !== seq) this.seq = seq;
    this.counts.patches++;
    this.emit('change', put);
  }

  /** Resolves with the first true value of `predicate(view)`, now or after a change. */
  waitFor(predicate, { timeoutMs = 15000, what = 'a condition' } = {}) {
    const now = predicate(this);
    if (now) return Promise.resolve(now);
    return new Promise((resolve, reject) => {
      const done = (finish, value) => { clearTimeout(timer); this.off('change', look); finish(value); };
      const look = () => { try { const value = predicate(this); if (value) done(resolve, value); } catch (error) { done(reject, error); } };
      const timer = setTimeout(() => done(reject, new Error(`${this.name}: ${what} did not come within ${timeoutMs} ms (at seq ${this.seq})`)), timeoutMs);
      this.on('change', look);
    });
  }
}
