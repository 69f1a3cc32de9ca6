#!/usr/bin/env node
// What ./run starts: the simulated cameras, a center of its own with the demo community and its past, the daemon, and the
// life in it. Prints where to look and as whom; ends with all of it on SIGINT or SIGTERM.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname, networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { Cameras } from './lib/cameras.mjs';
import { Center, PASSWORD, places } from './lib/center.mjs';
import { openEyes } from './lib/demo-eyes.mjs';
import { openRecorders, RECORDER } from './lib/demo-recorders.mjs';
import { openTours } from './lib/demo-tours.mjs';
import { openTurns } from './lib/demo-turns.mjs';
import { routesFromNow } from './lib/demo-files.mjs';
import { somePhoto } from './lib/jpeg.mjs';
import { readOptions } from './lib/options.mjs';
import { Program, run } from './lib/program.mjs';

const usage = 'usage: center.mjs --state DIR --stage DIR --port N --tls-port N [--cameras N] [--history yes|no]';
const options = readOptions({ state: 1, stage: 1, port: 1, 'tls-port': 1, cameras: 1, history: 1 }, usage);
if (!options.state || !options.stage || !options.port) { console.error(usage); process.exit(2); }
const where = places({ stage: options.stage }), n = Number(options.cameras ?? 12), days = options.history === 'no' ? 0 : 30;
const running = [];
const say = (text) => console.log(`gridwarden ${text}`);

/** A photo for the past, in the media folder under its hash. */
function pastPhoto(media) {
  const program = join(where.farm, 'gwfarm-photo');
  return JSON.parse(execFileSync(program, [media], { input: somePhoto(), encoding: 'utf8' }));
}

/** The database with the demo community; with a past it is lived through by the real ledger under a moved clock. */
async function makeDatabase(center, rtspPort) {
  const media = join(center.state, 'media');
  mkdirSync(media, { recursive: true });
  const routes = join(center.dir, 'routes.csv');
  writeFileSync(routes, routesFromNow(readFileSync(join(where.demo, 'routes.csv'), 'utf8'), Date.now(), 8 * 3600));
  if (days === 0) {
    await center.cli(['init']);
    return center.loadDemo({ cameras: n, rtspPort, routes });
  }
  const { hash, bytes } = pastPhoto(media);
  say(`living through ${days} days of history`);
  return run('gwfarm-history', join(where.farm, 'gwfarm-history'), ['--database', center.database, '--key', join(center.state, 'secret.key'), '--demo', where.demo, '--routes', routes, '--days', String(days),
    '--cameras', String(n), '--rtsp-port', String(rtspPort), '--photo', hash, '--photo-bytes', String(bytes)], { env: { TZ: '<+08>-08' } });
}

const lanAddresses = () => Object.values(networkInterfaces()).flat().filter((a) => a && a.family === 'IPv4' && !a.internal).map((a) => a.address);

function qr(text) {
  try { return execFileSync('qrencode', ['-t', 'ANSIUTF8', '-m', '1', text], { encoding: 'utf8' }); } catch { return ''; }
}

async function printDoors(center) {
  const wall = (await center.cli(['kiosk', 'add', 'demo wall'])).trim().split('\n').at(-1), lan = lanAddresses();
  console.log(`
  Look     ${center.base}/demo            wall, desk and phone side by side
           ${center.base}/                one page, after logging in
           ${center.base}/wall#token=${wall}
  As       admin  supervisor  operator  operator2  patrol1 … patrol5      password ${PASSWORD}
  LAN      ${lan.length ? lan.map((a) => `https://${a}:${center.tlsPort}/`).join('  ') : 'this machine has no LAN address'}
           (phones: trust the center's own authority first, at /pair)
  Camera   ${center.where.cli} --config ${center.config} camera add NAME rtsp://…    a real one, beside the simulated
  Far away ssh -L ${center.port}:localhost:${center.port} ${process.env.USER ?? 'you'}@${hostname()}    then open ${center.base}/demo
`);
  if (lan.length) console.log(qr(`https://${lan[0]}:${center.tlsPort}/pair`));
  say('Ctrl-C ends all of it');
}

async function end(code) {
  for (const program of running.reverse()) await program.stop();
  process.exit(code);
}

async function main() {
  const cameras = await Cameras.start({ program: join(where.farm, 'gwfarm-cameras'), clips: where.clips, n, args: RECORDER });
  running.push(cameras);
  say(`${n} simulated cameras on rtsp://127.0.0.1:${cameras.port}/cam/1 …`);
  const center = new Center(options.state, { where, port: Number(options.port), tlsPort: Number(options['tls-port']), options: { 'center.demo': 'true', 'http.addresses': lanAddresses().join(';'), 'http.hosts': hostname() } });
  await makeDatabase(center, cameras.port);
  say('starting the center');
  await center.start();
  running.push(center);
  await openEyes(center, cameras, where.demo);
  await openRecorders(center, cameras);
  const turns = await openTurns(center, cameras, join(where.farm, 'gwfarm-onvif'));
  if (turns) running.push(turns);
  await openTours(center);
  const demo = new Program('demo', process.execPath, [join(where.farm, 'demo.mjs'), '--base', center.base, '--demo', where.demo, '--control', cameras.ready.control, '--photos', join(where.clips, 'photos')], { env: { GWFARM_PASSWORD: PASSWORD } });
  running.push(demo);
  await printDoors(center);
  for (const [name, program] of [['daemon', center.daemon], ['demo', demo], ['cameras', cameras.process]])
    program.done.then(({ code, signal }) => { if (!ending) { console.error(`gridwarden: the ${name} ended (${signal ?? code})\n${program.output.slice(-3000)}`); stop(1); } });
}

let ending = false;
function stop(code) {
  if (ending) return;
  ending = true;
  end(code);
}
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => stop(0));
main().catch((error) => { console.error(`gridwarden: ${error.message}`); stop(1); });
