// What the tests of the eyes share: clips of one view in good and bad states, and a center that looks once a second.
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Cameras } from '../../farm/lib/cameras.mjs';
import { places } from '../../farm/lib/center.mjs';
import { atEnd, farmClips, follow, query, startCenter } from './testing.mjs';

const VERSION = 1; // raise it when a clip below changes: those that are there are then left behind
const exec = promisify(execFile);
// the same size, the same parameter sets, a keyframe each second: the farm can change from one to another in mid-stream
const ENCODE = ['-c:v', 'libx264', '-preset', 'superfast', '-tune', 'zerolatency', '-profile:v', 'baseline', '-g', '15', '-keyint_min', '15', '-sc_threshold', '0', '-bf', '0', '-refs', '1',
  '-b:v', '400k', '-maxrate', '400k', '-bufsize', '320k', '-f', 'h264'];
const VIEW = 'scale=960:540,crop=640:360:40:60', CAR = ['230:y=200:w=150:h=70:color=0xc02818', '260:y=170:w=90:h=32:color=0x303a48', '245:y=255:w=30:h=30:color=0x101010', '335:y=255:w=30:h=30:color=0x101010'];

/** What is done to the yard: its own picture, and what may become of it. A sensor's noise is on all of them. */
const VIEWS = {
  base: VIEW,
  black: `${VIEW},lutyuv=y=17:u=128:v=128,noise=alls=3:allf=t`,
  covered: `${VIEW},gblur=sigma=90:steps=2,eq=brightness=-0.1,noise=alls=4:allf=t`,
  blurred: `${VIEW},gblur=sigma=7,noise=alls=2:allf=t`,
  moved: 'scale=960:540,crop=640:360:280:150',
  parked: `${VIEW},${CAR.map((box) => `drawbox=x=${box}:t=fill`).join(',')},noise=alls=3:allf=t`,
};
/** Where the car of `parked` stands, as a zone has it. */
export const LANE = [[0.33, 0.42], [0.64, 0.42], [0.64, 0.84], [0.33, 0.84]];

const encode = (from, filter, to, more = []) => exec('ffmpeg', ['-v', 'error', '-y', '-i', from, ...more, '-filter_complex', filter, '-an', ...ENCODE, to]);

/** The folder of those clips, made once. */
async function views() {
  const dir = join(dirname(farmClips()), `eyes-${VERSION}`);
  if (existsSync(dir)) return dir;
  const part = mkdtempSync(`${dir}.`), yard = join(places().clips, 'yard.h264');
  for (const [name, filter] of Object.entries(VIEWS)) await encode(yard, filter, join(part, `${name}.h264`));
  try { renameSync(part, dir); } catch { rmSync(part, { recursive: true }); } // another test was quicker
  return dir;
}

/** The same view with a code held up before the camera; `to` is a file name without its end. */
export async function codeClip(dir, to, text) {
  const view = join(await views(), 'base.h264'), picture = join(dir, `${to}.png`), clip = join(dir, `${to}.h264`);
  mkdirSync(dir, { recursive: true });
  await exec('qrencode', ['-o', picture, '-s', '8', '-m', '4', text]);
  await encode(view, '[1]scale=210:210:flags=neighbor[code];[0][code]overlay=x=300:y=80', clip, ['-loop', '1', '-i', picture, '-t', '4']);
  return clip;
}

/** Cameras that show these views (and further clips), the first one to begin with. */
export async function startViews(t, { n, show = ['base'], files = [] }) {
  const dir = await views(), clips = [...show.map((name) => join(dir, `${name}.h264`)), ...files];
  const farm = await Cameras.start({ program: join(places().farm, 'gwfarm-cameras'), clips, n });
  atEnd(t, () => farm.stop());
  const all = { do: 'size', cameras: 'all', clip: show[0] };
  await farm.tell(all);
  farm.show = (cameras, clip) => farm.tell({ do: 'size', cameras, clip, live: true });
  return farm;
}

/** A center that watches the first n cameras of a farm; `cam(i)`: the object of the farm's camera i at the desk. */
export async function watch(t, farm, { n, live = n, options, prepare, workers } = {}) {
  const center = await startCenter(t, { cameras: n, rtspPort: farm.port, start: false, options: { 'eyes.look_every_s': 1, 'eyes.suspect_every_s': 1, ...(workers ? { 'ingest.camera_workers': workers } : {}), ...options } });
  await prepare?.(center);
  await center.start();
  const admin = await center.login('admin'), desk = await follow(t, admin, 'desk');
  const ids = new Map(query(center, 'select id, url from camera').map(({ id, url }) => [Number(/\/cam\/(\d+)/.exec(url)[1]), id]));
  const cam = (i) => desk.get('camera', ids.get(i));
  const camera = (i, state, timeoutMs = 20000, cause) => desk.waitFor(() => cam(i).state === state && (!cause || cam(i).cause === cause) && cam(i), { what: `camera ${i} ${state} ${cause ?? ''}`, timeoutMs });
  const alerts = () => desk.all('alert').filter((a) => ['camera', 'outage', 'worker'].includes(a.subject));
  const findings = (i) => query(center, `select * from finding where camera_id = ${ids.get(i)} order by id`);
  const worker = async (name = 'cameras') => (await center.health()).workers.find((w) => w.worker === name);
  if (live) await desk.waitFor((v) => v.all('camera').filter(({ state }) => state === 'live').length >= live, { what: `${live} live cameras`, timeoutMs: 30000 });
  return { farm, center, admin, desk, ids, cam, camera, alerts, findings, worker };
}
