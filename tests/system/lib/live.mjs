// What the tests of looking share: a viewer that keeps what it was told and shown, and what ffmpeg and b2sum say of it.
import { execFile, spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Viewer } from '../../farm/lib/viewer.mjs';
import { atEnd, startCameras, until } from './testing.mjs';
import { watch } from './eyes.mjs';

const exec = promisify(execFile);

/** A viewer with what it was told and shown, kept. */
export async function look(t, session) {
  const viewer = await Viewer.open(session), seen = { words: [], pictures: [], inits: [], lates: [] };
  atEnd(t, () => viewer.close());
  viewer.on('view', (message) => seen.words.push(message));
  viewer.on('late', (message) => seen.lates.push({ ...message, after: of(seen.pictures, message.slot).length }));
  viewer.on('picture', (picture) => seen.pictures.push(picture));
  viewer.on('init', (init) => seen.inits.push(init));
  const of = (list, slot) => list.filter((item) => item.slot === slot);
  return Object.assign(viewer, {
    words: (slot) => of(seen.words, slot), shown: (slot) => of(seen.pictures, slot), inits: (slot) => of(seen.inits, slot), lates: (slot) => of(seen.lates, slot),
    said: (slot, is, what, timeoutMs) => until(() => of(seen.words, slot).find(is), what, timeoutMs),
    ended: (slot, timeoutMs) => until(() => of(seen.words, slot).find((m) => m.state === 'ended')?.cause, `the end of slot ${slot}`, timeoutMs),
    count: (slot, n, timeoutMs) => until(() => of(seen.pictures, slot).length >= n, `${n} pictures of slot ${slot}`, timeoutMs),
  });
}

/** How many pictures ffmpeg decodes of these bytes, and what it complains about. */
export function decode(bytes) {
  const child = spawn('ffmpeg', ['-nostdin', '-v', 'error', '-i', 'pipe:0', '-f', 'framecrc', '-'], { stdio: ['pipe', 'pipe', 'pipe'] }), out = ['', ''];
  child.stdout.on('data', (data) => { out[0] += data; });
  child.stderr.on('data', (data) => { out[1] += data; });
  child.stdin.on('error', () => {});
  child.stdin.end(bytes);
  return new Promise((done) => child.once('close', () => done({ pictures: out[0].split('\n').filter((line) => line && !line.startsWith('#')).length, complaints: out[1].trim() })));
}

/** What ffprobe says of a file's video, counting its pictures. */
export async function probe(path) {
  const { stdout } = await exec('ffprobe', ['-v', 'error', '-count_frames', '-select_streams', 'v:0', '-show_entries', 'stream=codec_name,width,height,nb_read_frames:format=duration', '-of', 'json', path]);
  const { streams: [stream], format } = JSON.parse(stdout);
  return { codec: stream.codec_name, width: stream.width, height: stream.height, frames: Number(stream.nb_read_frames), seconds: Number(format.duration) };
}

export const blake2b = async (path) => (await exec('b2sum', ['-l', '256', path])).stdout.slice(0, 64);

export const metric = async (session, name) => Number(new RegExp(`^gridwarden_${name} ([0-9.e+]+)$`, 'm').exec((await session.raw('/metrics')).body)?.[1]);

/** Every file below the center's store, by its name. */
export function stored(center) {
  const media = join(center.state, 'media');
  return readdirSync(media, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? readdirSync(join(media, entry.name)).map((name) => join(entry.name, name)) : [entry.name]));
}

/** A center that watches n cameras of a farm, with an operator. */
export async function world(t, n, { args, ...more } = {}) {
  const farm = await startCameras(t, { n, args }), all = await watch(t, farm, { n, ...more });
  return { ...all, operator: await all.center.login('operator') };
}
