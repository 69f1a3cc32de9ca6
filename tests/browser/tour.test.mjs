// A tour in a real browser, by keys and by mouse: pages count when a person says so, cameras that were not live are written
// as not seen, what is seen becomes an alert of that camera, and another role has no such page.
import assert from 'node:assert/strict';
import test from 'node:test';
import { journal, query, until } from '../system/lib/testing.mjs';
import { gone, see, SIZES, textOf } from './lib/browser.mjs';
import { LIMITS, Measured } from './lib/measure.mjs';
import { camerasLive, openWorld } from './lib/world.mjs';

const WATCHDOG = { timeout: 240000 };
const CAMERAS = 6;
const RUN = '[data-region=run]';
const CELL = `${RUN} .cell:not([data-ahead])`;
const liveTiles = (page) => page.locator(`${CELL} .live-tile[data-live=true]`).count();
const onPage = (page, n) => page.waitForSelector(`${RUN}[data-page="${n}"]`);

async function openTour(w, { as = 'operator', ...more } = {}) {
  const page = await w.browser.page({ as, name: `tour ${as}`, ...more });
  await page.goto('/tour');
  await page.waitForSelector('.tour[data-ready=true]');
  return page;
}

test('a tour is looked at by keyboard, and the ledger says what was seen', WATCHDOG, async (t) => {
  const w = await openWorld(t, { cameras: CAMERAS }), m = new Measured();
  const supervisor = await w.center.login('supervisor');
  await camerasLive(w.view);
  let page, tour, run;

  await t.test('a supervisor makes it on the page; an operator cannot', async () => {
    const made = await openTour(w, { as: 'supervisor' });
    await see(made, '[data-region=tours]', '还没有轮巡');
    await m.look(made, 'tour-none');
    await made.click('[data-tour-new]');
    await made.fill('[name=tour-name]', '夜间全部画面');
    await made.click('[data-tiles="4"]');
    await made.fill('[name=tour-dwell]', '5');
    await made.fill('[name=tour-per-shift]', '1');
    await see(made, '[data-sum]', `${CAMERAS} 路，2 页`);
    await m.look(made, 'tour-form');
    await made.click('[data-save]');
    tour = await w.view.waitFor((v) => v.find('tour', ({ name }) => name === '夜间全部画面'), { what: 'the tour' });
    await made.context().close();
    page = await openTour(w);
    await see(page, '[data-tour="夜间全部画面"]');
    assert.equal(await page.locator('[data-tour-new], [data-tour-edit]').count(), 0);
    await m.look(page, 'tour-choose');
  });

  await t.test('Enter begins it; every tile shows its camera live, and time alone confirms nothing', async () => {
    await page.keyboard.press('Enter');
    await onPage(page, 0);
    await until(async () => (await liveTiles(page)) === 4, 'four live pictures', 30000);
    run = await w.view.waitFor((v) => v.find('tour_run', (r) => r.tour_id === tour.id && r.state === 'running'), { what: 'the run' });
    assert.deepEqual(run.pages.map((p) => p.length), [4, 2]);
    await see(page, '[data-waits]', '时间到');
    assert.equal(await page.locator('[data-ahead]').count(), 2, 'the next page is not open ahead');
    assert.equal(await page.getAttribute(RUN, 'data-page'), '0');
    assert.deepEqual(query(w.center, 'select * from tour_look'), []);
    await m.look(page, 'tour-page');
  });

  const lost = () => w.view.get('camera', run.pages[0][1]);
  await t.test('a camera that is gone is named, and Enter writes it as not seen', async () => {
    const number = Number(query(w.center, `select url from camera where id = ${lost().id}`)[0].url.split('/').at(-1));
    await w.cameras.tell({ do: 'drop', cameras: number });
    await see(page, '[data-unseen][data-n="1"]', lost().code, { timeoutMs: 30000 });
    assert.equal(await page.locator(`${RUN} [data-tile="${lost().code}"] .live-tile[data-live=true]`).count(), 0);
    await m.look(page, 'tour-unseen');
    await page.keyboard.press('Enter');
    await onPage(page, 1);
    const [look] = query(w.center, 'select * from tour_look');
    assert.deepEqual([look.run_id, look.page, JSON.parse(look.seen), JSON.parse(look.unseen)], [run.id, 0, run.pages[0].filter((id) => id !== lost().id), [lost().id]]);
    assert.ok(look.looked_us >= 2e6);
    const [row] = journal(w.center, 'tour.looked');
    assert.equal(row.subject_id, run.id);
    await w.cameras.tell({ do: 'resume', cameras: number });
  });

  await t.test('Space holds the time; "I see something" by four keys is an alert of that camera, on that run', async () => {
    await until(async () => (await liveTiles(page)) === 2, 'two live pictures');
    await page.keyboard.press('Space');
    await see(page, '.dw[data-paused=true]', '已暂停');
    await page.keyboard.press('Space');
    await page.keyboard.press('i');
    await see(page, `${CELL} .no`, '2');
    await m.look(page, 'tour-pick');
    await page.keyboard.press('2');
    await page.waitForSelector('[data-region=see]');
    await page.waitForSelector('[data-region=see] img');
    await page.keyboard.press('5');
    await page.keyboard.type('一辆货车停在消防道上');
    await m.look(page, 'tour-see');
    await page.keyboard.press('Enter');
    const alert = await w.view.waitFor((v) => v.find('alert', (a) => a.category === 'fire_lane'), { what: 'the alert' });
    assert.deepEqual([alert.camera_id, alert.words], [run.pages[1][1], '一辆货车停在消防道上']);
    const raised = journal(w.center, 'alert.raised').find(({ subject_id }) => subject_id === alert.id);
    assert.equal(raised.body.tour_run_id, run.id);
    await gone(page, '[data-region=see]');
    await see(page, '[data-alerts]', '1 条未确认');
    await m.look(page, 'tour-alert');
  });

  await t.test('left and gone on with, it stands where it stood; the last page ends it, and all is told', async () => {
    await page.keyboard.press('Escape');
    await page.waitForSelector('.tour[data-mode=choose]');
    assert.notEqual(w.view.get('tour_run', run.id).state, 'done');
    await page.keyboard.press('Enter');
    await onPage(page, 1);
    assert.equal(await page.getAttribute(RUN, 'data-run'), String(run.id));
    await page.keyboard.press('ArrowLeft');
    await onPage(page, 0);
    await see(page, '.seen', '已看');
    await page.keyboard.press('Enter');
    await onPage(page, 1);
    await until(async () => (await liveTiles(page)) === 2, 'two live pictures');
    await until(async () => {
      await page.keyboard.press('Enter');
      return (await page.locator('[data-region=done]').count()) > 0;
    }, 'the end of the tour', 30000);
    await see(page, '[data-region=done]', '全部 2 页已看');
    await see(page, '[data-unseen-all][data-n="1"]', lost().code);
    await page.waitForSelector('[data-look="1"]');
    await m.look(page, 'tour-done');
    await w.view.waitFor((v) => v.get('tour_run', run.id).state === 'done', { what: 'the run to be done' });
    await page.keyboard.press('Escape');
    await see(page, `[data-run="${run.id}"][data-standing=done]`, '已看完');
  });

  await t.test('once more by mouse alone, in English', async () => {
    await page.click('[data-tour="夜间全部画面"] [data-start]');
    await onPage(page, 0);
    await page.click('[data-next]');
    await onPage(page, 1);
    await page.click('[data-page="0"]');
    await page.click('[data-pause]');
    await page.waitForSelector('.dw[data-paused=true]');
    await until(async () => (await liveTiles(page)) === 4, 'four live pictures', 30000);
    await page.click('[data-see]');
    await page.click(`${CELL} >> nth=3`);
    await page.click('[data-region=see] [data-category=order]');
    await page.click('dialog [data-yes]');
    await w.view.waitFor((v) => v.find('alert', (a) => a.category === 'order' && a.camera_id === run.pages[0][3]), { what: 'the second alert' });
    await until(async () => {
      await page.click('[data-confirm]'); // not counted before two seconds are over
      return (await page.getAttribute(RUN, 'data-page')) === '1';
    }, 'the page to count');
    await page.click('[data-keys]');
    await see(page, 'dialog', '全部按键');
    await m.look(page, 'tour-keys');
    await page.keyboard.press('Escape');
    await page.click('[data-leave]');
    await page.waitForSelector('.tour[data-mode=choose]');
    const extra = await w.view.waitFor((v) => v.find('tour_run', (r) => r.id !== run.id && r.tour_id === tour.id && r.state === 'left'), { what: 'the extra run' });
    assert.deepEqual([extra.looked, extra.due_to_us], [[0], null]);
    const en = await openTour(w, { lang: 'en' });
    await see(en, '[data-tour="夜间全部画面"]', 'Done');
    await m.look(en, 'tour-choose-en');
    const phone = await openTour(w, { size: SIZES.phone });
    await m.look(phone, 'tour-choose-phone', LIMITS.phone);
    await phone.click('[data-tour="夜间全部画面"] [data-start]');
    await onPage(phone, 0);
    await until(async () => (await liveTiles(phone)) === 4, 'four live pictures on a phone', 30000);
    await m.look(phone, 'tour-page-phone', LIMITS.phone);
  });

  await t.test('review and shift log tell of it; others have no such page', async () => {
    const review = await w.browser.page({ as: 'supervisor', name: 'review' });
    await review.goto('/review?tab=tour');
    await see(review, '[data-tally]', '应看 1 次，看完 1');
    await review.click(`[data-tour-row="${run.id}"]`);
    await see(review, '[data-look="0"]', lost().code);
    await m.look(review, 'review-tours');
    await review.goto('/shift-log');
    await see(review, '[data-region=tours]', '夜间全部画面');
    await m.look(review, 'shift-log-tours');
    const patrol = await w.browser.page({ as: 'patrol1', size: SIZES.phone });
    await patrol.goto('/tour');
    await patrol.waitForURL((url) => url.pathname === '/patrol');
    await assert.rejects((await w.center.login('patrol1')).command('tour.start', { tour_id: tour.id }), ({ code }) => code === 'forbidden');
    await assert.rejects((await w.center.login('operator')).command('tour.remove', { tour_id: tour.id }), ({ code }) => code === 'forbidden');
    assert.ok(await supervisor.command('tour.change', { tour_id: tour.id, dwell_s: 20 }));
    assert.doesNotMatch(await textOf(patrol, 'body'), /轮巡/);
  });
  w.browser.assertQuiet();
  m.assertFit();
});
