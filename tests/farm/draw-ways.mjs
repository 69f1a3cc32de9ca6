// The ways of the drawn plan: the streets, the path along the wall, and lanes that lead around the buildings to
// every door. Each line ends where it meets another, so that together they are one graph.
import { buildings, crossing, eastWest, groups, inside, metres, northSouth } from './draw-plan.mjs';

const STEP = 4, COLUMNS = 254, ROWS = 138, CLEARANCE = 3, TURN = 6;
const key = (i, j) => j * COLUMNS + i;

function blocked() {
  const cells = new Uint8Array(COLUMNS * ROWS);
  for (const { x, y, w, h } of buildings)
    for (let j = Math.ceil((y - h / 2 - CLEARANCE) / STEP); j * STEP <= y + h / 2 + CLEARANCE; j++)
      for (let i = Math.ceil((x - w / 2 - CLEARANCE) / STEP); i * STEP <= x + w / 2 + CLEARANCE; i++)
        if (i >= 0 && j >= 0 && i < COLUMNS && j < ROWS) cells[key(i, j)] = 1;
  return cells;
}

const streets = [
  ...northSouth.map((line, i) => ({ line: [crossing(line, eastWest[0]), crossing(line, eastWest[3])], code: `W-NS${i}`, name: ['西围墙路', '东旺一路', '东旺中路', '东旺三路', '东围墙路'][i] })),
  ...eastWest.map((line, i) => ({ line: [crossing(line, northSouth[0]), crossing(line, northSouth[4])], code: `W-EW${i}`, name: ['北围墙路', '和顺街', '和美街', '滨河路'][i] })),
];

/** Nearest point of a street's centre line: [distance, point, how far along]. */
function onStreet([[x1, y1], [x2, y2]], [x, y]) {
  const dx = x2 - x1, dy = y2 - y1, t = Math.max(0, Math.min(1, ((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy)));
  const at = [x1 + t * dx, y1 + t * dy];
  return [Math.hypot(at[0] - x, at[1] - y), at, t];
}

const nearStreet = (i, j) => streets.some(({ line }) => onStreet(line, [i * STEP, j * STEP])[0] <= STEP / 2);

/** From a cell to the nearest cell that `isGoal` takes, turning seldom. Cells on the way, start first. */
function walk(start, walls, isGoal) {
  const best = new Map([[`${start}:-1`, 0]]), queue = [[0, start, -1, null]];
  const moves = [[1, 0], [0, 1], [-1, 0], [0, -1]];
  while (queue.length) {
    let least = 0;
    for (let q = 1; q < queue.length; q++) if (queue[q][0] < queue[least][0]) least = q;
    const node = queue.splice(least, 1)[0], [cost, at, heading] = node;
    if (isGoal(at)) {
      const path = [];
      for (let n = node; n; n = n[3]) path.unshift(n[1]);
      return path;
    }
    const i = at % COLUMNS, j = Math.floor(at / COLUMNS);
    moves.forEach(([di, dj], h) => {
      const to = key(i + di, j + dj), sum = cost + 1 + (heading >= 0 && heading !== h ? TURN : 0);
      if (i + di < 1 || j + dj < 1 || i + di >= COLUMNS - 1 || j + dj >= ROWS - 1 || walls[to]) return;
      if (sum >= (best.get(`${to}:${h}`) ?? Infinity)) return;
      best.set(`${to}:${h}`, sum);
      queue.push([sum, to, h, node]);
    });
  }
  throw new Error(`no way from cell ${start}`);
}

const cellAt = ([x, y]) => key(Math.round(x / STEP), Math.round(y / STEP));

/** The cell at a point, or the next one to the east of it that no building covers. */
function freeCell(point, walls) {
  let at = cellAt(point);
  while (walls[at]) at++;
  return at;
}

function laneCells() {
  const walls = blocked(), links = new Map();
  const isStreet = (at) => nearStreet(at % COLUMNS, Math.floor(at / COLUMNS));
  const add = (path) => path.forEach((at, n) => {
    if (!links.has(at)) links.set(at, new Set());
    if (n) { links.get(at).add(path[n - 1]); links.get(path[n - 1]).add(at); }
  });
  for (const { outline } of groups) { // one lane through each group, from west to east
    const middle = walk(freeCell(inside(outline, .52, .66), walls), walls, (at) => isStreet(at) && at % COLUMNS * STEP < inside(outline, .1, .5)[0]);
    const east = walk(middle[0], walls, (at) => isStreet(at) && at % COLUMNS * STEP > inside(outline, .9, .5)[0]);
    add(middle); add(east);
  }
  for (const { x, y, h } of buildings) // and from every door to the next lane or street
    add(walk(freeCell([x, y + h / 2 + CLEARANCE + STEP], walls), walls, (at) => links.has(at) || isStreet(at)));
  return { links, isStreet };
}

/** Cuts the net of cells into lines between ends and branchings; straight runs keep two points. */
function lines(links, isStreet) {
  const isNode = (at) => links.get(at).size !== 2 || isStreet(at), seen = new Set(), found = [];
  for (const [from, nexts] of links) {
    if (!isNode(from)) continue;
    for (const first of nexts) {
      if (seen.has(`${from}-${first}`)) continue;
      const path = [from, first];
      while (!isNode(path.at(-1))) path.push([...links.get(path.at(-1))].find((at) => at !== path.at(-2)));
      seen.add(`${path.at(-1)}-${path.at(-2)}`);
      found.push(path);
    }
  }
  return found.map((path) => path.filter((at, n) => n === 0 || n === path.length - 1 || path[n + 1] - at !== at - path[n - 1])
    .map((at) => [at % COLUMNS * STEP, Math.floor(at / COLUMNS) * STEP]));
}

/** Every way as {code, name, points}; streets carry a point wherever a lane or street meets them. */
export function drawWays() {
  const { links, isStreet } = laneCells(), meets = streets.map(({ line }) => [line[0], line[1]]);
  const meet = (point) => {
    const nearest = streets.map(({ line }, n) => [...onStreet(line, point), n]).sort((a, b) => a[0] - b[0])[0];
    meets[nearest[3]].push(nearest[1]);
    return nearest[1];
  };
  const lanes = lines(links, isStreet).map((points) => {
    for (const end of [0, points.length - 1]) if (isStreet(cellAt(points[end]))) points[end] = meet(points[end]);
    return points;
  }).filter((points) => metres(points[0], points.at(-1)) > 0.6 || points.length > 2);
  northSouth.forEach((a, i) => eastWest.forEach((c, j) => { const at = crossing(a, c); meets[i].push(at); meets[5 + j].push(at); }));
  const ordered = streets.map(({ code, name, line }, n) => ({ code, name, points: meets[n].map((point) => [onStreet(line, point)[2], point])
    .sort((a, b) => a[0] - b[0]).map(([, point]) => point).filter((point, i, all) => i === 0 || metres(point, all[i - 1]) > 0.05) }));
  return [...ordered, ...lanes.map((points, i) => ({ code: `W-L${String(i + 1).padStart(3, '0')}`, name: `便道${i + 1}`, points }))];
}

/** Metres of the shortest way between plan points, the walk to the nearest vertex included. */
export function pathLengths(ways) {
  const edges = new Map(), name = ([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`, place = new Map();
  const link = (a, c) => { place.set(name(a), a); if (!edges.has(name(a))) edges.set(name(a), []); edges.get(name(a)).push([name(c), metres(a, c)]); };
  for (const { points } of ways) for (let n = 1; n < points.length; n++) { link(points[n - 1], points[n]); link(points[n], points[n - 1]); }
  const nearest = (point) => [...place].sort((a, c) => metres(a[1], point) - metres(c[1], point))[0][0];
  return (from, to) => {
    const start = nearest(from), goal = nearest(to), far = new Map([[start, 0]]), open = new Set([start]);
    while (open.size) {
      const at = [...open].sort((a, c) => far.get(a) - far.get(c))[0];
      if (at === goal) return far.get(at) + metres(from, place.get(start)) + metres(to, place.get(goal));
      open.delete(at);
      for (const [next, length] of edges.get(at)) if (far.get(at) + length < (far.get(next) ?? Infinity)) { far.set(next, far.get(at) + length); open.add(next); }
    }
    return Infinity;
  };
}
