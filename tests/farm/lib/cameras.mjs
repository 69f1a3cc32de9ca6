// The farm's simulated cameras, and the small socket that tells them what to do (tests/farm/README.md).
import { createConnection } from 'node:net';
import { Program } from './program.mjs';

export class Cameras {
  #socket; #answers = [];

  /** `program`: gwfarm-cameras; `clips`: folder of make-clips. */
  static async start({ program, clips, n = 12, args = [] }) {
    const cameras = new Cameras();
    cameras.process = new Program('cameras', program, ['--cameras', String(n), '--clips', clips, '--port', '0', '--control', '0', ...args]);
    cameras.ready = await cameras.process.waitForLine((line) => line.startsWith('{"ready"') && JSON.parse(line), { what: 'its ports' });
    const [host, port] = cameras.ready.control.split(':');
    cameras.#socket = createConnection({ host, port: Number(port) });
    await new Promise((resolve, reject) => cameras.#socket.once('connect', resolve).once('error', reject));
    let rest = '';
    cameras.#socket.setEncoding('utf8').on('error', () => {}).on('data', (text) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop();
      for (const line of lines) cameras.#answers.shift()?.(JSON.parse(line));
    });
    return cameras;
  }

  get port() { return this.ready.rtsp_port; }
  url(n) { return this.ready.url.replace('{n}', n); }

  /** One command, for example {"do":"stall","cameras":3}; resolves to its answer. */
  tell(command) {
    return new Promise((resolve, reject) => {
      this.#answers.push((answer) => (answer.ok === false ? reject(new Error(`cameras: ${JSON.stringify(command)}: ${answer.error}`)) : resolve(answer)));
      this.#socket.write(`${JSON.stringify(command)}\n`);
    });
  }

  async stop() { this.#socket?.destroy(); await this.process.stop(); }
}
