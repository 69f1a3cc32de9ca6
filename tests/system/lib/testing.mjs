// What the system tests share: a center of their own on free ports in a folder of its own, gone at the end.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cameras } from '../../farm/lib/cameras.mjs';
import { Center, places } from '../../farm/lib/center.mjs';
import { Session } from '../../farm/lib/client.mjs';

export const SECOND_US = 1e6;

const endings = new WeakMap();

/** What is to be done at the end of the test, the last said first. */
export function atEnd(t, act) {
  if (!endings.has(t)) {
    endings.set(t, []);
    t.after(async () => { for (const end of endings.get(t).reverse()) await end(); });
  }
  endings.get(t).push(act);
}

export function temporaryFolder(t) {
  const dir = mkdtempSync(join(tmpdir(), 'gridwarden-test-'));
  atEnd(t, () => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** The demo community with its users, running. `state`: make it elsewhere; `routes`: other ones than the demo's. */
export async function startCenter(t, { dir = temporaryFolder(t), cameras = 0, rtspPort, routes, options, start = true } = {}) {
  if (!existsSync(places().daemon)) throw new Error(`${places().daemon} is not built: cmake --build it first, or set GW_BUILD`);
  const center = await Center.make(dir, { options });
  atEnd(t, () => center.stop());
  await center.cli(['init']);
  await center.loadDemo({ cameras, rtspPort, routes: routes?.(dir) });
  return start ? center.start() : center;
}

let clipsMade = null;
/** The folder of make-clips, which makes what is not there yet, or is of an older version. */
export function farmClips() {
  if (clipsMade) return clipsMade;
  const { farm, clips } = places();
  execFileSync(new URL('../../farm/make-clips', import.meta.url).pathname, [clips], { env: { ...process.env, GWFARM_SCENE: join(farm, 'gwfarm-scene') }, stdio: ['ignore', 'ignore', 'inherit'] });
  return (clipsMade = clips);
}

export async function startCameras(t, { n, args } = {}) {
  const cameras = await Cameras.start({ program: join(places().farm, 'gwfarm-cameras'), clips: farmClips(), n, args });
  atEnd(t, () => cameras.stop());
  return cameras;
}

/** A wall's session: a token that may only look. */
export async function kiosk(center) {
  return new Session({ base: center.base }).kiosk((await center.cli(['kiosk', 'add', 'test wall'])).trim().split('\n').at(-1));
}

/** The view in a link that comes back by itself; closed at the end of the test. */
export async function follow(t, session, view, options = { reconnect: true }) {
  const followed = await session.follow(view, options);
  atEnd(t, () => followed.link.close());
  return followed;
}

/** Rows of the database file, as whoever has a shell reads them. */
export function query(center, sql) {
  const text = execFileSync('sqlite3', ['-json', '-readonly', center.database, sql], { encoding: 'utf8', maxBuffer: 1 << 28 });
  return text.trim() ? JSON.parse(text) : [];
}

/** Journal rows of a kind, their bodies read. */
export const journal = (center, kind, where = '1') =>
  query(center, `select * from journal where kind = '${kind}' and ${where} order by seq`).map((row) => ({ ...row, body: JSON.parse(row.body) }));

/** Waits for what `look` finds (or for its end without an error), asking again every 50 ms. */
export async function until(look, what, timeoutMs = 15000) {
  for (const end = Date.now() + timeoutMs; ;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > end) throw new Error(`${what} did not come within ${timeoutMs} ms`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

/** The refusal of what must be refused. */
export const refusal = (promise) => promise.then((reply) => { throw new Error(`it was not refused: ${JSON.stringify(reply)}`); }, (error) => {
  if (!error.code) throw error;
  return error;
});

/** A message for a socket: the next one of this event. */
export const next = (emitter, event, timeoutMs = 10000) => new Promise((resolve, reject) => {
  const timer = setTimeout(() => { emitter.off(event, take); reject(new Error(`no "${event}" within ${timeoutMs} ms`)); }, timeoutMs);
  const take = (value) => { clearTimeout(timer); resolve(value); };
  emitter.once(event, take);
});
