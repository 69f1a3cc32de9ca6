// What cameras do to the eyes, and what is said of it: each camera of one farm misbehaves in its own way.
import assert from 'node:assert/strict';
import test from 'node:test';
import { journal, startCameras, until } from './lib/testing.mjs';
import { watch } from './lib/eyes.mjs';

const LIMIT = { timeout: 60000 };

test('stalled, silent, redirected, of another size, by UDP alone: each is noticed and said', LIMIT, async (t) => {
  const farm = await startCameras(t, { n: 6 });
  const { center, desk, cam, camera, alerts, worker } = await watch(t, farm, { n: 6 });
  const { width } = await desk.waitFor(() => cam(5).width > 0 && cam(5), { what: 'its size' });
  const { pid } = await worker(), from = Date.now();
  await farm.tell({ do: 'stall', cameras: 1 });
  await farm.tell({ do: 'silent', cameras: 2 });
  await farm.tell({ do: 'redirect', cameras: 3, to: 6 });
  await farm.tell({ do: 'udp_only', cameras: 4 });
  await farm.tell({ do: 'size', cameras: 5, live: true });
  await camera(1, 'stalled', 5000);
  assert.ok(Date.now() - from < 4500, `it took ${Date.now() - from} ms`);

  await t.test('another size in mid-stream, without a gap', async () => {
    const now = await desk.waitFor(() => cam(5).width !== width && cam(5), { what: 'the other width' });
    const { cameras: [told] } = await farm.tell({ do: 'list', cameras: 5 });
    assert.deepEqual([now.state, now.width, now.height], ['live', told.width, told.height]);
    assert.equal((await farm.control.count(5)).plays, 1);
  });
  await t.test('a handshake after which nothing comes is no live camera', async () => {
    await desk.waitFor(() => ['stalled', 'lost', 'connecting'].includes(cam(2).state), { what: 'camera 2 gone' });
    await until(async () => (await farm.control.count(2)).plays >= 2, 'it to be tried again', 20000);
    assert.notEqual(cam(2).state, 'live');
    await farm.tell({ do: 'resume', cameras: 2 });
    await camera(2, 'live', 15000);
  });
  await t.test('a redirect is followed', async () => {
    await until(async () => (await farm.control.count(3)).redirected >= 1, 'the redirect');
    await camera(3, 'live', 15000);
    await until(async () => (await farm.control.count(6)).viewers === 2, 'two viewers of camera 6');
  });
  await t.test('a camera that refuses TCP falls back, and says so', async () => {
    await desk.waitFor(() => cam(4).state === 'live' && cam(4).via === 'rtspsrc', { what: 'the fallback', timeoutMs: 20000 });
    assert.ok((await farm.control.count(4)).udp_refused >= 1);
    assert.deepEqual([1, 5, 6].map((i) => cam(i).via), ['lean', 'lean', 'lean']);
  });
  assert.equal(alerts().length, 0);
  assert.deepEqual([(await worker()).pid, journal(center, 'worker.down')], [pid, []]);
});

test('wrong credentials: refused after exactly two tries', LIMIT, async (t) => {
  const farm = await startCameras(t, { n: 1, args: ['--user', 'watch', '--password', 'right', '--auth', 'digest'] });
  const { admin, ids, camera } = await watch(t, farm, { n: 1, live: 0 });
  await camera(1, 'refused', 20000, 'auth');
  await farm.tell({ do: 'reset' });
  await admin.command('camera.change', { camera_id: ids.get(1), user_name: 'watch', password: 'wrong' });
  await until(async () => (await farm.control.count(1)).refused >= 2, 'two tries');
  await camera(1, 'refused', 20000, 'auth');
  await admin.command('camera.change', { camera_id: ids.get(1), name: 'its name is no reason to try again' });
  assert.equal((await farm.control.count(1)).refused, 2);
  await admin.command('camera.change', { camera_id: ids.get(1), password: 'right' });
  await camera(1, 'live');
  assert.equal((await farm.control.count(1)).refused, 2);
});

test('a camera that flaps fills no journal', LIMIT, async (t) => {
  const farm = await startCameras(t, { n: 2 });
  const { center, desk, cam, camera, ids } = await watch(t, farm, { n: 2 });
  await desk.waitFor(() => cam(1).width > 0 && cam(2).width > 0, { what: 'their sizes' });
  const states = (i) => journal(center, 'camera.state', `subject_id = ${ids.get(i)}`);
  const other = states(2).length;
  for (let i = 0; i < 4; i++) { // its pauses grow: 1, 2, 4 s
    const { plays } = await farm.control.count(1);
    await farm.tell({ do: 'cut', cameras: 1 });
    await until(async () => (await farm.control.count(1)).plays > plays, `reconnect ${i}`, 35000);
  }
  await camera(1, 'live');
  const rows = states(1);
  assert.ok(rows.length > other, 'nothing of it was written');
  for (const { at_us: at } of rows) assert.ok(rows.filter((row) => row.at_us <= at && row.at_us > at - 60e6).length <= 6, 'more than six in a minute');
  assert.equal(states(2).length, other);
  assert.equal(desk.find('alert', (a) => a.subject === 'camera' && a.subject_id === cam(1).id), undefined);
});

test('an H.265 camera is live, lean, and has thumbs', LIMIT, async (t) => {
  const farm = await startCameras(t, { n: 1 });
  await farm.tell({ do: 'size', cameras: 1, clip: 'gate-h265' });
  const { admin, desk, cam, ids } = await watch(t, farm, { n: 1 });
  await desk.waitFor(() => cam(1).width > 0, { what: 'its size' });
  assert.deepEqual([cam(1).codec, cam(1).via, cam(1).width], ['h265', 'lean', 1280]);
  const thumb = await until(async () => { const got = await admin.raw(`/api/v1/thumb/${ids.get(1)}`); return got.status === 200 && got; }, 'a thumb');
  assert.deepEqual([thumb.headers['content-type'], thumb.body.readUInt16BE(0)], ['image/jpeg', 0xffd8]);
});
