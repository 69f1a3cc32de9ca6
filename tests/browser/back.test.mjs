// Looking back at a recorder in a real browser: registered by hand, asked for a time, sought by keys and mouse, paused,
// refused in words; and what was found there kept as evidence, which somebody else has to allow.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import test from 'node:test';
import { journal, query, until } from '../system/lib/testing.mjs';
import { gone, see, SIZES, textOf } from './lib/browser.mjs';
import { LIMITS, Measured } from './lib/measure.mjs';
import { camerasLive, openWorld } from './lib/world.mjs';

const WATCHDOG = { timeout: 300000 };
const NAME = 'NVR-甲';
const shownUs = async (page) => Number(await page.getAttribute('.back', 'data-at'));
const plays = (page) => page.waitForSelector('.back .live-tile[data-state=playback]', { timeout: 30000 });
const nearUs = (us, wantUs, s) => Math.abs(us - wantUs) <= s * 1e6;

/** The recorder as an administrator registers it, and what the form says of it. */
async function register(t, w, m) {
  const page = await w.browser.page({ as: 'admin', name: 'admin' });
  await t.test('an administrator registers the recorder and sees what will be asked', async () => {
    await page.goto('/admin#recorders');
    await page.waitForSelector('.adm[data-ready=true]');
    await page.click('[data-new]');
    await page.fill('[name=recorder-name]', NAME);
    await until(async () => /starttime=\{start/.test(await page.inputValue('[name=recorder-url]')), 'the example of the make');
    await page.selectOption('[name=recorder-make]', 'uniview');
    await see(page, '[data-preview]', /c1\/b\d+\/e\d+\/replay/);
    await page.selectOption('[name=recorder-make]', 'hikvision');
    await page.fill('[name=recorder-url]', 'rtsp://127.0.0.1/{chanel}');
    await see(page, '[data-region=recorder-form] .plate', '只认');
    await page.fill('[name=recorder-url]', w.cameras.recorderTemplate());
    await page.fill('[name=recorder-user]', 'look');
    await page.fill('[name=recorder-password]', 'back');
    await see(page, '[data-preview]', /Streaming\/tracks\/101\?starttime=\d{8}T\d{6}Z/);
    await m.look(page, 'admin-recorder');
    await page.click('[data-save]');
    await w.view.waitFor((v) => v.find('recorder', ({ name }) => name === NAME), { what: 'the recorder' });
    assert.equal(JSON.stringify(w.view.all('recorder')).includes('back"'), false, 'the password travels');
  });
  await t.test('a camera gets its channel by the form', async () => {
    const camera = w.view.all('camera')[0];
    await page.goto(`/admin?camera=${camera.code}#cameras`);
    await page.waitForSelector('[name=channel]');
    await until(async () => (await page.inputValue('[name=url]')).startsWith('rtsp'), 'its address');
    await page.fill('[name=recorder]', NAME);
    await page.fill('[name=channel]', String(w.number(camera.id)));
    await page.click('[data-save] >> nth=-1');
    await w.view.waitFor((v) => v.get('camera', camera.id).look_back, { what: 'a camera that can be looked back at' });
    await page.context().close();
  });
  for (const camera of w.view.all('camera')) await w.admin.command('camera.change', { camera_id: camera.id, recorder: NAME, channel: w.number(camera.id) });
}

async function seeking(t, w, m, page, camera, atUs) {
  await t.test('it plays the time that was asked for, tells it large, and nothing says live', async () => {
    await page.goto(`/back?camera=${camera.id}&at=${atUs}`);
    await plays(page);
    await until(async () => nearUs(await shownUs(page), atUs, 8), 'a picture of that time');
    const before = await shownUs(page);
    await until(async () => (await shownUs(page)) > before + 1e6, 'the recorded time to go on');
    assert.equal((await w.cameras.tellRecorder()).open, 1);
    assert.doesNotMatch(await textOf(page, '.back'), /实时/);
    await see(page, '[data-journaled]', '王海燕');
    assert.deepEqual(journal(w.center, 'camera.looked_back').map((r) => [r.subject_id, r.body.looked_at_us]), [[camera.id, atUs]]);
    await m.look(page, 'back-plays');
  });
  await t.test('it is sought by keys, by buttons, by a time that is typed and on the strip', async () => {
    await page.keyboard.press('Shift+ArrowLeft');
    await plays(page);
    await until(async () => nearUs(await shownUs(page), atUs - 60e6, 20), 'a minute before');
    await page.click('[data-step="600"]');
    await plays(page);
    await until(async () => nearUs(await shownUs(page), atUs + 540e6, 25), 'ten minutes on');
    assert.equal(journal(w.center, 'camera.looked_back').length, 1, 'minutes around it are the same look');
    await page.keyboard.press('t');
    await page.keyboard.press('Escape');
    const local = new Date((atUs - 7200e6) / 1000 + 8 * 3600e3).toISOString().slice(0, 19).replace('T', ' ');
    await page.fill('[name=back-time]', local);
    await page.press('[name=back-time]', 'Enter');
    await plays(page);
    await until(async () => nearUs(await shownUs(page), atUs - 7200e6, 20), 'two hours before');
    assert.equal(journal(w.center, 'camera.looked_back').length, 2, 'two hours away is another look');
    const box = await page.locator('[data-strip]').boundingBox();
    await page.mouse.click(box.x + box.width * 0.75, box.y + 30);
    await plays(page);
    await until(async () => nearUs(await shownUs(page), atUs - 7200e6 + 900e6, 60), 'a quarter of an hour on');
  });
  await t.test('it pauses and lets the recorder go; moving pictures go on from there', async () => {
    await page.locator('.back').click({ position: { x: 5, y: 100 } });
    await page.keyboard.press('Space');
    await until(async () => (await w.cameras.tellRecorder()).open === 0, 'nobody at the recorder');
    const held = await shownUs(page);
    await see(page, '.live-tile[data-state=paused]', '停在');
    await page.keyboard.press('Space');
    await plays(page);
    await until(async () => (await shownUs(page)) > held + 1e6, 'the time to go on');
    assert.ok(nearUs(await shownUs(page), held, 15), 'it went on somewhere else');
  });
}

async function refusals(t, w, m, page, camera, atUs) {
  await t.test('what it has not, and that it is busy, is said with what to do', async () => {
    await w.cameras.tellRecorder({ nothing: '404', gap_us: [atUs - 86400e6, atUs - 82800e6] });
    await page.goto(`/back?camera=${camera.id}&at=${atUs - 85000e6}`);
    await see(page, '[data-why=no_footage]', '换一个时刻', { timeoutMs: 30000 });
    assert.equal(await page.locator('[data-retry]').count(), 0);
    await m.look(page, 'back-nothing');
    await w.cameras.tellRecorder({ gap_us: [0, 0] });
    const other = await w.browser.page({ as: 'operator2', name: 'other' });
    await other.goto(`/back?camera=${camera.id}&at=${atUs}`);
    await plays(other);
    await page.goto(`/back?camera=${camera.id}&at=${atUs - 3600e6}`);
    await see(page, '[data-why]', /正在被别人回看|连接已满/, { timeoutMs: 30000 });
    await m.look(page, 'back-busy');
    await other.context().close();
    await until(async () => (await w.cameras.tellRecorder()).open === 0, 'the other to have gone');
    await page.keyboard.press('r');
    await plays(page);
    const [lone] = query(w.center, 'select id from camera order by id desc limit 1');
    await w.admin.command('camera.change', { camera_id: lone.id, channel: 0 });
    await page.goto(`/back?camera=${lone.id}&at=${atUs}`);
    await see(page, '[data-lack]', '通道号');
    await w.admin.command('camera.change', { camera_id: lone.id, channel: w.number(lone.id) });
    await page.goto('/back');
    await see(page, `[data-camera="${camera.code}"]`);
    await m.look(page, 'back-choose');
  });
}

async function evidence(t, w, m, page, camera, atUs) {
  let clip;
  await t.test('marked and asked for by an operator, it waits for leave', async () => {
    await page.goto(`/back?camera=${camera.id}&at=${atUs}`);
    await plays(page);
    await until(async () => (await shownUs(page)) > atUs, 'a picture');
    await page.keyboard.press('[');
    await until(async () => (await shownUs(page)) > atUs + 4e6, 'some seconds');
    await page.keyboard.press(']');
    await see(page, '[data-part]', '共');
    await page.keyboard.press('s');
    await see(page, 'dialog', '带班领导批准后开始');
    await m.look(page, 'back-save');
    await page.keyboard.type('派出所调取：纠纷');
    await page.keyboard.press('Enter');
    clip = await w.view.waitFor((v) => v.find('clip', (c) => c.source === 'recorder'), { what: 'the clip' });
    assert.deepEqual([clip.state, clip.camera_id, clip.words, clip.asked_by], ['asked', camera.id, '派出所调取：纠纷', '王海燕']);
    await see(page, '.side [data-clip]', '待批准');
    assert.equal(await page.locator('[data-allow]').count(), 0);
    // It paused to ask, so the recorder, which plays to one at a time, is free to hand out the clip.
    await until(async () => (await w.cameras.tellRecorder()).open === 0, 'nobody at the recorder');
    await assert.rejects((await w.center.login('operator')).command('clip.allow', { clip_id: clip.id, allow: true }), ({ code }) => code === 'forbidden');
  });
  await t.test('a supervisor allows it in the review; it is taken, played and sought', async () => {
    const review = await w.browser.page({ as: 'supervisor', name: 'review' });
    await review.goto('/review?tab=clip');
    await see(review, '[data-asked]', '1 段等批准');
    await m.look(review, 'review-clips-asked');
    await review.click('[data-allow]');
    await review.click('dialog [data-yes]');
    clip = await w.view.waitFor((v) => v.get('clip', clip.id).state === 'saved' && v.get('clip', clip.id), { what: 'the clip to be saved', timeoutMs: 60000 });
    assert.equal(clip.allowed_by, '刘桂芬');
    await review.waitForSelector(`[data-clip="${clip.id}"] video`);
    await until(() => review.evaluate(() => document.querySelector('[data-clip] video')?.readyState >= 2), 'its first picture');
    await review.focus('.rows');
    await review.keyboard.press('.');
    await until(() => review.evaluate(() => document.querySelector('[data-clip] video').currentTime >= 0.99), 'a second on');
    await review.keyboard.press('Space');
    await until(() => review.evaluate(() => document.querySelector('[data-clip] video').currentTime > 1.5), 'it to play');
    await m.look(review, 'review-clips');
    await review.context().close();
  });
  await t.test('the operator sees it, and exports it: the file has the hash that the journal has', async () => {
    await see(page, '.side [data-clip][data-state=saved]');
    await page.click('.side [data-export]');
    await see(page, '[data-export-hash]');
    await m.look(page, 'back-export');
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('[data-download]')]);
    const file = await download.path(), [hash] = execFileSync('b2sum', ['-l', '256', file], { encoding: 'utf8' }).split(' ');
    assert.equal(hash, await page.getAttribute('[data-export-hash]', 'data-hash'));
    const [saved] = journal(w.center, 'clip.saved', `subject_id = ${clip.id}`), [exported] = journal(w.center, 'clip.exported', `subject_id = ${clip.id}`);
    assert.equal(saved.body.hash, hash);
    assert.equal(exported.actor_id ?? exported.actor, query(w.center, "select id from user where name = 'operator'")[0].id);
    assert.match(download.suggestedFilename(), new RegExp(`^${camera.code}-.*\\.mp4$`));
    await page.keyboard.press('Escape');
    await gone(page, 'dialog');
  });
}

test('a recorder is looked back at, and what is found becomes evidence', WATCHDOG, async (t) => {
  const w = await openWorld(t, { cameras: 3, farm: ['--footage-days', '30', '--recorder-user', 'look', '--recorder-password', 'back', '--playbacks', '1'] });
  const m = new Measured();
  w.admin = await w.center.login('admin');
  const urls = new Map(query(w.center, 'select id, url from camera').map(({ id, url }) => [id, Number(url.split('/').at(-1))]));
  w.number = (id) => urls.get(id);
  await camerasLive(w.view);
  await register(t, w, m);
  const page = await w.browser.page({ as: 'operator', name: 'back' });
  const [camera] = w.view.all('camera'), atUs = Math.floor(Date.now() / 1000 - 3 * 86400) * 1e6;
  w.browser.expect(/Failed to load resource/);
  await seeking(t, w, m, page, camera, atUs);
  await refusals(t, w, m, page, camera, atUs);
  await evidence(t, w, m, page, camera, atUs);
  await t.test('on a phone and in English it is the same; a patrol has no such page', async () => {
    const phone = await w.browser.page({ as: 'operator', size: SIZES.phone, lang: 'en', name: 'phone' });
    await phone.goto(`/back?camera=${camera.id}&at=${atUs}`);
    await plays(phone);
    await m.look(phone, 'back-phone-en', LIMITS.phone);
    await phone.context().close();
    const patrol = await w.browser.page({ as: 'patrol1', size: SIZES.phone });
    await patrol.goto(`/back?camera=${camera.id}&at=${atUs}`);
    await patrol.waitForURL((url) => url.pathname === '/patrol');
    await assert.rejects((await w.center.login('patrol1')).command('camera.look_back', { camera_id: camera.id, at_us: atUs }), ({ code }) => code === 'forbidden');
  });
  w.browser.assertQuiet();
  m.assertFit();
});
