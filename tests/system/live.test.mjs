// Looking, live, from end to end: a real center, cameras of the farm, and viewers on the media socket.
import assert from 'node:assert/strict';
import test from 'node:test';
import { connectWebSocket } from '../farm/lib/ws.mjs';
import { decode, look, metric, world } from './lib/live.mjs';
import { kiosk, until } from './lib/testing.mjs';

async function decodesAndIsShared(t) {
  const { operator, ids, admin } = await world(t, 2);
  const camera_id = ids.get(1), first = await look(t, operator), [slot] = first.show({ camera_id, stream: 'watched' });
  const started = Date.now();
  const playing = await first.said(slot, (m) => m.state === 'playing', 'playing');
  await first.picture(slot);
  t.diagnostic(`first picture after ${Date.now() - started} ms`);
  await first.count(slot, 30);
  assert.match(playing.codecs, /^avc1\.[0-9A-F]{6}$/);
  assert.ok(playing.width > 0 && playing.height > 0 && playing.gen === 1);
  const pictures = first.shown(slot);
  assert.ok(pictures[0].key && pictures.every((p, i) => i === 0 || p.atUs > pictures[i - 1].atUs));
  const { pictures: decoded, complaints } = await decode(Buffer.concat([first.inits(slot)[0].bytes, ...pictures.slice(0, 30).map((p) => p.bytes)]));
  assert.equal(complaints, '');
  assert.ok(decoded >= 29, `${decoded} pictures decoded`);
  // somebody else begins between two keyframes: he gets what there was since the last one, at once, and the same bytes
  await until(() => !first.shown(slot).at(-1).key, 'a picture that needs another');
  const second = await look(t, operator), [other] = second.show({ camera_id, stream: 'watched' });
  const key = await second.picture(other);
  assert.ok(key.key && key.replay, 'it begins with the keyframe that was there');
  await second.count(other, 20);
  const theirs = new Map(second.shown(other).map((p) => [p.atUs, p.bytes]));
  const both = first.shown(slot).filter((p) => theirs.has(p.atUs));
  assert.ok(both.length > 10 && both.every((p) => p.bytes.equals(theirs.get(p.atUs))));
  assert.ok(second.shown(other).some((p) => !p.replay));
  assert.equal(await metric(admin, 'views'), 1);
  assert.equal(await metric(admin, 'viewers'), 2);
  first.hide(slot);
  second.close();
  await until(async () => await metric(admin, 'viewers') === 0, 'no viewers');
  await until(async () => await metric(admin, 'views') === 0, 'the view to be closed', 10000);
}

async function mainCostsAStreamAndEndsWithItsViewers(t) {
  const { operator, ids, farm, admin } = await world(t, 2);
  await admin.command('camera.change', { camera_id: ids.get(1), sub_url: farm.url(2) });
  const viewers = async (camera) => (await farm.tell({ do: 'count', cameras: camera })).cameras[0].viewers;
  await until(async () => await viewers(1) === 0 && await viewers(2) === 2, 'the small stream to be watched');
  const viewer = await look(t, operator), [watched, main] = viewer.show({ camera_id: ids.get(1), stream: 'watched' }, { camera_id: ids.get(1), stream: 'main' });
  await viewer.count(watched, 5);
  await viewer.count(main, 5);
  assert.equal(await viewers(1), 1);
  assert.equal(await viewers(2), 2); // the watched one costs the camera nothing
  const [again] = viewer.show({ camera_id: ids.get(1), stream: 'main' });
  await viewer.count(again, 5);
  assert.equal(await viewers(1), 1); // shared
  viewer.hide(main, again);
  await until(async () => await viewers(1) === 0, 'the main stream to be let go', 12000);
}

async function slowReaderIsToldAndGoesOn(t) {
  const { operator, ids, admin } = await world(t, 1);
  const viewer = await look(t, operator), [slot] = viewer.show({ camera_id: ids.get(1), stream: 'watched' });
  await viewer.count(slot, 5);
  viewer.pause();
  const before = await metric(admin, 'pictures_late_total');
  await until(async () => await metric(admin, 'pictures_late_total') > before + 40, 'pictures that were left out', 20000);
  viewer.resume();
  await until(() => viewer.lates(slot).length, 'the word of it');
  const [late] = viewer.lates(slot);
  await viewer.count(slot, late.after + 10);
  const after = viewer.shown(slot).slice(late.after);
  assert.ok(late.pictures > 0 && after[0].key, 'it goes on with a keyframe');
  // what it shows is now, not then: the newest is hardly older than its way here
  assert.ok(Date.now() * 1000 - viewer.shown(slot).at(-1).atUs < 3e6);
}

async function cameraDropsAndComesBack(t) {
  const { operator, ids, farm } = await world(t, 1);
  const viewer = await look(t, operator), [slot] = viewer.show({ camera_id: ids.get(1), stream: 'watched' });
  await viewer.count(slot, 5);
  await farm.tell({ do: 'drop', cameras: 1, for_ms: 3000 });
  const waiting = await viewer.said(slot, (m) => m.state === 'waiting' && m.cause !== 'starting', 'waiting', 10000);
  assert.match(waiting.cause, /^(closed|unreachable|no_packets)$/);
  const later = await look(t, operator), [other] = later.show({ camera_id: ids.get(1), stream: 'watched' });
  assert.match((await later.said(other, (m) => m.state === 'waiting', 'the same to who comes now')).cause, /^(closed|unreachable|no_packets|starting)$/);
  const again = await viewer.said(slot, (m) => m.state === 'playing' && m.gen === 2, 'playing again', 20000);
  const from = viewer.shown(slot).length;
  await viewer.count(slot, from + 20);
  assert.equal(viewer.inits(slot).length, 2);
  const mine = viewer.shown(slot).filter((p) => p.atUs >= again.epoch_us);
  assert.ok(mine[0].key);
  const { pictures, complaints } = await decode(Buffer.concat([viewer.inits(slot)[1].bytes, ...mine.slice(0, 15).map((p) => p.bytes)]));
  assert.deepEqual([complaints, pictures >= 14], ['', true]);
  await later.count(other, 5);
}

async function outlivesItsWorker(t) {
  const { operator, ids, worker } = await world(t, 2);
  const viewer = await look(t, operator), [slot] = viewer.show({ camera_id: ids.get(1), stream: 'watched' });
  await viewer.count(slot, 5);
  const { pid } = await worker();
  process.kill(pid, 'SIGKILL');
  await viewer.said(slot, (m) => m.state === 'waiting' && m.cause === 'worker_gone', 'the death of the worker');
  await viewer.said(slot, (m) => m.state === 'playing' && m.gen === 2, 'playing again', 20000);
  const from = viewer.shown(slot).length;
  await viewer.count(slot, from + 10);
  assert.ok(viewer.words(slot).every((m) => m.state !== 'ended'));
}

async function rolesBothWays(t) {
  const { center, ids, operator } = await world(t, 1);
  const wall = await look(t, await kiosk(center)), camera_id = ids.get(1);
  const [watched, main, back] = wall.show({ camera_id, stream: 'watched' }, { camera_id, stream: 'main' }, { playback_id: 1, at_us: 1 });
  await wall.count(watched, 3);
  await wall.count(main, 3);
  assert.equal(await wall.ended(back), 'forbidden');
  const viewer = await look(t, operator), [none, nobodys] = viewer.show({ camera_id: 999999, stream: 'watched' }, { playback_id: 999, at_us: Date.now() * 1000 });
  assert.equal(await viewer.ended(none), 'not_found');
  assert.equal(await viewer.ended(nobodys), 'not_found');
  const patrol = await center.login('patrol1'), { url, headers } = patrol.socketTarget('/ws/media');
  const socket = await connectWebSocket(url, { protocol: 'gridwarden.media.v1', headers });
  const closed = new Promise((done) => socket.once('close', done));
  socket.on('message', () => assert.fail('a patrol was shown something'));
  await closed;
}

/** What breaks the rules ends the socket, and nothing else; the viewer beside it does not notice. */
async function hostileMessages(t) {
  const { operator, ids, admin } = await world(t, 1);
  const camera_id = ids.get(1), viewer = await look(t, operator), [slot] = viewer.show({ camera_id, stream: 'watched' });
  await viewer.count(slot, 3);
  const { url, headers } = operator.socketTarget('/ws/media'), one = { slot: 1, camera_id, stream: 'watched' };
  const many = (n) => Array.from({ length: n }, (_, i) => ({ ...one, slot: i + 1 }));
  const bad = [null, {}, 'all', [null], [[]], [{}], [{ slot: 1 }], [{ ...one, slot: 0 }], [{ ...one, slot: -1 }], [{ ...one, slot: 2 ** 31 }], [{ ...one, slot: 1.5 }], [{ ...one, slot: '1' }], [{ ...one, slot: 1e300 }],
    [{ ...one, camera_id: 0 }], [{ ...one, camera_id: 2 ** 53 }], [{ ...one, camera_id: 'x' }], [{ ...one, stream: 'sub' }], [{ ...one, stream: 1 }], [{ ...one, more: 1 }], [{ ...one, playback_id: 1 }], [{ slot: 1, playback_id: 1 }],
    [{ slot: 1, playback_id: 1, at_us: -1 }], [one, one], many(17)];
  const ends = async (...messages) => {
    const socket = await connectWebSocket(url, { protocol: 'gridwarden.media.v1', headers }), closed = new Promise((done) => socket.once('close', done));
    socket.on('message', () => {});
    for (const slots of messages) socket.send(JSON.stringify({ type: 'view', slots }));
    return (await closed).code;
  };
  for (const slots of bad) assert.equal(await ends(slots), 1008, JSON.stringify(slots).slice(0, 120));
  assert.equal(await ends([one], [], [one]), 1008, 'a number that was used');
  assert.equal(await ends([{ ...one, slot: 5 }], [{ ...one, slot: 4 }]), 1008, 'a number below one that was used');
  assert.equal(await ends([one], [{ ...one, stream: 'main' }]), 1008, 'a slot that becomes another');
  const good = await connectWebSocket(url, { protocol: 'gridwarden.media.v1', headers }), told = new Set();
  good.on('message', (message) => { if (typeof message === 'string') told.add(JSON.parse(message).slot); });
  good.send(JSON.stringify({ type: 'view', slots: [{ ...one, slot: 2 ** 31 - 1 }, one] }));
  await until(() => told.size === 2, 'the highest number, and any order');
  good.close();
  const before = viewer.shown(slot).length;
  await viewer.count(slot, before + 5);
  assert.ok(await metric(admin, 'viewers') >= 1);
}

async function fiftyShareOne(t) {
  const { operator, ids, admin, center } = await world(t, 1);
  const camera_id = ids.get(1), viewers = [];
  for (let i = 0; i < 50; i++) viewers.push(await look(t, operator));
  const slots = viewers.map((viewer) => viewer.show({ camera_id, stream: 'watched' })[0]);
  await Promise.all(viewers.map((viewer, i) => viewer.count(slots[i], 30, 30000)));
  assert.equal(await metric(admin, 'views'), 1);
  assert.equal(await metric(admin, 'viewers'), 50);
  const all = new Map(viewers[0].shown(slots[0]).map((p) => [p.atUs, p.bytes]));
  for (const [i, viewer] of viewers.entries()) {
    const same = viewer.shown(slots[i]).filter((p) => all.has(p.atUs));
    assert.ok(same.length >= 15 && same.every((p) => p.bytes.equals(all.get(p.atUs))), `viewer ${i} got other bytes`);
    assert.equal(viewer.lates(slots[i]).length, 0);
  }
  viewers.forEach((viewer) => viewer.close());
  await until(async () => await metric(admin, 'views') === 0, 'the view to be closed', 15000);
  assert.equal((await center.health()).ok, true);
}

test('looking, live', { timeout: 280000, concurrency: 3 }, (t) => Promise.all([
  t.test('the first pictures decode; the second viewer begins with what is there, and both get the same bytes', decodesAndIsShared),
  t.test('the main stream is opened for its viewers alone, shared, and let go after them', mainCostsAStreamAndEndsWithItsViewers),
  t.test('a reader that stops is told what it lost and goes on with a keyframe of now', slowReaderIsToldAndGoesOn),
  t.test('a camera that drops says why, and goes on with the next gen', cameraDropsAndComesBack),
  t.test('a view outlives its worker', outlivesItsWorker),
  t.test('a wall may look but not back, a patrol may not; what is not there is not found', rolesBothWays),
  t.test('what breaks the rules ends its socket and no other', hostileMessages),
  t.test('fifty viewers of one camera share one stream, to the byte', fiftyShareOne),
]));
