// What pictures say, from end to end: each camera shows a view, and then something is wrong with it.
import assert from 'node:assert/strict';
import test from 'node:test';
import { journal, query, until } from './lib/testing.mjs';
import { LANE, startViews, watch } from './lib/eyes.mjs';

const SHOW = ['base', 'black', 'covered', 'blurred', 'moved', 'parked'];
const isJpeg = (picture) => picture.readUInt16BE(0) === 0xffd8;

/** A center whose n cameras have learned the view that they show. */
async function learned(t, n, options) {
  const farm = await startViews(t, { n, show: SHOW }), world = await watch(t, farm, { n, options });
  const { admin, desk, ids, cam } = world;
  for (const camera_id of ids.values()) await admin.command('camera.relearn', { camera_id });
  await desk.waitFor(() => [...ids.keys()].every((i) => cam(i).reference_at_us && cam(i).sees === 'yes'), { what: 'a reference of each', timeoutMs: 20000 });
  /** The open finding of this kind, and its alert. */
  world.found = async (i, kind, timeoutMs = 60000) => {
    const finding = await desk.waitFor((v) => v.find('finding', (f) => f.camera_id === ids.get(i) && f.kind === kind && !f.ended_at_us), { what: `${kind} at camera ${i}`, timeoutMs });
    const alert = await desk.waitFor((v) => v.find('alert', (a) => a.id === v.get('finding', finding.id)?.alert_id), { what: `the alert of ${kind}` });
    return { finding, alert };
  };
  world.ended = (finding, timeoutMs = 60000) => until(() => query(world.center, `select * from finding where id = ${finding.id} and ended_at_us is not null`)[0], `the end of ${finding.kind}`, timeoutMs);
  return world;
}

async function goesBlack(t) {
  const { farm, center, admin, desk, cam, found, ended } = await learned(t, 2);
  const place = cam(1).place_id;
  await farm.show(1, 'black');
  const { finding, alert } = await found(1, 'black');
  assert.ok(finding.measure >= finding.threshold && finding.threshold > 0);
  assert.deepEqual([alert.rule_kind, alert.category, alert.camera_id, alert.place_id], ['sight', 'camera_black', cam(1).id, place]);
  await desk.waitFor(() => cam(1).sees === 'no', { what: 'a camera that does not see' });
  await desk.waitFor((v) => v.all('center')[0].blind.some((b) => (b.place_id ?? b) === place), { what: 'the blind place' });
  const [before, now] = await Promise.all([admin.file(finding.before_hash), admin.file(finding.now_hash)]);
  assert.ok(isJpeg(before) && isJpeg(now) && !before.equals(now));
  assert.equal(alert.still_hash, finding.now_hash);
  assert.equal(cam(2).sees, 'yes');
  await farm.show(1, 'base');
  await ended(finding);
  await desk.waitFor(() => cam(1).sees === 'yes', { what: 'a camera that sees' });
  await desk.waitFor((v) => !v.all('center')[0].blind.some((b) => (b.place_id ?? b) === place), { what: 'no blind place' });
  assert.equal(journal(center, 'finding.began').length, 1);
  assert.equal(journal(center, 'finding.ended')[0].body.why, 'gone');
}

async function coveredBlurredMoved(t) {
  const { farm, center, admin, cam, desk, ids, found, ended } = await learned(t, 4);
  const all = { 1: ['covered', 'covered', 3], 2: ['blurred', 'defocused', 4], 3: ['moved', 'moved', 4] };
  for (const [i, [clip]] of Object.entries(all)) await farm.show(Number(i), clip);
  for (const [i, [, kind]] of Object.entries(all)) {
    const { finding, alert } = await found(Number(i), kind, 130000);
    assert.equal(alert.category, `camera_${kind}`);
    assert.ok(isJpeg(await admin.file(finding.before_hash)) && isJpeg(await admin.file(finding.now_hash)));
    all[i].finding = finding;
  }
  assert.deepEqual(query(center, `select kind from finding where camera_id = ${ids.get(4)}`), []);
  const was = cam(3).reference_at_us;
  await admin.command('camera.relearn', { camera_id: ids.get(3) });
  assert.equal((await ended(all[3].finding, 5000)).kind, 'moved');
  await desk.waitFor(() => cam(3).reference_at_us > was && cam(3).sees === 'yes', { what: 'the new reference' });
  assert.equal(journal(center, 'finding.ended')[0].body.why, 'relearned');
}

async function comesAndStays(t) {
  const { farm, admin, cam, ids, found, ended } = await learned(t, 2);
  const zone = { name: '消防通道', category: 'fire_lane', points: LANE, dwell_s: 10 }, there = [];
  for (const i of [1, 2]) there.push((await admin.command('zone.add', { ...zone, camera_id: ids.get(i) })).result.zone_id);
  const looks = async () => Number(/^gridwarden_worker_looks_total\{worker="cameras"\} (\d+)/m.exec((await admin.raw('/metrics')).body)?.[1] ?? 0), from = await looks();
  await until(async () => await looks() >= from + 50, 'the empty lane to be known', 45000); // 25 of each
  await farm.show(1, 'parked');
  const { finding, alert } = await found(1, 'zone');
  assert.deepEqual([finding.zone_id, alert.category, alert.priority, alert.words], [there[0], 'fire_lane', 2, '消防通道']);
  assert.ok(isJpeg(await admin.file(finding.before_hash)) && isJpeg(await admin.file(finding.now_hash)));
  assert.equal(cam(1).sees, 'yes');
  await farm.show(1, 'base');
  await ended(finding);
}

async function outlivesItsWorker(t) {
  const { farm, center, desk, cam, ids, found, ended, worker } = await learned(t, 1);
  await farm.show(1, 'black');
  const { finding } = await found(1, 'black');
  const { pid } = await worker(), reference = query(center, 'select hash, at_us from reference');
  process.kill(pid, 'SIGKILL');
  await until(async () => { const now = await worker(); return now.up && now.pid !== pid; }, 'the worker', 5000);
  await desk.waitFor(() => cam(1).state === 'live', { what: 'the camera', timeoutMs: 15000 });
  // the new worker finds it by the old reference, and says so again: its measure is taken anew
  const said = query(center, `select rev from finding where id = ${finding.id}`)[0].rev;
  await until(() => query(center, `select 1 from finding where id = ${finding.id} and rev > ${said}`).length, 'it to be said again', 60000);
  assert.deepEqual(query(center, 'select hash, at_us from reference'), reference);
  assert.equal(query(center, `select count(*) as n from finding where camera_id = ${ids.get(1)}`)[0].n, 1);
  await farm.show(1, 'base');
  await ended(finding);
  await desk.waitFor(() => cam(1).sees === 'yes', { what: 'a camera that sees' });
}

// a finding takes up to two minutes, because a lorry may stand before a lens: so all wait at once
test('what pictures say', { timeout: 300000, concurrency: true }, (t) => Promise.all([
  t.test('a picture that goes black: a finding with before and now, an alert, a blind place; and their end', goesBlack),
  t.test('covered, blurred, moved: each is what it is; one that was accepted is over', coveredBlurredMoved),
  t.test('something comes into a zone and stays: an alert of its category; it leaves, and that is over', comesAndStays),
  t.test('the reference outlives the worker: what was wrong before a SIGKILL is wrong after it, and ends when it is well', outlivesItsWorker),
]));
