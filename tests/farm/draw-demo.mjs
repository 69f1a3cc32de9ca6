// Writes the demo community's file set (demo/*.geojson, demo/*.csv) from the drawn plan. The files are what counts
// and are kept; run this again only to redraw: node tests/farm/draw-demo.mjs
import { mkdirSync, writeFileSync } from 'node:fs';
import { buildings, crossing, eastWest, groups, inside, metres, northSouth, toWorld } from './draw-plan.mjs';
import { drawWays, pathLengths } from './draw-ways.mjs';

const out = new URL('./demo/', import.meta.url);
const two = (n) => String(n).padStart(2, '0'), three = (n) => String(n).padStart(3, '0');
const group = (n) => `G${two(n)}`, building = (n) => `B${two(n)}`;
const SINCE = '2026-01-01';

function csv(file, columns, rows) {
  const cell = (value) => (/[",\n]/.test(String(value ?? '')) ? `"${String(value).replaceAll('"', '""')}"` : String(value ?? ''));
  writeFileSync(new URL(file, out), [columns, ...rows].map((row) => row.map(cell).join(',')).join('\n') + '\n');
}

function geojson(file, features) {
  const lines = features.map(({ geometry, ...properties }) => JSON.stringify({ type: 'Feature', properties, geometry }));
  writeFileSync(new URL(file, out), `{"type":"FeatureCollection","features":[\n${lines.join(',\n')}\n]}\n`);
}

const polygon = (points) => ({ type: 'Polygon', coordinates: [[...points, points[0]].map(toWorld)] });
const point = (at) => ({ type: 'Point', coordinates: toWorld(at) });
const box = ([x, y], w, h) => [[x - w / 2, y - h / 2], [x + w / 2, y - h / 2], [x + w / 2, y + h / 2], [x - w / 2, y + h / 2]];

// --- places ---------------------------------------------------------------------------------------------------
const g6 = groups[5].outline, g12 = groups[11].outline;
const command = inside(g6, .74, .58), plaza = [[.52, .42], [.96, .42], [.96, .94], [.52, .94]].map(([u, v]) => inside(g6, u, v));
const school = [[.56, .46], [.96, .46], [.96, .94], [.56, .94]].map(([u, v]) => inside(g12, u, v));
const gates = [
  { code: 'GATE-N', name: '北门', at: crossing(northSouth[2], eastWest[0]) }, { code: 'GATE-E', name: '东门', at: crossing(eastWest[2], northSouth[4]) },
  { code: 'GATE-S', name: '南门', at: crossing(northSouth[2], eastWest[3]) }, { code: 'GATE-W', name: '西门', at: crossing(eastWest[2], northSouth[0]) },
];
const edge = [crossing(northSouth[0], eastWest[0]), crossing(northSouth[4], eastWest[0]), crossing(northSouth[4], eastWest[3]), crossing(northSouth[0], eastWest[3])];
const place = (code, name, kind, parent, geometry) => ({ code, name, kind, parent, valid_from: SINCE, geometry });

geojson('places.geojson', [
  place('QH', '清河街道', 'street', '', point([506, 284])),
  place('DWT', '东旺疃社区', 'community', 'QH', polygon(edge)),
  ...groups.map(({ number, outline }) => place(group(number), `第${number}网格组`, 'group', 'DWT', polygon(outline))),
  ...buildings.map(({ number, group: of, outline }) => place(building(number), `${number}号楼`, 'building', group(of), polygon(outline))),
  ...gates.map(({ code, name, at }) => place(code, name, 'gate', 'DWT', point(at))),
  place('PLAZA', '广场', 'area', group(6), polygon(plaza)),
  place('KINDER', '幼儿园', 'area', group(12), polygon(school)),
  place('CENTER', '网格化监控指挥中心', 'room', group(6), polygon(box(command, 46, 34))),
]);

const ways = drawWays();
geojson('ways.geojson', ways.map(({ code, name, points }) => place(code, name, 'way', 'DWT', { type: 'LineString', coordinates: points.map(toWorld) })));

// --- people, slots, units -------------------------------------------------------------------------------------
const surnames = '王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗', given = ['建国', '秀英', '桂兰', '志强', '玉梅', '海涛', '春生', '淑珍', '文斌', '丽华', '国庆', '晓燕', '德顺', '凤琴', '振东', '小芳', '永福'];
const people = [];
function person() {
  const n = people.length + 1;
  people.push([`P${three(n)}`, surnames[(n * 7) % surnames.length] + given[(n * 5) % given.length], `199-0000-${String(n).padStart(4, '0')}`]);
  return people.at(-1)[0];
}
const persons = (n) => Array.from({ length: n }, person).join(';');

const slots = [
  ['SL-DUTY', '值机岗', 'CENTER', persons(4)], ['SL-LEAD', '值班长', 'CENTER', persons(2)],
  ...groups.map(({ number }) => [`SL-${group(number)}`, `第${number}网格组网格长`, group(number), persons(1)]),
  ...groups.map(({ number }) => [`SL-${group(number)}-W`, `第${number}网格组网格员`, group(number), persons(1)]),
  ...buildings.map(({ number }) => [`SL-${building(number)}`, `${number}号楼楼长`, building(number), persons(1)]),
];
const units = [
  ['U-N1', '夜巡1组', 'guard', 'foot', '频道1', 'SL-U-N1', 2], ['U-N2', '夜巡2组', 'guard', 'foot', '频道1', 'SL-U-N2', 2],
  ['U-M1', '机动岗', 'guard', 'ebike', '频道2', 'SL-U-M1', 2], ['U-V1', '夕阳红一队', 'volunteer', 'foot', '频道4', 'SL-U-V1', 4],
  ['U-F1', '维保组', 'maintenance', 'ebike', '频道3', 'SL-U-F1', 2],
].map(([code, name, kind, travel, channel, slot, n], i) => {
  const members = persons(n);
  slots.push([slot, `${name}岗`, 'DWT', members]);
  return [code, name, kind, travel, `199-0000-90${two(i + 1)}`, channel, slot, members];
});
csv('people.csv', ['code', 'name', 'phone'], people);
csv('slots.csv', ['code', 'name', 'place', 'people'], slots);
csv('units.csv', ['code', 'name', 'kind', 'travel', 'phone', 'radio_channel', 'slot', 'members'], units);

// --- cameras --------------------------------------------------------------------------------------------------
const groupAt = ([x, y]) => groups.map(({ number, outline }) => ({ number, far: metres(inside(outline, .5, .5), [x, y]) })).sort((a, b) => a.far - b.far)[0].number;
const sides = ['西北角', '东北角', '东南角', '西南角'];
const cameras = buildings.flatMap(({ number, group: of, x, y, w, h }) => [[-1, -1], [1, -1], [1, 1], [-1, 1]].map(([sx, sy], i) => (
  { name: `${number}号楼${sides[i]}`, place: building(number), group: of, at: [x + sx * (w / 2 + 6), y + sy * (h / 2 + 5)] })));
function along(name, [[x1, y1], [x2, y2]], n, length, aside, axis) {
  for (let i = 0; i < n; i++) {
    const t = (i + .5) / n * length, at = [x1 + (x2 - x1) * t, y1 + (y2 - y1) * t], of = groupAt(at);
    at[axis] += i % 2 ? aside : -aside;
    cameras.push({ name: `${name}${i + 1}号杆`, place: group(of), group: of, at });
  }
}
['和顺街', '和美街'].forEach((name, i) => along(name, eastWest[i + 1], 27, 1, i ? 13.75 : 11, 1));
['东旺一路', '东旺中路', '东旺三路'].forEach((name, i) => along(name, northSouth[i + 1], 14, .95, i === 1 ? 13.75 : 11, 0));
along('滨河路', eastWest[3], 293 - cameras.length, 1, 9, 1);

cameras.forEach((camera, i) => { camera.code = `C-${three(i + 1)}`; });
const story = cameras.findIndex(({ name }) => name === '12号楼西南角');
[cameras[story].code, cameras[86].code] = [cameras[86].code, cameras[story].code]; // the story's fall is seen by C-087

/** First the story's camera, then always the one farthest from all before it: a demo with 12 sees all of the plan. */
function spread(all, n) {
  const first = [all[story]];
  while (first.length < n) {
    const next = all.filter((c) => !first.includes(c)).map((c) => ({ c, far: Math.min(...first.map((f) => metres(f.at, c.at))) })).sort((a, b) => b.far - a.far)[0].c;
    first.push(next);
  }
  return [...first, ...all.filter((c) => !first.includes(c))];
}
// --- checkpoints and routes -----------------------------------------------------------------------------------
const door = (n) => { const { x, y, h } = buildings[n - 1]; return [x, y + h / 2 + 7]; };
const spots = [...gates.map(({ code, name, at }) => [name, code, at]), ['广场', 'PLAZA', inside(g6, .74, .9)], ['幼儿园门口', 'KINDER', inside(g12, .76, .44)],
  ...[1, 4, 6, 8, 9, 12, 13, 16, 18, 20, 22, 24, 27, 29, 31, 33, 35, 37, 39, 41, 43, 44, 46].map((n) => [`${n}号楼单元门`, building(n), door(n)])]
  .map(([name, of, at], i) => ({ code: `CP-${two(i + 1)}`, name, place: of, at }));
csv('checkpoints.csv', ['code', 'name', 'place', 'lat', 'lon', 'radius_m', 'tag'], spots.map(({ code, name, place: of, at }) => {
  const [lon, lat] = toWorld(at);
  return [code, name, of, lat, lon, 30, `GW-${code}`];
}));

const length = pathLengths(ways), spot = (of) => spots.find((s) => s.place === of);
/** Every forty minutes around the clock, so that at any moment somebody is on a round. */
const everyForty = (from) => Array.from({ length: 36 }, (_, i) => i * 40 + from).map((m) => `${two(Math.floor(m / 60))}:${two(m % 60)}`).join(';');
const routes = [
  ['RT-N1', '西片夜巡', 'U-N1', 0, 0, everyForty(0), 1.3, ['PLAZA', 'B22', 'B18', 'B04', 'B01', 'B08']],
  ['RT-N2', '东片夜巡', 'U-N2', 0, 0, everyForty(13), 1.3, ['B24', 'B27', 'B29', 'B31', 'B16', 'B13']],
  ['RT-M1', '周界机动巡查', 'U-M1', 0, 0, everyForty(26), 2.5, ['GATE-W', 'B35', 'GATE-S', 'B43', 'KINDER', 'GATE-E', 'B41', 'B37']],
  ['RT-V1', '夕阳红平安巡', 'U-V1', 1, 0, '09:00;16:00;19:00', .8, ['B20', 'B33', 'B39', 'B44']],
];
csv('routes.csv', ['code', 'name', 'unit', 'volunteer', 'ordered', 'times', 'weekdays', 'idx', 'checkpoint', 'offset_s', 'early_s', 'late_s'],
  routes.flatMap(([code, name, unit, volunteer, ordered, times, speed, points]) => {
    let offset = 120, before = null; // two minutes to set out
    return points.map((of, i) => {
      const here = spot(of);
      if (before) offset += Math.max(60, Math.ceil((length(before.at, here.at) / speed + 20) / 30) * 30);
      before = here;
      return [code, name, unit, volunteer, ordered, times, '1;2;3;4;5;6;7', i + 1, here.code, offset, 300, 600];
    });
  }));

// --- cameras, with what they hang on: a recorder for two groups, a switch for each, a distribution box for each building
// and for the poles of each group. To one a patrol shows its badge.
const badgeAt = { 'C-001': spot('B01').code };
csv('cameras.csv', ['code', 'name', 'place', 'lat', 'lon', 'zone', 'url', 'transport', 'recorder', 'channel', 'switch', 'power', 'checkpoint'], spread(cameras, 12).map(({ code, name, place: of, group: g, at }, i) => {
  const [lon, lat] = toWorld(at), outside = at[0] < 30 || at[0] > 982 || at[1] < 30 || at[1] > 520;
  return [code, name, of, lat, lon, outside ? 'perimeter' : 'inside', `rtsp://127.0.0.1:{port}/cam/${i + 1}`, 'tcp', `NVR-${two(Math.ceil(g / 2))}`, i + 1, `SW-${two(g)}`, `PD-${of}`, badgeAt[code] ?? ''];
}));
