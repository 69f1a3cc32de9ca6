// Orders to the simulated cameras, by the control socket of gwfarm-cameras.
import net from 'node:net';

export class FarmControl {
  #socket; #waiting = []; #in = '';

  /** `address`: "127.0.0.1:PORT" or "unix:PATH", as gwfarm-cameras printed it. */
  static async open(address) {
    const control = new FarmControl(), at = address.startsWith('unix:') ? { path: address.slice(5) } : { host: address.split(':')[0], port: Number(address.split(':')[1]) };
    control.#socket = net.connect(at);
    await new Promise((resolve, reject) => control.#socket.once('connect', resolve).once('error', reject));
    control.#socket.on('data', (data) => control.#take(data.toString('utf8')));
    for (const event of ['close', 'error']) control.#socket.on(event, () => control.#end());
    return control;
  }

  #take(text) {
    this.#in += text;
    for (let end; (end = this.#in.indexOf('\n')) >= 0; this.#in = this.#in.slice(end + 1)) this.#waiting.shift()?.resolve(JSON.parse(this.#in.slice(0, end)));
  }

  #end() { for (const { reject } of this.#waiting.splice(0)) reject(new Error('the farm closed its control socket')); }

  /** One order, {do, cameras, …}; the answer, or an error with the farm's sentence. */
  async order(order) {
    const answer = await new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#socket.write(`${JSON.stringify(order)}\n`);
    });
    if (!answer.ok) throw new Error(`farm: ${answer.error}`);
    return answer;
  }

  /** The counts of one camera. */
  async count(camera) { return (await this.order({ do: 'count', cameras: camera })).cameras[0]; }

  close() { this.#socket.end(); }
}
