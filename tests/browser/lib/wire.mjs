// The wire between a browser and its center, in our hand: cut, or gone silent without a word, as networks do.
import net from 'node:net';

export class Wire {
  #server; #pairs = new Set(); #isCut = false; #isSilent = false;

  /** Listens on a free port and passes everything on to `port`. */
  static async to(t, port) {
    const wire = new Wire();
    wire.#server = net.createServer((near) => wire.#join(near, port));
    await new Promise((done, fail) => wire.#server.once('error', fail).listen(0, '127.0.0.1', done));
    t.after(() => { wire.cut(); wire.#server.close(); });
    return wire;
  }

  get port() { return this.#server.address().port; }

  #join(near, port) {
    if (this.#isCut) { near.destroy(); return; }
    const far = net.connect(port, '127.0.0.1'), pair = [near, far];
    this.#pairs.add(pair);
    for (const [one, other] of [pair, [far, near]]) {
      one.on('error', () => {});
      one.on('close', () => { other.destroy(); this.#pairs.delete(pair); });
      one.pipe(other);
      if (this.#isSilent) one.pause();
    }
  }

  /** Every connection ends, and new ones end at once. */
  cut() {
    this.#isCut = true;
    for (const [near] of this.#pairs) near.destroy();
  }

  /** Connections stay, and not a byte comes through. */
  silence() {
    this.#isSilent = true;
    for (const pair of this.#pairs) for (const end of pair) end.pause();
  }

  mend() {
    this.#isCut = this.#isSilent = false;
    for (const pair of this.#pairs) for (const end of pair) end.resume();
  }
}
