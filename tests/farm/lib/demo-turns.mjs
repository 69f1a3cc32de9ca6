// The demo's camera that can be turned: the farm's ONVIF device says what it can be turned to, and where it is turned the
// simulated camera shows another clip, so that one sees it.
import { Onvif } from './onvif.mjs';

const NUMBER = 2, EVERY_MS = 300;
const VIEWS = { home: { name: '大门', clip: 'gate' }, road: { name: '道路', clip: 'road' }, plaza: { name: '广场', clip: 'plaza' } };

/** `cameras`: the farm; `program`: gwfarm-onvif. What is to be stopped at the end, or null where there is no such camera. */
export async function openTurns(center, cameras, program) {
  const admin = await center.login('admin'), camera = (await admin.rows('camera')).find(({ channel }) => channel === NUMBER);
  const { cameras: shown } = await cameras.tell({ do: 'list' }), clips = new Set(shown.map(({ clip }) => clip));
  if (!camera || !Object.values(VIEWS).every(({ clip }) => clips.has(clip))) return null;
  const device = await Onvif.start({ program, user: 'turn', password: 'table', presets: Object.fromEntries(Object.entries(VIEWS).map(([token, { name }]) => [token, name])) });
  await admin.command('camera.change', { camera_id: camera.id, control_url: device.url, user_name: 'turn', password: 'table', home_preset: 'home' });
  let at = 'home', busy = false;
  const follow = async () => {
    if (busy || device.process.exited) return;
    busy = true;
    const { preset } = await device.tell();
    if (preset && preset !== at) await cameras.tell({ do: 'size', cameras: NUMBER, clip: VIEWS[(at = preset)].clip, live: true });
    busy = false;
  };
  const timer = setInterval(() => follow().catch(() => { busy = false; }), EVERY_MS); // the farm ends first, at the end
  return { stop: () => { clearInterval(timer); return device.stop(); } };
}
