// The feed: resume after a cut, clients that are too slow, who may see what, sessions that end.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Session } from '../farm/lib/client.mjs';
import { atEnd, follow, kiosk, next, refusal, startCenter, until } from './lib/testing.mjs';

const LIMIT = { timeout: 60000 };
const incident = (session, words, more = {}) => session.command('incident.open', { category: 'parking', priority: 4, words, ...more }).then(({ result }) => result.alert_id);
const metric = async (session, name) => Number(new RegExp(`^gridwarden_${name} (.*)$`, 'm').exec((await session.raw('/metrics')).body.toString())[1]);

/** Everything of a view but the figures that move by themselves. */
const contents = (view) => ['center', 'place', 'camera', 'checkpoint', 'unit', 'alert', 'ticket', 'round', 'shift', 'watch', 'outbox', 'reader'].flatMap((type) => view.all(type));

test('a socket that was cut goes on without a gap, and says that it was cut', LIMIT, async (t) => {
  const center = await startCenter(t), operator = await center.login('operator'), desk = await follow(t, operator, 'desk');
  const cut = next(desk.link, 'cut'), back = next(desk.link, 'open', 20000), before = desk.seq, resumed = await metric(operator, 'feed_resumed_total');
  desk.link.cut();
  await cut;
  assert.equal(desk.link.connected, false);
  let last;
  for (let i = 0; i < 20; i++) last = await incident(operator, `while it was cut ${i}`);
  await back;
  await desk.waitFor((v) => v.get('alert', last), { what: 'what happened meanwhile' });
  assert.deepEqual(desk.counts.snapshots, 1, 'it took a new snapshot');
  assert.equal(desk.counts.holes, 0);
  assert.ok(desk.seq >= before + 20);
  assert.equal(await metric(operator, 'feed_resumed_total'), resumed + 1);
  const fresh = await follow(t, operator, 'desk');
  await desk.waitFor((v) => v.seq >= fresh.seq, { what: 'the same seq' });
  assert.deepEqual(contents(desk), contents(fresh));
});

test('after a restart of the daemon a view is whole again, by a snapshot', LIMIT, async (t) => {
  const center = await startCenter(t), operator = await center.login('operator'), desk = await follow(t, operator, 'desk');
  const id = await incident(operator, 'before');
  await center.kill();
  await center.start();
  const after = await incident(operator, 'after');
  await desk.waitFor((v) => v.get('alert', id) && v.get('alert', after), { what: 'both', timeoutMs: 20000 });
  assert.equal(desk.counts.snapshots, 2);
});

test('a client that takes nothing gets a snapshot later, then bye: slow', LIMIT, async (t) => {
  const center = await startCenter(t), operator = await center.login('operator'), slow = await follow(t, operator, 'desk', {});
  const words = '慢'.repeat(1900), count = () => metric(operator, 'feed_overflows_total');
  const overflow = async (n) => { while (await count() < n) await Promise.all(Array.from({ length: 30 }, () => incident(operator, words))); };
  slow.link.pause();
  await overflow(1);
  slow.link.resume();
  const last = await incident(operator, 'the last');
  await slow.waitFor((v) => v.counts.snapshots >= 2 && v.get('alert', last), { what: 'a snapshot with everything', timeoutMs: 20000 });
  const bye = next(slow.link, 'bye', 20000), end = next(slow.link, 'end', 20000);
  slow.link.pause();
  await overflow(2);
  slow.link.resume();
  assert.equal((await bye).reason, 'slow');
  await end;
  assert.equal(await metric(operator, 'feed_slow_closed_total'), 1);
});

test('a revoked session loses its sockets within a second', LIMIT, async (t) => {
  const center = await startCenter(t), admin = await center.login('admin'), operator = await center.login('operator');
  const wall = await kiosk(center), views = [await follow(t, operator, 'desk', {}), await follow(t, wall, 'wall', {})];
  for (const [session, view] of [[operator, views[0]], [wall, views[1]]]) {
    const rows = (await admin.rows('session')).filter((row) => row.user_id === session.user.id && !row.revoked_at_us);
    const bye = next(view.link, 'bye', 2000), end = next(view.link, 'end', 2000);
    for (const row of rows) await admin.command('session.revoke', { session_id: row.id });
    const from = Date.now();
    assert.equal((await bye).reason, 'revoked');
    await end;
    assert.ok(Date.now() - from < 1000, `it took ${Date.now() - from} ms`);
    assert.equal((await refusal(session.get('/api/v1/session'))).code, 'unauthorized');
  }
});

test('a kiosk may look at the wall, without words or telephones, and do nothing else', LIMIT, async (t) => {
  const center = await startCenter(t), operator = await center.login('operator'), session = await kiosk(center);
  const wall = await follow(t, session, 'wall');
  const id = await incident(operator, '只有值机员能看到的话');
  const alert = await wall.waitFor((v) => v.get('alert', id), { what: 'the alert' });
  assert.equal(alert.words, '');
  for (const unit of wall.all('unit')) assert.deepEqual([unit.phone, unit.radio_channel], ['', '']);
  assert.equal((await refusal(wall.link.command('alert.ack', { alert_id: id }))).code, 'forbidden');
  assert.equal((await refusal(session.command('alert.ack', { alert_id: id }))).code, 'forbidden');
  for (const noun of ['event', 'person', 'user', 'session?limit=1']) assert.equal((await refusal(session.get(`/api/v1/${noun}`))).code, 'forbidden');
  const said = next(wall.link, 'reply');
  wall.link.send({ type: 'subscribe', view: 'desk' });
  assert.equal((await said).code, 'forbidden');
  assert.ok(!JSON.stringify(contents(wall)).includes('199-0000'), 'a telephone number is on the wall');
});

test('a patrol sees its own unit\'s matters and no other unit', LIMIT, async (t) => {
  const center = await startCenter(t), operator = await center.login('operator'), supervisor = await center.login('supervisor');
  const patrols = [await center.login('patrol1'), await center.login('patrol2')], [mine, theirs] = patrols.map(({ user }) => user.unit_id);
  for (const patrol of patrols) await patrol.command('unit.duty', { on: true });
  const view = await follow(t, patrols[0], `unit:${mine}`), desk = await follow(t, supervisor, 'desk');
  const ids = [];
  for (const unit of [mine, theirs]) {
    const alert = await incident(operator, `for unit ${unit}`, { category: 'fall', priority: 1 });
    ids.push((await operator.command('alert.dispatch', { alert_id: alert, unit_id: unit })).result.ticket_id);
  }
  await desk.waitFor((v) => v.get('ticket', ids[1]), { what: 'the other ticket at the desk' });
  await view.waitFor((v) => v.get('ticket', ids[0]) && v.find('outbox', (o) => o.subject_id === ids[0]), { what: 'the own ticket and message' });
  assert.equal(view.get('ticket', ids[0]).words, `for unit ${mine}`);
  assert.deepEqual(view.all('unit').map(({ id }) => id), [mine]);
  assert.ok(view.all('ticket').every((ticket) => ticket.unit_id === mine));
  assert.ok(view.all('round').every((round) => round.unit_id === mine));
  assert.ok(view.all('outbox').every((message) => message.target === 'unit' && message.target_id === mine));
  const theirPhone = desk.get('unit', theirs).phone;
  assert.ok(theirPhone && !JSON.stringify(contents(view)).includes(theirPhone), 'the other unit\'s telephone is there');
  const said = next(view.link, 'reply');
  view.link.send({ type: 'subscribe', view: `unit:${theirs}` });
  assert.equal((await said).code, 'forbidden');
  assert.equal((await refusal(patrols[0].command('ticket.accept', { ticket_id: ids[1] }))).code, 'forbidden');
});
