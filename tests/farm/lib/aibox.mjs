// A box with AI beside the cameras, played: a source with a token that reports what it saw.
import { Session } from './client.mjs';

export class AiBox {
  /** `where`: {base, ca}; `token`: of kind source, made by token.add. */
  constructor({ where, token }) { this.session = new Session({ ...where, token }); }

  /** Reports an observation: {category, camera_code, confidence, words, key …}. Resolves to the reply. */
  report(observation) { return this.session.command('observation.report', observation); }
}
