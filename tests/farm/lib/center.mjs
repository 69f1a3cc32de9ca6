// A whole center in a folder of its own: configuration, database, daemon on free ports. Used by the demo, by smoke and
// by the tests; everything is made by the commands that a customer types.
import { chownSync, cpSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { basename, dirname, join, resolve } from 'node:path';
import { login, Session } from './client.mjs';
import { ordinary, Program, run } from './program.mjs';

export const PASSWORD = 'gridwarden-demo';

/** Where things are: installed (./run stages them) or built. */
export function places({ stage = process.env.GW_STAGE, build = process.env.GW_BUILD ?? 'build' } = {}) {
  const here = resolve(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '../../..');
  const at = (path) => resolve(here, build, path);
  return stage
    ? { daemon: join(stage, 'sbin/gridwardend'), cli: join(stage, 'bin/gridwarden'), worker: join(stage, 'libexec/gridwarden/gridwarden-ingest'),
      dashboard: join(stage, 'share/gridwarden/dashboard'), demo: join(stage, 'share/gridwarden/demo'), farm: join(stage, 'farm'), clips: join(stage, 'clips') }
    : { daemon: at('daemon/app/gridwardend'), cli: at('daemon/cli/gridwarden'), worker: at('pipelines/gridwarden-ingest'), dashboard: join(here, 'dashboard/dist'),
      demo: join(here, 'tests/farm/demo'), farm: at('tests/farm'), clips: process.env.GW_CLIPS ?? join(process.env.XDG_CACHE_HOME ?? join(process.env.HOME ?? '/var/tmp', '.cache'), 'gridwarden/clips') };
}

/** A port nobody listens on now; below those that the system gives to connections, which would take it before a daemon does. */
export async function freePort() {
  for (;;) {
    const port = 12000 + Math.floor(Math.random() * 20000), server = createServer();
    const isFree = await new Promise((done) => server.once('error', () => done(false)).listen(port, () => server.close(() => done(true))));
    if (isFree) return port;
  }
}

const anyoneReads = (path) => (statSync(path).mode & 5) === 5 && (path === '/' || anyoneReads(dirname(path)));

/** A tree that only root can read is copied to where nobody can. */
function readable(where, dir) {
  if (ordinary.uid === undefined || (anyoneReads(where.daemon) && anyoneReads(where.demo))) return where;
  const copied = { ...where };
  for (const key of ['daemon', 'cli', 'worker', 'demo', 'dashboard']) {
    copied[key] = join(dir, 'installed', basename(where[key]));
    if (existsSync(where[key])) cpSync(where[key], copied[key], { recursive: true });
  }
  return copied;
}

export class Center {
  daemon = null;

  /** `dir` is made; `options` are further keys of the configuration: {"center.demo": "true"}. */
  constructor(dir, { where = places(), port, tlsPort, options = {} }) {
    Object.assign(this, { dir, where: readable(where, dir), port, tlsPort });
    this.as = { ...ordinary, env: { LANG: 'C.UTF-8', ...(ordinary.uid === undefined ? {} : { HOME: dir }) } };
    this.config = join(dir, 'gridwarden.conf');
    this.state = join(dir, 'state');
    this.database = join(this.state, 'gridwarden.db');
    mkdirSync(this.state, { recursive: true });
    this.#write(options);
    if (ordinary.uid !== undefined) for (const path of [dir, this.state, this.config]) chownSync(path, ordinary.uid, ordinary.gid);
  }

  static async make(dir, { port, tlsPort, ...rest } = {}) {
    return new Center(dir, { port: port ?? await freePort(), tlsPort: tlsPort ?? await freePort(), ...rest });
  }

  get base() { return `http://localhost:${this.port}`; }
  get tlsBase() { return `https://localhost:${this.tlsPort}`; }

  #write(options) {
    const keys = { 'center.name': '网格化监控指挥中心', 'center.community': '东旺疃社区', 'http.port': this.port, 'http.tls_port': this.tlsPort,
      'http.dashboard': this.where.dashboard, 'storage.state': this.state, 'storage.database': this.database, 'ingest.worker': this.where.worker,
      'ingest.udp_port': 0, 'ingest.tcp_port': 0, 'ingest.reader_address': '127.0.0.1', ...options };
    const groups = {};
    for (const [key, value] of Object.entries(keys)) { const [group, name] = key.split('.'); (groups[group] ??= []).push(`${name}=${value}`); }
    writeFileSync(this.config, Object.entries(groups).map(([group, lines]) => `[${group}]\n${lines.join('\n')}\n`).join('\n'));
  }

  /** The command line; resolves to what it printed. */
  cli(args, input = '') { return run('gridwarden', this.where.cli, ['--config', this.config, ...args], { ...this.as, input }); }

  addUser(name, role, { display = name, unit, password = PASSWORD } = {}) {
    return this.cli(['user', 'add', name, '--role', role, '--display', display, ...(unit ? ['--unit', unit] : [])], `${password}\n`);
  }

  /** The demo community with its first `cameras` cameras at the farm's port, and its users. */
  async loadDemo({ cameras = 12, rtspPort = 8554, routes } = {}) {
    const file = (name) => join(this.where.demo, name);
    const lines = readFileSync(file('cameras.csv'), 'utf8').split('\n').slice(0, cameras + 1).join('\n').replaceAll('{port}', rtspPort);
    const list = join(this.dir, 'cameras.csv');
    writeFileSync(list, `${lines}\n`);
    for (const [noun, path] of [['place', file('places.geojson')], ['place', file('ways.geojson')], ['person', file('people.csv')], ['slot', file('slots.csv')],
      ['unit', file('units.csv')], ['checkpoint', file('checkpoints.csv')], ['camera', list], ['route', routes ?? file('routes.csv')]]) await this.cli(['import', noun, path]);
    for (const [name, role, display] of [['admin', 'admin', '系统管理员'], ['supervisor', 'supervisor', '刘桂芬'], ['operator', 'operator', '王海燕'], ['operator2', 'operator', '李建国']]) await this.addUser(name, role, { display });
    for (const [name, unit] of [['patrol1', 'U-N1'], ['patrol2', 'U-N2'], ['patrol3', 'U-M1'], ['patrol4', 'U-V1'], ['patrol5', 'U-F1']]) await this.addUser(name, 'patrol', { display: name, unit });
  }

  /** Starts the daemon and does not wait. */
  spawn() { this.daemon = new Program('gridwardend', this.where.daemon, ['--config', this.config], this.as); }

  /** Starts the daemon and waits until it answers. */
  async start() {
    this.spawn();
    await this.healthy();
    return this;
  }

  async health() {
    try { return await new Session({ base: this.base }).get('/healthz'); } catch (error) { return error.reply ?? null; }
  }

  async healthy(timeoutMs = 30000) {
    for (const end = Date.now() + timeoutMs; ;) {
      if (this.daemon.exited) throw new Error(`the daemon ended: ${JSON.stringify(this.daemon.exited)}\n${this.daemon.output.slice(-3000)}`);
      if (await this.health()) return;
      if (Date.now() > end) throw new Error(`the daemon does not answer\n${this.daemon.output.slice(-3000)}`);
      await new Promise((done) => setTimeout(done, 50));
    }
  }

  /** SIGKILL, as a power cut would. */
  async kill() { await this.daemon.kill('SIGKILL'); }
  async stop() { if (this.daemon) await this.daemon.stop(); }

  login(name, password = PASSWORD) { return login({ base: this.base }, name, password); }

  /** Copies the database, consistent, for tests that change a byte of it. */
  async backup(to) {
    await this.cli(['backup', to]);
    return to;
  }
}

