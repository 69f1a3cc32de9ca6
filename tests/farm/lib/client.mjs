// A session with the center, as a page, a phone or a machine has one: log in, command, read, upload, follow.
// Used by smoke, system tests, browser tests and the demo; everything goes by the documented interfaces.
import { randomUUID } from 'node:crypto';
import { CommandError } from './errors.mjs';
import { request } from './http.mjs';
import { Link } from './link.mjs';

export { CommandError } from './errors.mjs';

export class Session {
  #cookies = new Map(); #token; #ca;
  user = null;

  /** `base`: "http://127.0.0.1:8080". `ca`: PEM of the local CA, for https. `token`: a machine's, sent as Bearer. */
  constructor({ base, ca, token }) {
    this.base = base.replace(/\/$/, '');
    this.#ca = ca;
    this.#token = token;
  }

  #headers(more = {}) {
    return {
      Origin: new URL(this.base).origin, 'User-Agent': 'gwfarm', ...more,
      ...(this.#token ? { Authorization: `Bearer ${this.#token}` } : {}),
      ...(this.#cookies.size ? { Cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ') } : {}),
    };
  }

  /** The plain request with this session's credentials: {status, headers, body}. */
  async raw(path, { method = 'GET', headers = {}, body, timeoutMs } = {}) {
    const answer = await request(this.base + path, { method, headers: this.#headers(headers), body, ca: this.#ca, timeoutMs });
    for (const line of answer.headers['set-cookie'] ?? []) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      if (value && !/max-age=0\b/i.test(line)) this.#cookies.set(name, value); else this.#cookies.delete(name);
    }
    return answer;
  }

  #json(what, { status, body }) {
    let value;
    try { value = JSON.parse(body.toString('utf8')); } catch { throw new Error(`${what}: answered ${status} without JSON`); }
    if (status >= 400 || (value.code && value.code !== 'ok')) throw new CommandError(what, value, status);
    return value;
  }

  async post(path, value) {
    return this.#json(path.replace('/api/v1/', ''), await this.raw(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(value) }));
  }

  async get(path) { return this.#json(path, await this.raw(path)); }

  async login(name, password) {
    ({ user: this.user } = await this.post('/api/v1/session.login', { name, password }));
    return this;
  }

  /** A kiosk or source token, once, for a cookie. */
  async kiosk(token) {
    ({ user: this.user } = await this.post('/api/v1/session.kiosk', { token }));
    return this;
  }

  async logout() { await this.post('/api/v1/session.logout', {}); this.#cookies.clear(); }

  /** A command over HTTP: the reply, or a CommandError. The same `id` again is the same command. */
  async command(command, args = {}, { id = randomUUID(), ifRev } = {}) {
    return this.post(`/api/v1/${command}`, { id, args, ...(ifRev ? { if_rev: ifRev } : {}) });
  }

  /** Every row of a noun, page by page. */
  async rows(noun, filters = {}) {
    const rows = [];
    for (let cursor = ''; ;) {
      const page = await this.get(`/api/v1/${noun}?${new URLSearchParams({ limit: '200', ...filters, ...(cursor ? { cursor } : {}) })}`);
      rows.push(...page.rows);
      if (!page.next) return rows;
      cursor = page.next;
    }
  }

  /** Uploads a picture; the answer has its hash. */
  async upload(picture, type = 'image/jpeg') {
    return this.#json('file', await this.raw('/api/v1/file', { method: 'POST', headers: { 'Content-Type': type }, body: picture, timeoutMs: 60000 }));
  }

  async file(hash) {
    const { status, body } = await this.raw(`/api/v1/file/${hash}`);
    if (status !== 200) throw Object.assign(new Error(`file ${hash} answered ${status}`), { status });
    return body;
  }

  /** The last picture of a camera: {picture, atUs}, or null when there is none. */
  async still(cameraId) {
    const { status, headers, body } = await this.raw(`/api/v1/still/${cameraId}`);
    return status === 200 ? { picture: body, atUs: Number(headers['x-gridwarden-at-us']) } : null;
  }

  /** What a socket of this session is opened with. */
  socketTarget(path) { return { url: this.base.replace(/^http/, 'ws') + path, headers: this.#headers(), ca: this.#ca }; }

  /** Opens /ws/v1. With `reconnect` it comes back after a cut and resumes its views. */
  async link(options) { return new Link(this, options).open(); }

  /** Opens a link of its own and gives the view, whose `link` it is. */
  async follow(name, options) {
    const link = await this.link(options), view = await link.follow(name);
    view.link = link;
    return view;
  }
}

/** Logs in and gives the session. */
export const login = (where, name, password) => new Session(where).login(name, password);
