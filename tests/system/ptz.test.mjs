// A camera that is turned through the running center: its presets, where it looks, home again, and what is said when it
// does not turn. The camera is the farm's ONVIF device.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import { places } from '../farm/lib/center.mjs';
import { Onvif } from '../farm/lib/onvif.mjs';
import { atEnd, follow, journal, kiosk, query, refusal, startCameras, startCenter, until } from './lib/testing.mjs';

const LIMIT = { timeout: 120000 };

async function start(t) {
  const device = await Onvif.start({ program: join(places().farm, 'gwfarm-onvif'), user: 'turn', password: 'table', presets: { 1: '大门', 2: '道路', home: '全景' } });
  atEnd(t, () => device.stop());
  const farm = await startCameras(t, { n: 1 }), center = await startCenter(t, { cameras: 1, rtspPort: farm.port });
  const admin = await center.login('admin'), operator = await center.login('operator'), desk = await follow(t, operator, 'desk');
  const camera_id = query(center, 'select id from camera')[0].id, camera = () => desk.get('camera', camera_id);
  await desk.waitFor(() => camera().state === 'live', { what: 'a live camera', timeoutMs: 30000 });
  const turn = (preset) => operator.command('camera.turn', { camera_id, ...(preset ? { preset } : {}) });
  return { device, center, admin, operator, desk, camera_id, camera, turn };
}

test('a camera tells its presets, is turned, and comes home', LIMIT, async (t) => {
  const { device, center, admin, operator, desk, camera_id, camera, turn } = await start(t);
  assert.match((await refusal(turn('1'))).message, /control address/);
  await admin.command('camera.change', { camera_id, control_url: device.url, user_name: 'turn', password: 'table', home_preset: 'home' });
  await desk.waitFor(() => camera().presets.length === 3, { what: 'three presets', timeoutMs: 20000 });
  assert.deepEqual(camera().presets.find(({ token }) => token === '2'), { token: '2', name: '道路' });
  assert.equal((await refusal(turn('9'))).code, 'bad_args');
  assert.equal((await refusal((await kiosk(center)).command('camera.turn', { camera_id, preset: '2' }))).code, 'forbidden');

  await turn('2');
  await until(async () => (await device.tell()).preset === '2', 'the camera turned');
  assert.equal(camera().away_preset, '2');
  const [row] = journal(center, 'camera.turned');
  assert.deepEqual([row.actor_id ?? row.user_id, row.body.preset], [operator.user.id, '2']);
  await turn();
  await until(async () => (await device.tell()).preset === 'home', 'the camera at home');
  await desk.waitFor(() => camera().away_preset === '', { what: 'a camera that is home', timeoutMs: 40000 });
});

test('one that does not turn is where it was, and the desk hears why', LIMIT, async (t) => {
  const { device, center, admin, desk, camera_id, camera, turn } = await start(t);
  await admin.command('camera.change', { camera_id, control_url: device.url, user_name: 'turn', password: 'table' });
  await desk.waitFor(() => camera().presets.length === 3, { what: 'three presets', timeoutMs: 20000 });
  await device.tell({ password: 'other' });
  await turn('2');
  await until(() => journal(center, 'camera.turn_failed').some(({ body }) => body.cause === 'auth'), 'a turn that failed');
  await desk.waitFor(() => camera().away_preset === '', { what: 'a camera that did not move' });
  assert.equal((await device.tell()).turns, 0);

  await t.test('a clock of its own is no hindrance', async () => {
    await device.tell({ password: 'table', clock_off_s: -86400 });
    await turn('1');
    await until(async () => (await device.tell()).preset === '1', 'the camera turned');
  });
  await t.test('while its worker dies nobody knows whether it turned, and the desk hears that', async () => {
    await device.tell({ mode: 'hang' });
    await turn('2');
    const { workers } = await center.health(), { pid } = workers.find(({ job }) => job === 'cameras');
    process.kill(pid, 'SIGKILL');
    await until(() => journal(center, 'camera.turn_failed').some(({ body }) => body.cause === 'worker_gone'), 'a turn that nobody answers for');
    assert.equal(camera().away_preset, '2');
    await until(async () => (await center.health()).workers.some((w) => w.job === 'cameras' && w.up && w.pid !== pid), 'another worker');
  });
  await t.test('one that has no PTZ says so when it is asked', async () => {
    await device.tell({ mode: 'no_ptz' });
    await admin.command('camera.change', { camera_id, control_url: `${device.url}?again` });
    await until(() => journal(center, 'camera.presets_failed').some(({ body }) => body.cause === 'not_found'), 'a camera without PTZ');
  });
});
