// Clips in a real browser: an alert's own clip plays with seeking where its story is told and on the desk, says which second
// of the past it shows, is exported with the journal's hash, locked with a reason by who may, and says why when there is none.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import test from 'node:test';
import { journal, query, until } from '../system/lib/testing.mjs';
import { gone, see, SIZES, textOf } from './lib/browser.mjs';
import { LIMITS, Measured } from './lib/measure.mjs';
import { camerasLive, openWorld } from './lib/world.mjs';

const WATCHDOG = { timeout: 240000 };
const VIDEO = '[data-clip] video';
const currentS = (page) => page.evaluate((v) => document.querySelector(v)?.currentTime ?? -1, VIDEO);
const ready = (page) => until(() => page.evaluate((v) => document.querySelector(v)?.readyState >= 2, VIDEO), 'its first picture', 20000);

test('an alert\'s clip is played, sought, exported and locked', WATCHDOG, async (t) => {
  const w = await openWorld(t, { cameras: 3 }), m = new Measured();
  const operator = await w.center.login('operator'), supervisor = await w.center.login('supervisor');
  await camerasLive(w.view);
  const [camera, other] = w.view.all('camera');
  const ringFull = Date.now() + 12000; // ten seconds before the alert have to have been
  let clip, review;

  await t.test('every alert of a camera gets its clip, from ten seconds before to twenty after', async () => {
    await until(() => Date.now() > ringFull, 'ten seconds of memory', 20000);
    const { result } = await operator.command('incident.open', { category: 'fall', camera_id: camera.id, via: 'camera', words: '有人倒在走廊' });
    clip = await w.view.waitFor((v) => v.find('clip', (c) => c.alert_id === result.alert_id), { what: 'the clip' });
    const page = await w.browser.page({ as: 'operator', name: 'story' });
    await page.goto('/review');
    await see(page, '[data-region=story-clips] [data-clip]', /正在保存[^]*还要等|正在写入/);
    await page.context().close();
    clip = await w.view.waitFor((v) => v.get('clip', clip.id).state === 'saved' && v.get('clip', clip.id), { what: 'the clip to be saved', timeoutMs: 60000 });
    const alert = w.view.get('alert', clip.alert_id);
    assert.ok(clip.from_us <= alert.first_at_us - 9e6 && clip.to_us >= alert.first_at_us + 18e6, `${(clip.from_us - alert.first_at_us) / 1e6} to ${(clip.to_us - alert.first_at_us) / 1e6} s`);
  });

  await t.test('its story plays it: by keys, by buttons, by its scale; it never says live', async () => {
    review = await w.browser.page({ as: 'supervisor', name: 'review' });
    await review.goto('/review');
    await ready(review);
    await m.look(review, 'clips-story');
    assert.doesNotMatch(await textOf(review, '[data-clip]'), /实时/);
    await review.focus('[data-clip]');
    await review.keyboard.press('Space');
    await until(async () => (await currentS(review)) > 0.5, 'it to play');
    await review.keyboard.press('Space');
    const held = await currentS(review);
    await review.keyboard.press('.');
    await until(async () => Math.abs((await currentS(review)) - held - 1) < 0.3, 'a second on');
    await review.keyboard.press('\\');
    await until(async () => (await currentS(review)) < held, 'it to begin anew');
    await review.click('[data-play]');
    await review.locator('[data-clip] input[type=range]').fill('12');
    await until(async () => Math.abs((await currentS(review)) - 12) < 0.3, 'the twelfth second');
    const shown = Number(await review.getAttribute(VIDEO, 'data-at-us'));
    assert.ok(Math.abs(shown - clip.from_us - 12e6) < 0.4e6, `it says ${(shown - clip.from_us) / 1e6} s`);
  });

  await t.test('exported, its file has the hash that stands in the journal', async () => {
    await review.click('[data-region=story-clips] [data-export]');
    await see(review, '[data-export-hash]');
    await m.look(review, 'clips-export');
    const [download] = await Promise.all([review.waitForEvent('download'), review.click('[data-download]')]);
    const [hash] = execFileSync('b2sum', ['-l', '256', await download.path()], { encoding: 'utf8' }).split(' ');
    const [saved] = journal(w.center, 'clip.saved', `subject_id = ${clip.id}`);
    assert.equal(hash, saved.body.hash);
    assert.equal(hash, await review.getAttribute('[data-export-hash]', 'data-hash'));
    assert.equal(journal(w.center, 'clip.exported', `subject_id = ${clip.id}`).length, 1);
    await review.keyboard.press('Escape');
    await gone(review, 'dialog');
  });

  await t.test('a supervisor locks it with a reason; an operator has no such button', async () => {
    await review.click('[data-region=story-clips] [data-lock]');
    await review.click('dialog [data-yes]');
    await see(review, 'dialog .plate', '写明理由');
    await review.fill('[name=clip-words]', '派出所调取');
    await m.look(review, 'clips-lock');
    await review.keyboard.press('Enter');
    await w.view.waitFor((v) => v.get('clip', clip.id).locked, { what: 'the lock' });
    await see(review, '[data-clip] .lock', '已锁定');
    const page = await w.browser.page({ as: 'operator', name: 'operator' });
    await page.goto('/review?tab=clip');
    await see(page, `[data-clip-row="${clip.id}"]`, '已锁定');
    assert.deepEqual([await page.locator('[data-export]').count(), await page.locator('[data-lock], [data-allow]').count()], [1, 0]);
    await page.context().close();
    await assert.rejects(operator.command('clip.lock', { clip_id: clip.id, locked: false, words: 'x' }), ({ code }) => code === 'forbidden');
    const patrol = await w.center.login('patrol1');
    await assert.rejects(patrol.get(`/api/v1/file/${clip.hash}`));
    await review.click('[data-region=story-clips] [data-lock]');
    await review.fill('[name=clip-words]', '已归还');
    await review.keyboard.press('Enter');
    await w.view.waitFor((v) => !v.get('clip', clip.id).locked, { what: 'the lock to be gone' });
    assert.deepEqual(['clip.locked', 'clip.unlocked'].map((kind) => journal(w.center, kind).length), [1, 1]);
  });

  await t.test('one that could not be made says why, and a lost file is no hole', async () => {
    const number = Number(query(w.center, `select url from camera where id = ${other.id}`)[0].url.split('/').at(-1));
    await w.cameras.tell({ do: 'drop', cameras: number });
    await w.view.waitFor((v) => v.get('camera', other.id).state !== 'live', { what: 'a camera that is gone', timeoutMs: 20000 });
    const forgotten = Date.now() + 13000; // its memory is twelve seconds long
    await until(() => Date.now() > forgotten, 'its memory to be empty', 20000);
    const { result: { clip_id } } = await supervisor.command('clip.ask', { camera_id: other.id, from_us: Date.now() * 1000, to_us: Date.now() * 1000 + 3e6, words: '试试' });
    const failed = await w.view.waitFor((v) => v.get('clip', clip_id)?.state === 'failed' && v.get('clip', clip_id), { what: 'the clip to fail', timeoutMs: 120000 });
    await review.goto(`/review?tab=clip&clip=${clip_id}`);
    await see(review, `[data-clip="${clip_id}"]`, '没有存成');
    await see(review, `[data-clip="${clip_id}"]`, /那时摄像机没有画面|没有收到画面|到时没有取到/);
    assert.ok(failed.why);
    await m.look(review, 'clips-failed');
    w.browser.expect(/Failed to load resource/);
    await review.route(`**/api/v1/file/${clip.hash}*`, (route) => route.fulfill({ status: 410, contentType: 'application/json', body: JSON.stringify({ code: 'not_found', sentence_zh: '保留到昨天，已按规定移除。', sentence_en: 'Kept until yesterday, then removed by rule.' }) }));
    await review.click(`[data-clip-row="${clip.id}"]`);
    await see(review, `[data-clip="${clip.id}"][data-state=broken]`, '已按规定移除');
  });

  await t.test('in English and on a narrow screen all of it fits', async () => {
    const en = await w.browser.page({ as: 'supervisor', lang: 'en', theme: 'light', name: 'en' });
    await en.goto('/review?tab=clip');
    await ready(en);
    await m.look(en, 'clips-en');
    await en.goto('/review?tab=tour');
    await see(en, '[data-region=review-tours]');
    await m.look(en, 'tours-en');
    await en.goto('/review');
    await ready(en);
    await m.look(en, 'clips-story-en');
    const phone = await w.browser.page({ as: 'supervisor', size: SIZES.phone, name: 'phone' });
    await phone.goto('/review?tab=clip');
    await ready(phone);
    await m.look(phone, 'clips-phone', LIMITS.phone);
  });
  w.browser.assertQuiet();
  m.assertFit();
});
