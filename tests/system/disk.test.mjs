// Bad disks: the database on a file system of its own that fills up, then one that turns read-only.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, openSync, truncateSync, unlinkSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { atEnd, follow, journal, kiosk, next, query, refusal, startCenter, temporaryFolder, until } from './lib/testing.mjs';

const sh = (program, ...args) => execFileSync(program, args, { stdio: 'pipe' });

/** A folder that is a file system of its own; the test is skipped where none may be mounted. */
function smallDisk(t, mount) {
  const dir = temporaryFolder(t);
  if (process.getuid() !== 0) { t.skip('mounting a small disk needs root'); return null; }
  try { mount(dir); } catch (error) { t.skip(`none can be mounted here: ${error.stderr ?? error.message}`.trim()); return null; }
  atEnd(t, () => sh('umount', '-l', dir));
  return dir;
}

/** Takes all the space there is. */
function fill(dir) {
  const path = join(dir, 'ballast'), file = openSync(path, 'w'), block = Buffer.alloc(65536, 1);
  for (let size = block.length; size >= 1;) {
    try { writeSync(file, block, 0, size); } catch (error) { if (error.code !== 'ENOSPC') throw error; size = Math.floor(size / 16); }
  }
  closeSync(file);
  return () => unlinkSync(path);
}

async function openDoors(t, center) {
  const operator = await center.login('operator');
  const desk = await follow(t, operator, 'desk'), wall = await follow(t, await kiosk(center), 'wall');
  return { operator, desk, wall, open: () => operator.command('incident.open', { category: 'parking', priority: 4, words: 'x'.repeat(1900) }) };
}

/** Both hear it from memory, health is 503, commands are refused with a sentence. Gives the ids of what was opened before. */
async function untilFault(center, { desk, wall, open }, state) {
  const told = [desk, wall].map((view) => next(view.link, 'link', 20000)), opened = [];
  const refused = await until(async () => {
    try { opened.push((await open()).result.alert_id); return null; } catch (error) { return error; }
  }, 'a refusal', 20000);
  assert.equal(refused.code, 'storage');
  assert.match(refused.reply.sentence_en, /nothing was recorded/);
  assert.match(refused.reply.sentence_zh, /未记录/);
  for (const message of await Promise.all(told)) assert.equal(message.storage, state);
  const health = await center.health();
  assert.deepEqual([health.ok, health.storage], [false, state]);
  assert.equal((await desk.link.command('incident.open', { category: 'parking' }).catch((error) => error)).code, 'storage');
  return opened;
}

async function untilBack(center, { desk, wall, open }, told) {
  for (const message of await Promise.all(told)) assert.equal(message.storage, 'ok');
  await until(async () => (await center.health())?.ok, 'health');
  const { result: { alert_id: id } } = await open();
  await wall.waitFor((v) => v.get('alert', id), { what: 'an alert after the fault' });
  assert.equal(desk.get('center', 1).storage ?? 'ok', 'ok');
  return id;
}

/** What was opened is there, no more and no less, and the chain holds. */
async function checkRecord(center, opened) {
  const there = query(center, "select id from alert where rule_id in (select id from rule where kind = 'reported') order by id").map(({ id }) => id);
  assert.deepEqual(there, opened, 'something was lost or half done');
  await center.cli(['verify']);
}

test('a full disk: said from memory, refused whole, journaled from the reserve, over when there is space', { timeout: 90000 }, async (t) => {
  const dir = smallDisk(t, (at) => sh('mount', '-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', at));
  if (!dir) return;
  const center = await startCenter(t, { dir }), doors = await openDoors(t, center);
  const opened = [(await doors.open()).result.alert_id], end = fill(dir);
  opened.push(...await untilFault(center, doors, 'full'));
  assert.equal(journal(center, 'storage.fault')[0]?.body.state, 'full', 'the beginning is not journaled');
  const told = [doors.desk, doors.wall].map((view) => next(view.link, 'link', 20000));
  end();
  opened.push(await untilBack(center, doors, told));
  const [back] = journal(center, 'storage.back');
  assert.ok(back.body.lasted_us > 0, 'the end is not journaled');
  await checkRecord(center, opened);
  await center.kill();
  await center.start();
  await checkRecord(center, opened);
});

// ext4 turns itself read-only after an error, as a dying disk makes it; it has to be mounted anew to be written again.
test('a disk that turned read-only: said from memory, refused whole, nothing lost when it is mounted anew', { timeout: 90000 }, async (t) => {
  const image = join(temporaryFolder(t), 'disk');
  const mount = (at) => sh('mount', '-o', 'loop,errors=remount-ro', image, at);
  const dir = smallDisk(t, (at) => {
    writeFileSync(image, '');
    truncateSync(image, 96 << 20);
    sh('mkfs.ext4', '-q', image);
    mount(at);
  });
  if (!dir) return;
  const device = sh('findmnt', '-no', 'SOURCE', dir).toString().trim().replace('/dev/', '');
  const center = await startCenter(t, { dir }), doors = await openDoors(t, center);
  sh('sync', '-f', dir); // the configuration is ours, and was not
  const opened = [(await doors.open()).result.alert_id];
  writeFileSync(`/sys/fs/ext4/${device}/trigger_fs_error`, '1');
  opened.push(...await untilFault(center, doors, 'read_only'));
  await center.stop();
  sh('umount', dir);
  mount(dir);
  await center.start();
  opened.push((await doors.open()).result.alert_id);
  await checkRecord(center, opened);
});
