// A patrol shows its badge to the camera of a checkpoint: it is a check-in like any other, once for each time it is shown.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import { follow, query, startCenter, temporaryFolder, until } from './lib/testing.mjs';
import { codeClip, startViews } from './lib/eyes.mjs';

test('a badge before the camera of a checkpoint checks its unit in there, once', { timeout: 90000 }, async (t) => {
  const center = await startCenter(t, { options: { 'eyes.look_every_s': 1 } }), folder = temporaryFolder(t);
  const admin = await center.login('admin'), desk = await follow(t, admin, 'desk');
  const unit = desk.find('unit', (u) => u.code === 'U-N1'), checkpoint = desk.find('checkpoint', (c) => c.code === 'CP-05');
  const { result: { badge } } = await admin.command('unit.badge', { unit_id: unit.id });
  const files = [await codeClip(folder, 'badge', badge), await codeClip(folder, 'nobody', 'GWB-AAAABBBBCCCCDDDDEEEE'), await codeClip(folder, 'advert', 'https://example.org/')];
  const farm = await startViews(t, { n: 2, files });
  const add = async (i, more) => (await admin.command('camera.add', { code: `C-Q${i}`, name: `巡更点摄像机${i}`, url: farm.url(i), ...more })).result.camera_id;
  const at = await add(1, { checkpoint_id: checkpoint.id }), other = await add(2, {});
  await desk.waitFor((v) => [at, other].every((id) => v.get('camera', id)?.state === 'live'), { what: 'both cameras', timeoutMs: 20000 });
  const checkins = () => query(center, 'select * from checkin order by id');
  const rows = (kind) => query(center, `select * from journal where kind = '${kind}'`);

  // who is no checkpoint's camera reads nothing; what is no badge is nobody's
  await farm.show(2, 'badge');
  await farm.show(1, 'nobody');
  await until(() => rows('camera.code').length, 'the badge that is nobody\'s');
  assert.ok(!JSON.stringify(rows('camera.code')).includes('AAAABBBB'));
  assert.deepEqual(checkins(), []);

  await farm.show(1, 'badge');
  const [one] = await until(() => { const all = checkins(); return all.length && all[0].state !== 'stored' && all; }, 'the check-in');
  assert.deepEqual([one.state, one.source, one.unit_id, one.checkpoint_id, one.method], ['counted', 'camera', unit.id, checkpoint.id, 'qr']);
  assert.ok(Math.abs(one.device_at_us / 1000 - Date.now()) < 15000);
  // it stays before the lens, goes, and is there again at once: one presentation
  const frames = async () => (await admin.get('/api/v1/gauges')).cameras.find((c) => c.id === at)?.frames ?? 0;
  const pass = async (pictures, what) => { const from = await frames(); await until(async () => await frames() >= from + pictures, what); };
  await pass(45, 'three seconds of it');
  await farm.show(1, 'advert');
  await pass(30, 'two seconds without it');
  await farm.show(1, 'badge');
  await pass(45, 'three more');
  assert.equal(checkins().length, 1);
  assert.ok(!JSON.stringify(query(center, 'select body from journal')).includes(badge));
});
