// What the demo's eyes look for: zones on what two of its cameras show, and a badge for every unit. By the commands that a
// customer's pages send; all of it is there at once, so that there is something to change.
import { join } from 'node:path';
import { readCsv } from './demo-files.mjs';

/** By the clip that a simulated camera shows: where in its picture, and what of. */
const ZONES = {
  road: { name: '消防通道', category: 'fire_lane', dwell_s: 300, points: [[0.02, 0.56], [0.98, 0.56], [0.98, 0.96], [0.02, 0.96]] },
  plaza: { name: '定时定点投放点', category: 'dumping', dwell_s: 600, from_min: 21 * 60, to_min: 6 * 60, points: [[0.7, 0.3], [0.96, 0.3], [0.98, 0.62], [0.7, 0.62]] },
};

/** `cameras`: the farm; `demo`: its folder of files. The first camera of each clip gets its zone. */
export async function openEyes(center, cameras, demo) {
  const admin = await center.login('admin'), desk = await admin.follow('desk');
  try {
    const codes = readCsv(join(demo, 'cameras.csv')).map(({ code }) => code), { cameras: shown } = await cameras.tell({ do: 'list' });
    for (const [clip, zone] of Object.entries(ZONES)) {
      const number = shown.find((c) => c.clip === clip)?.camera, camera = desk.find('camera', (c) => c.code === codes[number - 1]);
      if (camera) await admin.command('zone.add', { ...zone, camera_id: camera.id });
    }
    for (const { id, badge } of desk.all('unit')) if (!badge) await admin.command('unit.badge', { unit_id: id });
  } finally {
    desk.link.close();
  }
}
