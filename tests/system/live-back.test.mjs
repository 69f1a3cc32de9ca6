// Looking back at a recorder, and taking from it, from end to end: the farm plays a recorder that holds three days.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import { blake2b, decode, look, probe, world } from './lib/live.mjs';
import { journal, kiosk, query, refusal, until } from './lib/testing.mjs';

const HOUR_US = 3600e6;
const ago = (us) => Math.floor(Date.now() / 1000) * 1e6 - us;

/** Two cameras at one recorder of this make. */
async function withRecorder(t, make = 'hikvision', more = {}) {
  const all = await world(t, 2, { args: ['--footage-days', '3', '--recorder-user', 'look', '--recorder-password', 'back'] });
  const { admin, farm, ids } = all;
  await admin.command('recorder.add', { name: 'NVR-1', make, url_template: farm.recorderTemplate(make), user_name: 'look', password: 'back', ...more });
  for (const i of [1, 2]) await admin.command('camera.change', { camera_id: ids.get(i), recorder: 'NVR-1', channel: i });
  return all;
}

const lookBack = async (session, camera_id, at_us) => (await session.command('camera.look_back', { camera_id, at_us })).result.playback_id;

async function plays(t) {
  const { center, operator, ids, farm } = await withRecorder(t);
  const at_us = ago(30 * HOUR_US), playback_id = await lookBack(operator, ids.get(1), at_us);
  const viewer = await look(t, operator), [slot] = viewer.show({ playback_id, at_us });
  const playing = await viewer.said(slot, (m) => m.state === 'playing', 'playing');
  await viewer.count(slot, 20);
  const pictures = viewer.shown(slot);
  assert.ok(pictures[0].key && Math.abs(pictures[0].atUs - at_us) < 5e6, `${(pictures[0].atUs - at_us) / 1e6} s from what was asked`);
  assert.ok(Math.abs(playing.epoch_us - at_us) < 5e6);
  const { complaints } = await decode(Buffer.concat([viewer.inits(slot)[0].bytes, ...pictures.map((p) => p.bytes)]));
  assert.equal(complaints, '');
  assert.equal((await farm.tellRecorder()).open, 1);
  // another time is another slot, and takes the place of the first
  const then_us = ago(2 * HOUR_US);
  viewer.hide(slot);
  const [later] = viewer.show({ playback_id, at_us: then_us });
  await viewer.count(later, 5, 20000);
  assert.ok(Math.abs(viewer.shown(later)[0].atUs - then_us) < 5e6);
  assert.deepEqual(journal(center, 'camera.looked_back').map(({ body, actor_id }) => [body.looked_at_us, actor_id]), [[at_us, operator.user.id]]);
  viewer.close();
  await until(async () => (await farm.tellRecorder()).open === 0, 'the recorder to be let go');
}

async function oneAtATime(t) {
  const { operator, center, ids, farm } = await withRecorder(t, 'dahua');
  const at_us = ago(HOUR_US), first = await lookBack(operator, ids.get(1), at_us), second = await lookBack(operator, ids.get(2), at_us);
  const viewer = await look(t, operator), [one] = viewer.show({ playback_id: first, at_us });
  await viewer.count(one, 5, 20000);
  const [two] = viewer.show({ playback_id: second, at_us });
  assert.equal(await viewer.ended(two), 'recorder_busy');
  assert.ok((await farm.tellRecorder()).open_most <= 1);
  // it is his alone, and no wall's
  const other = await look(t, await center.login('operator2')), [his] = other.show({ playback_id: second, at_us });
  assert.equal(await other.ended(his), 'not_found');
  const wall = await look(t, await kiosk(center)), [walls] = wall.show({ playback_id: second, at_us });
  assert.equal(await wall.ended(walls), 'forbidden');
  viewer.hide(one, two);
  const [three] = viewer.show({ playback_id: second, at_us });
  await viewer.count(three, 5, 20000);
}

async function saysWhyNot(t) {
  const { operator, ids, farm, admin } = await withRecorder(t, 'onvif');
  const viewer = await look(t, operator), show = async (at_us) => viewer.show({ playback_id: await lookBack(operator, ids.get(1), at_us), at_us })[0];
  assert.equal(await viewer.ended(await show(ago(200 * HOUR_US)), 30000), 'no_footage');
  await farm.tellRecorder({ full: true });
  assert.equal(await viewer.ended(await show(ago(HOUR_US)), 30000), 'recorder_full');
  await farm.tellRecorder({ full: false, refuse: true });
  assert.equal(await viewer.ended(await show(ago(HOUR_US)), 30000), 'auth');
  await farm.tellRecorder({ refuse: false });
  const ending = await show(ago(HOUR_US));
  await viewer.count(ending, 5, 20000);
  await farm.tellRecorder({ cut: true });
  assert.match(await viewer.ended(ending, 30000), /^(closed|no_footage|none)$/);
  await admin.command('camera.change', { camera_id: ids.get(1), channel: 0 });
  assert.equal((await refusal(operator.command('camera.look_back', { camera_id: ids.get(1), at_us: ago(HOUR_US) }))).code, 'illegal');
}

async function isTakenWhenAllowed(t) {
  const { operator, center, ids } = await withRecorder(t, 'uniview'), supervisor = await center.login('supervisor');
  const from_us = ago(20 * HOUR_US), to_us = from_us + 6e6;
  const { result: { clip_id } } = await operator.command('clip.ask', { camera_id: ids.get(1), from_us, to_us, words: '纠纷取证' });
  const row = () => query(center, `select * from clip where id = ${clip_id}`)[0];
  assert.deepEqual([row().state, row().source], ['asked', 'recorder']);
  await refusal(operator.command('clip.allow', { clip_id, allow: true }));
  await supervisor.command('clip.allow', { clip_id, allow: true });
  const clip = await until(() => row().state !== 'waiting' && row(), 'the clip', 60000);
  assert.deepEqual([clip.state, clip.why], ['saved', '']);
  assert.ok(clip.from_us < from_us + 0.2e6 && clip.from_us > from_us - 5e6 && Math.abs(clip.to_us - to_us) < 1e6, `${clip.from_us - from_us} ${clip.to_us - to_us}`);
  const path = join(center.state, 'media', clip.hash.slice(0, 2), `${clip.hash}.mp4`);
  assert.equal(await blake2b(path), clip.hash);
  assert.equal((await probe(path)).frames, clip.frames);
  assert.equal(journal(center, 'clip.saved')[0].body.hash, clip.hash);
  // two at once wait for one another
  const more = [];
  for (const i of [1, 2]) more.push((await supervisor.command('clip.ask', { camera_id: ids.get(i), from_us, to_us: from_us + 3e6 })).result.clip_id);
  await until(() => query(center, `select 1 from clip where id in (${more}) and state = 'saved'`).length === 2, 'both clips', 60000);
  // what the recorder does not have says so
  const { result: { clip_id: none } } = await supervisor.command('clip.ask', { camera_id: ids.get(2), from_us: ago(300 * HOUR_US), to_us: ago(300 * HOUR_US) + 3e6 });
  const failed = await until(() => query(center, `select why from clip where id = ${none} and state = 'failed'`)[0], 'a clip that cannot be', 60000);
  assert.equal(failed.why, 'no_footage');
}

test('looking back', { timeout: 280000, concurrency: 3 }, (t) => Promise.all([
  t.test('a recorder plays from the time that was asked for, and another time is another slot', plays),
  t.test('one playback a recorder, and each is for whom it was asked', oneAtATime),
  t.test('no footage, a full recorder, a wrong password, a cut: each says why', saysWhyNot),
  t.test('a clip from a recorder: asked, allowed by somebody else, recorded, stored', isTakenWhenAllowed),
]));
