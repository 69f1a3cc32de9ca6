// Forty cameras behind one switch: real streams that fall silent together are one alert that grows.
import assert from 'node:assert/strict';
import test from 'node:test';
import { follow, journal, query, startCameras, startCenter } from './lib/testing.mjs';

const N = 46, BEHIND = 40;

/** All cameras live; the first forty hang on one switch, the others on another. */
async function start(t) {
  const farm = await startCameras(t, { n: N }), center = await startCenter(t, { cameras: N, rtspPort: farm.port });
  const admin = await center.login('admin'), desk = await follow(t, admin, 'desk');
  for (const { id, url } of query(center, 'select id, url from camera')) {
    const n = Number(/\/cam\/(\d+)/.exec(url)[1]);
    await admin.command('camera.change', { camera_id: id, switch: n <= BEHIND ? 'SW-7' : 'SW-8', recorder: '', power: '' });
  }
  await desk.waitFor((v) => v.all('camera').filter(({ state }) => state === 'live').length === N, { what: 'live cameras', timeoutMs: 60000 });
  return { farm, center, admin, desk };
}

const faults = (desk) => desk.all('alert').filter(({ subject }) => ['camera', 'outage'].includes(subject)).map(({ category }) => category);

test('38 of 40 behind one switch: one alert, its cameras, its end', { timeout: 240000 }, async (t) => {
  const { farm, center, admin, desk } = await start(t);
  await farm.tell({ do: 'stall', cameras: '1-13' });
  const first = await desk.waitFor(() => desk.find('outage', (o) => o.ended_at_us === null), { what: 'the outage', timeoutMs: 45000 });
  assert.deepEqual([first.cause, first.name, first.members, first.cameras.length], ['switch', 'SW-7', 40, 13]);
  await farm.tell({ do: 'stall', cameras: '14-38' });
  const grown = await desk.waitFor(() => desk.find('outage', (o) => o.cameras.length === 38), { what: 'all 38 in it', timeoutMs: 45000 });
  assert.deepEqual(faults(desk), ['switch_down']);
  assert.equal(desk.find('alert', (a) => a.id === grown.alert_id).subject_id, grown.id);
  assert.equal(desk.all('camera').filter(({ outage_id }) => outage_id === grown.id).length, 38);
  assert.ok(desk.get('center', 1).blind.length > 0);
  assert.deepEqual((await admin.get('/api/v1/outage?open=1')).rows.map(({ id }) => id), [grown.id]);
  await farm.tell({ do: 'resume', cameras: '1-38' });
  const over = await desk.waitFor(() => desk.find('outage', (o) => o.ended_at_us !== null), { what: 'its end', timeoutMs: 90000 });
  assert.ok(over.cameras.every(({ back_at_us }) => back_at_us !== null));
  assert.deepEqual(journal(center, 'outage.ended').map(({ body }) => body.not_back), [[]]);
  assert.deepEqual(faults(desk), ['switch_down']);
  const [community] = (await admin.get(`/api/v1/uptime?by=place&limit=1&month=${new Date().toISOString().slice(0, 7)}`)).rows;
  assert.ok(community.online > 0 && community.online < 1, `online ${community.online}`);
});
