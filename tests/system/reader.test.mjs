// Check-ins by every door: readers over UDP and TCP, phones, pictures of a code, dumps; and a worker that dies.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { places } from '../farm/lib/center.mjs';
import { routesFromNow, tagsOf } from '../farm/lib/demo-files.mjs';
import { run } from '../farm/lib/program.mjs';
import { follow, journal, query, startCenter, temporaryFolder, until } from './lib/testing.mjs';

const LIMIT = { timeout: 90000 };

/** A center whose three rounds run now, with a reader of patrol1's unit; `say` runs the reader with further arguments. */
async function start(t) {
  const routes = (dir) => {
    const path = join(dir, 'routes.csv'), demo = readFileSync(join(places().demo, 'routes.csv'), 'utf8');
    writeFileSync(path, routesFromNow(demo, Date.now() - 120000, 8 * 3600));
    return path;
  };
  const center = await startCenter(t, { routes }), operator = await center.login('operator'), patrol = await center.login('patrol1');
  await patrol.command('unit.duty', { on: true });
  const [, udp, tcp] = await center.daemon.waitForLine(/guard-tour readers: UDP port (\d+), TCP port (\d+)/, { what: 'the readers\' ports' });
  const desk = await follow(t, operator, 'desk'), unitId = patrol.user.unit_id, tags = tagsOf(places().demo);
  const [, key] = /\b([0-9a-f]{64})\b/.exec(await center.cli(['reader', 'add', 'R1', '--unit', 'U-N1']));
  const say = (...args) => run('gwfarm-reader', join(places().farm, 'gwfarm-reader'), ['--reader', 'R1', ...args], { env: { GWFARM_KEY: key } }).then(JSON.parse);
  const round = await desk.waitFor((v) => v.find('round', (r) => r.unit_id === unitId && ['OPEN', 'STARTED'].includes(r.state)), { what: 'a round that runs' });
  const tagOf = (point) => tags.get(query(center, `select code from checkpoint where id = ${point.checkpoint_id}`)[0].code);
  const point = (n) => desk.get('round', round.id).points[n];
  const done = (n) => desk.waitFor((v) => v.get('round', round.id).points[n].state === 'DONE' && v.get('round', round.id).points[n], { what: `point ${n + 1} done`, timeoutMs: 20000 });
  const workerPid = async () => (await center.health()).workers.find(({ worker }) => worker === 'checkins')?.pid;
  return { center, patrol, operator, udp, tcp, key, say, tagOf, point, done, workerPid };
}

test('a line of a reader counts at its point, over UDP and over TCP', LIMIT, async (t) => {
  const { udp, tcp, say, tagOf, point, done } = await start(t);
  let answer = await say('--udp', udp, '--tag', tagOf(point(0)));
  assert.deepEqual([answer.ok, answer.no, answer.unanswered], [1, 0, 0]);
  await done(0);
  answer = await say('--tcp', tcp, '--seq', '2', '--tag', tagOf(point(1)));
  assert.equal(answer.ok, 1);
  await done(1);
});

test('forged and replayed lines count nowhere, and are journaled once a minute, not once a line', LIMIT, async (t) => {
  const { center, udp, say, tagOf, point, done } = await start(t);
  const forged = await say('--udp', udp, '--tag', tagOf(point(0)), '--count', '20', '--forge', '--wait-ms', '1000');
  assert.deepEqual([forged.ok, forged.no, forged.unanswered], [0, 0, 20]);
  assert.equal(point(0).state, 'DUE');
  const replayed = await say('--udp', udp, '--tag', tagOf(point(0)), '--replay', '50');
  assert.equal(replayed.ok, 1);
  assert.equal(replayed.codes.replay, replayed.no);
  assert.ok(replayed.no > 0);
  await done(0);
  const told = await until(() => journal(center, 'reader.refused').length && journal(center, 'reader.refused'), 'a row about it');
  assert.equal(told.length, 1, `${told.length} rows within a minute`);
  assert.equal(query(center, "select count(*) as n from checkin where state = 'counted'")[0].n, 1);
  assert.equal((await say('--udp', udp, '--epoch', '2', '--seq', '9', '--tag', 'x')).ok, 0, 'a new epoch without pairing');
});

test('a worker that was killed delays check-ins and loses none', LIMIT, async (t) => {
  const { center, patrol, tagOf, point, done, workerPid } = await start(t), pid = await until(workerPid, 'the worker');
  process.kill(pid, 'SIGKILL');
  const { result } = await patrol.command('checkin.submit', { client_id: randomUUID(), method: 'qr', tag: tagOf(point(0)), device_at_us: Date.now() * 1000 });
  assert.equal(result.state, 'stored');
  await done(0);
  assert.notEqual(await workerPid(), pid);
  assert.equal(query(center, `select state from checkin where id = ${result.raw_id}`)[0].state, 'counted');
  assert.ok(journal(center, 'worker.down').length > 0 && journal(center, 'worker.up').length > 1);
});

test('the dump of a baton reader counts, as late reads', LIMIT, async (t) => {
  const { center, operator, say, tagOf, point, done } = await start(t), dump = join(temporaryFolder(t), 'dump');
  await say('--dump', dump, '--ago', '30', ...[0, 1].flatMap((n) => ['--tag', tagOf(point(n))]), '--count', '2');
  await operator.command('checkin.dump', { body: readFileSync(dump, 'utf8') });
  await done(0);
  await done(1);
  assert.equal(journal(center, 'checkin.dump_read').length, 1);
  assert.equal(query(center, "select count(*) as n from checkin where source = 'dump' and state = 'counted' and sequence is not null")[0].n, 2);
  const again = await operator.command('checkin.dump', { body: readFileSync(dump, 'utf8') });
  await until(() => query(center, `select state from checkin where id = ${again.result.raw_id}`)[0].state !== 'stored', 'the second dump read');
  assert.equal(query(center, "select count(*) as n from checkin where source = 'dump' and state = 'counted' and sequence is not null")[0].n, 2, 'the same reads counted twice');
});

test('a photo of a checkpoint\'s code checks in; that of another code does not', { ...LIMIT, skip: hasQrencode() ? false : 'qrencode is not installed' }, async (t) => {
  const { center, patrol, tagOf, point, done } = await start(t);
  const picture = execFileSync('qrencode', ['-t', 'PNG', '-s', '8', '-o', '-', tagOf(point(0))]);
  const submit = async (image) => {
    const { hash } = await patrol.upload(image, 'image/png');
    return (await patrol.command('checkin.submit', { client_id: randomUUID(), method: 'qr', picture: hash, device_at_us: Date.now() * 1000 })).result.raw_id;
  };
  await submit(picture);
  await done(0);
  const other = await submit(execFileSync('qrencode', ['-t', 'PNG', '-s', '8', '-o', '-', 'no tag of ours']));
  await until(() => query(center, `select state from checkin where id = ${other}`)[0].state !== 'stored', 'the other read');
  assert.equal(query(center, `select point_id from checkin where id = ${other}`)[0].point_id, null);
});

function hasQrencode() { try { execFileSync('qrencode', ['--version'], { stdio: 'ignore' }); return true; } catch { return false; } }
