// What happens in the demo community: mostly small things, seldom an emergency (LIFECYCLES: about 80 % of all alerts
// need no hurry). Each returns a line for the log, or null when it could not happen now.
import { oneOf, weighted, within } from './dice.mjs';

const observed = (category, priority, words) => ({ category, priority, words });
const ORDINARY = [
  observed('parking', 3, ['机动车占压人行道', '车辆停在消防登高面边缘', '货车停在路口']), observed('order', 3, ['多人聚集喧哗', '遛狗未牵绳', '夜间施工噪声']),
  observed('dumping', 3, ['装修垃圾堆在楼道口', '桶外垃圾成堆']),
];
const FACILITY = [observed('facility', 4, ['路灯不亮', '井盖松动', '单元门禁不落锁', '宣传栏玻璃破损'])];
const URGENT = [
  observed('fire_lane', 2, ['消防通道被占，车主不在']), observed('person_in_difficulty', 2, ['老人在长椅久坐不动', '儿童独自徘徊']), observed('intrusion', 2, ['有人翻越围墙']),
];
const EMERGENCY = [observed('fall', 1, ['有人倒地，未起身']), observed('fire', 1, ['电动车棚冒烟'])];

/** A camera that is live and has no open alert of its own; its row in cameras.csv says its number in the farm. */
function quietCamera({ desk, cameraNumbers }, codes) {
  const busy = new Set(desk.all('alert').filter(({ state }) => state !== 'NORM').map(({ camera_id: id }) => id));
  const free = desk.all('camera').filter(({ id, code, state }) => state === 'live' && !busy.has(id) && cameraNumbers.has(code));
  const wanted = free.filter(({ code }) => codes?.includes(code));
  return wanted.length ? oneOf(wanted) : free.length ? oneOf(free) : null;
}

async function report(world, { category, priority, words }, codes) {
  const camera = quietCamera(world, codes);
  if (!camera) return null;
  await world.box.report({ category, priority, camera_code: camera.code, confidence: Number(within([0.71, 0.97]).toFixed(2)), words: oneOf(words), key: `${category}:${camera.code}` });
  return `the AI box reports ${category} (P${priority}) at ${camera.code}`;
}

/** A fault that ends by itself: noticed after 3 s, an alert after 30 s. */
async function breakCamera(world, order, forMs) {
  const camera = quietCamera(world);
  if (!camera || !world.control) return null;
  await world.control.order({ do: order, cameras: world.cameraNumbers.get(camera.code), for_ms: Math.round(forMs) });
  return `camera ${camera.code}: ${order} for ${Math.round(forMs / 1000)} s`;
}

async function askForHelp(world) {
  const phone = oneOf(world.phones.filter(({ isRunning, letGo, unit }) => isRunning && !letGo && !unit.ticket_id && unit.kind === 'guard'));
  return phone && await phone.sos('需要支援') ? `${phone.name} holds SOS` : null;
}

/** `guards`: how many teams must be free, so that the demo does not drown its own patrols. */
const HAPPENINGS = [
  { weight: 30, guards: 1, run: (world) => report(world, oneOf(ORDINARY)) },
  { weight: 12, guards: 0, run: (world) => report(world, oneOf(FACILITY)) },
  { weight: 20, guards: 0, run: (world) => breakCamera(world, 'stall', within([45000, 90000])) },
  { weight: 8, guards: 0, run: (world) => breakCamera(world, 'drop', within([40000, 80000])) },
  { weight: 5, guards: 0, run: (world) => breakCamera(world, 'stall', within([5000, 15000])) }, // seen on the tile, no alert
  { weight: 14, guards: 2, run: (world) => report(world, oneOf(URGENT)) },
  { weight: 8, guards: 2, run: (world) => report(world, oneOf(EMERGENCY)) },
  { weight: 3, guards: 3, run: askForHelp },
];

/** The one everybody should see: somebody has fallen at building 12. */
export const opening = (world) => report(world, EMERGENCY[0], ['C-087']);

const freeGuards = ({ desk }) => desk.all('unit').filter(({ kind, on_duty: onDuty, ticket_id: ticket }) => kind === 'guard' && onDuty && !ticket).length;

/** Lets something happen that the teams who are free now can cope with. */
export async function happen(world) {
  const free = freeGuards(world);
  for (let tries = 0; tries < 4; tries++) {
    const done = await weighted(HAPPENINGS.filter(({ guards }) => guards <= free)).run(world);
    if (done) return done;
  }
  return null;
}

/** Something that is an alert at once, for somebody who has just opened a page (a camera's fault takes 30 s to be one). */
export const happenAtOnce = (world) => report(world, oneOf(freeGuards(world) ? ORDINARY : FACILITY));
