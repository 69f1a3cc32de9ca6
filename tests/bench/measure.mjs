// What the benches share: figures as JSON lines, what a process costs, and a center that looks at N cameras of the farm.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cameras } from '../farm/lib/cameras.mjs';
import { Center, places } from '../farm/lib/center.mjs';
import { Session } from '../farm/lib/client.mjs';

const TICKS = 100; // of /proc/PID/stat a second, on every Linux
export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
export const round = (n, digits = 2) => Number(n.toFixed(digits));
export const at = (values, share) => { const sorted = [...values].sort((a, b) => a - b); return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]; };

/** One figure; `peer` is [name, value]. */
export function figure(bench, name, value, unit, peer) {
  console.log(JSON.stringify({ bench, figure: name, value: round(value, 3), unit, ...(peer ? { peer: peer[0], peer_value: round(peer[1], 3), ratio: round(value / peer[1], 3) } : {}) }));
}
export const have = (program) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
export const say = (words) => console.error(`bench: ${words}`);

/** Waits until `test` answers something true. */
export async function until(test, what, timeoutMs = 60000) {
  for (const end = Date.now() + timeoutMs; ;) {
    const found = await test();
    if (found) return found;
    if (Date.now() > end) throw new Error(`waited ${timeoutMs / 1000} s for ${what}`);
    await sleep(200);
  }
}

/** Seconds of CPU that these processes have used. */
export function cpuSeconds(pids) {
  return [].concat(pids).reduce((sum, pid) => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
    return sum + (Number(fields[11]) + Number(fields[12])) / TICKS;
  }, 0);
}

/** Percent of one core over `seconds`, of each list of processes: {worker: [pid], daemon: [pid]}. */
export async function cpuPercent(lists, seconds) {
  const from = performance.now(), before = Object.entries(lists).map(([name, pids]) => [name, cpuSeconds(pids)]);
  await sleep(seconds * 1000);
  const took = (performance.now() - from) / 1000;
  return Object.fromEntries(before.map(([name, used]) => [name, (100 * (cpuSeconds(lists[name]) - used)) / took]));
}

const status = (pid, key) => Number(new RegExp(`^${key}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);
export const threadsOf = (pid) => status(pid, 'Threads');
export const rssKib = (pid) => status(pid, 'VmRSS');
export const descriptorsOf = (pid) => readdirSync(`/proc/${pid}/fd`).length;

/** The values of one metric, summed over its labels. */
export function metric(text, name) {
  return [...text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'gm'))].reduce((sum, m) => sum + Number(m[1]), 0);
}

/** The cameras as the list the center imports, beyond what the demo names. */
const manyCameras = (n, url) => ['code,name,url,transport', ...Array.from({ length: n }, (_, i) => `B-${String(i + 1).padStart(4, '0')},第${i + 1}路,${url(i + 1)},tcp`)].join('\n');

/** Farm and center with `n` cameras, all live. `ownPorts`: a port each, which refuses while its camera is dropped. `demo`: the demo's cameras with their places, at most 293. */
export class Watched {
  static async open({ n, clips, farm = [], options = {}, demo = false, ownPorts = false, liveWithinS = 120 }) {
    const w = new Watched();
    w.dir = mkdtempSync(join(process.env.GW_BENCH_DIR ?? tmpdir(), 'gridwarden-bench-'));
    try {
      w.cameras = await Cameras.start({ program: join(places().farm, 'gwfarm-cameras'), clips, n, args: ownPorts ? [...farm, '--own-ports'] : farm });
      const ports = ownPorts ? new Map((await w.cameras.tell({ do: 'list' })).cameras.map((c) => [c.camera, c.own_port])) : null;
      const url = (i) => (ports ? `rtsp://127.0.0.1:${ports.get(i)}/cam/${i}` : w.cameras.url(i));
      w.center = await Center.make(w.dir, { options });
      await w.center.cli(['init']);
      await w.center.loadDemo({ cameras: demo ? n : 0, rtspPort: w.cameras.port });
      if (!demo) {
        const list = join(w.dir, 'bench-cameras.csv');
        writeFileSync(list, manyCameras(n, url));
        await w.center.cli(['import', 'camera', list]);
      }
      const from = performance.now();
      await w.center.start();
      w.session = await w.center.login('operator');
      w.view = await w.session.follow('desk');
      await until(() => w.view.all('camera').filter((c) => c.state === 'live').length === n, `${n} live cameras`, liveWithinS * 1000);
      w.allLiveS = (performance.now() - from) / 1000;
      return w;
    } catch (error) {
      await w.close();
      throw error;
    }
  }

  async metrics() { return (await new Session({ base: this.center.base }).raw('/metrics')).body.toString(); }
  async workers() { return (await this.center.health()).workers.filter((x) => x.job === 'cameras').map((x) => x.pid); }
  get daemon() { return this.center.daemon.pid; }

  async close() {
    this.view?.link.close();
    await this.center?.stop();
    await this.cameras?.stop();
    rmSync(this.dir, { recursive: true, force: true });
  }
}
