// The phone in a cellar: what is done there is kept, shown as kept, and sent once when the line is back.
import assert from 'node:assert/strict';
import test from 'node:test';
import { journal } from '../system/lib/testing.mjs';
import { gone, see, shoot, SIZES } from './lib/browser.mjs';
import { Wire } from './lib/wire.mjs';
import { openWorld } from './lib/world.mjs';

test('the phone offline', { timeout: 90000 }, async (t) => {
  const { center, browser, view } = await openWorld(t, { cameras: 0 }), wire = await Wire.to(t, center.tlsPort);
  const patrol = await center.login('patrol1'), unitId = patrol.user.unit_id;
  await patrol.command('unit.duty', { on: true });
  const round = await view.waitFor((v) => v.find('round', (r) => r.unit_id === unitId && r.state === 'OPEN'), { what: 'a round that may begin' });
  await patrol.command('round.start', { round_id: round.id });
  const mine = () => view.get('round', round.id).points, stored = () => journal(center, 'checkin.stored');
  const points = new Map((await (await center.login('admin')).rows('checkpoint')).map((point) => [point.id, point]));
  const at = points.get(mine()[0].checkpoint_id);
  let phone = await browser.page({ as: 'patrol1', name: 'phone', size: SIZES.phone, at, port: wire.port });
  await phone.goto('/patrol');
  const tab = (name) => phone.locator('.p-tabs button').filter({ hasText: name }).tap();
  const checkIn = async () => {
    await phone.tap('[data-screen=round] .p-foot .p-btn.main:enabled');
    await phone.tap('[data-act=position]:enabled');
    await gone(phone, '[role=dialog]');
  };
  const done = () => mine().filter(({ state }) => state === 'DONE').length;

  await tab('巡更');
  await see(phone, '[data-screen=round] .hd', new RegExp(`0/${round.points.length}`));
  await see(phone, '.p-status', /定位 \d+/);
  browser.assertQuiet();

  await t.test('with a line: stored, then counted, and the round shows it', async () => {
    await checkIn();
    await see(phone, '[data-region=checkins] li', '已计入');
    await view.waitFor(() => done() === 1, { what: 'the first point done' });
    assert.equal((await stored()).length, 1);
  });
  /** Walks to a point that is still due and checks in there, without a line. */
  const checkInOffline = async () => {
    await phone.context().setOffline(true);
    wire.cut();
    await see(phone, '.p-off', /离线/);
    const next = points.get(mine().find(({ state }) => state === 'DUE').checkpoint_id);
    await phone.context().setGeolocation({ latitude: next.lat, longitude: next.lon, accuracy: 8 });
    await see(phone, '.nextc h2', next.name);
    await checkIn();
    await see(phone, '.p-off .n', '待补传 1 条');
    await see(phone, '[data-region=checkins] li', '存在本机');
  };
  const mend = async () => {
    wire.mend();
    await phone.context().setOffline(false);
  };

  await t.test('without: kept, and shown as kept', async () => {
    browser.expect(/ERR_/, /WebSocket/);
    await checkInOffline();
    await shoot(phone, 'offline-round');
    await tab('本机');
    await see(phone, '[data-region=queue] li[data-state=waiting]', '签到');
    assert.equal((await stored()).length, 1, 'it came through a line that was cut');
  });
  await t.test('with a line again: sent once', async () => {
    await mend();
    await gone(phone, '.p-off');
    await view.waitFor(() => done() === 2, { what: 'the second point done' });
    await gone(phone, '[data-region=queue] li[data-state=waiting]');
    await tab('巡更');
    await see(phone, '[data-region=checkins] li:first-child', '已计入');
    await see(phone, '[data-screen=round] .hd', new RegExp(`2/${round.points.length}`));
    assert.equal((await stored()).length, 2);
  });
  await t.test('the page is closed while it holds one: it is sent, once, when the page is opened again', async () => {
    await checkInOffline();
    const context = phone.context();
    await phone.close();
    wire.mend();
    await context.setOffline(false);
    phone = await context.newPage();
    await phone.goto('/patrol');
    await view.waitFor(() => done() === 3, { what: 'the third point done' });
    await tab('本机');
    await gone(phone, '[data-region=queue] li[data-state=waiting]');
    assert.equal((await stored()).length, 3);
    assert.equal((await journal(center, 'checkin.counted')).length, 3);
  });
  browser.assertQuiet();
});
