// Somebody who looks at video without showing it: /ws/media by PROTOCOL.md, light enough to be fifty of them.
import { EventEmitter } from 'node:events';
import { connectWebSocket } from './ws.mjs';

const INIT = 1, KEY = 2, REPLAY = 16;

/** Events: 'view' (a message about a slot), 'late', 'picture' ({slot, key, replay, atUs, bytes}), 'init' ({slot, bytes}). */
export class Viewer extends EventEmitter {
  #socket; #next = 1; #wishes = new Map();
  pictures = 0; bytes = 0; late = 0;

  static async open(session) {
    const viewer = new Viewer(), { url, headers, ca } = session.socketTarget('/ws/media');
    viewer.setMaxListeners(0);
    viewer.#socket = await connectWebSocket(url, { protocol: 'gridwarden.media.v1', headers, ca });
    viewer.#socket.on('message', (message) => (typeof message === 'string' ? viewer.#told(JSON.parse(message)) : viewer.#got(message)));
    viewer.#socket.on('close', (why) => viewer.emit('close', why));
    return viewer;
  }

  /** Opens these slots beside those that are open: {camera_id, stream} or {playback_id, at_us}; gives their numbers. */
  show(...wishes) {
    const slots = wishes.map((wish) => { this.#wishes.set(this.#next, wish); return this.#next++; });
    this.#tell();
    return slots;
  }

  hide(...slots) {
    for (const slot of slots) this.#wishes.delete(slot);
    this.#tell();
  }

  #tell() { this.#socket.send(JSON.stringify({ type: 'view', slots: [...this.#wishes].map(([slot, wish]) => ({ slot, ...wish })) })); }

  #told(message) {
    if (message.type === 'late') this.late += message.pictures;
    this.emit(message.type, message);
  }

  #got(frame) {
    if (frame.length < 16 || frame.readUInt16BE(12) !== 0) return; // a still
    const slot = frame.readUInt32BE(0), kind = frame.readUInt16BE(14), bytes = frame.subarray(16);
    this.bytes += frame.length;
    if (kind === INIT) { this.emit('init', { slot, bytes }); return; }
    this.pictures++;
    this.emit('picture', { slot, atUs: Number(frame.readBigUInt64BE(4)), key: (kind & 15) === KEY, replay: (kind & REPLAY) !== 0, bytes });
  }

  /** The first picture of a slot (or one that `is` takes); rejects when the slot ended. */
  picture(slot, { is = () => true, timeoutMs = 15000 } = {}) {
    return new Promise((resolve, reject) => {
      const done = (settle, value) => { clearTimeout(timer); this.off('picture', look); this.off('view', ended); settle(value); };
      const look = (p) => { if (p.slot === slot && is(p)) done(resolve, p); };
      const ended = (m) => { if (m.slot === slot && m.state === 'ended') done(reject, new Error(`slot ${slot} ended: ${m.cause}`)); };
      const timer = setTimeout(() => done(reject, new Error(`slot ${slot}: no picture within ${timeoutMs} ms`)), timeoutMs);
      this.on('picture', look);
      this.on('view', ended);
    });
  }

  pause() { this.#socket.pause(); }
  resume() { this.#socket.resume(); }
  close() { this.#socket.close(); }
}
