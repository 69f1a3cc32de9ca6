// A WebSocket client (RFC 6455) on node's own http and https, because Node 18 has none.
// Text and binary messages, fragments, ping and pong, close codes. Not more: no extensions.
import { createHash, randomBytes } from 'node:crypto';
import { EventEmitter } from 'node:events';
import http from 'node:http';
import https from 'node:https';

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const MOST_MESSAGE_BYTES = 64 * 1024 * 1024; // a snapshot of a large center is some megabytes
const TEXT = 1, BINARY = 2, CLOSE = 8, PING = 9, PONG = 10;

/** Events: 'message' (string | Buffer), 'close' ({code, reason}), once. */
export class WebSocketClient extends EventEmitter {
  #socket; #in = Buffer.alloc(0); #parts = []; #partsType = 0; #partsBytes = 0; #closed = false; #said = { code: 1006, reason: '' };

  constructor(socket, head, protocol) {
    super();
    this.#socket = socket;
    this.protocol = protocol;
    socket.setNoDelay(true);
    socket.on('close', () => this.#end());
    socket.on('error', (error) => { this.#said.reason ||= error.message; });
    // Nothing is read before somebody listens: the first message often comes with the answer to the handshake.
    this.once('newListener', () => queueMicrotask(() => {
      socket.on('data', (data) => this.#take(data));
      if (head.length) this.#take(head);
    }));
  }

  get open() { return !this.#closed; }

  send(message) {
    this.#frame(typeof message === 'string' ? TEXT : BINARY, Buffer.from(message));
  }

  /** Says goodbye, and does not wait for an answer longer than two seconds. */
  close(code = 1000) {
    if (this.#closed) return;
    const body = Buffer.alloc(2);
    body.writeUInt16BE(code);
    this.#frame(CLOSE, body);
    setTimeout(() => this.#socket.destroy(), 2000).unref();
  }

  /** Cuts the line without a word, as a bad network does. */
  cut() {
    this.#socket.destroy();
  }

  /** A reader that has stopped reading: TCP fills up and the other side must cope. */
  pause() { this.#socket.pause(); }
  resume() { this.#socket.resume(); }

  #frame(type, body) {
    if (this.#closed || this.#socket.destroyed) return;
    const mask = randomBytes(4), length = body.length;
    const head = length < 126 ? Buffer.from([0x80 | type, 0x80 | length])
      : length < 65536 ? Buffer.from([0x80 | type, 0x80 | 126, length >> 8, length & 255])
        : Buffer.concat([Buffer.from([0x80 | type, 0x80 | 127]), (() => { const b = Buffer.alloc(8); b.writeBigUInt64BE(BigInt(length)); return b; })()]);
    const masked = Buffer.from(body);
    for (let i = 0; i < length; i++) masked[i] ^= mask[i & 3];
    this.#socket.write(Buffer.concat([head, mask, masked]));
  }

  #take(data) {
    this.#in = this.#in.length ? Buffer.concat([this.#in, data]) : data;
    for (;;) {
      if (this.#in.length < 2) return;
      let length = this.#in[1] & 127, at = 2;
      if (length === 126) { if (this.#in.length < 4) return; length = this.#in.readUInt16BE(2); at = 4; }
      else if (length === 127) { if (this.#in.length < 10) return; length = Number(this.#in.readBigUInt64BE(2)); at = 10; }
      if (length > MOST_MESSAGE_BYTES || this.#in[1] & 128) return this.#fail('a frame we do not take');
      if (this.#in.length < at + length) return;
      const first = this.#in[0], body = this.#in.subarray(at, at + length);
      this.#in = this.#in.subarray(at + length);
      this.#frameCame(first & 15, Boolean(first & 128), body);
    }
  }

  #frameCame(type, last, body) {
    if (type === PING) return this.#frame(PONG, body);
    if (type === PONG) return undefined;
    if (type === CLOSE) {
      this.#said = { code: body.length >= 2 ? body.readUInt16BE(0) : 1005, reason: body.subarray(2).toString('utf8') };
      this.#frame(CLOSE, body.subarray(0, 2));
      return this.#socket.destroySoon();
    }
    if (type) this.#partsType = type;
    this.#partsBytes += body.length;
    if (this.#partsBytes > MOST_MESSAGE_BYTES) return this.#fail('a message we do not take');
    this.#parts.push(Buffer.from(body));
    if (!last) return undefined;
    const whole = this.#parts.length === 1 ? this.#parts[0] : Buffer.concat(this.#parts);
    this.#parts = [];
    this.#partsBytes = 0;
    return this.emit('message', this.#partsType === TEXT ? whole.toString('utf8') : whole);
  }

  #fail(reason) {
    this.#said = { code: 1002, reason };
    this.#socket.destroy();
  }

  #end() {
    if (this.#closed) return;
    this.#closed = true;
    this.emit('close', this.#said);
  }
}

/** Opens a socket. `options`: protocol, headers, ca (PEM), timeoutMs. A refusal rejects with `status` and `body`. */
export function connectWebSocket(url, { protocol, headers = {}, ca, timeoutMs = 10000 } = {}) {
  const to = new URL(url.replace(/^ws/, 'http')), key = randomBytes(16).toString('base64');
  const request = (to.protocol === 'https:' ? https : http).request(to, {
    ca, agent: false, timeout: timeoutMs, ALPNProtocols: to.protocol === 'https:' ? ['http/1.1'] : undefined,
    headers: { ...headers, Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13', 'Sec-WebSocket-Key': key, ...(protocol ? { 'Sec-WebSocket-Protocol': protocol } : {}) },
  });
  return new Promise((resolve, reject) => {
    request.on('upgrade', (response, socket, head) => {
      const wanted = createHash('sha1').update(key + GUID).digest('base64');
      if (response.headers['sec-websocket-accept'] !== wanted) {
        socket.destroy();
        return reject(new Error('the answer to our handshake is not ours'));
      }
      socket.setTimeout(0);
      return resolve(new WebSocketClient(socket, head, response.headers['sec-websocket-protocol']));
    });
    request.on('response', (response) => {
      const parts = [];
      response.on('data', (part) => parts.push(part));
      response.on('end', () => reject(Object.assign(new Error(`${to.pathname} answered ${response.statusCode}`), { status: response.statusCode, body: Buffer.concat(parts).toString('utf8') })));
    });
    request.on('timeout', () => request.destroy(new Error(`${to.host} did not answer within ${timeoutMs} ms`)));
    request.on('error', reject);
    request.end();
  });
}
