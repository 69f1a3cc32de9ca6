#!/usr/bin/env node
// One simulated patrol phone: see README.md.
import { readFileSync } from 'node:fs';
import { tagsOf } from './lib/demo-files.mjs';
import { log, readOptions } from './lib/options.mjs';
import { Phone } from './lib/phone.mjs';

const usage = `usage: phone.mjs --base URL --name USER [--password TEXT] [--ca FILE] [--demo DIR] [--photos DIR] [--declines 0.05] [--pace 1]
  The password is taken from GWFARM_PASSWORD when not given.
  Example: GWFARM_PASSWORD=gridwarden-demo node phone.mjs --base http://127.0.0.1:8080 --name patrol1 --demo demo`;
const options = readOptions({ base: 1, name: 1, password: 1, ca: 1, demo: 1, photos: 1, declines: 1, pace: 1 }, usage);
if (!options.base || !options.name) { console.error(usage); process.exit(2); }

const phone = new Phone({
  where: { base: options.base, ca: options.ca && readFileSync(options.ca) }, name: options.name, password: options.password ?? process.env.GWFARM_PASSWORD,
  tags: options.demo ? tagsOf(options.demo) : new Map(), photos: options.photos, home: { lat: 36.29, lon: 120.38 },
  declines: Number(options.declines ?? 0), pace: Number(options.pace ?? 1), log,
});
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => phone.stop());
try {
  await phone.start();
  log(`${phone.name}: speaks for unit ${phone.unit.name}`);
} catch (error) {
  log(`${phone.name}: ${error.message}`);
  process.exit(1);
}
