// The demo community as these tests need it: four cameras, and one round that may begin, so that nothing rings but
// what a test lets ring.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { places } from '../../farm/lib/center.mjs';
import { follow, startCameras, startCenter } from '../../system/lib/testing.mjs';
import { Browser, centerOptions } from './browser.mjs';

export const CAMERAS = 4;
export const NEAR_B12 = { lat: 36.29085, lon: 120.38165 };

/** Of all routes patrol1's alone, once. In five minutes: it may begin now, and nothing of it is late. */
function oneRound(text, inMinutes) {
  const [head, ...lines] = text.trimEnd().split('\n'), at = head.split(',').indexOf('times');
  const time = new Date(Date.now() + (8 * 60 + inMinutes) * 60e3).toISOString().slice(11, 16); // the demo's clocks are at +08:00
  const own = lines.filter((line) => line.startsWith('RT-N1,')).map((line) => line.split(',').map((field, i) => (i === at ? time : field)).join(','));
  return `${[head, ...own].join('\n')}\n`;
}

/** {center, browser, cameras, view}: `view` is the supervisor's, by which a test knows what is so. `farm`: further words to
 * the simulated cameras. */
export async function openWorld(t, { cameras: n = CAMERAS, roundInMinutes = 5, options, farm } = {}) {
  const cameras = n ? await startCameras(t, { n, args: farm }) : null;
  const routes = (dir) => {
    const file = join(dir, 'routes.csv');
    writeFileSync(file, oneRound(readFileSync(join(places().demo, 'routes.csv'), 'utf8'), roundInMinutes));
    return file;
  };
  const center = await startCenter(t, { cameras: n, rtspPort: cameras?.port, routes, options: { ...centerOptions(), ...options } });
  const view = await follow(t, await center.login('supervisor'), 'desk'), browser = await Browser.open(t, center);
  return { cameras, center, view, browser, place: (code) => view.find('place', (p) => p.code === code) };
}

export const camerasLive = (view) =>
  view.waitFor((v) => v.all('camera').length > 0 && v.all('camera').every(({ state }) => state === 'live'), { what: 'every camera live', timeoutMs: 30000 });

/** A unit that is there: on duty, its phone in hand, its place known. */
export const onDuty = (session, at) => Promise.all([
  session.command('unit.duty', { on: true }), session.command('unit.presence', { visible: true, device: 'test' }), session.command('unit.position', { lat: at.lat, lon: at.lon, accuracy_m: 5 })]);
