// Forty cameras behind one switch: what fell by one cause is one alert, and what does not come back is named.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import test from 'node:test';
import { follow, journal, query, startCameras, until } from './lib/testing.mjs';
import { watch } from './lib/eyes.mjs';

const BEHIND = 40, OTHERS = 8, N = BEHIND + OTHERS;
const sql = (center, text) => execFileSync('sqlite3', [center.database, text], { uid: center.as.uid, gid: center.as.gid });

/** Delays of seconds, and a switch of forty: written before the center starts. */
const prepare = (center) => sql(center, `update rule set on_delay_us = 3000000, off_delay_us = 1000000 where kind in ('camera_fault', 'outage');
  update camera set power = '', recorder = 'NVR-' || id, place_id = (select id from place where code = 'DWT'), switch = case when id in (select id from camera order by id limit ${BEHIND}) then 'SW-40' else 'SW-' || id end`);

test('40 cameras behind one switch are one alert that grows, and no other', { timeout: 180000 }, async (t) => {
  const farm = await startCameras(t, { n: N });
  const { center, admin, desk, ids, alerts, worker } = await watch(t, farm, { n: N, prepare, options: { 'eyes.looks_per_s': 0 } });
  const behind = [...ids].filter(([, id]) => desk.get('camera', id).switch === 'SW-40').map(([number]) => number);
  assert.equal(behind.length, BEHIND);
  const seen = new Set();
  desk.on('change', (put) => { for (const { type, id, subject } of put) if (type === 'alert') seen.add(`${subject} ${id}`); });

  const half = behind.slice(0, 20), rest = behind.slice(20);
  await farm.tell({ do: 'drop', cameras: half.join(',') });
  const outage = await desk.waitFor((v) => v.find('outage', (o) => o.cause === 'switch'), { what: 'the outage' });
  assert.deepEqual([outage.name, outage.members], ['SW-40', BEHIND]);
  const alert = await desk.waitFor((v) => v.get('alert', outage.alert_id), { what: 'its alert' });
  assert.deepEqual([alert.rule_kind, alert.category, alert.subject, alert.subject_id], ['outage', 'switch_down', 'outage', outage.id]);
  for (const one of [rest.slice(0, 7), rest.slice(7, 14), rest.slice(14)]) await farm.tell({ do: 'drop', cameras: one.join(',') });
  await desk.waitFor((v) => v.get('outage', outage.id).cameras.length === BEHIND, { what: 'all forty in it', timeoutMs: 30000 });
  assert.deepEqual([...seen], [`outage ${alert.id}`]);
  assert.equal(journal(center, 'outage.began').length, 1);
  const ofOutage = desk.all('camera').filter((c) => c.outage_id === outage.id);
  assert.equal(ofOutage.length, BEHIND);

  await t.test('all but two come back: it ends by naming those, and each has its own alert', async () => {
    const away = behind.slice(0, 2), back = behind.slice(2);
    await farm.tell({ do: 'resume', cameras: back.join(',') });
    await until(() => query(center, `select count(*) as n from outage_camera where back_at_us is not null`)[0].n === BEHIND - 2, '38 that are back', 60000);
    assert.equal(desk.get('outage', outage.id).ended_at_us, null);
    assert.equal(alerts().length, 1);
    const { pid } = await worker();
    // two quiet minutes: the clock of this one timer is set forward while the center is down
    await center.stop();
    sql(center, `update timer set due_at_us = due_at_us - 120000000 where kind = 'outage.end'`);
    await center.start();
    const again = await follow(t, admin, 'desk');
    await again.waitFor(() => journal(center, 'outage.ended').length === 1, { what: 'its end', timeoutMs: 20000 });
    const [{ body }] = journal(center, 'outage.ended');
    assert.deepEqual(body.not_back.sort(), away.map((i) => ids.get(i)).sort());
    await again.waitFor((v) => away.every((i) => v.find('alert', (a) => a.subject === 'camera' && a.subject_id === ids.get(i))), { what: 'their own alerts', timeoutMs: 20000 });
    assert.equal(again.all('alert').filter((a) => a.subject === 'camera').length, 2);
    assert.notEqual((await worker()).pid, pid);
  });
});
