// What cameras' own analytics say, in the accents of several makers: rules make alerts or rows of it, noise makes nothing.
import assert from 'node:assert/strict';
import test from 'node:test';
import { journal, startCameras, until } from './lib/testing.mjs';
import { watch } from './lib/eyes.mjs';

const DIALECTS = ['plain', 'nested', 'flat', 'garbage'];
const words = { response_zh: '看画面，核实后派单', response_en: 'Look at the picture, then dispatch' };

test('a line that was crossed, in each dialect; motion as a row; and no camera makes the worker stumble', { timeout: 90000 }, async (t) => {
  const n = DIALECTS.length + 1, farm = await startCameras(t, { n, args: ['--onvif'] });
  for (const [i, dialect] of DIALECTS.entries()) await farm.tell({ do: 'metadata', cameras: i + 1, dialect });
  await farm.tell({ do: 'metadata', cameras: n, dialect: 'off' });
  const { center, admin, desk, ids, cam, alerts, worker } = await watch(t, farm, { n });
  const { pid, restarts } = await worker();
  await admin.command('rule.add', { kind: 'camera_observed', name: '越线', selector: { topics: ['line'] }, priority: 3, category: 'intrusion', off_delay_us: 0, ...words });
  await admin.command('rule.add', { kind: 'camera_observed', name: '移动', selector: { topics: ['motion'], cameras: [ids.get(1)] }, makes: 'event', priority: 4, ...words });
  await farm.tell({ do: 'event', cameras: `1-${n - 1}`, topic: 'line', active: true, rule: 'fence' });
  const alertOf = (i) => desk.find('alert', (a) => a.rule_kind === 'camera_observed' && a.camera_id === ids.get(i));
  for (const [i, dialect] of DIALECTS.entries()) {
    const alert = await desk.waitFor(() => alertOf(i + 1), { what: `the alert of ${dialect}`, timeoutMs: 10000 });
    assert.deepEqual([alert.category, alert.priority, alert.active], ['intrusion', 3, true], dialect);
  }
  assert.equal(alertOf(n), undefined);
  // who says that it is over ends its alert; `nested` tells of single happenings, and those last a minute
  await farm.tell({ do: 'event', cameras: `1-${n - 1}`, topic: 'line', active: false, rule: 'fence' });
  await desk.waitFor(() => DIALECTS.every((dialect, i) => !alertOf(i + 1).active || dialect === 'nested'), { what: 'the end of all', timeoutMs: 10000 });
  assert.ok(alertOf(DIALECTS.indexOf('nested') + 1).active);

  await farm.tell({ do: 'event', cameras: `1-${n - 1}`, topic: 'motion', active: true });
  const [row] = await until(() => { const rows = journal(center, 'camera.observed'); return rows.length && rows; }, 'the row');
  assert.deepEqual([row.subject_id, row.body.topic], [ids.get(1), 'motion']);

  // what nobody asked for, and a storm of noise, leave no trace; the worker is the same one
  for (let i = 0; i < 20; i++) await farm.tell({ do: 'event', cameras: 4, topic: 'field', active: i % 2 === 0 });
  const { documents } = await farm.control.count(4);
  assert.ok(documents >= 20, `${documents} documents`);
  await until(async () => { // ten a second are heard of one camera: it says so until it is
    await farm.tell({ do: 'event', cameras: 4, topic: 'line', active: true, rule: 'gate' });
    return desk.find('alert', (a) => a.camera_id === ids.get(4) && a.active && a.rule_kind === 'camera_observed');
  }, 'the next alert of the noisy one');
  assert.equal(journal(center, 'camera.observed').length, 1);
  const now = await worker();
  assert.deepEqual([now.pid, now.restarts], [pid, restarts]);
  assert.ok([...ids.keys()].every((i) => cam(i).state === 'live'));
  assert.equal(alerts().filter((a) => a.rule_kind !== 'camera_observed').length, 0);
});
