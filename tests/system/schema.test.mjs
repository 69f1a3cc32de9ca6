// Every message of a whole incident, on every view, is what schema/wire/objects.json says.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { somePhoto } from '../farm/lib/jpeg.mjs';
import { connectWebSocket } from '../farm/lib/ws.mjs';
import { faults } from './lib/schema.mjs';
import { atEnd, follow, kiosk, startCameras, startCenter, until } from './lib/testing.mjs';

const schema = JSON.parse(readFileSync(new URL('../../schema/wire/objects.json', import.meta.url), 'utf8'));

/** A socket that keeps every message as it came. */
async function record(t, session, view) {
  const { url, headers } = session.socketTarget('/ws/v1'), messages = [];
  const socket = await connectWebSocket(url, { protocol: 'gridwarden.v1', headers });
  atEnd(t, () => socket.close());
  socket.on('message', (text) => messages.push(JSON.parse(text)));
  socket.send(JSON.stringify({ type: 'subscribe', view }));
  socket.send(JSON.stringify({ type: 'command', id: 'not a uuid', command: 'x', args: {} }));
  socket.send('nonsense');
  return messages;
}

async function incident(center, t) {
  const operator = await center.login('operator'), admin = await center.login('admin'), patrol = await center.login('patrol1');
  const views = [await record(t, operator, 'desk'), await record(t, await kiosk(center), 'wall'), await record(t, patrol, `unit:${patrol.user.unit_id}`)];
  const desk = await follow(t, operator, 'desk'), near = desk.find('place', ({ code }) => code === 'B12');
  await desk.link.command('watch.join', { seat: 1 });
  await admin.command('reader.add', { name: 'R9' });
  await patrol.command('unit.duty', { on: true });
  await patrol.command('unit.presence', { visible: true, device: 'test' });
  await patrol.command('unit.position', { lat: near.lat, lon: near.lon, accuracy_m: 5 });
  const { result: { alert_id: alertId } } = await desk.link.command('incident.open', { category: 'fall', priority: 1, place_id: near.id, words: '有人跌倒' });
  const { result: { ticket_id: id } } = await desk.link.command('alert.dispatch', { alert_id: alertId });
  const { hash } = await patrol.upload(somePhoto());
  for (const step of ['accept', 'en_route', 'arrive']) await patrol.command(`ticket.${step}`, { ticket_id: id });
  await patrol.command('ticket.note', { ticket_id: id, words: '老人清醒' });
  await patrol.command('ticket.close_request', { ticket_id: id, result: 'real_helped', photos: [hash], lat: near.lat, lon: near.lon, accuracy_m: 5 });
  await desk.link.command('ticket.check', { ticket_id: id, verdict: 'close' });
  for (const messages of views) await until(() => JSON.stringify(messages).includes('"CLOSED"'), 'the closed ticket on every view');
  await until(() => views[0].some(({ type, cameras }) => type === 'gauges' && cameras.length > 0), 'gauges');
  return views;
}

test('every message is what the schema says', { timeout: 60000 }, async (t) => {
  const cameras = await startCameras(t, { n: 2 }), center = await startCenter(t, { cameras: 2, rtspPort: cameras.port });
  const views = await incident(center, t);
  await center.stop();
  await until(() => views.every((messages) => messages.at(-1).type === 'bye'), 'bye');
  const wrong = new Map(), types = new Set(), objects = new Set();
  for (const message of views.flat()) {
    types.add(message.type);
    for (const { type } of message.put ?? []) objects.add(type);
    for (const fault of faults(schema, schema.$defs[`message_${message.type}`] ?? {}, message)) wrong.set(`${message.type}: ${fault.replace(/\[\d+\]/g, '[]')}`, JSON.stringify(message).slice(0, 300));
    assert.ok(schema.$defs[`message_${message.type}`], `${message.type} is not in the schema`);
  }
  assert.deepEqual([...wrong].slice(0, 10), []);
  for (const type of ['hello', 'snapshot', 'patch', 'reply', 'gauges', 'bye']) assert.ok(types.has(type), `no ${type} came`);
  t.diagnostic(`${views.flat().length} messages; objects: ${[...objects].sort().join(' ')}`);
  for (const type of ['center', 'place', 'camera', 'checkpoint', 'unit', 'alert', 'ticket', 'round', 'shift', 'watch', 'outbox', 'reader', 'event']) assert.ok(objects.has(type), `no ${type} came`);
});

test('the validator sees what is wrong', () => {
  const beat = { v: 1, type: 'beat', now_us: 1, seq: 1 }, check = (value) => faults(schema, schema.$defs.message_beat, value).length;
  assert.equal(check(beat), 0);
  for (const value of [{ ...beat, v: 2 }, { ...beat, seq: '1' }, { ...beat, more: 1 }, { v: 1, type: 'beat' }, null]) assert.ok(check(value) > 0, JSON.stringify(value));
});
