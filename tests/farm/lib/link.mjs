// The socket /ws/v1 of one session: any number of views, commands by message, coming back after a cut.
import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { CommandError } from './errors.mjs';
import { View } from './view.mjs';
import { connectWebSocket } from './ws.mjs';

const FIRST_PAUSE_MS = 500, MOST_PAUSE_MS = 5000;

/** Events: 'open' (hello), 'gauges', 'link', 'beat', 'bye', 'cut' ({code, reason}), 'end' (it will not come back). */
export class Link extends EventEmitter {
  #session; #socket = null; #views = new Map(); #replies = new Map(); #tries = 0; #ended = false; #reconnect;
  hello = null; heardAt = 0; bytes = 0;

  constructor(session, { reconnect = false } = {}) {
    super();
    this.#session = session;
    this.#reconnect = reconnect;
  }

  get connected() { return Boolean(this.#socket?.open && this.hello); }

  /** Resolves when hello came. */
  async open() {
    const { url, headers, ca } = this.#session.socketTarget('/ws/v1');
    const socket = await connectWebSocket(url, { protocol: 'gridwarden.v1', headers, ca });
    this.#socket = socket;
    socket.on('message', (text) => { if (socket === this.#socket) this.#take(text); });
    socket.on('close', (why) => { if (socket === this.#socket) this.#cut(why); });
    await new Promise((resolve, reject) => {
      this.once('hello', resolve);
      socket.once('close', ({ reason }) => reject(new Error(`the socket closed before hello ${reason}`)));
    });
    this.#tries = 0;
    for (const view of this.#views.values()) this.#subscribe(view);
    this.emit('open', this.hello);
    return this;
  }

  /** The view, once its first snapshot is here. */
  async follow(name, { timeoutMs = 15000 } = {}) {
    let view = this.#views.get(name);
    if (!view) {
      view = new View(name);
      view.on('hole', () => this.send({ type: 'subscribe', view: name }));
      this.#views.set(name, view);
      this.#subscribe(view);
    }
    await view.waitFor(() => view.seq !== null, { timeoutMs, what: 'the first snapshot' });
    return view;
  }

  #subscribe(view) {
    const resume = view.seq !== null && view.boot === this.hello?.boot ? { boot: view.boot, seq: view.seq } : {};
    this.send({ type: 'subscribe', view: view.name, ...resume });
  }

  send(message) { this.#socket?.send(typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message)); }

  /** A command by this socket. Resolves to the reply; rejects with CommandError when it was refused. */
  command(command, args = {}, { id = randomUUID(), ifRev, timeoutMs = 15000 } = {}) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => { this.#replies.delete(id); reject(new Error(`${command}: no reply within ${timeoutMs} ms`)); }, timeoutMs);
      this.#replies.set(id, (reply, cut) => {
        clearTimeout(timer);
        this.#replies.delete(id);
        if (cut) reject(new Error(`${command}: the socket was cut before the reply`));
        else if (reply.code === 'ok') resolve(reply);
        else reject(new CommandError(command, reply));
      });
      this.send({ type: 'command', id, command, args, ...(ifRev ? { if_rev: ifRev } : {}) });
    });
  }

  /** Cuts the line as a bad network does; with `reconnect` it comes back and resumes. */
  cut() { this.#socket?.cut(); }
  pause() { this.#socket?.pause(); }
  resume() { this.#socket?.resume(); }

  close() {
    this.#ended = true;
    this.#socket?.close();
  }

  #take(text) {
    this.heardAt = Date.now();
    this.bytes += text.length;
    const message = JSON.parse(text), view = this.#views.get(message.view);
    if (message.type === 'hello') { this.hello = message; this.emit('hello', message); }
    else if (message.type === 'snapshot') view?.snapshot(message, this.hello.boot);
    else if (message.type === 'patch') view?.patch(message);
    else if (message.type === 'reply') {
      if (this.#replies.has(message.id)) this.#replies.get(message.id)(message);
      else this.emit('reply', message); // to a message that was not a command of ours: a test sends such
    } else this.emit(message.type, message);
  }

  #cut(why) {
    this.#socket = null;
    this.hello = null;
    for (const answer of [...this.#replies.values()]) answer(null, true);
    this.emit('cut', why);
    if (this.#ended || !this.#reconnect) { this.emit('end', why); return; }
    this.#comeBack();
  }

  /** With pauses that grow and are never the same for all. */
  #comeBack() {
    const pause = Math.min(MOST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.#tries++) * (0.5 + Math.random());
    setTimeout(() => {
      if (this.#ended) return;
      this.open().catch((error) => {
        if (error.status === 401 || error.status === 403) this.emit('end', { code: error.status, reason: error.message });
        else if (!this.#socket) this.#comeBack();
      });
    }, pause);
  }
}
