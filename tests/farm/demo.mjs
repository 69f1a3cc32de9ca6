#!/usr/bin/env node
// The life of the demo center: phones on their rounds, about one incident a minute, and an operator who works while
// no person does. It goes by the documented interfaces alone; README.md says what it needs.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AiBox } from './lib/aibox.mjs';
import { login } from './lib/client.mjs';
import { readCsv, tagsOf } from './lib/demo-files.mjs';
import { within } from './lib/dice.mjs';
import { FarmControl } from './lib/farm-control.mjs';
import { happen, happenAtOnce, opening } from './lib/incidents.mjs';
import { log, readOptions } from './lib/options.mjs';
import { Phone } from './lib/phone.mjs';
import { SimulatedDesk } from './lib/simulated-desk.mjs';

const usage = `usage: demo.mjs --base URL --demo DIR [--control ADDRESS] [--photos DIR] [--ca FILE] [--password TEXT] [--phones patrol1,patrol2,…]
       [--first-s 10] [--every-s 60] [--no-desk]
  The password of the demo users is taken from GWFARM_PASSWORD when not given. ADDRESS is what gwfarm-cameras printed.
  Example: node demo.mjs --base http://127.0.0.1:8080 --demo demo --control 127.0.0.1:7001 --password gridwarden-demo`;
const options = readOptions({ base: 1, demo: 1, control: 1, photos: 1, ca: 1, password: 1, phones: 1, 'first-s': 1, 'every-s': 1, 'no-desk': 0 }, usage);
if (!options.base || !options.demo) { console.error(usage); process.exit(2); }
const where = { base: options.base, ca: options.ca && readFileSync(options.ca) }, password = options.password ?? process.env.GWFARM_PASSWORD;
const DESK_USER = 'demo-desk', LEAD_USER = 'demo-lead', OPENED_S = [8, 20];

/** The simulated staff have names of their own, so that the record never says a person did what a program did. */
async function ensureStaff(admin) {
  const users = await admin.rows('user');
  for (const [name, role, display] of [[DESK_USER, 'operator', '演示值机员'], [LEAD_USER, 'supervisor', '演示值班长']])
    if (!users.some((user) => user.name === name)) await admin.command('user.add', { name, role, display, password });
  return users.filter(({ name, role }) => ![DESK_USER, LEAD_USER].includes(name) && ['operator', 'supervisor', 'admin'].includes(role));
}

async function startPhones(tags) {
  const names = (options.phones ?? 'patrol1,patrol2,patrol3,patrol4,patrol5').split(',');
  const phones = names.map((name) => new Phone({ where, name, password, tags, photos: options.photos, home: { lat: 36.29, lon: 120.38 }, declines: 0.04, log }));
  for (const phone of phones) await phone.start(); // one after the other: passwords are hashed slowly on purpose
  return phones;
}

async function build() {
  const admin = await login(where, 'admin', password), staff = await ensureStaff(admin);
  const { result } = await admin.command('token.add', { kind: 'source', label: 'AI 盒子（模拟）', most_priority: 1 });
  const operator = await login(where, DESK_USER, password), desk = await operator.follow('desk', { reconnect: true });
  const names = new Set(staff.flatMap(({ name, display }) => [name, display]).filter(Boolean));
  const world = {
    desk, admin, box: new AiBox({ where, token: result.token }), control: options.control ? await FarmControl.open(options.control) : null,
    cameraNumbers: new Map(readCsv(join(options.demo, 'cameras.csv')).map(({ code }, i) => [code, i + 1])), phones: await startPhones(tagsOf(options.demo)),
  };
  if (!options['no-desk']) {
    world.lead = await (await login(where, LEAD_USER, password)).link({ reconnect: true });
    world.operator = new SimulatedDesk({ view: desk, lead: world.lead, isPerson: (actor) => names.has(actor), log }).start();
  }
  return world;
}

const world = await build().catch((error) => { log(`demo: ${error.message}`); process.exit(1); });
log(`demo: ${world.phones.length} phones are out, ${world.desk.all('camera').length} cameras watched`);

let nextAt = Date.now() + Number(options['first-s'] ?? 10) * 1000, first = true, isOpened = false;

/** Whoever opens a page sees something happen within half a minute: more sockets than before means a page was opened. */
let sockets = Infinity;
const openings = setInterval(async () => {
  const count = await countSockets().catch(() => sockets); // /metrics is a convenience here: without it the minute's rhythm goes on
  if (count > sockets) {
    nextAt = Math.min(nextAt, Date.now() + within(OPENED_S) * 1000);
    isOpened = true;
  }
  sockets = count;
}, 4000);

async function countSockets() {
  const { body } = await world.admin.raw('/metrics');
  return [...body.toString('utf8').matchAll(/^gridwarden_\w*(?:clients|sockets)(?:\{[^}]*\})? (\d+)$/gm)].reduce((sum, [, n]) => sum + Number(n), 0);
}

const clock = setInterval(async () => {
  if (Date.now() < nextAt || !world.desk.link.connected) return;
  nextAt = Date.now() + Number(options['every-s'] ?? 60) * 1000 * within([0.75, 1.25]);
  try {
    const what = await (first ? opening : isOpened ? happenAtOnce : happen)(world);
    if (what) { first = isOpened = false; log(`demo: ${what}`); } else nextAt = Date.now() + 5000; // no camera is live yet, or all are busy
  } catch (error) {
    log(`demo: ${error.message}`);
  }
}, 1000);

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    clearInterval(clock);
    clearInterval(openings);
    world.operator?.stop();
    world.lead?.close();
    for (const phone of world.phones) phone.stop();
    world.desk.link.close();
    world.control?.close();
  });
}
