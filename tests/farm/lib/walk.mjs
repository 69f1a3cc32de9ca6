// Walking along the ways: a graph of line strings, shortest paths, and a walker who is somewhere on his path.
const METRES_PER_DEGREE = 111195, JOIN_M = 0.5;

export function metresBetween(a, b) {
  const east = (b.lon - a.lon) * Math.cos((a.lat + b.lat) / 2 * Math.PI / 180);
  return Math.hypot(east, b.lat - a.lat) * METRES_PER_DEGREE;
}

const between = (a, b, part) => ({ lat: a.lat + (b.lat - a.lat) * part, lon: a.lon + (b.lon - a.lon) * part });

/** Ways as a graph. `lines`: arrays of {lat, lon}; lines that share a point (to half a metre) are joined there. */
export class Ways {
  #nodes = []; #edges = [];

  constructor(lines) {
    for (const line of lines) line.map((point) => this.#node(point)).forEach((node, i, all) => { if (i) this.#join(all[i - 1], node); });
  }

  get size() { return this.#nodes.length; }

  #node(point) {
    const known = this.#nodes.findIndex((node) => metresBetween(node, point) < JOIN_M);
    if (known >= 0) return known;
    this.#edges.push([]);
    return this.#nodes.push(point) - 1;
  }

  #join(a, b) {
    const metres = metresBetween(this.#nodes[a], this.#nodes[b]);
    this.#edges[a].push([b, metres]);
    this.#edges[b].push([a, metres]);
  }

  #nearest(point) {
    let best = -1, least = Infinity;
    this.#nodes.forEach((node, i) => { const far = metresBetween(node, point); if (far < least) { least = far; best = i; } });
    return best;
  }

  /** The points from `from` to `to` along the ways, both included; straight ahead when no way joins them. */
  path(from, to) {
    const start = this.#nearest(from), goal = this.#nearest(to);
    if (start < 0 || metresBetween(from, to) < 15) return [from, to];
    const far = new Map([[start, 0]]), before = new Map(), open = new Set([start]);
    while (open.size) {
      let at = null;
      for (const node of open) if (at === null || far.get(node) < far.get(at)) at = node;
      if (at === goal) break;
      open.delete(at);
      for (const [next, metres] of this.#edges[at]) {
        if (far.get(at) + metres >= (far.get(next) ?? Infinity)) continue;
        far.set(next, far.get(at) + metres);
        before.set(next, at);
        open.add(next);
      }
    }
    if (!far.has(goal)) return [from, to];
    const nodes = [goal];
    while (nodes[0] !== start) nodes.unshift(before.get(nodes[0]));
    return [from, ...nodes.map((node) => this.#nodes[node]), to];
  }
}

/** The ways among place objects of a view or of `GET /api/v1/place`. */
export function waysOf(places) {
  return new Ways(places.filter(({ kind, outline }) => kind === 'way' && outline?.type === 'LineString')
    .map(({ outline }) => outline.coordinates.map(([lon, lat]) => ({ lat, lon }))));
}

/** Somebody on the way. Time is given by the caller (milliseconds), so that a test can turn it. */
export class Walker {
  #path; #since = 0; #length = 0;

  constructor(ways, at, metresPerSecond) {
    this.ways = ways;
    this.metresPerSecond = metresPerSecond;
    this.#path = [at];
  }

  get goal() { return this.#path.at(-1); }

  goTo(to, now) {
    this.#path = this.ways.path(this.at(now), to);
    this.#since = now;
    this.#length = this.#path.reduce((sum, point, i, all) => sum + (i ? metresBetween(all[i - 1], point) : 0), 0);
  }

  stop(now) {
    this.#path = [this.at(now)];
    this.#length = 0;
  }

  metresLeft(now) { return Math.max(0, this.#length - (now - this.#since) / 1000 * this.metresPerSecond); }
  arrived(now) { return this.metresLeft(now) === 0; }

  at(now) {
    let left = (now - this.#since) / 1000 * this.metresPerSecond;
    for (let i = 1; i < this.#path.length; i++) {
      const metres = metresBetween(this.#path[i - 1], this.#path[i]);
      if (left < metres) return between(this.#path[i - 1], this.#path[i], left / metres);
      left -= metres;
    }
    return this.goal;
  }
}
