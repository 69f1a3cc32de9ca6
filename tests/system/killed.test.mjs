// Power cuts: the daemon is killed at random moments while ten clients give fifty commands a second.
// GW_KILLS says how often (200).
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import test from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { journal, query, SECOND_US, startCenter } from './lib/testing.mjs';

const KILLS = Number(process.env.GW_KILLS ?? 200), CLIENTS = 10, EVERY_MS = 200;
const KIND = { 'incident.open': 'alert.raised', 'alert.ack': 'alert.acked', 'ticket.note': 'ticket.noted' };

/** A client that asks again under the same id until it is answered, and keeps its own log of what was acknowledged. */
async function insist(session, log, command, args, going) {
  const id = randomUUID();
  for (let tries = 1; ; tries++) {
    try {
      const { seq, result } = await session.command(command, args, { id });
      log.push({ id, command, seq, tries });
      return result;
    } catch (error) {
      if (error.code && !/^(E[A-Z]+|busy|storage)$/.test(error.code)) throw error;
      if (tries > 2000) throw error;
      await pause(going.on ? 15 : 5);
    }
  }
}

async function client(session, ticketId, log, going) {
  for (let n = 0, alertId = null; going.on; n++) {
    const from = Date.now();
    if (n % 10 === 0) ({ alert_id: alertId } = await insist(session, log, 'incident.open', { category: 'parking', priority: 4, words: randomUUID() }, going));
    else if (n % 10 === 1) await insist(session, log, 'alert.ack', { alert_id: alertId }, going);
    else await insist(session, log, 'ticket.note', { ticket_id: ticketId, words: `note ${n}` }, going);
    await pause(Math.max(0, EVERY_MS - (Date.now() - from)));
  }
}

async function handledTicket(center) {
  const operator = await center.login('operator'), patrol = await center.login('patrol1');
  await patrol.command('unit.duty', { on: true });
  const { result: { alert_id: alertId } } = await operator.command('incident.open', { category: 'fall', priority: 1 });
  const { result: { ticket_id: ticketId } } = await operator.command('alert.dispatch', { alert_id: alertId, unit_id: patrol.user.unit_id });
  for (const step of ['accept', 'arrive']) await patrol.command(`ticket.${step}`, { ticket_id: ticketId });
  await patrol.command('ticket.note', { ticket_id: ticketId, words: 'first words' });
  return ticketId;
}

test(`${KILLS} kills: what was acknowledged is there, once`, { timeout: 60000 + KILLS * 1500 }, async (t) => {
  const center = await startCenter(t), ticketId = await handledTicket(center), log = [], going = { on: true };
  const sessions = await Promise.all(Array.from({ length: CLIENTS }, (_, i) => center.login(['operator', 'operator2', 'supervisor'][i % 3])));
  const clients = Promise.all(sessions.map((session) => client(session, ticketId, log, going)));
  clients.catch(() => { going.on = false; });
  await center.kill();
  const starting = Date.now();
  await center.start();
  const mostMs = Math.max(500, 2 * (Date.now() - starting)); // on a busy machine it needs longer to do anything at all
  const began = Date.now();
  for (let i = 0; i < KILLS && going.on; i++) {
    await pause(Math.random() * mostMs); // in the middle of starting, too
    assert.equal(center.daemon.exited, null, `the daemon ended by itself\n${center.daemon.output.slice(-2000)}`);
    await center.kill();
    center.spawn();
  }
  const took = (Date.now() - began) / 1000;
  going.on = false;
  await center.healthy();
  await clients;
  await center.stop();

  const rows = new Map(query(center, 'select uuid, reply from command').map(({ uuid, reply }) => [uuid, JSON.parse(reply)]));
  const effects = new Map(query(center, 'select command_id, kind, count(*) as n from journal where command_id <> \'\' group by 1, 2').map(({ command_id, kind, n }) => [`${command_id} ${kind}`, n]));
  const missing = log.filter(({ id, command }) => rows.get(id)?.code !== 0 || !effects.has(`${id} ${KIND[command]}`));
  const doubled = log.filter(({ id, command }) => effects.get(`${id} ${KIND[command]}`) > 1);
  const moved = log.filter(({ id, seq }) => rows.get(id)?.seq !== seq);
  t.diagnostic(`${KILLS} kills in ${took.toFixed(0)} s, ${log.length} commands acknowledged (${(log.length / took).toFixed(0)}/s), ${log.filter(({ tries }) => tries > 1).length} of them asked for more than once`);
  assert.deepEqual({ missing: missing.slice(0, 5), doubled: doubled.slice(0, 5), moved: moved.slice(0, 5) }, { missing: [], doubled: [], moved: [] });
  assert.equal(new Set(log.map(({ id }) => id)).size, log.length);
  assert.ok(log.length > KILLS, 'there was no load');
  await center.cli(['verify']);
});

test('a timer that fell due while the daemon was dead fires at once and says how late', { timeout: 60000 }, async (t) => {
  const center = await startCenter(t), operator = await center.login('operator'), patrol = await center.login('patrol1');
  await patrol.command('unit.duty', { on: true });
  const { result: { alert_id: alertId } } = await operator.command('incident.open', { category: 'fall', priority: 1 });
  await operator.command('alert.dispatch', { alert_id: alertId, unit_id: patrol.user.unit_id });
  await center.kill();
  const [timer] = query(center, 'select * from timer where kind = \'outbox.receipt\' order by due_at_us limit 1');
  assert.ok(timer, `no receipt is waited for: ${JSON.stringify(query(center, 'select kind, due_at_us from timer'))}`);
  await pause(timer.due_at_us / 1000 - Date.now() + 1500);
  await center.start();
  const [row] = journal(center, 'outbox.unknown');
  assert.ok(row, 'it did not fire at once');
  assert.ok(row.body.late_by_us > SECOND_US && row.body.late_by_us < 10 * SECOND_US, `late by ${row.body.late_by_us} us`);
  t.diagnostic(`the receipt's deadline fired ${(row.body.late_by_us / SECOND_US).toFixed(2)} s late, and says so`);
});
