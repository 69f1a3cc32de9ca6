// ./bench chain: how long from an observation that the daemon received until the last of 50 clients has parsed the patch
// that shows it, with 12 cameras live; beside it the fsync of the same disk, measured in the same run.
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cameras } from '../farm/lib/cameras.mjs';
import { Center, places } from '../farm/lib/center.mjs';
import { Session } from '../farm/lib/client.mjs';

const CLIENTS = 50, CAMERAS = 12, REPORTS = 300, BOXES = 60, /* a source may report once a second, so there are many */ dir = mkdtempSync(join(process.env.GW_BENCH_DIR ?? tmpdir(), 'gridwarden-bench-'));
const at = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
const round = (n) => Math.round(n * 100) / 100;

/** A commit of the journal is a few pages and an fsync: so is this. */
function fsyncOnce(fd, page) {
  const from = performance.now();
  writeSync(fd, page);
  fsyncSync(fd);
  return performance.now() - from;
}

/** Resolves when every client has the alert; gives the milliseconds since `from`. */
const seenByAll = (views, id, from) => Promise.all(views.map((v) => v.waitFor((x) => x.get('alert', id), { what: `alert ${id}` }))).then(() => performance.now() - from);

async function measure(boxes, views, buildings, fd) {
  const times = [], syncs = [], page = Buffer.alloc(16384, 7);
  for (let i = 0; i < REPORTS; i++) {
    const from = performance.now();
    const { result } = await boxes[i % BOXES].command('observation.report', { category: 'dumping', place_id: buildings[i % buildings.length].id, key: `bench-${i}` });
    times.push(await seenByAll(views, result.alert_id, from));
    syncs.push(fsyncOnce(fd, page));
  }
  return [times.sort((a, b) => a - b), syncs.sort((a, b) => a - b)];
}

async function main() {
  const where = places(), cameras = await Cameras.start({ program: join(where.farm, 'gwfarm-cameras'), clips: where.clips, n: CAMERAS });
  const center = await Center.make(dir);
  try {
    await center.cli(['init']);
    await center.loadDemo({ cameras: CAMERAS, rtspPort: cameras.port });
    const boxes = [];
    for (let i = 0; i < BOXES; i++) boxes.push(new Session({ base: center.base, token: (await center.cli(['source', 'add', `bench ${i}`, '--most-priority', '1'])).trim().split('\n').at(-1) }));
    await center.start();
    const operator = await center.login('operator');
    const views = [];
    for (let i = 0; i < CLIENTS; i++) views.push(await operator.follow('desk'));
    await views[0].waitFor((v) => v.all('camera').filter((c) => c.state === 'live').length === CAMERAS, { what: 'twelve live cameras', timeoutMs: 60000 });
    const fd = openSync(join(dir, 'fsync'), 'w');
    const [times, syncs] = await measure(boxes, views, views[0].all('place').filter((p) => p.kind === 'building'), fd);
    closeSync(fd);
    const figure = (name, value, peer) => console.log(JSON.stringify({ bench: 'chain', figure: name, value: round(value), unit: 'ms', ...(peer ? { peer: 'fsync_p99_ms', peer_value: round(peer), ratio: round(value / peer) } : {}) }));
    figure('observation_to_client_p50_ms', at(times, 0.5));
    figure('observation_to_client_p99_ms', at(times, 0.99), at(syncs, 0.99));
    figure('fsync_p99_ms', at(syncs, 0.99));
    for (const view of views) view.link.close();
  } finally {
    await center.stop();
    await cameras.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}
main().catch((error) => { console.error(`bench chain: ${error.message}`); process.exitCode = 1; });
