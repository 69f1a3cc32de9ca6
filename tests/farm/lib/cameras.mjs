// The farm's simulated cameras as a running program, with the socket that tells them what to do.
import { FarmControl } from './farm-control.mjs';
import { Program } from './program.mjs';

export class Cameras {
  /** `program`: gwfarm-cameras; `clips`: folder of make-clips, or a list of files. */
  static async start({ program, clips, n = 12, args = [] }) {
    const cameras = new Cameras();
    cameras.process = new Program('cameras', program, ['--cameras', String(n), ...(Array.isArray(clips) ? clips : ['--clips', clips]), '--port', '0', '--control', '0', ...args]);
    cameras.ready = await cameras.process.waitForLine((line) => line.startsWith('{"ready"') && JSON.parse(line), { what: 'its ports' });
    cameras.control = await FarmControl.open(cameras.ready.control);
    return cameras;
  }

  get port() { return this.ready.rtsp_port; }
  url(n) { return this.ready.url.replace('{n}', n); }

  /** One order, for example {do: 'stall', cameras: 3}; resolves to its answer. */
  tell(order) { return this.control.order(order); }

  async stop() { this.control.close(); await this.process.stop(); }
}
