// What a peer may send: one error code each, the connection kept where that is safe, the daemon alive.
import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import net from 'node:net';
import { networkInterfaces } from 'node:os';
import test from 'node:test';
import { request } from '../farm/lib/http.mjs';
import { follow, next, refusal, startCenter, until } from './lib/testing.mjs';

const LIMIT = { timeout: 60000 }, JSON_TYPE = { 'Content-Type': 'application/json' };
const said = ({ status, body }) => [status, JSON.parse(body.toString()).code];

test('bad messages on a socket are refused one by one, and the socket lives', LIMIT, async (t) => {
  const center = await startCenter(t), { link } = await follow(t, await center.login('operator'), 'desk', {});
  const ask = async (message) => { const reply = next(link, 'reply'); link.send(message); const { code, sentence_zh: zh, sentence_en: en } = await reply; assert.ok(zh && en, `${code} has no sentence`); return code; };
  assert.equal(await ask('{"type":'), 'bad_json');
  assert.equal(await ask(`${'['.repeat(5000)}${']'.repeat(5000)}`), 'bad_json');
  assert.equal(await ask('"hello"'), 'bad_json');
  for (const message of [{}, { type: 7 }, { type: 'nonsense' }, { type: 'subscribe', view: 5 }, { type: 'subscribe', view: 'desk', seq: 'x' }]) assert.equal(await ask(message), 'bad_args', JSON.stringify(message));
  assert.equal(await ask({ type: 'subscribe', view: 'attic' }), 'forbidden');
  const command = (name, args, more) => refusal(link.command(name, args, more)).then(({ code }) => code);
  assert.equal(await command('alert.explode', {}), 'unknown_command');
  for (const args of [{ alert_id: '7' }, { alert_id: 7.5 }, { alert_id: -1 }, { alert_id: 2 ** 53 }, {}, { alert_id: 7, extra: 1 }]) assert.equal(await command('alert.ack', args), 'bad_args', JSON.stringify(args));
  assert.equal(await command('alert.ack', { alert_id: 999999 }), 'not_found');
  assert.equal(await command('user.add', { name: 'x', role: 'admin', password: 'long enough' }), 'forbidden');
  assert.equal((await link.command('incident.open', { category: 'parking' })).code, 'ok', 'the socket is of use after all that');
});

test('an oversized message or a binary one ends its own socket alone', LIMIT, async (t) => {
  const center = await startCenter(t), operator = await center.login('operator'), good = await follow(t, operator, 'desk', {});
  for (const [message, code] of [[`{"type":"command","pad":"${'x'.repeat(70000)}"}`, 1009], [Buffer.from('{"type":"subscribe","view":"desk"}'), 1003]]) {
    const bad = await follow(t, operator, 'desk', {}), end = next(bad.link, 'end');
    bad.link.send(message);
    assert.equal((await end).code, code);
  }
  assert.equal((await good.link.command('incident.open', { category: 'parking' })).code, 'ok');
});

test('bad requests get one code each', LIMIT, async (t) => {
  const center = await startCenter(t), operator = await center.login('operator');
  const post = (path, body, headers = JSON_TYPE) => operator.raw(`/api/v1/${path}`, { method: 'POST', headers, body }).then(said);
  const whole = JSON.stringify({ id: randomUUID(), args: { category: 'parking' } });
  assert.deepEqual(await post('incident.open', '{'), [400, 'bad_json']);
  assert.deepEqual(await post('incident.open', Buffer.from([0x7b, 0xff, 0xfe, 0x7d])), [400, 'bad_json']);
  assert.deepEqual(await post('incident.open', `{"args":${'{"a":'.repeat(3000)}1${'}'.repeat(3000)}}`), [400, 'bad_json']);
  assert.deepEqual(await post('incident.open', whole, { 'Content-Type': 'text/plain' }), [415, 'unsupported']);
  assert.deepEqual(await post('incident.open', whole, { ...JSON_TYPE, Origin: 'http://evil.example' }), [403, 'forbidden']);
  assert.deepEqual(await post('incident.open', whole, { ...JSON_TYPE, Host: 'evil.example' }), [421, 'not_found']);
  assert.deepEqual(await post('incident.open', JSON.stringify({ id: 'seven', args: {} })), [400, 'bad_args']);
  assert.deepEqual(await post('alert.explode', whole), [404, 'unknown_command']);
  assert.deepEqual(await post('incident.open', `{"args":{"words":"${'x'.repeat(70000)}"}}`), [413, 'too_large']);
  assert.deepEqual(await post('user.add', JSON.stringify({ id: randomUUID(), args: { name: 'x', role: 'admin', password: 'long enough' } })), [403, 'forbidden']);
  assert.deepEqual(await post('file', '<svg onload="alert(1)"/>', { 'Content-Type': 'image/jpeg' }), [415, 'unsupported']);
  assert.deepEqual(await post('file', randomBytes(64), { 'Content-Type': 'application/pdf' }), [415, 'unsupported']);
  assert.deepEqual(await post('file', Buffer.alloc(9 << 20, 0xff), { 'Content-Type': 'image/jpeg' }), [413, 'too_large']);
  for (const path of ['../../../../etc/passwd', '..%2f..%2fsecret.key', '%2e%2e/gridwarden.db', 'a'.repeat(64), `${'a'.repeat(62)}/..`]) {
    const { status, body } = await operator.raw(`/api/v1/file/${path}`);
    assert.ok(status >= 400 && status < 500 && !/root:|SQLite/.test(body.toString()), `${path}: ${status}`);
  }
  assert.deepEqual(said(await request(`${center.base}/api/v1/incident.open`, { method: 'POST', headers: { ...JSON_TYPE, Origin: center.base }, body: whole })), [401, 'unauthorized']);
  assert.equal((await operator.command('incident.open', { category: 'parking' })).code, 'ok');
});

test('a socket from another origin is refused', LIMIT, async (t) => {
  const center = await startCenter(t), operator = await center.login('operator');
  const target = operator.socketTarget('/ws/v1');
  for (const headers of [{ Origin: 'http://evil.example' }, { Host: 'evil.example' }, { Cookie: '' }]) {
    const answer = await request(target.url.replace('ws', 'http'), { headers: { ...target.headers, Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13', 'Sec-WebSocket-Key': randomBytes(16).toString('base64'), 'Sec-WebSocket-Protocol': 'gridwarden.v1', ...headers }, timeoutMs: 5000 }).catch(() => null);
    assert.ok(answer === null || answer.status >= 400, `${JSON.stringify(headers)} was let in with ${answer?.status}`);
  }
});

test('ten thousand bytes of garbage at the doors do no harm', LIMIT, async (t) => {
  const center = await startCenter(t);
  const [, tcp] = await center.daemon.waitForLine(/guard-tour readers: UDP port \d+, TCP port (\d+)/, { what: 'the readers\' ports' });
  const worker = async () => (await center.health()).workers;
  const before = await until(async () => (await worker()).every(({ up }) => up) && worker(), 'both workers');
  for (const port of [Number(tcp), center.port, center.tlsPort]) {
    for (const garbage of [randomBytes(10000), Buffer.alloc(10000, 0x41), Buffer.from('GW1,,,,,,\n'.repeat(1000))]) await new Promise((done) => {
      const socket = net.connect(port, '127.0.0.1').on('error', () => {}).on('close', done);
      socket.end(garbage);
      socket.resume().setTimeout(3000, () => socket.destroy());
    });
  }
  assert.deepEqual((await worker()).map(({ pid }) => pid), before.map(({ pid }) => pid), 'a worker died of it');
  assert.equal((await center.health()).ok, true);
});

test('plain HTTP is for this machine alone', LIMIT, async (t) => {
  const other = Object.values(networkInterfaces()).flat().find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
  if (!other) return t.skip('this machine has no other address than loopback');
  const center = await startCenter(t);
  const knock = (port) => new Promise((done) => net.connect({ port, host: other, timeout: 3000 }).on('connect', function open() { this.destroy(); done('open'); }).on('timeout', function late() { this.destroy(); done('silent'); }).on('error', ({ code }) => done(code)));
  assert.equal(await knock(center.port), 'ECONNREFUSED');
  assert.equal(await knock(center.tlsPort), 'open', 'TLS is for the others');
});
