// No region of wall or desk is static text: what other sessions do is seen in each of them, and so is that nothing
// more comes.
import assert from 'node:assert/strict';
import test from 'node:test';
import { until } from '../system/lib/testing.mjs';
import { changed, gone, openDesk, openWall, see, textOf } from './lib/browser.mjs';
import { moves } from './lib/pictures.mjs';
import { Wire } from './lib/wire.mjs';
import { CAMERAS, camerasLive, onDuty, openWorld } from './lib/world.mjs';

async function world(t) {
  const w = await openWorld(t), { center } = w;
  return { ...w, operator: await center.login('operator2'), patrol: await center.login('patrol1'), other: await center.login('patrol2'), b12: w.place('B12'), b01: w.place('B01') };
}

const count = (page, selector) => page.locator(selector).count();
const drawn = (page, name) => page.locator('.plan g.unit').filter({ hasText: name }).locator('path').first().getAttribute('transform');

/** Ends what rings already: a round that opened before its unit came on duty. */
async function settle({ view, operator }) {
  for (const { id } of view.all('alert')) {
    if (view.get('alert', id).state === 'UNACKED') {
      await operator.command('alert.ack', { alert_id: id });
      await view.waitFor((v) => v.get('alert', id).state !== 'UNACKED', { what: 'the acknowledgement' });
    }
    if (view.get('alert', id).state !== 'NORM') await operator.command('alert.dispose', { alert_id: id, disposition: 'real', words: '已出发' });
  }
}

async function wallRegions(t, wall, w) {
  const { operator, patrol, view, b12, b01 } = w;
  await t.test('the plan has its grids, buildings and cameras, and a patrol that walks', async () => {
    const all = (kind) => view.all('place').filter((p) => p.kind === kind).length;
    assert.equal(await count(wall, '.map .plan .gid'), all('group'));
    assert.equal(await count(wall, '.map .plan .bld'), all('building'));
    assert.ok((await wall.locator('.map .plan path.cam').getAttribute('d')).split(/[Mm]/).length > CAMERAS);
    await onDuty(patrol, b01);
    const unit = view.get('unit', patrol.user.unit_id);
    await see(wall, '.map .plan g.unit', unit.name.slice(0, 2));
    const before = await drawn(wall, unit.name.slice(0, 2));
    await until(async () => { // a place is written every few seconds, however often a phone tells it
      await patrol.command('unit.position', { lat: b12.lat, lon: b12.lon, accuracy_m: 5 });
      return (await drawn(wall, unit.name.slice(0, 2))) !== before;
    }, 'the unit to move on the plan');
  });
  await t.test('the strip says who is on duty and what he does', async () => {
    await see(wall, '.strip [data-unit=U-N1]', '空闲');
    await gone(wall, '.strip [data-unit=U-N2]');
    await onDuty(w.other, b01);
    await see(wall, '.strip [data-unit=U-N2]');
    await see(wall, '.strip .h', /2\/\d/);
    await w.other.command('unit.duty', { on: false });
    await gone(wall, '.strip [data-unit=U-N2]');
  });
  await t.test('a round is begun, and a point of it is done', async () => {
    const round = await view.waitFor((v) => v.find('round', (r) => r.state === 'OPEN' && r.unit_id === patrol.user.unit_id), { what: 'a round that may begin' });
    const row = view.get('unit', round.unit_id).name;
    await see(wall, '.rd', row);
    const before = await wall.locator('.rd').filter({ hasText: row }).innerText();
    await patrol.command('round.start', { round_id: round.id });
    await until(async () => (await wall.locator('.rd').filter({ hasText: row }).innerText()) !== before, 'the round to change');
    await see(wall, '.tile', /[1-9] 队巡更中/);
    await see(wall, '.rd', new RegExp(`0/${round.points.length}`));
    await operator.command('checkin.behalf', { unit_id: round.unit_id, checkpoint_id: round.points[0].checkpoint_id, channel: 'radio', words: '到第一点' });
    await see(wall, '.rd', new RegExp(`1/${round.points.length}`));
    assert.equal(await wall.locator('.rd').filter({ hasText: row }).locator('g.done, g.late').count(), 1);
  });
  await t.test('the top bar: who sits where, and a clock that goes', async () => {
    await see(wall, '.seats', '无人值机');
    await operator.command('watch.join', { seat: 2 });
    await see(wall, '.seats .op', /2席[^]*李建国/);
    await changed(wall, '.clock time', await textOf(wall, '.clock time'), { timeoutMs: 3000 });
    await see(wall, '.sound', /声响已备|未解锁/);
  });
  await t.test('the rail shows an alert with a clock that runs, then who does what; its ticket walks through the states', async () => {
    await settle(w);
    await see(wall, '.rail', '无待处置告警');
    const ticket = (step, n) => see(wall, `[data-step=${step}] .ct`, new RegExp(`^${n}$`));
    const { result: { alert_id: id } } = await operator.command('incident.open', { category: 'fire', priority: 1, place_id: b12.id, words: '车棚冒烟' });
    const alert = await view.waitFor((v) => v.get('alert', id)), row = `.rail [data-alert="${alert.code}"]`;
    await see(wall, row, /火情[^]*12号楼/);
    await see(wall, row, '待确认');
    assert.doesNotMatch(await wall.locator('.wall').innerText(), /车棚冒烟/, 'the words of a caller are not for the wall');
    await changed(wall, `${row} .ck time`, await textOf(wall, `${row} .ck time`), { timeoutMs: 3000 });
    assert.match(await textOf(wall, `${row} .ck`), /(4:\d\d|5:00)\s*距 5 分钟/);
    assert.equal(await count(wall, '.map .plan .alert .ring'), 1);
    await see(wall, '.tick li', '火情');
    const { result } = await operator.command('alert.dispatch', { alert_id: id });
    assert.ok(result);
    await see(wall, row, /夜巡1组.*待接单/);
    await see(wall, '.strip [data-unit=U-N1]', '待接单');
    await ticket('dispatched', 1);
    assert.equal(await count(wall, '.map .plan .alert .ring'), 0);
    const { id: ticketId } = view.find('ticket', (x) => x.alert_id === id);
    for (const [command, step, words, args] of [['accept', 'accepted', '已接单'], ['en_route', 'accepted', '在途'], ['arrive', 'scene', '已到场', { lat: b12.lat, lon: b12.lon, accuracy_m: 5, proof: 'tap' }]]) {
      await patrol.command(`ticket.${command}`, { ticket_id: ticketId, ...args });
      await ticket(step, 1);
      await see(wall, row, words);
    }
    await ticket('dispatched', 0);
    await see(wall, `${row} .ck`, '到场用时');
    w.alertId = id;
    w.ticketId = ticketId;
  });
  await t.test('pictures are live, and follow the alert', async () => {
    await camerasLive(view);
    await see(wall, '.vid[data-live=true]', 'C-087');
    await moves(wall, '.vid[data-live=true]');
  });
}

async function cameraStalls(t, wall, { cameras, view }) {
  await t.test('a camera falls silent: its cell and its picture say so within seconds, and that it is back', async () => {
    const camera = view.find('camera', ({ code }) => code === 'C-087'), cell = (mark) => `.mx [data-camera="${camera.id}"][data-mark=${mark}]`;
    await wall.waitForSelector(cell('live'), { state: 'attached' });
    await see(wall, '.tile', `正常 ${CAMERAS} / ${CAMERAS}`);
    await cameras.tell({ do: 'stall', cameras: 1 });
    await wall.waitForSelector(cell('stalled'), { state: 'attached', timeout: 10000 });
    await see(wall, '.leg', '冻结 1');
    await see(wall, '.vid', /冻结[^]*C-087/);
    await see(wall, '.tile', `正常 ${CAMERAS - 1} / ${CAMERAS}`);
    await cameras.tell({ do: 'resume', cameras: 1 });
    await wall.waitForSelector(cell('live'), { state: 'attached', timeout: 30000 });
    await see(wall, '.leg', '全部正常');
  });
}

async function wallAges(t, wall, wire, { operator, view, b01 }) {
  await t.test('silence: every tile dims, then is hatched and says since when; then all is well', async () => {
    assert.equal(await wall.locator('.wall').getAttribute('data-age'), null);
    wire.silence();
    await wall.waitForSelector('.wall[data-age=dim]', { timeout: 9000 });
    await see(wall, '.rail .age', /迟 \d+ 秒/);
    await wall.waitForSelector('.wall[data-age=hatch]', { timeout: 15000 });
    await see(wall, '.rail .age.plate', /停更 \d+ 秒/);
    assert.equal(await count(wall, '.tile:not([data-age=hatch])'), 0, 'a tile that is not hatched');
    await see(wall, '.link.lost', /断链/);
    wire.mend();
    await wall.waitForSelector('.wall:not([data-age])', { timeout: 20000 });
    await see(wall, '.link:not(.lost)', '链路正常');
  });
  await t.test('a cut: it says that it tries again; what happened meanwhile is there, and that there was a cut', async () => {
    wire.cut();
    await see(wall, '.link', /重连第 \d+ 次/, { timeoutMs: 8000 });
    const { result: { alert_id: id } } = await operator.command('incident.open', { category: 'parking', priority: 2, place_id: b01.id });
    const { code } = await view.waitFor((v) => v.get('alert', id));
    await see(wall, '.link', /重连第 [3-9] 次/, { timeoutMs: 12000 });
    wire.mend();
    await see(wall, `.rail [data-alert="${code}"]`, '违停', { timeoutMs: 15000 });
    await see(wall, '.link', '链路正常');
    await see(wall, '.tick .plate', /曾断链/);
    await operator.command('alert.ack', { alert_id: id });
    await operator.command('alert.dispose', { alert_id: id, disposition: 'false', words: '已开走' });
    await gone(wall, `.rail [data-alert="${code}"]`);
  });
}

test('the wall is live', { timeout: 150000 }, async (t) => {
  const w = await world(t), { browser } = w, wire = await Wire.to(t, w.center.tlsPort);
  const wall = await openWall(browser, { port: wire.port });
  await wallRegions(t, wall, w);
  await cameraStalls(t, wall, w);
  browser.assertQuiet();
  browser.expect(/ERR_(CONNECTION|EMPTY|SOCKET|TIMED_OUT|NETWORK)/, /WebSocket/);
  await wallAges(t, wall, wire, w);
  browser.assertQuiet();
});

async function deskIncident(t, desk, w) {
  const newest = (category) => w.view.waitFor((v) => v.find('alert', (a) => a.category === category && a.state === 'UNACKED'), { what: `the alert ${category}` });
  const dismiss = async ({ id }) => { // another session's hand: this desk's selection stays its own
    await w.operator.command('alert.ack', { alert_id: id });
    await w.operator.command('alert.dispose', { alert_id: id, disposition: 'test' });
  };
  await t.test('a new incident from the map: a tap on a building, a kind', async () => {
    await desk.keyboard.press('n');
    await desk.locator(`[role=dialog] .bld[data-place="${w.b01.id}"]`).click();
    await see(desk, '[role=dialog] .chosen', w.b01.name);
    await desk.click('[role=dialog] [data-category=intrusion]');
    await desk.keyboard.press('Enter');
    const alert = await newest('intrusion');
    assert.equal(alert.place_id, w.b01.id);
    await see(desk, `.card[data-alert="${alert.code}"]`, '夜间闯入');
    w.intrusion = alert;
  });
  await t.test('a new incident from a camera: three keys over the picture that is being looked at', async () => {
    const code = await desk.locator('[data-camera][aria-pressed=true]').getAttribute('data-camera'), camera = w.view.find('camera', (c) => c.code === code);
    for (const key of ['n', '5', 'Enter']) await desk.keyboard.press(key);
    const alert = await newest('fire_lane');
    assert.equal(alert.camera_id, camera.id);
    await see(desk, `.card[data-alert="${alert.code}"]`, '消防道占用');
    await dismiss(alert);
    await gone(desk, `.q[data-alert="${alert.code}"]:not([data-state=NORM])`);
  });
}

async function deskRegions(t, desk, w) {
  const { operator, patrol, other, view, b12, b01 } = w;
  const card = (code) => `.card[data-alert="${code}"]`;
  await t.test('the queue grows by what others report; a P1 rings as a banner and never takes the selection', async () => {
    await desk.click(`.q[data-alert="${w.intrusion.code}"]`);
    const { result } = await operator.command('incident.open', { category: 'fall', priority: 1, place_id: b12.id, words: '有人跌倒在单元门前' });
    const { code } = await view.waitFor((v) => v.get('alert', result.alert_id));
    await see(desk, `.q[data-alert="${code}"][data-state=UNACKED]`, '跌倒');
    await see(desk, `[data-banner="${code}"]`, '跌倒');
    await see(desk, card(w.intrusion.code));
    await desk.keyboard.press('Home');
    await see(desk, card(code), /跌倒[^]*12号楼[^]*有人跌倒在单元门前/);
    await gone(desk, '[data-banner]');
    w.alert = view.get('alert', result.alert_id);
  });
  await t.test('the recommendation follows who is there and how far', async () => {
    await see(desk, '.none', '没有空闲队伍');
    await onDuty(patrol, b01);
    await see(desk, '.cand.first', /夜巡1组/);
    const far = await textOf(desk, '.cand.first .e b');
    await onDuty(other, b12);
    await see(desk, '.cand.first', /夜巡2组/);
    assert.notEqual(await textOf(desk, '.cand.first .e b'), far);
    await other.command('unit.duty', { on: false });
    await see(desk, '.cand.first', /夜巡1组/);
  });
  await t.test('one key dispatches, and Z takes it back within five seconds', async () => {
    const pressUntil = (key, look, what) => until(async () => { // a key is refused for the blink in which what it means has changed
      if (await look()) return true;
      await desk.keyboard.press(key);
      return look();
    }, what);
    const ticketIs = (state) => () => view.find('ticket', (x) => x.alert_id === w.alert.id && x.state === state);
    await see(desk, '.act button.main', '夜巡1组');
    await pressUntil('d', ticketIs('DISPATCHED'), 'the dispatch by D');
    await see(desk, '.act button.main', '撤回');
    await pressUntil('z', ticketIs('FILED'), 'the ticket taken back');
    await see(desk, '.cand.first', /夜巡1组/);
    await see(desk, '.act button.main', /派/);
    await pressUntil('1', ticketIs('DISPATCHED'), 'the dispatch by digit');
  });
  await t.test('radio and telephone: each step on behalf with the words heard, seen on the timeline', async () => {
    const { code } = view.find('ticket', (x) => x.alert_id === w.alert.id);
    await see(desk, '.unit[data-unit=U-N1]', /199-0000-9001[^]*频道1/);
    for (const [key, state, words] of [['t', 'ACCEPTED', '收到'], ['y', 'EN_ROUTE', '出发'], ['u', 'ON_SCENE', '到了'], ['i', 'CLOSE_REQ', '已送医']]) {
      const before = await textOf(desk, '.tl');
      await until(async () => {
        if (!(await desk.locator('.say').count())) await desk.keyboard.press(key);
        return desk.locator('.say').count();
      }, `the line for ${state}`);
      await desk.fill('.say input', words);
      await desk.keyboard.press('Enter');
      await see(desk, `[data-ticket="${code}"][data-state=${state}]`);
      assert.notEqual(await textOf(desk, '.tl'), before);
    }
    await gone(desk, '.say');
  });
  await t.test('sent back for rework with a reason, then closed; the queue has it among the closed', async () => {
    const { code, id } = view.find('ticket', (x) => x.alert_id === w.alert.id);
    await see(desk, '[data-verdict=rework]');
    await desk.click('[data-verdict=rework]');
    await desk.fill('.say input', '请补一张照片');
    await desk.keyboard.press('Enter');
    await see(desk, `[data-ticket="${code}"][data-state=HANDLING]`);
    await patrol.command('ticket.close_request', { ticket_id: id, result: 'to_hospital', photos: [(await patrol.upload(await w.photo())).hash], lat: b12.lat, lon: b12.lon, accuracy_m: 5 });
    await see(desk, `[data-ticket="${code}"][data-state=CLOSE_REQ]`);
    await see(desk, '.ph img');
    await desk.click('[data-verdict=close]');
    await desk.keyboard.press('Enter');
    await view.waitFor((v) => v.get('ticket', id).state === 'CLOSED', { what: 'the ticket closed' });
    await see(desk, `.q[data-alert="${w.alert.code}"][data-state=NORM]`);
  });
  await t.test('the board: who is on duty, rounds, and tickets by state', async () => {
    await desk.click('[data-board=units]');
    await see(desk, '.board [data-unit=U-N2]', '未上岗');
    await onDuty(other, b01);
    await see(desk, '.board [data-unit=U-N2]', '空闲');
    await desk.click('[data-board=rounds]');
    const round = view.find('round', (r) => r.unit_id === patrol.user.unit_id), before = await textOf(desk, `[data-round="${round.id}"]`);
    await patrol.command('round.start', { round_id: round.id });
    await changed(desk, `[data-round="${round.id}"]`, before);
    await desk.click('[data-board=tickets]');
    await operator.command('alert.dispatch', { alert_id: w.intrusion.id });
    await see(desk, '.board', /待接单 1/);
  });
}

test('the desk is live', { timeout: 150000 }, async (t) => {
  const w = await world(t), { browser } = w;
  await camerasLive(w.view);
  w.photo = () => until(async () => (await w.operator.still(w.view.all('camera')[0].id))?.picture, 'a picture of the first camera');
  const desk = await openDesk(browser);
  await deskIncident(t, desk, w);
  await deskRegions(t, desk, w);
  browser.assertQuiet();
});
