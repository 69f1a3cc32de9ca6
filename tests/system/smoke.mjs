// ./run --smoke: both incidents from end to end on this machine, by documented commands alone, one session per role.
// Every step is seen from another session's feed before it counts. One line per step; exit 0 only if all happened.
// Usage: node smoke.mjs DIRECTORY   (GW_STAGE names an installed tree; else what is built is used)
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cameras } from '../farm/lib/cameras.mjs';
import { Center, places } from '../farm/lib/center.mjs';
import { Session } from '../farm/lib/client.mjs';
import { somePhoto } from '../farm/lib/jpeg.mjs';

const dir = process.argv[2] ?? mkdtempSync(join(tmpdir(), 'gridwarden-smoke-'));
const where = places(), began = Date.now();
let steps = 0;

async function step(what, act) {
  const from = Date.now();
  const result = await act();
  steps++;
  console.log(`${String(Date.now() - from).padStart(6)} ms  ${what}`);
  return result;
}
const assert = (truth, why) => { if (!truth) throw new Error(why); };

/** The ticket in the supervisor's feed, once it is in this state. */
const inState = (view, id, state) => view.waitFor((v) => v.get('ticket', id)?.state === state && v.get('ticket', id), { what: `ticket ${id} ${state}`, timeoutMs: 20000 });

async function incidentA(center, who, views) {
  const photo = somePhoto();
  const near = views.desk.find('place', (p) => p.code === 'B12');
  await step('patrol1 is on duty near building 12; the wall sees it', async () => {
    await who.patrol.command('unit.duty', { on: true });
    await who.patrol.command('unit.presence', { visible: true, device: 'smoke' });
    await who.patrol.command('unit.position', { lat: near.lat + 0.0006, lon: near.lon, accuracy_m: 5 });
    await views.wall.waitFor((v) => v.get('unit', who.patrol.user.unit_id)?.lat && v.get('unit', who.patrol.user.unit_id).on_duty, { what: 'the unit on the wall' });
  });
  const { result: { alert_id: alertId } } = await step('the operator opens a P1 at building 12', () => who.operator.command('incident.open', { category: 'fall', priority: 1, place_id: near.id, words: '2单元门前有人跌倒' }));
  await step('the wall shows it, without the words', async () => {
    const alert = await views.wall.waitFor((v) => v.get('alert', alertId), { what: 'the alert on the wall' });
    assert(alert.state === 'UNACKED' && alert.priority === 1 && alert.words === '', `the wall got ${JSON.stringify(alert)}`);
  });
  await step('one key: acknowledged, filed and dispatched', () => who.operator.command('alert.dispatch', { alert_id: alertId }));
  const ticket = await step('the supervisor sees the ticket with its unit and reason', async () => {
    const t = await views.desk.waitFor((v) => v.find('ticket', (x) => x.alert_id === alertId && x.state === 'DISPATCHED'), { what: 'the ticket' });
    assert(t.unit_id === who.patrol.user.unit_id, `it went to unit ${t.unit_id}`);
    assert(t.candidates.some((c) => c.unit_id === t.unit_id && c.reason === 'free'), 'the recommendation has no reason');
    return t;
  });
  await step('the phone receives it; the desk sees the receipt', async () => {
    const message = await views.unit.waitFor((v) => v.find('outbox', (o) => o.subject === 'ticket' && o.subject_id === ticket.id && o.channel === 'phone'), { what: 'the message on the phone' });
    await who.patrol.command('outbox.receipt', { outbox_id: message.id, state: 'delivered' });
    await who.patrol.command('outbox.receipt', { outbox_id: message.id, state: 'read' });
    await views.desk.waitFor((v) => v.get('outbox', message.id)?.read_at_us, { what: 'the receipt at the desk' });
  });
  await step('accepted', async () => { await who.patrol.command('ticket.accept', { ticket_id: ticket.id }); await inState(views.desk, ticket.id, 'ACCEPTED'); });
  await step('SIGKILL of the daemon, started again; every session goes on', async () => {
    await center.kill();
    await center.start();
    await views.desk.waitFor((v) => v.link.connected && v.get('ticket', ticket.id)?.state === 'ACCEPTED', { what: 'the desk to come back', timeoutMs: 30000 });
    await views.wall.waitFor((v) => v.link.connected, { what: 'the wall to come back', timeoutMs: 30000 });
    await views.unit.waitFor((v) => v.link.connected, { what: 'the phone to come back', timeoutMs: 30000 });
  });
  await step('arrived, within five minutes of the first sighting', async () => {
    await who.patrol.command('ticket.arrive', { ticket_id: ticket.id, lat: near.lat, lon: near.lon, accuracy_m: 6, proof: 'tap' });
    const t = await inState(views.desk, ticket.id, 'ON_SCENE');
    assert(t.arrived_at_us - t.origin_at_us < 300e6, 'it took longer than five minutes');
  });
  await step('first words', async () => {
    await who.patrol.command('ticket.note', { ticket_id: ticket.id, words: '老人清醒，右手腕疼' });
    await inState(views.desk, ticket.id, 'HANDLING');
  });
  const { hash } = await step('a photo is uploaded', () => who.patrol.upload(photo));
  await step('asked to close, with the photo', async () => {
    await who.patrol.command('ticket.close_request', { ticket_id: ticket.id, result: 'real_helped', photos: [hash], words: '家属已到', lat: near.lat, lon: near.lon, accuracy_m: 6 });
    const t = await inState(views.desk, ticket.id, 'CLOSE_REQ');
    assert(t.files.some((f) => f.hash === hash && f.role === 'after'), 'the photo is not on the ticket');
  });
  await step('a patrol may not check its own work', async () => {
    const error = await who.patrol.command('ticket.check', { ticket_id: ticket.id, verdict: 'close' }).then(() => null, (e) => e);
    assert(error?.code === 'forbidden', `it answered ${error?.code}`);
  });
  await step('checked and closed by the operator; the alert ends on the wall', async () => {
    await who.operator.command('ticket.check', { ticket_id: ticket.id, verdict: 'close' });
    await inState(views.desk, ticket.id, 'CLOSED');
    await views.wall.waitFor((v) => v.get('alert', alertId)?.state === 'NORM', { what: 'the alert to end on the wall' });
  });
  await step('the supervisor finds the whole story and the photo, bit by bit', async () => {
    const story = await who.supervisor.get(`/api/v1/story/ticket/${ticket.id}`), text = JSON.stringify(story);
    for (const kind of ['ticket.accepted', 'ticket.arrived', 'ticket.closed']) assert(text.includes(kind), `the story lacks ${kind}`);
    const back = await who.supervisor.file(hash);
    const again = await who.supervisor.upload(back);
    assert(again.hash === hash, `the downloaded photo has the hash ${again.hash}`);
  });
}

/** Which of the farm's cameras stands behind a code: the list that was imported says so. */
const numberOf = (center, code) => Number(new RegExp(`^${code},.*/cam/(\\d+)`, 'm').exec(readFileSync(join(center.dir, 'cameras.csv'), 'utf8'))[1]);

async function incidentB(center, cameras, who, views) {
  const camera = views.desk.find('camera', (c) => c.state === 'live') ?? (await views.desk.waitFor((v) => v.find('camera', (c) => c.state === 'live'), { what: 'a live camera', timeoutMs: 30000 }));
  const n = numberOf(center, camera.code);
  await step(`camera ${camera.code} falls silent; the wall notices within seconds`, async () => {
    await cameras.tell({ do: 'stall', cameras: n });
    await views.wall.waitFor((v) => ['stalled', 'lost'].includes(v.get('camera', camera.id)?.state), { what: 'the tile to say so', timeoutMs: 10000 });
  });
  const alert = await step('an alert after 30 s, P4 or P3, no five-minute clock', async () => {
    const a = await views.desk.waitFor((v) => v.find('alert', (x) => x.subject === 'camera' && x.subject_id === camera.id && x.state !== 'NORM'), { what: 'the alert', timeoutMs: 45000 });
    assert(a.priority >= 3 && a.arrive_due_us === null, `priority ${a.priority}`);
    return a;
  });
  const ticket = await step('dispatched to maintenance: a facility ticket', async () => {
    await who.fixer.command('unit.duty', { on: true });
    await who.operator.command('alert.dispatch', { alert_id: alert.id });
    const t = await views.desk.waitFor((v) => v.find('ticket', (x) => x.alert_id === alert.id), { what: 'the facility ticket' });
    assert(t.kind === 'F', `kind ${t.kind}`);
    return t;
  });
  await step('the camera is back; alert and ticket end by themselves', async () => {
    await cameras.tell({ do: 'resume', cameras: n });
    await views.wall.waitFor((v) => v.get('camera', camera.id)?.state === 'live', { what: 'the camera live', timeoutMs: 30000 });
    await views.desk.waitFor((v) => v.get('alert', alert.id)?.state === 'NORM', { what: 'the alert to end', timeoutMs: 60000 });
    await views.desk.waitFor((v) => ['CLOSED', 'CLOSE_REQ'].includes(v.get('ticket', ticket.id)?.state), { what: 'the ticket to end', timeoutMs: 10000 });
  });
}

/** One byte of one journal row's hash, in a copy. */
function spoil(copy) {
  const file = join(copy, 'gridwarden.db'), bytes = readFileSync(file);
  const hex = execFileSync('sqlite3', [file, "select hex(hash) from journal where subject = 'ticket' order by seq limit 1"], { encoding: 'utf8' }).trim();
  const at = bytes.indexOf(Buffer.from(hex, 'hex'));
  assert(at > 0, 'the row was not found in the file');
  bytes[at] ^= 1;
  writeFileSync(file, bytes);
  return file;
}

async function main() {
  const cameras = await step('four simulated RTSP cameras', () => Cameras.start({ program: join(where.farm, 'gwfarm-cameras'), clips: where.clips, n: 4 }));
  const center = await Center.make(join(dir, 'center'));
  try {
    await step('a new center: init, import, users', async () => { await center.cli(['init']); await center.loadDemo({ cameras: 4, rtspPort: cameras.port }); });
    const token = await step('a token for the kiosk wall', async () => (await center.cli(['kiosk', 'add', 'smoke wall'])).trim().split('\n').at(-1));
    await step('the daemon answers', () => center.start());
    const who = { operator: await center.login('operator'), supervisor: await center.login('supervisor'), admin: await center.login('admin'), patrol: await center.login('patrol1'), fixer: await center.login('patrol5'),
      kiosk: await new Session({ base: center.base }).kiosk(token) };
    const back = { reconnect: true };
    const views = { wall: await who.kiosk.follow('wall', back), desk: await who.supervisor.follow('desk', back), unit: await who.patrol.follow(`unit:${who.patrol.user.unit_id}`, back) };
    await step('all four cameras are live on the wall', () => views.wall.waitFor((v) => v.all('camera').filter((c) => c.state === 'live').length === 4, { what: 'four live cameras', timeoutMs: 30000 }));
    console.log('--- A: somebody sees something');
    await incidentA(center, who, views);
    console.log('--- B: a camera stops seeing');
    await incidentB(center, cameras, who, views);
    console.log('--- the journal');
    await step('gridwarden verify passes', () => center.cli(['verify']));
    await step('and fails on a copy with one byte of the journal changed', async () => {
      const copy = await center.backup(join(dir, 'copy'));
      await center.cli(['verify', join(copy, 'gridwarden.db')]);
      const error = await center.cli(['verify', spoil(copy)]).then(() => null, (e) => e);
      assert(error?.code === 1, 'the change was not noticed');
    });
    for (const view of Object.values(views)) view.link.close();
  } catch (error) {
    console.error(center.daemon?.output.slice(-3000));
    throw error;
  } finally {
    await center.stop();
    await cameras.stop();
  }
}

main().then(
  () => { console.log(`smoke: all ${steps} steps happened, ${((Date.now() - began) / 1000).toFixed(1)} s`); if (!process.argv[2]) rmSync(dir, { recursive: true }); },
  (error) => { console.error(`smoke: step ${steps + 1} failed: ${error.message}`); process.exit(1); }); // sessions may still be coming back
