// What cameras do to us, on real RTSP streams of the farm; each test has cameras of one farm to itself.
import assert from 'node:assert/strict';
import test from 'node:test';
import { follow, journal, query, startCameras, startCenter, until } from './lib/testing.mjs';

/** A center with n live cameras; `cam(n)` is the object of the farm's camera n in the desk's view. */
async function start(t, n, { args, live = n } = {}) {
  const farm = await startCameras(t, { n, args }), center = await startCenter(t, { cameras: n, rtspPort: farm.port });
  const admin = await center.login('admin'), desk = await follow(t, admin, 'desk');
  const numbers = new Map(query(center, 'select id, url from camera').map(({ id, url }) => [Number(/\/cam\/(\d+)/.exec(url)[1]), id]));
  const cam = (i) => desk.get('camera', numbers.get(i));
  const camera = (i, state, timeoutMs = 20000, cause) => desk.waitFor(() => cam(i).state === state && (!cause || cam(i).cause === cause) && cam(i), { what: `camera ${i} ${state} ${cause ?? ''}`, timeoutMs });
  const alertOf = (i) => desk.find('alert', (a) => a.subject === 'camera' && a.subject_id === numbers.get(i));
  await desk.waitFor((v) => v.all('camera').filter(({ state }) => state === 'live').length === live, { what: `${live} live cameras`, timeoutMs: 30000 });
  return { farm, center, admin, desk, numbers, cam, camera, alertOf };
}

test('faults are noticed within seconds, and become an alert when they last', { timeout: 120000 }, async (t) => {
  const { farm, center, desk, cam, camera, alertOf } = await start(t, 6);
  const from = Date.now();
  await farm.tell({ do: 'stall', cameras: 1 });
  await farm.tell({ do: 'drop', cameras: 2 });
  await farm.tell({ do: 'refuse', cameras: 3 });
  await farm.tell({ do: 'full', cameras: 4 });
  await camera(1, 'stalled', 5000);
  assert.ok(Date.now() - from < 4500, `stalled was noticed after ${Date.now() - from} ms`);
  await camera(2, 'lost', 5000);
  await camera(4, 'lost', 10000, 'recorder_full');
  await camera(3, 'refused', 20000, 'auth');
  await t.test('a camera that comes back with another size says so', async () => {
    const before = cam(5);
    await farm.tell({ do: 'size', cameras: 5 });
    const after = await desk.waitFor(() => cam(5).state === 'live' && cam(5).width !== before.width && cam(5), { what: 'the other size', timeoutMs: 20000 });
    const { cameras: [told] } = await farm.tell({ do: 'list', cameras: 5 });
    assert.deepEqual([after.width, after.height], [told.width, told.height]);
  });
  await t.test('one that was gone is back within seconds, without an alert', async () => {
    await farm.tell({ do: 'resume', cameras: 2 });
    await camera(2, 'live', 15000);
    assert.equal(alertOf(2), undefined);
  });
  await t.test('one that stays silent raises an alert after 30 s, and is back', async () => {
    const alert = await desk.waitFor(() => alertOf(1), { what: 'the alert', timeoutMs: 40000 });
    assert.ok(Date.now() - from > 28000 && Date.now() - from < 40000, `it came after ${Date.now() - from} ms`);
    assert.ok(alert.priority >= 3 && alert.arrive_due_us === null && alert.state === 'UNACKED');
    assert.equal(alertOf(5), undefined);
    await farm.tell({ do: 'resume', cameras: 1 });
    await camera(1, 'live');
  });
  assert.deepEqual(journal(center, 'worker.down'), []);
});

test('wrong digest credentials: refused after exactly two tries; right ones are taken at once', { timeout: 90000 }, async (t) => {
  const { farm, admin, numbers, camera } = await start(t, 2, { args: ['--user', 'watch', '--password', 'right', '--auth', 'digest'], live: 0 });
  await admin.command('camera.change', { camera_id: numbers.get(2), user_name: 'watch', password: 'right' });
  await camera(2, 'live');
  await farm.tell({ do: 'reset' });
  await admin.command('camera.change', { camera_id: numbers.get(1), user_name: 'watch', password: 'wrong' });
  await camera(1, 'refused', 20000, 'auth');
  await admin.command('camera.change', { camera_id: numbers.get(2), name: 'another name' });
  await until(async () => (await farm.control.count(1)).refused >= 2, 'the tries');
  assert.equal((await farm.control.count(1)).refused, 2);
  await admin.command('camera.change', { camera_id: numbers.get(1), password: 'right' });
  await camera(1, 'live');
  assert.equal((await farm.control.count(1)).refused, 2);
});

test('a worker that was killed is back within seconds; its cameras are unknown meanwhile and raise nothing', { timeout: 60000 }, async (t) => {
  const { center, desk, cam } = await start(t, 3), seen = [];
  desk.on('change', (put) => seen.push(...put.filter(({ type }) => type === 'camera').map(({ state }) => state)));
  const worker = async () => (await center.health()).workers.find(({ worker: name }) => name === 'cameras');
  const { pid } = await worker(), from = Date.now();
  process.kill(pid, 'SIGKILL');
  await desk.waitFor(() => seen.includes('unknown') && cam(1).state === 'unknown', { what: 'the cameras unknown', timeoutMs: 2000 });
  await until(async () => { const now = await worker(); return now.up && now.pid !== pid; }, 'the worker', 3000);
  assert.ok(Date.now() - from < 2500, `it took ${Date.now() - from} ms`);
  await desk.waitFor((v) => v.all('camera').every(({ state }) => state === 'live'), { what: 'all cameras', timeoutMs: 15000 });
  assert.equal(desk.find('alert', (a) => ['camera', 'worker'].includes(a.subject)), undefined);
  assert.deepEqual([journal(center, 'worker.down').length, journal(center, 'worker.up').length >= 2], [1, true]);
});
