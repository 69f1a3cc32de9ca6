// ./bench live: how soon, how fresh and how dear pictures are that move: the product's own pages in Chromium, and light viewers
// beside them, against cameras of the farm whose pictures say their number. Peers look at the same cameras in the same run.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PASSWORD } from '../farm/lib/center.mjs';
import { Session } from '../farm/lib/client.mjs';
import { Viewer } from '../farm/lib/viewer.mjs';
import { at, cpuPercent, cpuSeconds, figure, have, rssKib, say, sleep, until, Watched } from './measure.mjs';
import { addBoxes, desks, observe } from './observe.mjs';
import { numberOf, numbersOf, SentLog } from './sent.mjs';

const clips = process.env.GW_BENCH_CLIPS, quick = process.env.GW_BENCH_QUICK === '1', only = process.env.GW_BENCH_ONLY?.split(',');
const bench = (...args) => figure('live', ...args);
const NUMBERED = { pictures: 600, fps: 15 }, HEIGHT = 720; // of both numbered clips
const VIEWERS = 50, TILES = 16, OPENED = quick ? 160 : 1000, FIRST = quick ? 8 : 40, PEER = quick ? 3 : 12, MEASURE_S = quick ? 6 : 15, REPORTS = quick ? 40 : 150, SOCKETS = 8, TURN_MS = 250, // a socket may open only so many tiles a second
  CLIPS = quick ? 3 : 8;
const OPTIONS = { 'eyes.looks_per_s': '0' };
const percentiles = (name, values, peer) => { bench(`${name}_p50_ms`, at(values, 0.5), 'ms', peer && [peer[0], at(peer[1], 0.5)]); bench(`${name}_p95_ms`, at(values, 0.95), 'ms', peer && [peer[0], at(peer[1], 0.95)]); };

const farmOf = (clip, n, more = {}) => Watched.open({ n, clips: [join(clips, clip)], farm: ['--one-send-per-packet'], options: OPTIONS, ...more });
/** A session as a browser in the house has it: over TLS. */
async function overTls(w, name = 'operator') {
  const ca = readFileSync(join(w.center.state, 'tls/ca.crt'));
  return new Session({ base: w.center.tlsBase, ca }).login(name, PASSWORD);
}
// ---- one camera ----

/** Milliseconds from opening a slot to its first picture, and to the newest one before it (the last group replayed). */
async function firstByViewer(w, session) {
  const viewer = await Viewer.open(session), ids = w.view.all('camera').map((c) => c.id), first = [], caughtUp = [];
  try {
    for (let i = 0; i < FIRST; i++) {
      await sleep(150 + Math.random() * 400); // anywhere in the group of pictures
      const from = performance.now(), [slot] = viewer.show({ camera_id: ids[i % ids.length], stream: 'watched' });
      await Promise.all([viewer.picture(slot, { is: (p) => p.key }).then(() => first.push(performance.now() - from)), viewer.picture(slot, { is: (p) => !p.replay }).then(() => caughtUp.push(performance.now() - from))]);
      viewer.hide(slot);
    }
  } finally { viewer.close(); }
  return { first, caughtUp };
}

/** The same of ffmpeg (its defaults; told to hurry it was slower): from its start to its first decoded picture, each anywhere in a group of pictures. */
async function firstByFfmpeg(w) {
  const one = async (i) => {
    await sleep(Math.random() * 10000);
    const from = performance.now();
    const child = spawn('ffmpeg', ['-nostdin', '-v', 'error', '-rtsp_transport', 'tcp', '-i', w.cameras.url(1 + (i % TILES)), '-frames:v', '1', '-f', 'null', '-'], { stdio: 'ignore' });
    await new Promise((done) => child.once('exit', done));
    return performance.now() - from;
  };
  return Promise.all(Array.from({ length: PEER }, (_, i) => one(i)));
}

async function first(tools) {
  say('first pictures, a keyframe every ten seconds');
  const w = await farmOf('numbered-long-gop.h264', TILES);
  try {
    await sleep(11000); // a keyframe of each
    const peer = have('ffmpeg') ? await firstByFfmpeg(w) : (say('peer ffmpeg is not installed'), null);
    const viewer = await firstByViewer(w, await overTls(w));
    percentiles('first_picture_at_client', viewer.first);
    percentiles('first_picture_caught_up_at_client', viewer.caughtUp);
    await tools?.first(w, peer && ['ffmpeg, first decoded picture', peer]);
  } finally { await w.close(); }
}

// ---- how far behind ----

/** Ages in ms of the pictures that a client is sent, when it has them. */
async function behindAtClient(w, session) {
  const viewer = await Viewer.open(session), ages = [], jitter = [];
  let last = 0;
  viewer.on('picture', ({ atUs, replay }) => {
    if (replay) return;
    ages.push(Date.now() - atUs / 1000);
    if (last) jitter.push(performance.now() - last);
    last = performance.now();
  });
  viewer.show({ camera_id: w.view.all('camera')[0].id, stream: 'watched' });
  await sleep(MEASURE_S * 1000);
  viewer.close();
  return { ages, jitter };
}

async function behind(tools) {
  say('how far behind the camera');
  const w = await farmOf('numbered.h264', 4), log = new SentLog(w.cameras, NUMBERED);
  try {
    const { ages } = await behindAtClient(w, await overTls(w));
    percentiles('behind_arrival_at_client', ages);
    await tools?.behind(w, log);
  } finally {
    log.stop();
    await w.close();
  }
}

// ---- fifty of one camera ----

async function fifty() {
  say(`${VIEWERS} viewers of one camera`);
  const w = await farmOf('1080p15-1m.h264', 4), viewers = [];
  try {
    const session = await overTls(w), lists = { worker: await w.workers(), daemon: [w.daemon] }, camera = w.view.all('camera')[0].id;
    await sleep(3000);
    const none = await cpuPercent(lists, MEASURE_S), ages = [];
    for (let i = 0; i < VIEWERS; i++) viewers.push(await Viewer.open(session));
    for (const v of viewers) { v.show({ camera_id: camera, stream: 'watched' }); v.on('picture', ({ atUs, replay }) => { if (!replay) ages.push(Date.now() - atUs / 1000); }); }
    await until(() => viewers.every((v) => v.pictures > 0), 'a picture at each', 15000);
    await sleep(2000);
    ages.length = 0;
    const before = viewers.map((v) => v.pictures), all = await cpuPercent(lists, MEASURE_S);
    const worst = Math.min(...viewers.map((v, i) => v.pictures - before[i]));
    bench('cpu_percent_of_core_per_viewer', (all.worker + all.daemon - none.worker - none.daemon) / VIEWERS, '%');
    bench('cpu_percent_of_core_daemon_50_viewers', all.daemon, '%');
    bench('cpu_percent_of_core_worker_50_viewers', all.worker - none.worker, '%');
    bench('pictures_per_s_worst_of_50_viewers', worst / MEASURE_S, '1/s');
    bench('pictures_lost_by_50_viewers', viewers.reduce((sum, v) => sum + v.late, 0), 'pictures');
    bench('behind_arrival_at_50_clients_p95_ms', at(ages, 0.95), 'ms');
    bench('daemon_rss_kib_50_viewers', rssKib(w.daemon), 'KiB');
  } finally {
    for (const v of viewers) v.close();
    await w.close();
  }
}

// ---- a thousand opened and closed ----

async function thousand(tools) {
  say(`${OPENED} tiles opened and closed`);
  const w = await farmOf('low.h264', 2 * TILES);
  try {
    const session = await overTls(w), desk = await Promise.all(Array.from({ length: SOCKETS }, () => Viewer.open(session))), all = w.view.all('camera').map((c) => c.id), workers = await w.workers();
    const rss = () => ({ worker: workers.reduce((sum, pid) => sum + rssKib(pid), 0), daemon: rssKib(w.daemon) });
    let turns = 0;
    const turn = async () => {
      const ids = turns % 2 ? all.slice(TILES) : all.slice(0, TILES), viewer = desk[turns++ % SOCKETS], slots = viewer.show(...ids.map((id) => ({ camera_id: id, stream: 'watched' })));
      await Promise.all(slots.map((slot) => viewer.picture(slot)));
      viewer.hide(...slots);
      await sleep(TURN_MS);
    };
    await sleep(14000); // rings are full
    for (let i = 0; i < 2 * SOCKETS; i++) await turn(); // what grows once does so here
    const before = rss();
    for (let n = 0; n < OPENED; n += TILES) await turn();
    await sleep(7000); // views are closed five seconds after their last viewer
    const after = rss();
    for (const viewer of desk) viewer.close();
    bench('worker_rss_kib_over_1000_tiles', ((after.worker - before.worker) * 1000) / OPENED, 'KiB');
    bench('daemon_rss_kib_over_1000_tiles', ((after.daemon - before.daemon) * 1000) / OPENED, 'KiB');
    await tools?.thousand(w, OPENED);
  } finally { await w.close(); }
}

// ---- sixteen tiles, and what they do to an alert ----

async function sixteen(tools) {
  say(`${TILES} tiles at once, and alerts meanwhile`);
  const w = await farmOf('numbered.h264', TILES, { demo: true }); // 1280 x 720, 15 a second
  const views = [];
  try {
    const boxes = await addBoxes(w.center), session = await w.center.login('operator');
    views.push(...await desks(session, VIEWERS));
    const alone = await observe(w.center, boxes, views, REPORTS, 'alone');
    const light = await lightTiles(w), sent = await observe(w.center, boxes, views, REPORTS, 'sent');
    light();
    const close = await tools?.sixteen(w);
    const beside = tools ? await observe(w.center, boxes, views, REPORTS, 'beside') : sent;
    await close?.();
    bench('observation_to_client_p99_ms_tiles_shown_elsewhere', at(sent.times, 0.99), 'ms', ['the same without tiles', at(alone.times, 0.99)]);
    bench('observation_to_client_p99_ms', at(beside.times, 0.99), 'ms', ['the same without tiles', at(alone.times, 0.99)]);
    bench('observation_to_client_p50_ms', at(beside.times, 0.5), 'ms', ['the same without tiles', at(alone.times, 0.5)]);
    bench('fsync_p99_ms_beside_tiles', at(beside.syncs, 0.99), 'ms');
  } finally {
    for (const view of views) view.link.close();
    await w.close();
  }
}

/** Whoever shows them is another machine: one client takes them all and decodes nothing. */
async function lightTiles(w) {
  const viewer = await Viewer.open(await overTls(w));
  viewer.show(...w.view.all('camera').slice(0, TILES).map(({ id }) => ({ camera_id: id, stream: 'watched' })));
  await sleep(3000);
  return () => viewer.close();
}

// ---- clips ----

/** An alert with each camera, at times that have nothing to do with keyframes; the clip rows when all are saved. */
async function raiseAlerts(w, cameras) {
  const raised = [];
  for (const camera of cameras) {
    await sleep(300 + Math.random() * 900);
    const { result } = await w.session.command('incident.open', { category: 'parking', priority: 3, camera_id: camera.id, words: `bench ${camera.code}` });
    raised.push({ camera, alertId: result.alert_id, from: performance.now() });
  }
  await Promise.all(raised.map(async (r) => {
    r.clip = await w.view.waitFor((v) => { const c = v.find('clip', (x) => x.alert_id === r.alertId); return c && ['saved', 'failed'].includes(c.state) && c; }, { what: `the clip of ${r.camera.code}`, timeoutMs: 60000 });
    r.savedS = (performance.now() - r.from) / 1000;
    r.alert = w.view.get('alert', r.alertId);
  }));
  return raised;
}

/** Seconds that a clip's first and last pictures were sent before and after the alert, by the pictures themselves. */
async function held(w, log, dir, { camera, clip, alert }) {
  const file = join(dir, `${clip.id}.mp4`);
  writeFileSync(file, await w.session.file(clip.hash));
  const numbers = await numbersOf(file, HEIGHT), n = w.view.all('camera').findIndex(({ id }) => id === camera.id) + 1;
  const holes = numbers.slice(1).filter((x, i) => x !== (numbers[i] + 1) % NUMBERED.pictures).length;
  const first = log.at(n, numbers[0], clip.from_us + 1e6), last = log.at(n, numbers.at(-1), clip.to_us + 1e6);
  return { before: (alert.first_at_us - first) / 1e6, after: (last - alert.first_at_us) / 1e6, told: { before: (alert.first_at_us - clip.from_us) / 1e6, after: (clip.to_us - alert.first_at_us) / 1e6 }, holes, pictures: numbers.length };
}

async function clipsOfAlerts() {
  say('clips of alerts');
  if (!have('ffmpeg')) { say('clips are read by ffmpeg, which is not installed'); return; }
  const w = await farmOf('numbered.h264', 12), log = new SentLog(w.cameras, NUMBERED), dir = mkdtempSync(join(tmpdir(), 'gridwarden-clips-'));
  try {
    await sleep(12000); // the ring holds ten seconds
    const pids = [...await w.workers(), w.daemon], idleS = 10, idleFrom = cpuSeconds(pids);
    await sleep(idleS * 1000);
    const idle = (cpuSeconds(pids) - idleFrom) / idleS, busyFrom = cpuSeconds(pids), from = performance.now();
    const raised = await raiseAlerts(w, w.view.all('camera').slice(0, CLIPS));
    const cost = cpuSeconds(pids) - busyFrom - (idle * (performance.now() - from)) / 1000;
    const failed = raised.filter((r) => r.clip.state !== 'saved');
    for (const r of failed) say(`the clip of ${r.camera.code} failed: ${r.clip.why}`);
    const good = raised.filter((r) => r.clip.state === 'saved'), spans = [];
    for (const r of good) spans.push(await held(w, log, dir, r));
    bench('clips_failed', failed.length, 'clips');
    if (!good.length) return;
    bench('clip_alert_to_playable_p95_s', at(good.map((r) => r.savedS), 0.95), 's');
    bench('clip_end_to_playable_p95_s', at(good.map((r) => r.savedS - 20), 0.95), 's');
    bench('clip_begins_s_before_alert_least', Math.min(...spans.map((s) => s.before)), 's');
    bench('clip_begins_s_before_alert_most', Math.max(...spans.map((s) => s.before)), 's');
    bench('clip_ends_s_after_alert_least', Math.min(...spans.map((s) => s.after)), 's');
    bench('clip_ends_s_after_alert_most', Math.max(...spans.map((s) => s.after)), 's');
    bench('clip_told_and_seen_differ_most_ms', Math.max(...spans.flatMap((s) => [Math.abs(s.before - s.told.before), Math.abs(s.after - s.told.after)])) * 1000, 'ms');
    bench('clip_pictures_missing', spans.reduce((sum, s) => sum + s.holes, 0), 'pictures');
    bench('clip_cpu_ms', (cost * 1000) / raised.length, 'ms');
    bench('clip_kib', good.reduce((sum, r) => sum + r.clip.bytes, 0) / good.length / 1024, 'KiB');
  } finally {
    log.stop();
    await w.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

// ---- in a browser ----

async function browserTools() {
  try { return (await import('./live-page.mjs')).tools({ bench, percentiles, first: FIRST, measureS: MEASURE_S }); } catch (error) {
    if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
    say(`no browser (${error.message.split('\n')[0]}): figures of pages are left out`);
    return null;
  }
}

const PARTS = { first, behind, fifty, thousand, sixteen, clips: clipsOfAlerts };

async function main() {
  const tools = await browserTools();
  for (const [name, part] of Object.entries(PARTS)) {
    if (only && !only.includes(name)) continue;
    try { await part(tools); } catch (error) { console.error(`bench live: ${name}: ${error.stack}`); process.exitCode = 1; }
  }
}
main().catch((error) => { console.error(`bench live: ${error.message}`); process.exitCode = 1; });
