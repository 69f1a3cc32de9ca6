// What the cameras' eyes see, in a real browser: every camera in the matrix, a picture that is old looks old, a finding
// argued by before and now, a common cause named and counted, a zone drawn by hand.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { places } from '../farm/lib/center.mjs';
import { until } from '../system/lib/testing.mjs';
import { gone, openDesk, openWall, see, shoot, SIZES, textOf } from './lib/browser.mjs';
import { camerasLive, openWorld } from './lib/world.mjs';

const CAMERAS = 20;
const SWITCH = 'SW-01';
const WATCHED = 'C-087'; // the one that is turned to look elsewhere

/** The farm numbers cameras as the demo's list has them. */
const LIST = readFileSync(join(places().demo, 'cameras.csv'), 'utf8').trim().split('\n').slice(1, CAMERAS + 1).map((line) => line.split(','));
const farmNumber = (code) => LIST.findIndex(([c]) => c === code) + 1;

const cell = (code, more = '') => `.cell[data-camera="${code}"]${more}`;
const pictures = (page, state) => page.locator(`.cell [data-picture=${state}]`).count();

async function openCameras(w, { as = 'supervisor', path = '/cameras', ...more } = {}) {
  const page = await w.browser.page({ as, name: path, ...more });
  await page.goto(path);
  await page.waitForSelector('[data-ready=true]');
  return page;
}

/** Faults are told after seconds here, not minutes: who tests has no time. */
async function impatient(w) {
  const admin = await w.center.login('admin');
  for (const rule of w.view.all('rule').filter(({ kind }) => kind === 'camera_fault')) await admin.command('rule.change', { rule_id: rule.id, on_delay_us: 2e6 });
  return admin;
}

async function matrix(t, page, w) {
  await t.test('every camera is there with a picture, and none of them says that it is live', async () => {
    await until(async () => (await pictures(page, 'fresh')) === CAMERAS, 'a fresh picture of every camera', 30000);
    assert.equal(await page.locator('.cell').count(), CAMERAS);
    await see(page, '.sum', `${CAMERAS}`);
    assert.doesNotMatch(await textOf(page, '.box'), /实时/);
    const before = await page.locator(cell(WATCHED, ' [data-at]')).getAttribute('data-at');
    await until(async () => (await page.locator(cell(WATCHED, ' [data-at]')).getAttribute('data-at')) !== before, 'a newer picture', 25000);
  });
  await t.test('it is found by its code, and the address says what is shown', async () => {
    await page.fill('[data-filter]', 'C-087');
    await until(async () => (await page.locator('.cell').count()) === 1, 'one camera');
    assert.match(page.url(), /q=C-087/);
    await page.fill('[data-filter]', '');
    await until(async () => (await page.locator('.cell').count()) === CAMERAS, 'all cameras');
    await page.click('[data-order=place]');
    await see(page, '.sec h2', /\d+组/);
    await page.click('[data-order=wrong]');
  });
  await t.test('a camera that falls silent is dimmed, hatched and first in line; nothing of it looks live', async () => {
    await w.cameras.tell({ do: 'stall', cameras: farmNumber('C-140') });
    await see(page, cell('C-140', '[data-sight=stalled]'), /冻结/);
    assert.equal(await page.locator(cell('C-140', ' [data-picture=stale] .hatch')).count(), 1);
    assert.equal(await page.locator('.sec').first().getAttribute('data-section'), 'wrong');
    assert.equal(await page.locator('[data-section=wrong] .cell').count(), 1);
    await shoot(page, 'eyes-matrix-stalled');
    await w.cameras.tell({ do: 'resume', cameras: farmNumber('C-140') });
    await page.waitForSelector(cell('C-140', '[data-sight=sees], ') + cell('C-140', '[data-sight=unlooked]'), { timeout: 30000 });
    await until(async () => (await page.locator(cell('C-140', ' [data-picture=fresh]')).count()) === 1, 'its picture to be fresh again', 30000);
  });
}

async function zones(t, page, w) {
  await t.test('a zone is drawn with the mouse, changed by keys, taken away and brought back', async () => {
    await page.waitForSelector('.pic[data-live=true] video');
    await page.click('[data-zone-new]');
    const box = await page.locator('.draw').boundingBox();
    for (const [x, y] of [[0.2, 0.5], [0.6, 0.5], [0.6, 0.9], [0.2, 0.9]]) await page.mouse.click(box.x + x * box.width, box.y + y * box.height);
    await page.click('[data-zone-close]');
    await page.selectOption('[name=zone-category]', 'parking');
    await page.fill('[name=zone-name]', '东侧禁停区');
    await page.click('[data-zone-save]');
    const zone = await w.view.waitFor((v) => v.find('zone', ({ name }) => name === '东侧禁停区'), { what: 'the zone' });
    for (const [i, [x, y]] of [[0.2, 0.5], [0.6, 0.5], [0.6, 0.9], [0.2, 0.9]].entries()) assert.ok(Math.abs(zone.points[i][0] - x) < 0.01 && Math.abs(zone.points[i][1] - y) < 0.01, `corner ${i}: ${zone.points[i]}`);
    await see(page, '.draw .name', '东侧禁停区');
    await page.click('[data-zone="东侧禁停区"] [data-zone-edit]');
    await page.locator('[data-corner="0"]').focus();
    await page.keyboard.press('ArrowLeft');
    await page.click('[data-zone-save]');
    await w.view.waitFor((v) => Math.abs(v.get('zone', zone.id).points[0][0] - (zone.points[0][0] - 0.02)) < 1e-3, { what: 'the corner moved' });
    await page.click('[data-zone="东侧禁停区"] [data-zone-remove]');
    await gone(page, '[data-zone="东侧禁停区"]');
    await page.click('[data-undo]');
    await see(page, '[data-zone="东侧禁停区"]');
  });
}

async function outage(t, page, w) {
  const members = w.view.all('camera').filter((c) => c.switch === SWITCH), numbers = members.map(({ code }) => farmNumber(code)).join(',');
  let wall, desk;
  await t.test('cameras on one switch fall: one cause, named, counted, on every page', async () => {
    await w.cameras.tell({ do: 'drop', cameras: numbers });
    const found = await w.view.waitFor((v) => v.find('outage', (o) => o.cause === 'switch' && o.name === SWITCH && o.ended_at_us === null && o.cameras.length === members.length), { what: 'the outage of the switch', timeoutMs: 120000 });
    const alert = await w.view.waitFor((v) => found.alert_id !== null ? v.get('alert', found.alert_id) : v.find('alert', (a) => a.rule_kind === 'outage'), { what: 'its one alert' });
    assert.equal(w.view.all('alert').filter((a) => a.rule_kind === 'outage' && a.state !== 'NORM').length, 1);
    await see(page, `[data-list=outages] [data-outage="${SWITCH}"]`, new RegExp(`交换机 ${SWITCH}[^]*${members.length}/${members.length} 离线`));
    await page.click(`[data-outage="${SWITCH}"] button`);
    await until(async () => (await page.locator('.cell').count()) === members.length, 'only those that fell');
    await page.keyboard.press('Escape');
    [wall, desk] = [await openWall(w.browser), await openDesk(w.browser)];
    await see(wall, '.rail', new RegExp(`交换机 ${SWITCH} ${members.length} 路离线并 1 条`));
    await see(wall, '.cause', `${members.length}/${members.length}`);
    await desk.click(`.q[data-alert="${alert.code}"]`);
    await see(desk, '[data-region=outage] .big', `${members.length}/${members.length}`);
    assert.equal(await desk.locator('[data-region=outage] li').count(), members.length);
    await shoot(desk, 'eyes-desk-outage');
    await shoot(wall, 'eyes-wall-outage');
  });
  await t.test('one is back, and the list says who; then all are, and it is over', async () => {
    await w.cameras.tell({ do: 'resume', cameras: farmNumber(members[0].code) });
    await desk.waitForSelector('[data-region=outage] li[data-back=true]', { timeout: 40000 });
    await see(desk, '[data-region=outage] .big', `${members.length - 1}/${members.length}`);
    await w.cameras.tell({ do: 'resume', cameras: numbers });
    await w.view.waitFor((v) => v.find('outage', (o) => o.name === SWITCH && o.ended_at_us !== null), { what: 'the end of the outage', timeoutMs: 120000 });
    await see(page, `[data-list=outages] [data-outage="${SWITCH}"]`, '均已恢复');
    await gone(wall, '.cause');
    await wall.context().close();
  });
  return desk;
}

async function finding(t, desk, w) {
  const camera = w.view.find('camera', ({ code }) => code === WATCHED);
  await t.test('a camera that looks elsewhere: its page shows before and now, the desk shows them to the operator', async () => {
    const found = await w.view.waitFor((v) => v.find('finding', (f) => f.camera_id === camera.id && f.kind === 'moved' && f.ended_at_us === null && f.before_hash && f.now_hash), { what: 'a finding with both pictures', timeoutMs: 180000 });
    assert.ok(found.measure > found.threshold, `${found.measure} is not above ${found.threshold}`);
    assert.notEqual(found.before_hash, found.now_hash);
    const page = await openCameras(w, { path: `/camera?id=${camera.id}` });
    const pane = `[data-region=findings] [data-finding="${found.kind}"]`;
    await see(page, pane, /之前[^]*发现时[^]*测得/);
    const drawn = () => page.locator(`${pane} img`).evaluateAll((all) => all.map((img) => img.complete && img.naturalWidth > 0));
    await until(async () => (await drawn()).join() === 'true,true', 'both pictures drawn');
    await see(page, '[data-found]');
    await shoot(page, 'eyes-camera-finding');
    if (found.alert_id !== null) {
      const { code } = await w.view.waitFor((v) => v.get('alert', found.alert_id), { what: 'its alert' });
      await desk.click(`.q[data-alert="${code}"]`);
      await see(desk, '.card .kept', '之前');
      await see(desk, '.card [data-finding-now]', '发现时');
      await until(async () => (await desk.locator('.card .kept img').evaluateAll((all) => all.filter((img) => img.complete && img.naturalWidth > 0).length)) === 2, 'both pictures on the desk');
      await shoot(desk, 'eyes-desk-finding');
    }
    await page.click('[data-relearn]');
    await page.click('dialog [data-yes]');
    await w.view.waitFor((v) => v.get('finding', found.id)?.ended_at_us != null || !v.get('finding', found.id), { what: 'the end of the finding: the picture was said to be right', timeoutMs: 60000 });
    await gone(page, pane);
    await page.context().close();
  });
}

async function review(t, w) {
  await t.test('the review lists what was found, what fell, and how long each camera was there', async () => {
    const page = await w.browser.page({ as: 'supervisor', name: 'review' });
    await page.goto('/review?tab=outage');
    await see(page, '[data-region=review-outages] [data-outage-row]', SWITCH);
    await page.click('[data-tab=finding]');
    await see(page, '[data-region=review-findings] [data-finding-row]', WATCHED);
    await page.click('[data-tab=uptime]');
    await page.waitForSelector('[data-region=review-uptime] [data-uptime], [data-region=review-uptime] .none');
    await page.context().close();
  });
}

test('the eyes, on every page', { timeout: 420000 }, async (t) => {
  const w = await openWorld(t, { cameras: CAMERAS, roundInMinutes: 90 });
  await camerasLive(w.view);
  const admin = await impatient(w);
  const camera = w.view.find('camera', ({ code }) => code === WATCHED);
  await admin.command('camera.relearn', { camera_id: camera.id }); // the reference is the picture of now
  const page = await openCameras(w);
  await matrix(t, page, w);
  await w.view.waitFor((v) => v.get('camera', camera.id).reference_at_us !== null, { what: 'its reference', timeoutMs: 40000 });
  // It is turned: another clip, in the middle of the stream.
  const { cameras: list } = await w.cameras.tell({ do: 'list' }), own = list.find((c) => c.camera === farmNumber(WATCHED));
  const other = list.find((c) => c.codec === own.codec && c.width === own.width && c.clip !== own.clip);
  await w.cameras.tell({ do: 'size', cameras: farmNumber(WATCHED), clip: other.clip, live: true });
  const one = await openCameras(w, { as: 'admin', path: `/camera?id=${w.view.find('camera', ({ code }) => code === 'C-140').id}` });
  await zones(t, one, w);
  await one.context().close();
  const desk = await outage(t, page, w);
  await finding(t, desk, w);
  await review(t, w);
  await t.test('a phone shows the same, one below the other', async () => {
    const phone = await openCameras(w, { size: SIZES.phone });
    await see(phone, '.cell');
    await phone.click('[data-show-side]');
    await see(phone, '.side');
    assert.ok(await phone.evaluate(() => document.documentElement.scrollWidth <= innerWidth + 1), 'it does not scroll sideways');
    await phone.context().close();
  });
  w.browser.assertQuiet();
});
