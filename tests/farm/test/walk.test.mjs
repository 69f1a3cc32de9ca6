import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { readCsv, routesFromNow, tagsOf } from '../lib/demo-files.mjs';
import { metresBetween, Walker, Ways, waysOf } from '../lib/walk.mjs';

const demo = new URL('../demo/', import.meta.url).pathname;
const features = (file) => JSON.parse(readFileSync(demo + file, 'utf8')).features;
const demoWays = () => waysOf(features('ways.geojson').map(({ properties, geometry }) => ({ ...properties, outline: geometry })));

test('a metre is a metre', () => {
  assert.ok(Math.abs(metresBetween({ lat: 36.29, lon: 120.38 }, { lat: 36.291, lon: 120.38 }) - 111.195) < 0.01);
});

test('a path goes round by the ways, and a walker along it', () => {
  const square = [[0, 0], [0, 0.001], [0.001, 0.001], [0.001, 0]].map(([lat, lon]) => ({ lat, lon }));
  const ways = new Ways([square.slice(0, 2), square.slice(1, 3), square.slice(2)]), walker = new Walker(ways, square[0], 1);
  walker.goTo(square[3], 0);
  assert.ok(Math.abs(walker.metresLeft(0) - 3 * 111.195) < 0.1);
  assert.ok(metresBetween(walker.at(111195), square[1]) < 0.1);
  assert.ok(!walker.arrived(300000) && walker.arrived(334000));
});

test('every building and checkpoint of the demo is reached by its ways', () => {
  const ways = demoWays(), start = { lat: 36.292033, lon: 120.380054 };
  const goals = [...readCsv(`${demo}checkpoints.csv`).map(({ lat, lon }) => ({ lat: Number(lat), lon: Number(lon) })),
    ...features('places.geojson').filter(({ properties }) => properties.kind === 'building').map(({ geometry }) => ({ lat: geometry.coordinates[0][0][1], lon: geometry.coordinates[0][0][0] }))];
  assert.equal(goals.length, 29 + 46);
  for (const goal of goals) {
    const path = ways.path(start, goal);
    assert.ok(path.length > 2 || metresBetween(start, goal) < 60, JSON.stringify(goal)); // two points only: no way joins them
    assert.ok(metresBetween(path.at(-2), goal) < 60, JSON.stringify(goal)); // the last bit is not a way
  }
});

test('what one demo file names stands in another', () => {
  const places = new Set(features('places.geojson').map(({ properties }) => properties.code)), codes = (file) => readCsv(demo + file).map(({ code }) => code);
  const people = new Set(codes('people.csv')), slots = new Set(codes('slots.csv')), units = new Set(codes('units.csv')), points = new Set(codes('checkpoints.csv'));
  const cameras = readCsv(`${demo}cameras.csv`);
  assert.equal(new Set(cameras.map(({ code }) => code)).size, 293);
  assert.ok(cameras.every(({ place, url }, i) => places.has(place) && url === `rtsp://127.0.0.1:{port}/cam/${i + 1}`));
  assert.ok(readCsv(`${demo}slots.csv`).every(({ place, people: who }) => places.has(place) && who.split(';').every((code) => people.has(code))));
  assert.ok(readCsv(`${demo}units.csv`).every(({ slot, members }) => slots.has(slot) && members.split(';').every((code) => people.has(code))));
  assert.ok(readCsv(`${demo}routes.csv`).every(({ unit, checkpoint }) => units.has(unit) && points.has(checkpoint)));
  assert.equal(tagsOf(demo).get('CP-05'), 'GW-CP-05');
});

test('routes from now begin within minutes, also over midnight', () => {
  const text = readFileSync(`${demo}routes.csv`, 'utf8'), late = Date.UTC(2026, 10, 21, 15, 58); // 23:58 at +08:00
  const file = routesFromNow(text, late, 28800), row = (code) => file.split('\n').find((line) => line.startsWith(code)).split(',')[5].split(';');
  assert.ok(row('RT-N1').includes('23:59') && row('RT-N2').includes('00:00') && row('RT-M1').includes('00:01'));
  assert.equal(row('RT-N1').length, 36);
  assert.deepEqual(row('RT-V1'), ['09:00', '16:00', '19:00']);
});
