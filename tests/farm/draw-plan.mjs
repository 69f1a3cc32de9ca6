// The drawn plan of the invented community: 12 grid groups between four by five streets, 46 buildings.
// Plan units run east and south; 123 of them are 100 metres. Shared by draw-demo.mjs alone.

const WIDTH = 1012, HEIGHT = 568, METRES_PER_UNIT = 100 / 123;
const CENTRE = { lat: 36.29, lon: 120.38 };
const METRES_PER_DEGREE = 111195; // a sphere of 6371.0 km

export const northSouth = [[[6, 0], [6, HEIGHT]], [[262, 0], [240, HEIGHT]], [[512, 0], [504, HEIGHT]], [[760, 0], [774, HEIGHT]], [[1006, 0], [1006, HEIGHT]]];
export const eastWest = [[[0, 6], [WIDTH, 6]], [[0, 190], [WIDTH, 178]], [[0, 372], [WIDTH, 364]], [[0, 548], [WIDTH, 538]]];
const northSouthWidth = [0, 15, 22, 15, 0], eastWestWidth = [0, 15, 22, 10];

const slab = [98, 36], tower = [50, 44], low = [98, 32];
const b = (u, v, size = slab) => ({ u, v, size });
const layouts = [
  [b(.5, .22), b(.28, .52), b(.75, .56), b(.28, .82)],
  [b(.44, .24), b(.86, .3, tower), b(.34, .56), b(.34, .84)],
  [b(.28, .36, low), b(.28, .6, low), b(.28, .84, low), b(.73, .83, low)],
  [b(.5, .22), b(.28, .52), b(.75, .52), b(.28, .82)],
  [b(.48, .24), b(.27, .54), b(.27, .83), b(.75, .8)],
  [b(.5, .22), b(.24, .56), b(.24, .84)],
  [b(.54, .22), b(.28, .52), b(.75, .52), b(.52, .82)],
  [b(.34, .38, tower), b(.34, .85, tower), b(.74, .2), b(.74, .82)],
  [b(.5, .22), b(.27, .52), b(.74, .52), b(.27, .82)],
  [b(.29, .48), b(.75, .36), b(.29, .81), b(.75, .74)],
  [b(.44, .24), b(.86, .3, tower), b(.34, .56), b(.34, .84)],
  [b(.28, .5), b(.74, .24), b(.28, .82)],
];

export function crossing([[x1, y1], [x2, y2]], [[x3, y3], [x4, y4]]) {
  const d = (x1 - x2) * (y3 - y4) - (y1 - y2) * (x3 - x4), p = x1 * y2 - y1 * x2, q = x3 * y4 - y3 * x4;
  return [(p * (x3 - x4) - (x1 - x2) * q) / d, (p * (y3 - y4) - (y1 - y2) * q) / d];
}

function beside([[x1, y1], [x2, y2]], by) {
  const length = Math.hypot(x2 - x1, y2 - y1), nx = -(y2 - y1) / length, ny = (x2 - x1) / length;
  return [[x1 + nx * by, y1 + ny * by], [x2 + nx * by, y2 + ny * by]];
}

function cell(row, column) {
  const west = beside(northSouth[column], -(northSouthWidth[column] / 2 + 4)), east = beside(northSouth[column + 1], northSouthWidth[column + 1] / 2 + 4);
  const north = beside(eastWest[row], eastWestWidth[row] / 2 + 4), south = beside(eastWest[row + 1], -(eastWestWidth[row + 1] / 2 + 4));
  return [crossing(north, west), crossing(north, east), crossing(south, east), crossing(south, west)];
}

/** The point at (u, v) of a quadrilateral, both 0 to 1 from its north-west corner. */
export function inside([[ax, ay], [bx, by], [cx, cy], [dx, dy]], u, v) {
  return [(1 - u) * (1 - v) * ax + u * (1 - v) * bx + u * v * cx + (1 - u) * v * dx, (1 - u) * (1 - v) * ay + u * (1 - v) * by + u * v * cy + (1 - u) * v * dy];
}

export const groups = layouts.map((layout, i) => ({ number: i + 1, outline: cell(Math.floor(i / 4), i % 4), layout }));

function corners(x, y, w, h, angle) {
  return [[-1, -1], [1, -1], [1, 1], [-1, 1]].map(([sx, sy]) => [x + sx * w / 2 * Math.cos(angle) - sy * h / 2 * Math.sin(angle), y + sx * w / 2 * Math.sin(angle) + sy * h / 2 * Math.cos(angle)]);
}

export const buildings = groups.flatMap(({ number, outline, layout }) => {
  const angle = Math.atan2(outline[1][1] - outline[0][1], outline[1][0] - outline[0][0]);
  return layout.map(({ u, v, size: [w, h] }) => {
    const [x, y] = inside(outline, u, v);
    return { group: number, x, y, w, h, outline: corners(x, y, w, h, angle) };
  });
}).map((building, i) => ({ number: i + 1, ...building }));

const round = (value, digits) => Number(value.toFixed(digits));

/** Plan units to [lon, lat], WGS-84, to a tenth of a metre. */
export function toWorld([x, y]) {
  const east = (x - WIDTH / 2) * METRES_PER_UNIT, north = (HEIGHT / 2 - y) * METRES_PER_UNIT;
  return [round(CENTRE.lon + east / (METRES_PER_DEGREE * Math.cos(CENTRE.lat * Math.PI / 180)), 6), round(CENTRE.lat + north / METRES_PER_DEGREE, 6)];
}

export const metres = ([x1, y1], [x2, y2]) => Math.hypot(x2 - x1, y2 - y1) * METRES_PER_UNIT;
