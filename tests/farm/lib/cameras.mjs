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

  /** The address template of the recorder (started with --footage-days), in the words of a make. */
  recorderTemplate(make = 'hikvision') {
    const host = `rtsp://127.0.0.1:${this.ready.recorder_port}`;
    return {
      hikvision: `${host}/Streaming/tracks/{channel}01?starttime={start:%Y%m%dT%H%M%SZ}&endtime={end:%Y%m%dT%H%M%SZ}`,
      dahua: `${host}/cam/playback?channel={channel}&starttime={start:local:%Y_%m_%d_%H_%M_%S}&endtime={end:local:%Y_%m_%d_%H_%M_%S}`,
      uniview: `${host}/c{channel}/b{start:unix}/e{end:unix}/replay/`,
      onvif: `${host}/recording/{channel}`,
    }[make];
  }

  /** How the recorder is to be, for example {days: 3}; resolves to its counts. */
  async tellRecorder(how = {}) { return (await this.tell({ do: 'recorder', ...how })).recorder; }

  /** One order, for example {do: 'stall', cameras: 3}; resolves to its answer. */
  tell(order) { return this.control.order(order); }

  async stop() { this.control.close(); await this.process.stop(); }
}
