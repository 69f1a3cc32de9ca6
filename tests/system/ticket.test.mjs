// The life of tickets where it takes time or a second person: real seconds, all on one center, side by side.
import assert from 'node:assert/strict';
import test from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { follow, journal, query, refusal, startCenter } from './lib/testing.mjs';

const SLOW = { timeout: 150000 };
let center, who, desk, units;

/** A P1 alert at a place, dispatched to a unit (else to the first candidate): its ticket. */
async function open(unitId) {
  const { result: { alert_id: alertId } } = await who.operator.command('incident.open', { category: 'fall', priority: 1, words: '有人跌倒' });
  const { result: { ticket_id: id } } = await who.operator.command('alert.dispatch', { alert_id: alertId, ...(unitId ? { unit_id: unitId } : {}) });
  return desk.waitFor((v) => v.get('ticket', id), { what: `ticket ${id}` });
}
const state = (id, name, timeoutMs) => desk.waitFor((v) => v.get('ticket', id)?.state === name && v.get('ticket', id), { what: `ticket ${id} ${name}`, timeoutMs });
const kinds = (id) => query(center, `select kind from journal where subject = 'ticket' and subject_id = ${id} order by seq`).map(({ kind }) => kind);

test('tickets', SLOW, async (t) => {
  center = await startCenter(t);
  who = { operator: await center.login('operator'), operator2: await center.login('operator2'), supervisor: await center.login('supervisor'), admin: await center.login('admin') };
  for (const n of [1, 2, 3, 4, 5]) await (who[`patrol${n}`] = await center.login(`patrol${n}`)).command('unit.duty', { on: true });
  units = Object.fromEntries(['patrol1', 'patrol2', 'patrol3'].map((name) => [name, who[name].user.unit_id]));
  desk = await follow(t, who.supervisor, 'desk');
  const unacked = (await who.operator.command('incident.open', { category: 'fire', priority: 1, words: '没有人理' })).result.alert_id, opened = Date.now();
  const ignored = await open(units.patrol1), sent = Date.now();

  await t.test('a dispatch is taken back within five seconds, later it is refused', async () => {
    const ticket = await open(units.patrol2);
    await who.operator.command('ticket.recall', { ticket_id: ticket.id });
    await state(ticket.id, 'FILED');
    await who.operator.command('ticket.dispatch', { ticket_id: ticket.id, unit_id: units.patrol2 });
    await pause(5200);
    assert.equal((await refusal(who.operator.command('ticket.recall', { ticket_id: ticket.id }))).code, 'illegal');
    assert.ok(kinds(ticket.id).includes('ticket.recalled'));
    await who.patrol2.command('ticket.decline', { ticket_id: ticket.id, reason: 'busy' });
  });

  await t.test('declined twice, the shift lead has to choose; the clock does not stop', async () => {
    const ticket = await open(units.patrol2), due = (x) => x.clocks.find(({ kind }) => kind === 'arrive').due_at_us;
    await who.patrol2.command('ticket.decline', { ticket_id: ticket.id, reason: 'unsafe' });
    let now = await desk.waitFor((v) => v.get('ticket', ticket.id).returns === 1 && v.get('ticket', ticket.id), { what: 'the first return' });
    if (now.state === 'FILED') await who.operator.command('ticket.dispatch', { ticket_id: ticket.id, unit_id: units.patrol3 });
    now = await state(ticket.id, 'DISPATCHED');
    const second = Object.keys(units).find((name) => units[name] === now.unit_id);
    await who[second].command('ticket.decline', { ticket_id: ticket.id, reason: 'other', words: '去不了' });
    now = await desk.waitFor((v) => v.get('ticket', ticket.id).returns === 2 && v.get('ticket', ticket.id), { what: 'the second return' });
    assert.deepEqual([now.state, now.needs_lead, due(now)], ['FILED', true, due(ticket)]);
    await who.supervisor.command('ticket.dispatch', { ticket_id: ticket.id, unit_id: units.patrol3 });
    await who.patrol3.command('ticket.accept', { ticket_id: ticket.id });
    await state(ticket.id, 'ACCEPTED');
  });

  await t.test('accepted, en route, arrived and closed on behalf, with the words heard; its handler may not check it', async () => {
    const ticket = await open(units.patrol2), behalf = (words) => ({ unit_id: units.patrol2, channel: 'radio', words });
    for (const step of ['accept', 'en_route', 'arrive']) await who.operator2.command(`ticket.${step}`, { ticket_id: ticket.id, behalf: behalf(`收到 ${step}`) });
    await who.operator2.command('ticket.note', { ticket_id: ticket.id, words: '老人清醒', behalf: behalf('老人清醒') });
    await who.operator2.command('ticket.close_request', { ticket_id: ticket.id, result: 'real_helped', reason: '队员无法拍照', words: '家属已到', behalf: behalf('完毕') });
    const rows = query(center, `select kind, on_behalf_id from journal where subject = 'ticket' and subject_id = ${ticket.id} and on_behalf_id > 0`);
    assert.deepEqual([...new Set(rows.map(({ on_behalf_id: id }) => id))], [units.patrol2]);
    for (const kind of ['accepted', 'en_route', 'arrived', 'close_requested']) assert.ok(rows.some((row) => row.kind === `ticket.${kind}`), kind);
    const story = JSON.stringify(await who.supervisor.get(`/api/v1/story/ticket/${ticket.id}`));
    for (const words of ['收到 accept', '收到 arrive', '完毕']) assert.ok(story.includes(words), `the story lacks "${words}"`);
    const check = () => who.patrol2.command('ticket.check', { ticket_id: ticket.id, verdict: 'close' }), change = (role) => who.admin.command('user.change', { user_id: who.patrol2.user.id, role, unit_id: units.patrol2 });
    assert.equal((await refusal(check())).code, 'forbidden', 'a patrol');
    await change('supervisor'); // which ends the sessions of before
    who.patrol2 = await center.login('patrol2');
    assert.match((await refusal(check())).code, /^(illegal|forbidden)$/, 'whoever handled it, whatever the role');
    await change('patrol');
    await who.operator.command('ticket.check', { ticket_id: ticket.id, verdict: 'close' });
    await state(ticket.id, 'CLOSED');
  });

  await t.test('nobody accepts within a minute: the next candidate gets it, and the journal says so', async () => {
    const now = await desk.waitFor((v) => v.get('ticket', ignored.id).timeouts === 1 && v.get('ticket', ignored.id), { what: 'the time-out', timeoutMs: 75000 });
    assert.ok(Date.now() - sent > 58000 && Date.now() - sent < 66000, `after ${Date.now() - sent} ms`);
    const next = await state(ignored.id, 'DISPATCHED');
    assert.notEqual(next.unit_id, units.patrol1);
    assert.ok(now.timeouts === 1 && kinds(ignored.id).includes('ticket.timed_out'), kinds(ignored.id).join(' '));
  });

  await t.test('a P1 that nobody acknowledges is escalated after 20, 40 and 80 s', async () => {
    await desk.waitFor((v) => v.get('alert', unacked).escalation === 4, { what: 'the third step', timeoutMs: Math.max(1000, opened + 86000 - Date.now()) });
    const alert = desk.get('alert', unacked), steps = journal(center, 'alert.escalated', `subject_id = ${unacked}`).map((row) => (row.at_us - alert.first_at_us) / 1e6);
    assert.equal(steps.length, 3);
    [20, 40, 80].forEach((due, i) => assert.ok(steps[i] >= due && steps[i] < due + 2.5, `step ${i + 1} after ${steps[i]} s`));
    assert.ok(query(center, `select target_role from outbox where subject = 'alert' and subject_id = ${unacked}`).some((row) => row.target_role === 'supervisor'));
  });
});
