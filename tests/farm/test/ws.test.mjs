import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import test from 'node:test';
import { connectWebSocket } from '../lib/ws.mjs';

/** The other end, by hand: takes the handshake, gives the raw socket. */
async function serve() {
  const server = http.createServer((request, response) => { response.writeHead(401); response.end('log in first'); }), sockets = [];
  server.on('upgrade', (request, socket) => {
    if (request.url === '/no') { socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno'); return; }
    const accept = createHash('sha1').update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${request.url === '/liar' ? 'x' : accept}\r\n\r\n`);
    if (request.url === '/eager') socket.write(frame(0x81, Buffer.from('hello')));
    sockets.push(socket);
    server.emit('peer', socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, url: `ws://127.0.0.1:${server.address().port}`, close: () => { for (const socket of sockets) socket.destroy(); server.close(); } };
}

const frame = (first, body) => Buffer.concat([body.length < 126 ? Buffer.from([first, body.length]) : Buffer.from([first, 126, body.length >> 8, body.length & 255]), body]);

async function open(t) {
  const world = await serve(), peerCame = once(world.server, 'peer');
  t.after(world.close);
  const client = (await connectWebSocket(world.url)).on('message', () => {});
  return { client, peer: (await peerCame)[0] };
}

test('fragments, cut anywhere, join to one message', async (t) => {
  const { client, peer } = await open(t), text = '告警'.repeat(200), body = Buffer.from(text), got = once(client, 'message');
  const bytes = Buffer.concat([frame(0x01, body.subarray(0, 301)), frame(0x89, Buffer.from('hi')), frame(0x00, body.subarray(301, 500)), frame(0x80, body.subarray(500))]);
  for (let i = 0; i < bytes.length; i += 7) peer.write(bytes.subarray(i, i + 7));
  assert.equal((await got)[0], text);
});

test('what comes together with the handshake is heard', async (t) => {
  const world = await serve();
  t.after(world.close);
  const client = await connectWebSocket(`${world.url}/eager`);
  assert.equal((await once(client, 'message'))[0], 'hello');
});

test('a ping is answered with its own bytes, masked', async (t) => {
  const { peer } = await open(t);
  peer.write(frame(0x89, Buffer.from('abc')));
  const [pong] = await once(peer, 'data');
  assert.equal(pong[0], 0x8a);
  assert.equal(pong[1], 0x83);
  assert.equal(Buffer.from(pong.subarray(6).map((byte, i) => byte ^ pong[2 + i])).toString(), 'abc');
});

test('long messages are sent with their length in front', async (t) => {
  const { client, peer } = await open(t), body = 'x'.repeat(70000);
  client.send(body);
  let got = Buffer.alloc(0);
  while (got.length < 14 + body.length) got = Buffer.concat([got, (await once(peer, 'data'))[0]]);
  assert.deepEqual([got[0], got[1], Number(got.readBigUInt64BE(2))], [0x81, 0x80 | 127, 70000]);
});

test('the reason of a close is told', async (t) => {
  const { client, peer } = await open(t), closed = once(client, 'close');
  peer.write(frame(0x88, Buffer.concat([Buffer.from([0x03, 0xf1]), Buffer.from('slow')])));
  assert.deepEqual((await closed)[0], { code: 1009, reason: 'slow' });
  assert.equal(client.open, false);
});

test('a masked frame from a server ends the connection', async (t) => {
  const { client, peer } = await open(t), closed = once(client, 'close');
  peer.write(Buffer.from([0x81, 0x81, 1, 2, 3, 4, 5]));
  assert.equal((await closed)[0].code, 1002);
});

test('a refused or forged handshake is an error with its status', async (t) => {
  const world = await serve();
  t.after(world.close);
  await assert.rejects(connectWebSocket(`${world.url}/no`), { status: 403 });
  await assert.rejects(connectWebSocket(`${world.url}/liar`), /not ours/);
});
