#!/usr/bin/env node
// One report of a simulated AI box: see README.md.
import { readFileSync } from 'node:fs';
import { AiBox } from './lib/aibox.mjs';
import { readOptions } from './lib/options.mjs';

const usage = `usage: aibox.mjs --base URL --camera CODE --category NAME [--priority N] [--confidence 0.83] [--words TEXT] [--key TEXT] [--ca FILE]
  The token of the source is taken from GWFARM_TOKEN.
  Example: GWFARM_TOKEN=… node aibox.mjs --base http://127.0.0.1:8080 --camera C-087 --category fall --confidence 0.83`;
const options = readOptions({ base: 1, camera: 1, category: 1, priority: 1, confidence: 1, words: 1, key: 1, ca: 1 }, usage);
if (!options.base || !options.camera || !options.category || !process.env.GWFARM_TOKEN) { console.error(usage); process.exit(2); }

const box = new AiBox({ where: { base: options.base, ca: options.ca && readFileSync(options.ca) }, token: process.env.GWFARM_TOKEN });
const number = (name) => (options[name] === undefined ? {} : { [name]: Number(options[name]) });
const text = (name) => (options[name] === undefined ? {} : { [name]: options[name] });
try {
  console.log(JSON.stringify(await box.report({ category: options.category, camera_code: options.camera, ...number('priority'), ...number('confidence'), ...text('words'), ...text('key') })));
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
