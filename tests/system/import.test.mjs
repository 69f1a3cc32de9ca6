// The command line: imports that are wrong, backups while the center runs, what doctor and --check-config say.
import assert from 'node:assert/strict';
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { run } from '../farm/lib/program.mjs';
import { follow, query, startCenter } from './lib/testing.mjs';

const LIMIT = { timeout: 60000 };
const failure = (promise) => promise.then((output) => { throw new Error(`it did not fail: ${output}`); }, (error) => error);
const put = (center, name, text) => { const path = join(center.dir, name); writeFileSync(path, text); return path; };
const checkpoints = (center) => query(center, 'select count(*) as n from checkpoint')[0].n;
const HEAD = 'code,name,place,lat,lon,radius_m,tag\n';

test('a wrong CSV: every line and column is named, and nothing is imported, with the daemon and without', LIMIT, async (t) => {
  const center = await startCenter(t, { start: false }), before = checkpoints(center);
  const good = 'T-1,Good,GATE-N,36.29,120.38,30,T1\n';
  const files = [
    [put(center, 'wrong.csv', `${HEAD}${good}T-3,Bad,GATE-N,north,120.38,30,T3\nT-4,Bad,GATE-N,36.29,120.38,-5,T4\nT-5,Bad,GATE-N,36.29,,30,T5\n`), ['3: lat', '4: radius_m', '5: lon']],
    [put(center, 'wrong2.csv', `${HEAD}${good}T-2,Bad,NOWHERE,36.29,120.38,30,T2\n`), ['3: place']],
  ];
  for (const running of [false, true]) {
    if (running) await center.start();
    for (const [path, problems] of files) {
      const { code, output } = await failure(center.cli(['import', 'checkpoint', path]));
      assert.notEqual(code, 0);
      for (const problem of problems) assert.match(output, new RegExp(`wrong\\d?\\.csv:${problem}: .{8,}`), output);
      assert.doesNotMatch(output, /csv:2:/);
      assert.equal(checkpoints(center), before);
    }
  }
  const unknown = await failure(center.cli(['import', 'checkpoint', put(center, 'column.csv', 'code,nme,place,lat,lon,radius_m,tag\nT-1,x,GATE-N,36.29,120.38,30,T1\n')]));
  assert.match(unknown.output, /nme/);
  assert.equal(checkpoints(center), before);
});

test('import and user commands reach the running center at once; export takes them back', LIMIT, async (t) => {
  const center = await startCenter(t), desk = await follow(t, await center.login('operator'), 'desk');
  await center.cli(['import', 'checkpoint', put(center, 'right.csv', `${HEAD}T-1,新的点,GATE-N,36.29,120.38,30,T1\n`)]);
  await desk.waitFor((v) => v.find('checkpoint', ({ code }) => code === 'T-1'), { what: 'the new checkpoint at the desk' });
  await center.addUser('later', 'operator');
  assert.equal((await center.login('later')).user.role, 'operator');
  const exported = put(center, 'exported.csv', await center.cli(['export', 'checkpoint']));
  assert.match(await center.cli(['import', 'checkpoint', exported]), /checkpoint: \d+ rows, 0 new or changed/);
});

test('a backup while commands run is consistent', LIMIT, async (t) => {
  const center = await startCenter(t), operator = await center.login('operator'), going = { on: true };
  const busy = (async () => { let n = 0; for (; going.on; n++) await operator.command('incident.open', { category: 'parking', priority: 4, words: `${n}` }); return n; })();
  const copy = join(center.dir, 'copy');
  await center.backup(copy);
  going.on = false;
  assert.ok(await busy > 0);
  await center.cli(['verify', join(copy, 'gridwarden.db')]);
  const rows = (database) => query({ database }, 'select count(*) as n, max(seq) as last from journal')[0];
  const kept = rows(join(copy, 'gridwarden.db'));
  assert.equal(kept.n, kept.last);
  assert.ok(kept.n <= rows(center.database).n);
});

test('doctor says what to mend, line by line', LIMIT, async (t) => {
  const center = await startCenter(t, { start: false });
  assert.match((await failure(center.cli(['doctor']))).output, /^MEND {2}The daemon does not run; start it:/m);
  await center.start();
  assert.match(await center.cli(['doctor']).catch(({ output }) => output), /^ok {4}The daemon runs$/m);
});

test('--check-config names the file and the key that is unknown', LIMIT, async (t) => {
  const center = await startCenter(t, { start: false }), check = () => run('gridwardend', center.where.daemon, ['--check-config', '--config', center.config], center.as);
  assert.match(await check(), /sound/);
  appendFileSync(center.config, '\n[limits]\nclints=7\n');
  const { output, code } = await failure(check());
  assert.ok(code > 0 && output.includes(center.config) && output.includes('clints'), output);
  center.spawn();
  assert.notEqual((await center.daemon.done).code, 0, 'the daemon started all the same');
});
