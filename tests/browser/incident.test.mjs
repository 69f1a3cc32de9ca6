// Incident A as people live it: a wall, a desk and a phone at the same time, each pressing what it has, until the
// supervisor finds the whole story. Nothing here goes by commands; a picture of every step is kept.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import test from 'node:test';
import { gone, lanAddress, openDesk, openWall, see, shoot, SIZES, textOf } from './lib/browser.mjs';
import { until } from '../system/lib/testing.mjs';
import { camerasLive, NEAR_B12, openWorld } from './lib/world.mjs';

async function openPhone(browser) {
  const phone = await browser.page({ as: 'patrol1', name: 'phone', size: SIZES.phone, at: NEAR_B12, host: lanAddress() });
  await phone.goto('/patrol');
  await see(phone, '.p-btn.main', '上岗');
  return phone;
}

test('incident A over wall, desk and phone', { timeout: 120000 }, async (t) => {
  const { view, browser } = await openWorld(t, { roundInMinutes: 60 });
  const [wall, desk, phone] = [await openWall(browser), await openDesk(browser), await openPhone(browser)];
  let n = 0, done = 0, row = '', code = '', ticket = '';
  /** A key that acts on what changed in the last 300 ms is refused, and said so: a person presses it again. */
  const pressUntil = (key, seen, what) => until(async () => {
    const found = await seen();
    if (!found) await desk.keyboard.press(key);
    return found;
  }, what);
  const step = (what, act) => t.test(what, async () => {
    assert.equal(done, n++, 'a step before this one failed');
    try {
      await act();
    } finally {
      for (const [page, who] of [[wall, 'wall'], [desk, 'desk'], [phone, 'phone']]) await shoot(page, `incident-${String(n).padStart(2, '0')}-${who}`);
    }
    browser.assertQuiet();
    done = n;
  });

  await step('quiet: the patrol goes on duty; wall and desk see it', async () => {
    await phone.click('.p-btn.main');
    await see(phone, '.p-status', /已连接.*定位 \d+/);
    await see(wall, '.strip [data-unit=U-N1]', '空闲');
    await wall.waitForSelector('.map .plan g.unit.now', { state: 'attached' });
    await see(wall, '.seats .op', '王海燕');
    await desk.locator('.board [role=tab]').filter({ hasText: '队伍' }).click();
    await see(desk, '.board [data-unit=U-N1]', /空闲/);
    await camerasLive(view);
  });
  await step('a call: N, the kind, the place; the wall shows it with its clock', async () => {
    await desk.keyboard.press('n');
    await see(desk, '[role=dialog]');
    await desk.keyboard.press('1');
    await desk.keyboard.type('12号楼');
    await see(desk, '.hits button.on', '12号楼');
    await desk.keyboard.press('Enter');
    await gone(desk, '[role=dialog]');
    const alert = await view.waitFor((v) => v.find('alert', ({ category, state }) => category === 'fall' && state === 'UNACKED'), { what: 'the alert' });
    assert.equal(alert.priority, 1);
    code = alert.code;
    row = `.rail [data-alert="${code}"]`;
    await see(wall, row, /跌倒\s*12号楼/);
    assert.match(await textOf(wall, `${row} .ck`), /(4:\d\d|5:00)\s*距 5 分钟/);
    await see(desk, `.card[data-alert="${code}"] .hd`, /跌倒[^]*12号楼/);
    await see(desk, '.cand.first', /夜巡1组[^]*\d:\d\d/);
  });
  await step('one key: acknowledged, filed, dispatched; the phone shows it and the desk sees the receipt', async () => {
    await pressUntil('d', () => view.find('ticket', ({ state }) => state === 'DISPATCHED'), 'the dispatch');
    await see(phone, '[data-screen=offer]', /跌倒[^]*12号楼[^]*接单剩/);
    await see(wall, row, /夜巡1组 待接单/);
    await see(desk, '[data-fact=message]', '已读');
    ticket = view.find('ticket', ({ state }) => state === 'DISPATCHED').code;
    await see(desk, `[data-ticket="${ticket}"][data-state=DISPATCHED]`);
  });
  await step('accepted by a tap', async () => {
    await phone.tap('[data-screen=offer] .p-btn.main');
    await see(phone, '[data-screen=work]', '到场');
    await see(wall, row, '已接单');
    await see(desk, `[data-ticket="${ticket}"][data-state=ACCEPTED]`);
  });
  await step('on the way', async () => {
    await phone.tap('[data-screen=work] .p-btn.main');
    await see(wall, row, '在途');
    await see(desk, `[data-ticket="${ticket}"][data-state=EN_ROUTE]`);
  });
  await step('arrived, within five minutes', async () => {
    await phone.tap('[data-screen=work] .p-btn.main');
    await see(phone, '[data-screen=scene]', /到场[^]*5 分钟内/);
    await see(wall, row, /已到场[^]*到场用时/);
    await see(desk, `[data-ticket="${ticket}"][data-state=ON_SCENE]`);
    await see(phone, '[data-act=close]:disabled', /还差.*拍处置后照片/);
  });
  await step('first words', async () => {
    await phone.tap('[data-act=note]');
    await phone.fill('[role=dialog] textarea', '老人清醒，右手腕疼，家属已到');
    await phone.tap('[role=dialog] .p-btn.main');
    await see(desk, `[data-ticket="${ticket}"][data-state=HANDLING]`);
    await see(wall, row, '处置中');
  });
  await step('a photo, the result, and asked to close', async () => {
    const picture = await wall.locator('.vid video').first().screenshot({ type: 'jpeg' });
    await phone.setInputFiles('[data-photo=after]', { name: 'after.jpg', mimeType: 'image/jpeg', buffer: picture });
    await see(phone, '.phs figure img');
    await phone.tap('[data-result=real_helped]');
    await phone.tap('[data-act=close]:enabled');
    await see(desk, `[data-ticket="${ticket}"][data-state=CLOSE_REQ]`);
    await see(wall, row, '申请结单 待核查');
    await desk.waitForFunction(() => document.querySelector('.ph img')?.naturalWidth > 0);
    await see(phone, '[data-screen=home]', '待核查');
  });
  await step('checked and closed at the desk; the wall is quiet again', async () => {
    await pressUntil('o', () => desk.locator('[data-saying=close]').count(), 'the line for closing');
    await desk.keyboard.press('Enter');
    await view.waitFor((v) => v.find('ticket', (x) => x.code === ticket && x.state === 'CLOSED'), { what: 'the ticket closed' });
    await gone(wall, row);
    await see(wall, '.rail', /无待处置告警|无 P1 P2 告警/);
    await see(wall, '.rail', /上一条[^]*跌倒/);
    await see(wall, '[data-step=closed] .ct', /^1$/);
    await see(phone, '[data-screen=home]', '暂无任务');
  });
  await t.test('the supervisor finds the whole story and the photo', async () => {
    assert.equal(done, n, 'a step before this one failed');
    const review = await browser.page({ as: 'supervisor', name: 'review' });
    await review.goto('/review');
    await review.click('[data-noun=ticket]');
    await (await see(review, '[data-region=list] [data-row]', /跌倒\s*12号楼/)).click();
    await see(review, '[data-region=story] h2', /跌倒\s*12号楼/);
    for (const words of ['派单', '接单', '到场', '老人清醒，右手腕疼，家属已到', '王海燕', 'patrol1']) await see(review, '[data-region=journal] tr', words);
    await see(review, '[data-region=told] tr', /夜巡1组[^]*已答复|夜巡1组[^]*已读/);
    await see(review, '[data-region=clocks] tr', '到场');
    await review.waitForFunction(() => document.querySelector('[data-region=photos] img')?.naturalWidth > 0);
    const { hash } = view.find('ticket', (x) => x.code === ticket).files.find(({ role }) => role === 'after');
    await see(review, '[data-region=photos] code', hash);
    const href = await review.locator('[data-region=photos] figure').filter({ hasText: hash }).locator('.dl').getAttribute('href');
    const bytes = await review.evaluate(async (url) => [...new Uint8Array(await (await fetch(url)).arrayBuffer())], href);
    assert.equal(execFileSync('b2sum', ['-l', '256'], { input: Buffer.from(bytes), encoding: 'utf8' }).split(' ')[0], hash); // as the page says
    await shoot(review, 'incident-10-review');
    browser.assertQuiet();
  });
});
