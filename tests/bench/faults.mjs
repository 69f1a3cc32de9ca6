// ./bench faults, second part: how soon a stall is noticed, how soon a camera that is back is live again, and whether a
// thousand reconnects leave anything behind. (The first part, gwfaults, is faults of pictures.)
import { spawn } from 'node:child_process';
import { at, descriptorsOf, figure, metric, rssKib, say, sleep, threadsOf, until, Watched } from './measure.mjs';

const clips = process.env.GW_CLIPS, quick = process.env.GW_BENCH_QUICK === '1';
const N = 100, STALLS = quick ? 10 : 60, RECONNECTS = quick ? 100 : 1000, BATCH = 50;
const bench = (...args) => figure('faults', ...args);
const states = (view) => new Map(view.all('camera').map((c) => [c.id, c.state]));

/** Milliseconds from now until camera `id` is in one of `wanted`, as a client of the feed sees it. */
const whenIn = (view, id, wanted, timeoutMs) => {
  const from = performance.now();
  return view.waitFor((v) => wanted.includes(v.get('camera', id)?.state), { what: `camera ${id} ${wanted}`, timeoutMs }).then(() => performance.now() - from);
};

/** Seconds until rtspsrc says anything about a camera that went silent; it is the peer, once. */
async function rtspsrcNotices(w, n) {
  const child = spawn('gst-launch-1.0', ['-q', 'rtspsrc', `location=${w.cameras.url(n)}`, 'protocols=tcp', '!', 'rtph264depay', '!', 'fakesink']);
  try {
    await until(async () => (await w.cameras.tell({ do: 'count', cameras: n })).cameras[0].viewers > 1, 'the peer to play');
    await sleep(3000);
    await w.cameras.tell({ do: 'stall', cameras: n });
    const from = performance.now();
    const said = new Promise((done) => { for (const end of [child.stdout, child.stderr]) end.once('data', () => done()); child.once('exit', () => done()); });
    await Promise.race([said, sleep(60000)]);
    return (performance.now() - from) / 1000;
  } finally {
    child.kill('SIGKILL');
    await w.cameras.tell({ do: 'resume', cameras: n });
  }
}

async function stalls(w, ids) {
  const times = [];
  for (let i = 0; i < STALLS; i++) {
    const n = (i % N) + 1;
    await w.cameras.tell({ do: 'stall', cameras: n });
    times.push(await whenIn(w.view, ids[n - 1], ['stalled', 'lost'], 20000));
    await w.cameras.tell({ do: 'resume', cameras: n });
  }
  await until(() => [...states(w.view).values()].every((s) => s === 'live'), 'all live again');
  return times;
}

/** Cameras that were away for five to forty seconds: power off and on. */
async function returns(w, ids, order) {
  const times = [], list = Array.from({ length: 20 }, (_, i) => i + 1);
  await w.cameras.tell({ do: order, cameras: list.join(',') });
  await until(() => list.every((n) => states(w.view).get(ids[n - 1]) === 'lost'), `twenty lost by ${order}`);
  await sleep(quick ? 2000 : 20000);
  for (const n of list) {
    await w.cameras.tell({ do: 'resume', cameras: n });
    times.push(whenIn(w.view, ids[n - 1], ['live'], 60000));
    await sleep(150);
  }
  return Promise.all(times);
}

const held = (pids) => ({ descriptors: pids.reduce((s, p) => s + descriptorsOf(p), 0), threads: pids.reduce((s, p) => s + threadsOf(p), 0), rss: pids.reduce((s, p) => s + rssKib(p), 0) });

/** Every camera is cut again and again, never before it was healthy for a while, so that no back-off grows. */
async function reconnects(w) {
  const pids = await w.workers(), rounds = Math.ceil(RECONNECTS / N);
  const cutAll = async () => {
    for (let n = 1; n <= N; n += BATCH) await w.cameras.tell({ do: 'cut', cameras: `${n}-${n + BATCH - 1}` });
    await sleep(500);
    await until(() => [...states(w.view).values()].every((s) => s === 'live'), 'all live after a cut', 90000);
    await sleep(10500);
  };
  await cutAll(); /* what is made once is made now */
  await cutAll();
  const before = held(pids), ring = metric(await w.metrics(), 'gridwarden_worker_ring_bytes') / 1024;
  for (let i = 0; i < rounds; i++) await cutAll();
  const after = held(pids), ringAfter = metric(await w.metrics(), 'gridwarden_worker_ring_bytes') / 1024;
  return { before, after, kib: after.rss - ringAfter - (before.rss - ring), n: rounds * N };
}

async function main() {
  say(`${N} cameras: stalls, returns, reconnects`);
  const w = await Watched.open({ n: N, clips, ownPorts: true });
  try {
    const ids = w.view.all('camera').sort((a, b) => a.code.localeCompare(b.code)).map((c) => c.id);
    const noticed = await stalls(w, ids), dropped = await returns(w, ids, 'drop'), silent = await returns(w, ids, 'silent');
    const peer = await rtspsrcNotices(w, 1);
    bench('stall_noticed_p95_s', at(noticed, 0.95) / 1000, 's', ['rtspsrc, once', peer]);
    bench('back_live_p95_s', at(dropped, 0.95) / 1000, 's');
    bench('back_live_p95_s_after_silence', at(silent, 0.95) / 1000, 's');
    const r = await reconnects(w);
    bench('reconnects', r.n, 'reconnects');
    bench('reconnects_descriptors_more', r.after.descriptors - r.before.descriptors, 'descriptors');
    bench('reconnects_threads_more', r.after.threads - r.before.threads, 'threads');
    bench('reconnects_rss_kib_more', r.kib, 'KiB');
  } finally {
    await w.close();
  }
}
main().catch((error) => { console.error(`bench faults: ${error.message}`); process.exitCode = 1; });
