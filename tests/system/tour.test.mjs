// A tour through the running daemon: begun, looked at page by page, gone on with by another after a restart, and what the
// shift log, the pages and other roles hear of it.
import assert from 'node:assert/strict';
import test from 'node:test';
import { openTours } from '../farm/lib/demo-tours.mjs';
import { follow, journal, kiosk, query, refusal, startCameras, startCenter, until } from './lib/testing.mjs';

const LIMIT = { timeout: 60000 };
const all = { name: '全部画面', tiles: 4, dwell_s: 15, per_shift: 1, selector: {} };

/** Nobody looks at a page in less than two seconds: asked until it counts. */
const look = (session, run_id, page, unseen = []) =>
  until(() => session.command('tour.look', { run_id, page, unseen }).then(({ result }) => result, (error) => { if (error.code !== 'illegal' || !/two seconds/.test(error.message)) throw error; }), `page ${page}`);

test('a tour is looked at by two people, over a restart, and the shift log says who saw what', LIMIT, async (t) => {
  const cameras = await startCameras(t, { n: 6 }), center = await startCenter(t, { cameras: 6, rtspPort: cameras.port });
  const supervisor = await center.login('supervisor'), operator = await center.login('operator');
  const desk = await follow(t, operator, 'desk'), wall = await follow(t, await kiosk(center), 'wall');
  await desk.waitFor((v) => v.all('camera').filter((c) => c.state === 'live').length === 6, { what: 'six live cameras' });

  const { result: { tour_id } } = await supervisor.command('tour.add', all);
  const tour = await desk.waitFor((v) => v.get('tour', tour_id), { what: 'the tour' });
  assert.deepEqual(tour.camera_ids, query(center, 'select id from camera order by code').map(({ id }) => id));
  const { result: { run_id } } = await operator.command('tour.start', { tour_id });
  const run = await desk.waitFor((v) => v.get('tour_run', run_id)?.state === 'running' && v.get('tour_run', run_id), { what: 'the run' });
  assert.deepEqual([run.pages.map((page) => page.length), run.looked], [[4, 2], []]);
  assert.equal((await refusal(operator.command('tour.look', { run_id, page: 0 }))).code, 'illegal');

  const gone = run.pages[0][1], [{ url }] = query(center, `select url from camera where id = ${gone}`);
  await cameras.tell({ do: 'drop', cameras: Number(url.split('/').at(-1)) });
  await desk.waitFor((v) => v.get('camera', gone).state !== 'live', { what: 'a camera that is gone', timeoutMs: 20000 });
  const first = await look(operator, run_id, 0, [run.pages[0][0]]);
  assert.deepEqual([first.done, first.next], [false, 1]);
  const { rows: [row] } = await operator.get(`/api/v1/tour_look?run_id=${run_id}`);
  assert.deepEqual([row.seen, row.unseen], [run.pages[0].slice(2), run.pages[0].slice(0, 2)]);

  await center.stop();
  await center.start();
  const other = await center.login('supervisor'), again = await follow(t, other, 'desk');
  await again.waitFor((v) => v.all('camera').filter((c) => c.state === 'live').length === 5, { what: 'the others live again' });
  assert.equal((await other.command('tour.start', { tour_id })).result.run_id, run_id);
  assert.equal((await look(other, run_id, 1)).done, true);
  await again.waitFor((v) => v.get('tour_run', run_id).state === 'done', { what: 'the run to be done' });
  assert.equal(journal(center, 'tour.looked').length, 2);

  const log = await other.get('/api/v1/shift-log/current');
  const mine = log.tours.find(({ id }) => id === run_id);
  assert.deepEqual([mine.state, mine.progress, log.looks.length], ['done', '2/2', 2]);
  assert.match(mine.who, /^.+ 1、.+ 1$/);
  assert.ok(log.counts.tours_due >= log.counts.tours_done);
  assert.equal(wall.all('tour').length + wall.all('tour_run').length, 0);
  assert.match(await center.cli(['verify']), /\d/);
});

test('who may look and who may not, over HTTP', LIMIT, async (t) => {
  const center = await startCenter(t, { cameras: 5 });
  const supervisor = await center.login('supervisor'), operator = await center.login('operator'), patrol = await center.login('patrol1');
  assert.equal((await refusal(operator.command('tour.add', all))).code, 'forbidden');
  await openTours(center);
  await openTours(center); // the demo's, once
  const [{ id: tour_id, camera_ids }, ...rest] = (await supervisor.get('/api/v1/tour')).rows;
  assert.deepEqual([camera_ids.length, rest], [5, []]);
  assert.equal((await refusal(patrol.command('tour.start', { tour_id }))).code, 'forbidden');
  const { result: { run_id } } = await operator.command('tour.start', { tour_id });
  for (const path of ['tour', 'tour_run', `tour_look?run_id=${run_id}`]) {
    assert.ok((await operator.get(`/api/v1/${path}`)).rows);
    await assert.rejects(patrol.get(`/api/v1/${path}`));
    await assert.rejects((await kiosk(center)).get(`/api/v1/${path}`));
  }
  assert.equal((await refusal(operator.get('/api/v1/tour_look'))).code, 'bad_args');
  assert.equal((await operator.get('/api/v1/tour_run?state=running')).rows[0].id, run_id);
  await operator.command('tour.stop', { run_id });
  assert.equal(journal(center, 'tour.left').length, 1);
});
