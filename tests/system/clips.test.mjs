// Clips as evidence, from end to end: an alert's own, what may be read of it, and what a kill or a full disk leaves.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { ordinary } from '../farm/lib/program.mjs';
import { blake2b, metric, probe, stored, world } from './lib/live.mjs';
import { atEnd, journal, kiosk, query, temporaryFolder, until } from './lib/testing.mjs';

const clipOf = (center, alert_id) => query(center, `select * from clip where alert_id = ${alert_id}`)[0];
/** The clip of an alert when nobody works at it any more. */
const made = (center, alert_id, timeoutMs = 60000) => until(() => { const clip = clipOf(center, alert_id); return clip && clip.state !== 'waiting' && clip; }, `the clip of alert ${alert_id}`, timeoutMs);
const open = async (operator, camera_id) => (await operator.command('incident.open', { category: 'fall', priority: 1, camera_id })).result.alert_id;
const path = (center, { hash }) => join(center.state, 'media', hash.slice(0, 2), `${hash}.mp4`);

async function ofAnAlert(t) {
  const { center, operator, ids, admin, cam } = await world(t, 1);
  await until(() => Date.now() * 1000 - cam(1).state_at_us > 12.5e6, 'a full ring', 20000);
  const alert_id = await open(operator, ids.get(1)), asked = clipOf(center, alert_id);
  assert.deepEqual([asked.state, asked.source, asked.asked_by], ['waiting', 'ring', null]);
  const clip = await made(center, alert_id), at_us = query(center, `select first_at_us from alert where id = ${alert_id}`)[0].first_at_us;
  assert.deepEqual([clip.state, clip.why, clip.broken], ['saved', '', 0]);
  // from the keyframe before -10 s (the farm sends one each second or two) to +20 s
  assert.ok(clip.from_us <= at_us - 10e6 && clip.from_us > at_us - 14e6, `${(at_us - clip.from_us) / 1e6} s before`);
  assert.ok(clip.to_us >= at_us + 19.5e6 && clip.to_us <= at_us + 20.5e6, `${(clip.to_us - at_us) / 1e6} s after`);
  assert.equal(await blake2b(path(center, clip)), clip.hash);
  const said = journal(center, 'clip.saved');
  assert.deepEqual([said.length, said[0].body.hash, said[0].body.bytes, said[0].body.from_us, said[0].body.to_us], [1, clip.hash, clip.bytes, clip.from_us, clip.to_us]);
  const seen = await probe(path(center, clip));
  assert.deepEqual([seen.codec, seen.width, seen.height, seen.frames], ['h264', clip.width, clip.height, clip.frames]);
  assert.ok(Math.abs(seen.seconds - (clip.to_us - clip.from_us) / 1e6) < 0.5);
  assert.deepEqual(query(center, `select kind, bytes from file where hash = '${clip.hash}'`), [{ kind: 'mp4', bytes: clip.bytes }]);
  assert.equal(await metric(admin, 'clips_saved_total'), 1);
  await inParts(center, operator, clip);
  await forWhomItIs(center, operator, clip);
}

async function inParts(center, operator, clip) {
  const whole = readFileSync(path(center, clip)), at = `/api/v1/file/${clip.hash}`;
  const part = (Range, more = {}) => operator.raw(at, { headers: { Range, ...more } });
  const all = await operator.raw(at);
  assert.deepEqual([all.status, all.headers['content-type'], all.headers['accept-ranges'], all.headers['content-length']], [200, 'video/mp4', 'bytes', String(clip.bytes)]);
  assert.ok(all.body.equals(whole));
  for (const [range, from, to] of [['bytes=0-1023', 0, 1023], ['bytes=100000-', 100000, clip.bytes - 1], ['bytes=-777', clip.bytes - 777, clip.bytes - 1], [`bytes=5-${clip.bytes + 9}`, 5, clip.bytes - 1]]) {
    const { status, headers, body } = await part(range);
    assert.deepEqual([status, headers['content-range'], headers['content-length']], [206, `bytes ${from}-${to}/${clip.bytes}`, String(to - from + 1)], range);
    assert.ok(body.equals(whole.subarray(from, to + 1)), range);
  }
  const outside = await part(`bytes=${clip.bytes}-`);
  assert.deepEqual([outside.status, outside.headers['content-range'], outside.body.length], [416, `bytes */${clip.bytes}`, 0]);
  assert.equal((await part('bytes=0-1,5-6')).status, 200);
  assert.equal((await part('bytes=0-9', { 'If-Range': all.headers.etag })).status, 206);
  assert.equal((await part('bytes=0-9', { 'If-Range': '"another"' })).status, 200);
  assert.equal((await operator.raw(at, { headers: { 'If-None-Match': all.headers.etag, Range: 'bytes=0-9' } })).status, 304);
  const head = await operator.raw(at, { method: 'HEAD' });
  assert.deepEqual([head.status, head.headers['content-length'], head.body.length], [200, String(clip.bytes), 0]);
  const saved = await operator.raw(`${at}?name=${encodeURIComponent('东门 1.mp4')}`);
  assert.equal(saved.headers['content-disposition'], "attachment; filename=\"__ 1.mp4\"; filename*=UTF-8''%E4%B8%9C%E9%97%A8%201.mp4");
  assert.equal((await operator.raw(`${at}?name=${encodeURIComponent('../etc/passwd')}`)).status, 400);
}

async function forWhomItIs(center, operator, clip) {
  const at = `/api/v1/file/${clip.hash}`;
  for (const [who, status] of [['operator', 200], ['supervisor', 200], ['admin', 200], ['patrol1', 404]]) assert.equal((await (await center.login(who)).raw(at)).status, status, who);
  assert.equal((await (await kiosk(center)).raw(at)).status, 404);
  const { result } = await operator.command('clip.export', { clip_id: clip.id });
  assert.equal(result.hash, clip.hash);
  const exported = await operator.raw(`/api/v1/${result.url}`);
  assert.deepEqual([exported.status, exported.body.length], [200, clip.bytes]);
  assert.match(exported.headers['content-disposition'], /^attachment; filename=".+\.mp4"/);
  assert.equal((await operator.rows('clip', {})).length, 1);
}

async function killedWorker(t) {
  const { center, operator, ids, worker } = await world(t, 1);
  const alert_id = await open(operator, ids.get(1)), killed_us = Date.now() * 1000;
  process.kill((await worker()).pid, 'SIGKILL');
  const clip = await made(center, alert_id);
  assert.equal(clip.state, 'saved', clip.why); // what the next worker saw of it, and it says from when
  assert.ok(clip.from_us > killed_us && clip.to_us > clip.from_us);
  assert.equal((await probe(path(center, clip))).frames, clip.frames);
}

async function killedDaemon(t) {
  const { center, operator, ids } = await world(t, 1);
  const alert_id = await open(operator, ids.get(1));
  await center.kill();
  // as if it had been in the middle of writing: half a file, and one that was named but not recorded
  const media = join(center.state, 'media'), orphan = join(media, 'ab', `ab${'0'.repeat(62)}.mp4`), half = join(media, '.new-1-1');
  if (!existsSync(join(media, 'ab'))) mkdirSync(join(media, 'ab'));
  for (const file of [orphan, half, join(media, 'ab', '.new-1-2')]) writeFileSync(file, 'half a clip');
  if (ordinary.uid !== undefined) for (const file of [join(media, 'ab'), orphan, half]) chownSync(file, ordinary.uid, ordinary.gid);
  const before = Date.now() * 1000;
  await center.start();
  await until(() => !existsSync(orphan) && !existsSync(half) && !existsSync(join(media, 'ab', '.new-1-2')), 'what was left behind to go');
  const clip = await made(center, alert_id);
  assert.equal(clip.state, 'saved', clip.why);
  assert.ok(clip.from_us > before); // its ring died with it
  assert.equal(await blake2b(path(center, clip)), clip.hash);
  assert.deepEqual(stored(center).filter((name) => name.endsWith('.mp4')), [join(clip.hash.slice(0, 2), `${clip.hash}.mp4`)]);
  await center.cli(['verify']);
}

/** Killed again and again while clips are written: what has a row is whole, what has none is gone after the next start. */
async function killedWhileWriting(t) {
  const { center, operator, ids } = await world(t, 4);
  let session = operator;
  for (let round = 0; round < 3; round++) {
    const now = Date.now() * 1000, waiting = [];
    for (let i = 1; i <= 4; i++) waiting.push((await session.command('clip.ask', { camera_id: ids.get(i), from_us: now - 2e6, to_us: now + 1e6 })).result.clip_id);
    // the first bytes on the disk: then the power goes
    await until(() => stored(center).some((name) => name.includes('.new-')) || query(center, `select 1 from clip where id >= ${waiting[0]} and state = 'saved'`).length, 'the first bytes', 20000);
    await center.kill();
    await center.start();
    session = await center.login('operator');
    await until(() => query(center, "select 1 from clip where state = 'waiting'").length === 0, 'all clips to be made or given up', 30000);
    const rows = query(center, "select hash from clip where state = 'saved'").map(({ hash }) => hash);
    await until(() => stored(center).filter((name) => name.includes('.new-')).length === 0, 'no half files');
    for (const hash of rows) assert.equal(await blake2b(path(center, { hash })), hash);
    assert.deepEqual(stored(center).filter((name) => name.endsWith('.mp4')).map((name) => name.slice(3, 67)).sort(), [...new Set(rows)].sort());
    await until(async () => (await center.health())?.workers.find((w) => w.worker === 'cameras').live === 4, 'four live cameras', 20000);
  }
}

async function fullDisk(t) {
  if (process.getuid() !== 0) return t.skip('mounting a small disk needs root');
  const dir = temporaryFolder(t);
  try { execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=36m,mode=777', 'tmpfs', dir], { stdio: 'pipe' }); } catch (error) { return t.skip(`none can be mounted here: ${error.stderr}`); }
  atEnd(t, () => execFileSync('umount', ['-l', dir]));
  const { center, operator, ids } = await world(t, 1, { options: { 'storage.media': join(dir, 'media') } });
  writeFileSync(join(dir, 'ballast'), Buffer.alloc(6 << 20, 1)); // clips leave the last 32 MiB to the journal
  const alert_id = await open(operator, ids.get(1)), clip = await made(center, alert_id);
  assert.deepEqual([clip.state, clip.why, clip.hash], ['failed', 'storage_full', '']);
  assert.equal(journal(center, 'clip.failed')[0].body.why, 'storage_full');
  assert.equal((await center.health()).ok, true); // the rest goes on
}

test('clips', { timeout: 280000, concurrency: 3 }, (t) => Promise.all([
  t.test('an alert has its clip, from 10 s before to 20 s after; its hash is the journal\'s; it can be read in parts by those who may', ofAnAlert),
  t.test('a worker that is killed: the clip holds what there is from then on', killedWorker),
  t.test('a daemon that is killed: the clip is asked for again, and nothing half is left', killedDaemon),
  t.test('a daemon that is killed while it writes clips: all that has a row is whole', killedWhileWriting),
  t.test('a disk without space: the clip says so, the center goes on', fullDisk),
]));
