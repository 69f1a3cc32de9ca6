// How long from an observation that the daemon received until the last of many clients has parsed the patch that shows it;
// beside it the fsync of the same disk. For the benches that need it.
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { Session } from '../farm/lib/client.mjs';

const BOXES = 60; // a source may report once a second, so there are many

/** A commit of the journal is a few pages and an fsync: so is this. */
function fsyncOnce(fd, page) {
  const from = performance.now();
  writeSync(fd, page);
  fsyncSync(fd);
  return performance.now() - from;
}

/** Resolves when every client has the alert; gives the milliseconds since `from`. */
const seenByAll = (views, id, from) => Promise.all(views.map((v) => v.waitFor((x) => x.get('alert', id), { what: `alert ${id}` }))).then(() => performance.now() - from);

/** Sessions of machines that may report; before the daemon runs or while it does. */
export async function addBoxes(center) {
  const boxes = [];
  for (let i = 0; i < BOXES; i++) boxes.push(new Session({ base: center.base, token: (await center.cli(['source', 'add', `bench ${i}`, '--most-priority', '1'])).trim().split('\n').at(-1) }));
  return boxes;
}

/** `clients` desks of this session. */
export async function desks(session, clients) {
  const views = [];
  for (let i = 0; i < clients; i++) views.push(await session.follow('desk'));
  return views;
}

/** {times, syncs}: milliseconds of each report, one after the other. `key`: reports of one key would be one alert. */
export async function observe(center, boxes, views, reports, key) {
  const times = [], syncs = [], page = Buffer.alloc(16384, 7), fd = openSync(join(center.dir, 'fsync'), 'w');
  const buildings = views[0].all('place').filter((p) => p.kind === 'building');
  for (let i = 0; i < reports; i++) {
    const from = performance.now();
    const { result } = await boxes[i % BOXES].command('observation.report', { category: 'dumping', place_id: buildings[i % buildings.length].id, key: `${key}-${i}` });
    times.push(await seenByAll(views, result.alert_id, from));
    syncs.push(fsyncOnce(fd, page));
  }
  closeSync(fd);
  return { times, syncs };
}
