// Looking back at a recorder through the running center: the second that was asked for, in the words of each make, and what
// is said when there is none. The recorder is the farm's; its keyframes say when they were taken.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import test from 'node:test';
import { Viewer } from '../farm/lib/viewer.mjs';
import { atEnd, follow, journal, kiosk, query, refusal, startCameras, startCenter, until } from './lib/testing.mjs';

const LIMIT = { timeout: 90000 };
const DAY = 86400;
const secondsAgo = (s) => (Math.floor(Date.now() / 1000) - s) * 1e6;

/** The times of the keyframes in a piece of video, in microseconds, and the channel they are of. */
function footage(bytes) {
  const found = [...bytes.toString('latin1').matchAll(/gridwarden-farm!footage (\d+) (\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)\.(\d{3})Z/g)];
  return found.map(([, channel, y, mo, d, h, mi, s, ms]) => ({ channel: Number(channel), atUs: Date.UTC(y, mo - 1, d, h, mi, s, ms) * 1000 }));
}

/** Two cameras, a recorder that holds thirty days, and somebody who may look. `register`: how it is told to the center. */
async function start(t, { register = {}, live = true } = {}) {
  const farm = await startCameras(t, { n: 2, args: ['--footage-days', '30', '--recorder-user', 'look', '--recorder-password', 'back', '--playbacks', '2'] });
  const center = await startCenter(t, { cameras: 2, rtspPort: farm.port }), admin = await center.login('admin'), operator = await center.login('operator');
  const desk = await follow(t, operator, 'desk'), ids = [0, 0, 0];
  for (const { id, url } of query(center, 'select id, url from camera')) {
    const number = Number(url.split('/').at(-1));
    ids[number] = id;
    await admin.command('camera.change', { camera_id: id, recorder: 'NVR-A', channel: number });
  }
  const { result: { recorder_id } } = await admin.command('recorder.add', { name: 'NVR-A', make: 'hikvision', url_template: farm.recorderTemplate(), user_name: 'look', password: 'back', ...register });
  await desk.waitFor((v) => ids.slice(1).every((id) => v.get('camera', id).look_back && (!live || v.get('camera', id).state === 'live')), { what: 'cameras that can be looked back at' });
  const viewer = await Viewer.open(operator);
  atEnd(t, () => viewer.close());
  const playback = async (who, camera_id, at_us) => (await who.command('camera.look_back', { camera_id, at_us })).result.playback_id;
  /** Looks back as the operator; the slot. */
  const lookBack = async (number, at_us) => viewer.show({ playback_id: await playback(operator, ids[number], at_us), at_us })[0];
  /** Why a slot ended. */
  const ended = (slot) => new Promise((resolve) => {
    const look = (m) => { if (m.slot === slot && m.state === 'ended') { viewer.off('view', look); resolve(m.cause); } };
    viewer.on('view', look);
  });
  const hide = async (slot) => {
    viewer.hide(slot);
    await until(async () => (await farm.tellRecorder()).open === 0, 'a recorder that nobody looks at');
  };
  return { farm, center, admin, operator, desk, ids, recorder_id, viewer, playback, lookBack, ended, hide };
}

test('each make\'s address plays the second that was asked for', LIMIT, async (t) => {
  const { farm, center, admin, ids, recorder_id, viewer, lookBack, hide } = await start(t);
  let days = 2;
  for (const make of ['hikvision', 'dahua', 'uniview', 'onvif']) {
    await t.test(make, async () => {
      await admin.command('recorder.change', { recorder_id, make, url_template: farm.recorderTemplate(make) });
      const at_us = secondsAgo(days++ * DAY + 12345), slot = await lookBack(2, at_us);
      const first = await viewer.picture(slot, { is: (p) => p.key && footage(p.bytes).length > 0 }), [said] = footage(first.bytes);
      assert.equal(said.channel, 2);
      assert.ok(said.atUs <= at_us && said.atUs > at_us - 1.1e6, `${(said.atUs - at_us) / 1e6} s from what was asked`);
      const later = await viewer.picture(slot, { is: (p) => p.key && footage(p.bytes)[0]?.atUs >= at_us + 2e6 });
      assert.ok(Math.abs(later.atUs - footage(later.bytes)[0].atUs) < 0.5e6, `its time is ${(later.atUs - footage(later.bytes)[0].atUs) / 1e6} s off`);
      await hide(slot);
    });
  }
  const looked = journal(center, 'camera.looked_back');
  assert.deepEqual(looked.map(({ subject_id }) => subject_id), Array(4).fill(ids[2]));
});

test('a recorder that has nothing, refuses or is full says so', LIMIT, async (t) => {
  const { farm, admin, recorder_id, lookBack, ended } = await start(t, { live: false });
  const why = async (at_us) => ended(await lookBack(1, at_us));
  for (const nothing of ['404', 'end', 'silence', 'next']) { // next: plays other footage, and says so in its reports
    await farm.tellRecorder({ nothing });
    assert.equal(await why(secondsAgo(45 * DAY)), 'no_footage', `told by ${nothing}`);
  }
  await farm.tellRecorder({ nothing: '404', full: true });
  assert.equal(await why(secondsAgo(DAY)), 'recorder_full');
  await farm.tellRecorder({ full: false, gone: true });
  const gone = await why(secondsAgo(DAY));
  assert.ok(['closed', 'unreachable', 'protocol'].includes(gone), gone);
  await farm.tellRecorder({ gone: false, reset: true });
  await admin.command('recorder.change', { recorder_id, password: 'forward' });
  assert.equal(await why(secondsAgo(DAY)), 'auth');
  assert.equal((await farm.tellRecorder()).refused, 1);
});

test('a playback is its user\'s, and one recorder plays as many as it may', LIMIT, async (t) => {
  const { farm, center, ids, viewer, playback, lookBack, ended } = await start(t, { live: false });
  const supervisor = await center.login('supervisor'), at_us = secondsAgo(DAY);
  const foreign = viewer.show({ playback_id: await playback(supervisor, ids[1], at_us), at_us })[0];
  assert.equal(await ended(foreign), 'not_found');
  const first = await lookBack(1, at_us);
  await viewer.picture(first);
  const second = await lookBack(2, at_us);
  assert.equal(await ended(second), 'recorder_busy');
  assert.equal((await farm.tellRecorder()).open_most, 1);
});

test('seeking: another time at once, though the recorder plays one at a time', LIMIT, async (t) => {
  const { farm, center, ids, viewer, operator, playback, ended, lookBack } = await start(t, { live: false });
  const day = secondsAgo(DAY), playback_id = await playback(operator, ids[1], day);
  let [slot] = viewer.show({ playback_id, at_us: day });
  await viewer.picture(slot);
  for (const at_us of [day + 3600e6, day - 7200e6, day + 60e6]) {
    viewer.hide(slot);
    [slot] = viewer.show({ playback_id, at_us });
    const from = Date.now(), first = await viewer.picture(slot, { is: (p) => p.key && footage(p.bytes).length > 0, timeoutMs: 5000 });
    assert.ok(Math.abs(footage(first.bytes)[0].atUs - at_us) < 1.1e6, 'the other time');
    assert.ok(Date.now() - from < 3000, `it took ${Date.now() - from} ms`);
  }
  assert.ok((await farm.tellRecorder()).open_most <= 2);
  await t.test('a recorder that ends in the middle, and one that is slow', async () => {
    await farm.tellRecorder({ end_after_ms: 1500 });
    viewer.hide(slot);
    [slot] = viewer.show({ playback_id, at_us: day });
    await viewer.picture(slot);
    assert.notEqual(await ended(slot), 'no_footage');
    await farm.tellRecorder({ end_after_ms: 0, slow_ms: 400 });
    await viewer.picture(await lookBack(2, day));
  });
  await t.test('a wall may not', async () => {
    const wall = await Viewer.open(await kiosk(center));
    atEnd(t, () => wall.close());
    const [foreign] = wall.show({ playback_id, at_us: day }), cause = await new Promise((resolve) => wall.on('view', (m) => { if (m.slot === foreign && m.state === 'ended') resolve(m.cause); }));
    assert.equal(cause, 'forbidden');
  });
});

test('who looks back where no recorder is named hears what to do', LIMIT, async (t) => {
  const { admin, operator, ids, recorder_id } = await start(t, { live: false });
  await admin.command('camera.change', { camera_id: ids[1], channel: 0 });
  const ask = (number, at_us) => refusal(operator.command('camera.look_back', { camera_id: ids[number], at_us }));
  assert.match((await ask(1, secondsAgo(DAY))).message, /channel/);
  assert.ok(await ask(2, secondsAgo(-DAY)), 'tomorrow is not on any disk');
  await admin.command('recorder.remove', { recorder_id });
  assert.match((await ask(2, secondsAgo(DAY))).message, /recorder/);
  const bad = await refusal(admin.command('recorder.add', { name: 'NVR-B', make: 'dahua', url_template: 'rtsp://admin:1@192.0.2.9/{channel}' }));
  assert.match(bad.message, /name and password/i);
});

test('evidence taken from a recorder holds every second that was asked for', LIMIT, async (t) => {
  const { farm, center, operator, desk, ids } = await start(t);
  const supervisor = await center.login('supervisor'), from_us = secondsAgo(3 * DAY), to_us = from_us + 5e6;
  await farm.tellRecorder({ past_end: true }); // some never stop by themselves
  const { result: { clip_id } } = await operator.command('clip.ask', { camera_id: ids[1], from_us, to_us, words: '纠纷取证' });
  await desk.waitFor((v) => v.get('clip', clip_id)?.state === 'asked', { what: 'a clip that waits for somebody to allow it' });
  await supervisor.command('clip.allow', { clip_id, allow: true });
  const clip = await desk.waitFor((v) => v.get('clip', clip_id).state === 'saved' && v.get('clip', clip_id), { what: 'the clip', timeoutMs: 40000 });
  assert.ok(clip.from_us <= from_us + 0.2e6 && clip.to_us >= to_us - 0.2e6, `it holds ${(clip.from_us - from_us) / 1e6} to ${(clip.to_us - to_us) / 1e6} s`);
  const { result: { url, hash } } = await supervisor.command('clip.export', { clip_id });
  const { status, body } = await supervisor.raw(`/api/v1/${url}`);
  assert.deepEqual([status, hash, body.length], [200, clip.hash, clip.bytes]);
  const taken = footage(body);
  assert.ok(taken.every(({ channel }) => channel === 1));
  for (let at = from_us; at < to_us - 1e6; at += 1e6) assert.ok(taken.some(({ atUs }) => Math.abs(atUs - at) < 1.1e6), `second ${(at - from_us) / 1e6} is missing`);
  assert.equal(execFileSync('b2sum', ['-l', '256'], { input: body, encoding: 'utf8' }).split(' ')[0], hash);
  assert.equal(journal(center, 'clip.saved')[0].body.hash, hash);
});

test('doctor finds out how many days a recorder holds, and says who cannot be looked back at', LIMIT, async (t) => {
  const { farm, center, admin, desk, ids, recorder_id } = await start(t, { live: false });
  const doctor = (...args) => center.cli(['doctor', ...args]).catch((error) => error.output);
  assert.match(await doctor(), /ok +Recorder NVR-A holds 30 days of footage/);
  assert.ok((await farm.tellRecorder()).open_most === 1, 'one playback at a time');
  await desk.waitFor((v) => v.get('recorder', recorder_id)?.days_held === 30, { what: 'the days in everybody\'s view' });
  const { plays } = await farm.tellRecorder({ days: 7, reset: true });
  assert.equal(plays, 0);
  assert.match(await doctor(), /NVR-A holds 30 days of footage \(asked less than a day ago/);
  assert.equal((await farm.tellRecorder()).challenged, 0, 'what is known is not asked again');

  await t.test('also one that plays the nearest it has, one that is silent, and one that is asked by the Range header', async () => {
    await farm.tellRecorder({ nothing: 'next' });
    assert.match(await doctor('--recorders'), /NVR-A holds 7 days/);
    await admin.command('recorder.change', { recorder_id, make: 'onvif', url_template: farm.recorderTemplate('onvif') });
    await farm.tellRecorder({ nothing: '404', days: 91 });
    assert.match(await doctor('--recorders'), /NVR-A holds 91 days/);
  });
  await t.test('one that is full or refuses is no recorder without footage', async () => {
    await farm.tellRecorder({ full: true });
    assert.match(await doctor('--recorders'), /MEND +Recorder NVR-A could not be asked/);
    await farm.tellRecorder({ full: false, refuse: true });
    assert.match(await doctor('--recorders'), /MEND +Recorder NVR-A could not be asked.*password/i);
    assert.equal(desk.get('recorder', recorder_id).days_held, 91);
    await farm.tellRecorder({ refuse: false, days: 0 });
    assert.match(await doctor('--recorders'), /MEND +Recorder NVR-A plays nothing of ten minutes ago/);
  });
  await admin.command('camera.change', { camera_id: ids[1], channel: 0 });
  await admin.command('camera.change', { camera_id: ids[2], recorder: 'NVR-X' });
  const said = await doctor('--recorders'), [{ code }] = query(center, `select code from camera where id = ${ids[1]}`);
  assert.match(said, new RegExp(`MEND +1 cameras have no channel at their recorder.*${code}`));
  assert.match(said, /ok +1 recorders are named by cameras and not registered.*NVR-X/);
  assert.match(said, /MEND +Recorder NVR-A: no camera names it and a channel/);
  for (const wrong of [['--recorder'], ['NVR-A'], ['--recorders=NVR-A']]) assert.match(await doctor(...wrong), /Usage: gridwarden doctor \[--recorders\]/, wrong[0]);
});
