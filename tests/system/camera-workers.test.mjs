// Several workers share the cameras: what happens to one of them, or to one camera, is no business of the others.
import assert from 'node:assert/strict';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { connectWebSocket } from '../farm/lib/ws.mjs';
import { atEnd, follow, journal, startCameras, startCenter, temporaryFolder, until } from './lib/testing.mjs';

/** A center with n live cameras on so many workers. */
async function start(t, { n, workers, args, live = n }) {
  const farm = await startCameras(t, { n, args });
  const center = await startCenter(t, { cameras: n, rtspPort: farm.port, options: { 'ingest.camera_workers': workers, 'eyes.look_every_s': 2 } });
  const admin = await center.login('admin'), desk = await follow(t, admin, 'desk'), left = new Map();
  // every state a camera goes through, from now on
  desk.on('change', (put) => { for (const { type, id, state } of put) if (type === 'camera' && left.has(id)) left.get(id).push(state); });
  const listen = () => { left.clear(); for (const { id } of desk.all('camera')) left.set(id, []); };
  const allLive = (timeoutMs = 30000) => desk.waitFor((v) => v.all('camera').filter(({ state }) => state === 'live').length === live, { what: `${live} live cameras`, timeoutMs });
  await allLive();
  await until(async () => (await camerasOf(center)).reduce((sum, { live: now }) => sum + now, 0) === live, 'all workers to say so');
  listen();
  return { farm, center, admin, desk, left, listen, allLive };
}

const camerasOf = async (center) => (await center.health()).workers.filter(({ job }) => job === 'cameras');
const frames = async (admin) => new Map((await admin.get('/api/v1/gauges')).cameras.map(({ id, frames: n }) => [id, n]));

/** The number of pictures of each of these cameras goes on, and never begins anew. */
async function runsOn(admin, ids, from) {
  await until(async () => { const now = await frames(admin); return ids.every((id) => (now.get(id) ?? 0) > (from.get(id) ?? 0)); }, 'more pictures');
}

test('one of two workers is killed: its cameras are unknown and live again, the others never leave live', { timeout: 90000 }, async (t) => {
  const { center, admin, desk, left, allLive } = await start(t, { n: 8, workers: 2 });
  const [first, second] = await camerasOf(center), from = Date.now(), before = await frames(admin);
  assert.deepEqual([first.worker, first.cameras, second.worker, second.cameras], ['cameras', 4, 'cameras-2', 4]);
  process.kill(second.pid, 'SIGKILL');
  await desk.waitFor(() => [...left.values()].filter((states) => states.includes('unknown')).length === 4, { what: 'four unknown cameras', timeoutMs: 5000 });
  await until(async () => { const [, now] = await camerasOf(center); return now.up && now.pid !== second.pid; }, 'the worker', 3000);
  assert.ok(Date.now() - from < 2500, `the worker took ${Date.now() - from} ms`);
  await allLive(15000);
  const others = [...left].filter(([, states]) => !states.includes('unknown'));
  assert.equal(others.length, 4);
  for (const [id, states] of others) assert.ok(states.every((state) => state === 'live'), `camera ${id} went ${states}`);
  await runsOn(admin, others.map(([id]) => id), before);
  const [down] = journal(center, 'worker.down');
  assert.deepEqual([down.body.worker, down.body.camera_ids.length], ['cameras-2', 4]);
  assert.equal((await camerasOf(center))[0].restarts, 0);
  assert.equal(desk.find('alert', (a) => ['camera', 'worker'].includes(a.subject)), undefined);
});

test('SIGHUP: a worker is added, takes its share, and is stopped again, while those that stay run on', { timeout: 90000 }, async (t) => {
  const { center, admin, desk, left, listen, allLive } = await start(t, { n: 6, workers: 1 });
  const set = (n) => {
    writeFileSync(center.config, readFileSync(center.config, 'utf8').replace(/camera_workers=\d+/, `camera_workers=${n}`));
    process.kill(center.daemon.pid, 'SIGHUP');
  };
  const before = await frames(admin);
  set(2);
  await until(async () => { const all = await camerasOf(center); return all.length === 2 && all.every(({ live }) => live === 3); }, 'three live cameras on each');
  await allLive();
  const moved = [...left].filter(([, states]) => states.some((state) => state !== 'live')).map(([id]) => id);
  assert.ok(moved.length <= 3, `${moved.length} cameras were disturbed`);
  const { pid, restarts } = (await camerasOf(center))[0];
  await runsOn(admin, [...left.keys()].filter((id) => !moved.includes(id)).slice(0, 3), before);
  listen();
  const gone = (await camerasOf(center))[1].pid;
  set(1);
  await until(async () => { const all = await camerasOf(center); return all.length === 1 && all[0].live === 6; }, 'six live cameras on one');
  await until(() => { try { process.kill(gone, 0); return false; } catch { return true; } }, 'the end of the other');
  assert.deepEqual([(await camerasOf(center))[0].pid, restarts], [pid, 0]);
  await allLive();
  set('many');
  await center.daemon.waitForLine(/The configuration stays as it was/);
  assert.equal((await camerasOf(center)).length, 1);
  assert.equal(desk.find('alert', (a) => a.subject === 'worker'), undefined);
});

test('a camera that is added, changed and removed leaves the pictures of the others running', { timeout: 90000 }, async (t) => {
  const { center, admin, desk, farm, left } = await start(t, { n: 4, workers: 2 });
  const ids = [...left.keys()];
  const quiet = () => { for (const [id, states] of left) assert.ok(states.every((state) => state === 'live'), `camera ${id} went ${states}`); };
  let before = await frames(admin);
  const { result: { camera_id: id } } = await admin.command('camera.add', { code: 'C-NEW', name: '新', url: `rtsp://127.0.0.1:${farm.port}/cam/1` });
  await desk.waitFor(() => desk.get('camera', id)?.state === 'live', { what: 'the new camera', timeoutMs: 15000 });
  await runsOn(admin, ids, before);
  before = await frames(admin);
  await admin.command('camera.change', { camera_id: id, url: `rtsp://127.0.0.1:${farm.port}/cam/2` });
  await desk.waitFor(() => desk.get('camera', id)?.state === 'live', { what: 'the changed camera', timeoutMs: 15000 });
  await runsOn(admin, ids, before);
  before = await frames(admin);
  await admin.command('camera.remove', { camera_id: id });
  await runsOn(admin, ids, before);
  quiet();
  assert.equal((await camerasOf(center)).reduce((sum, { cameras }) => sum + cameras, 0), 4);
});

test('a camera with a wrong password is refused, and the others do not care', { timeout: 60000 }, async (t) => {
  const { admin, desk, farm, left } = await start(t, { n: 2, workers: 2, args: ['--user', 'watch', '--password', 'right', '--auth', 'digest'], live: 0 });
  const [one, two] = [...left.keys()];
  await admin.command('camera.change', { camera_id: one, user_name: 'watch', password: 'right' });
  await desk.waitFor(() => desk.get('camera', one).state === 'live', { what: 'the one', timeoutMs: 20000 });
  const before = await frames(admin);
  await admin.command('camera.change', { camera_id: two, user_name: 'watch', password: 'wrong' });
  await desk.waitFor(() => desk.get('camera', two).state === 'refused' && desk.get('camera', two).cause === 'auth', { what: 'the refusal', timeoutMs: 20000 });
  await runsOn(admin, [one], before);
  assert.ok((await farm.control.count(2)).refused <= 2);
});

test('small pictures of all cameras come to whoever asks, and figures say who works', { timeout: 60000 }, async (t) => {
  const { center, admin, left } = await start(t, { n: 3, workers: 2 });
  const ids = [...left.keys()].sort((a, b) => a - b);
  const { url, headers } = admin.socketTarget('/ws/media');
  const socket = await connectWebSocket(url, { protocol: 'gridwarden.media.v1', headers }), seen = new Map();
  atEnd(t, () => socket.close());
  socket.on('message', (frame) => seen.set(frame.readUInt32BE(0), frame));
  socket.send(JSON.stringify({ type: 'thumbs', cameras: 'all' }));
  await until(() => seen.size === 3, 'a thumb of each', 30000);
  for (const id of ids) {
    const frame = seen.get(id), age = Date.now() * 1000 - Number(frame.readBigUInt64BE(4));
    assert.ok(frame.readUInt16BE(12) === 320 && frame.length <= 16 + 48 * 1024 && frame.readUInt16BE(16) === 0xffd8);
    assert.ok(age < 30e6, `camera ${id}: ${age} us old`);
  }
  const got = await admin.raw(`/api/v1/thumb/${ids[0]}`);
  assert.deepEqual([got.status, got.headers['content-type'], got.body.readUInt16BE(0)], [200, 'image/jpeg', 0xffd8]);
  const again = await admin.raw(`/api/v1/thumb/${ids[0]}`, { headers: { 'If-None-Match': got.headers.etag } });
  assert.ok(again.status === 304 || again.headers.etag !== got.headers.etag);
  assert.equal((await admin.raw('/api/v1/thumb/4711')).status, 404);
  let text;
  for (const line of [/^gridwarden_worker_up\{worker="cameras-2"\} 1$/m, /^gridwarden_worker_cameras\{worker="cameras"\} 2$/m, /^gridwarden_worker_threads\{worker="cameras"\} [1-9]/m,
    /^gridwarden_worker_looks_total\{worker="cameras"\} [1-9]/m, /^gridwarden_worker_rss_bytes\{worker="cameras-2"\} [1-9]/m, /^gridwarden_camera_keyframe_seconds\{/m]) {
    await until(async () => { text = String((await admin.raw('/metrics')).body); return line.test(text); }, String(line));
  }
  assert.equal((text.match(/^gridwarden_camera_live\{/gm) ?? []).length, 3);
  await until(async () => {
    const listed = JSON.parse(await center.cli(['--json', 'cameras']));
    return listed.length === 3 && listed.every(({ state, via, sees, fps, key_ms: key }) => state === 'live' && via === 'lean' && sees === 'yes' && fps > 0 && key > 0);
  }, 'the list of cameras');
  assert.equal((await center.cli(['cameras', '--lost'])).trim().split('\n').length, 1);
});

// A worker that says of its cameras what real ones take minutes to show: keyframes 15 s apart, a clock 5 s ahead.
const SLOW_WORKER = `#!${process.execPath}
const net = require('node:net'), control = new net.Socket({ fd: 3 });
let rest = Buffer.alloc(0);
const cameras = new Set();
function say(message) {
  const json = Buffer.from(JSON.stringify(message)), head = Buffer.alloc(8);
  head.writeUInt32BE(json.length, 0);
  control.write(Buffer.concat([head, json]));
}
function hear(m) {
  if (m.type === 'hello') say({ type: 'hello', v: 1, worker: m.worker, pid: process.pid, gstreamer: 'none' });
  if (m.type === 'camera.set') { cameras.add(m.id); say({ type: 'camera.state', id: m.id, state: 'live', cause: 'none', at_us: Date.now() * 1000, via: m.id === 1 ? 'rtspsrc' : 'lean' }); }
}
setInterval(() => say({ type: 'gauges', at_us: Date.now() * 1000, cameras: [...cameras].map((id) => ({ id, fps: 20, kbps: 900, width: 640, height: 360, codec: 'h264', gop: 300, age_ms: 50, reconnects: 0,
  key_ms: id === 1 ? 15000 : 2000, lost_ppm: 0, jitter_ms: 1, clock_ms: id === 2 ? 5000 : null, rate: 'cbr', activity: null, look_age_ms: null, frames: 7 })) }), 500);
control.on('data', (bytes) => {
  rest = Buffer.concat([rest, bytes]);
  for (let n; rest.length >= 8 && rest.length >= (n = 8 + rest.readUInt32BE(0) + rest.readUInt32BE(4)); rest = rest.subarray(n)) hear(JSON.parse(rest.subarray(8, 8 + rest.readUInt32BE(0))));
}).on('close', () => process.exit(0));
`;

test('cameras that need another setting are named, with the setting', { timeout: 60000 }, async (t) => {
  const dir = temporaryFolder(t), worker = join(dir, 'slow-worker');
  writeFileSync(worker, SLOW_WORKER);
  chmodSync(worker, 0o755);
  chmodSync(dir, 0o755);
  const center = await startCenter(t, { cameras: 3, options: { 'ingest.worker': worker } });
  await until(async () => JSON.parse(await center.cli(['--json', 'cameras'])).every(({ state, fps }) => state === 'live' && fps === 20), 'three live cameras');
  const lines = async (...args) => (await center.cli(['cameras', ...args])).trim().split('\n').slice(1);
  assert.equal((await lines()).length, 3);
  const [slow, advice, ...more] = await lines('--slow-keyframes');
  assert.match(slow, /^C-\d+ +live +rtspsrc +20\.0 +900 +15\.0 s +- /);
  assert.match(advice, /C-\d+: .*smart codec off.* set the I-frame interval to 40 \(2 s\)/);
  assert.deepEqual(more, []);
  const [adrift, ntp, ...others] = await lines('--drift');
  assert.match(adrift, /2\.0 s +5\.0 s/);
  assert.match(ntp, /NTP/);
  assert.deepEqual(others, []);
  assert.deepEqual(await lines('--lost'), []);
  assert.equal((await lines('--slow-keyframes', '--drift')).length, 4);
  const doctor = await center.cli(['doctor']).catch(({ output }) => output);
  assert.match(doctor, /^ok +1 cameras are received by the fallback/m);
  assert.match(doctor, /^MEND +1 cameras send a keyframe more rarely than every 10 s/m);
});
