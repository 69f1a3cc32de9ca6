// The farm's camera that can be turned, as a running program; orders go to its stdin.
import { Program } from './program.mjs';

export class Onvif {
  /** `program`: gwfarm-onvif; `presets`: {token: name}. */
  static async start({ program, user, password, presets = { 1: '大门', 2: '道路' } }) {
    const onvif = new Onvif();
    const args = [...(user ? ['--user', user, '--password', password] : []), ...Object.entries(presets).flatMap(([token, name]) => ['--preset', `${token}=${name}`])];
    onvif.process = new Program('onvif', program, args);
    ({ url: onvif.url } = await onvif.process.waitForLine((line) => line.startsWith('{"ready"') && JSON.parse(line), { what: 'its address' }));
    return onvif;
  }

  #waiting = Promise.resolve(); #said = 0;

  /** How it is to be, for example {mode: 'hang'}; resolves to its counts. One order after the other. */
  tell(how = {}) {
    this.#waiting = this.#waiting.then(async () => {
      const want = ++this.#said;
      let seen = 0;
      const answer = this.process.waitForLine((line) => line.startsWith('{"ok"') && ++seen === want && JSON.parse(line), { what: 'its counts' });
      this.process.child.stdin.write(`${JSON.stringify(how)}\n`);
      return answer;
    });
    return this.#waiting;
  }

  stop() { return this.process.stop(); }
}
