// Pictures that move, in a real browser: seen by their pixels, and never called live when they are not.
import assert from 'node:assert/strict';
import test from 'node:test';
import { until } from '../system/lib/testing.mjs';
import { openDesk, openWall, see, shoot, textOf } from './lib/browser.mjs';
import { holdings, moves, stands, tileIs, watchLies } from './lib/pictures.mjs';
import { Wire } from './lib/wire.mjs';
import { CAMERAS, camerasLive, openWorld } from './lib/world.mjs';

const TILE = '.live-tile';

async function openCamera(w, camera, { as = 'operator', ...more } = {}) {
  const page = await w.browser.page({ as, name: 'camera', ...more });
  await page.goto(`/camera?id=${camera.id}`);
  await tileIs(page, TILE, 'live');
  return page;
}
const metric = async (w, name) => Number(new RegExp(`^gridwarden_${name} ([0-9.e+]+)$`, 'm').exec((await (await w.center.login('admin')).raw('/metrics')).body)?.[1]);

async function oneCamera(t, w) {
  const camera = w.view.find('camera', (c) => c.code === 'C-087'), page = await openCamera(w, camera), plate = `${TILE} .why`;
  const lies = await watchLies(page, TILE);
  await t.test('its pixels move, and it is live', async () => {
    await moves(page, TILE);
    await see(page, `${TILE} .how`, /实时 0\.\d/);
  });
  await t.test('it falls silent: within two seconds nothing says live, then it is dimmed, then hatched, with the cause', async () => {
    await w.cameras.tell({ do: 'stall', cameras: 1 });
    await page.waitForSelector(`${TILE}[data-live=false]`, { timeout: 4000 });
    await page.waitForSelector(`${TILE}[data-state=stalled][data-fresh=dim]`);
    assert.ok(await stands(page, TILE, 1000));
    await see(page, plate, /冻结 \d[^]*末帧/);
    assert.doesNotMatch(await textOf(page, TILE), /(?<!非)实时/);
    await page.waitForSelector(`${TILE}[data-fresh=hatch]`, { timeout: 20000 });
    await shoot(page, 'live-stalled');
    await w.cameras.tell({ do: 'resume', cameras: 1 });
    await tileIs(page, TILE, 'live', 30000);
    await moves(page, TILE);
  });
  await t.test('it drops while watched: lost, with the cause; back without another player', async () => {
    await page.evaluate(() => { document.querySelector('.live-tile video').dataset.mine = 'yes'; });
    await w.cameras.tell({ do: 'drop', cameras: 1 });
    await tileIs(page, TILE, 'lost');
    await see(page, plate, /离线[^]*末帧/);
    assert.equal(await page.locator(`${TILE} .hatch`).count(), 1);
    await shoot(page, 'live-lost');
    await w.cameras.tell({ do: 'resume', cameras: 1 });
    await tileIs(page, TILE, 'live', 30000);
    await moves(page, TILE);
    assert.equal(await page.locator(`${TILE} video[data-mine=yes]`).count(), 1);
  });
  await t.test('it never was called live over a picture that had stood for two seconds', async () => {
    await until(async () => (await page.evaluate(() => window.gwLies.pictures)) > 8, 'pictures to judge by');
    const { most } = await lies.stop();
    assert.ok(most < 2000, `said live over a picture of ${Math.round(most)} ms`);
    t.diagnostic(`the longest: ${Math.round(most)} ms`);
  });
  await t.test('it sends the same picture for ever: pixels come, and it is shown as one that does not change', async () => {
    await w.cameras.tell({ do: 'freeze', cameras: 1 });
    await tileIs(page, TILE, 'frozen', 90000);
    await see(page, plate, /画面不动/);
    assert.doesNotMatch(await textOf(page, `${TILE} figcaption`), /(?<!非)实时/);
    await w.cameras.tell({ do: 'resume', cameras: 1 });
    await tileIs(page, TILE, 'live', 60000);
  });
  await t.test('a hidden page costs nothing, and comes back at once', async () => {
    const hide = (hidden) => page.evaluate((is) => {
      Object.defineProperty(document, 'hidden', { configurable: true, get: () => is });
      document.dispatchEvent(new Event('visibilitychange'));
    }, hidden);
    await hide(true);
    await until(async () => (await metric(w, 'viewers')) === 0, 'no viewer');
    await page.waitForSelector(`${TILE}[data-live=false]`);
    await hide(false);
    await tileIs(page, TILE, 'live');
    await moves(page, TILE);
  });
  await page.close();
}

async function codecs(t, w) {
  await t.test('a codec that the browser cannot play: one still a second, and it says so', async () => {
    const camera = w.view.find('camera', (c) => c.code === 'C-087');
    await w.cameras.tell({ do: 'size', cameras: 1, clip: 'gate-h265' });
    await w.view.waitFor((v) => v.get('camera', camera.id).codec === 'h265' && v.get('camera', camera.id).state === 'live', { what: 'the camera in H.265', timeoutMs: 30000 });
    const page = await w.browser.page({ as: 'operator', name: 'h265' });
    await page.goto(`/camera?id=${camera.id}`);
    await tileIs(page, TILE, 'stills');
    await see(page, `${TILE} [data-told]`, '浏览器不支持 H.265，每秒一张');
    const src = () => page.locator(`${TILE} .frame > img`).getAttribute('src'), before = await src();
    await until(async () => (await src()) !== before, 'another still', 8000);
    assert.match(await textOf(page, `${TILE} .how`), /^静图 \d/);
    await shoot(page, 'live-h265');
    await w.cameras.tell({ do: 'resume', cameras: 1 });
    await page.close();
  });
}

async function lateViewer(t, w) {
  await t.test('a slow link: what was missed is told, then it is live again; a cut one comes back by itself', async () => {
    const wire = await Wire.to(t, w.center.tlsPort), camera = w.view.find('camera', (c) => c.code === 'C-001');
    const page = await openCamera(w, camera, { port: wire.port });
    const lies = await watchLies(page, TILE);
    wire.silence();
    await page.waitForSelector(`${TILE}[data-state=stalled]`, { timeout: 10000 });
    await page.waitForTimeout(6000); // the link is slow for so long: this is the thing that is tried
    wire.mend();
    await see(page, `${TILE} [data-told]`, /跳过 \d+ 帧/);
    await tileIs(page, TILE, 'live');
    wire.cut();
    await page.waitForSelector(`${TILE}[data-live=false]`);
    wire.mend();
    await tileIs(page, TILE, 'live', 30000);
    await moves(page, TILE);
    const { most } = await lies.stop();
    assert.ok(most < 2000, `said live over a picture of ${Math.round(most)} ms`);
    await page.close();
  });
}

async function plan(t, w) {
  await t.test('all cameras on the plan with their pictures and ages; one opens live', async () => {
    const page = await w.browser.page({ as: 'operator', name: 'plan' });
    await page.goto('/cameras');
    await page.waitForSelector('[data-ready=true]');
    await page.keyboard.press('g');
    const shots = page.locator('[data-map-camera]'), dots = page.locator('[data-map-dot]');
    await until(async () => (await shots.count()) + (await dots.count()) === CAMERAS, 'every camera on the plan');
    await until(async () => (await page.locator('[data-map-camera] [data-picture=fresh]').count()) === (await shots.count()), 'a fresh picture of each', 30000);
    for (const text of await shots.allInnerTexts()) assert.match(text, /\d+(\.\d)? 秒/);
    const before = await shots.first().getAttribute('style');
    await page.keyboard.press('Equal');
    await until(async () => (await shots.count()) + (await dots.count()) < CAMERAS || (await shots.first().getAttribute('style')) !== before, 'the plan to come closer');
    await page.keyboard.press('0');
    await until(async () => (await shots.first().getAttribute('style')) === before, 'all of the plan');
    await shots.first().click();
    await tileIs(page, TILE, 'live');
    await moves(page, TILE);
    await page.close();
  });
}

async function flat(t, w) {
  await t.test('two hundred tiles, opened and closed: nothing stays', { timeout: 120000 }, async () => {
    const ids = w.view.all('camera').map((c) => c.id), page = await openCamera(w, w.view.get('camera', ids[0]));
    const turn = async (n) => {
      for (let i = 0; i < n; i += 1) {
        await page.keyboard.press('1'); // the nearest other camera: another player each time
        await page.waitForTimeout(40);
      }
      await tileIs(page, TILE, 'live');
    };
    await turn(20);
    const before = await holdings(page);
    await turn(200);
    await until(async () => (await holdings(page)).sources <= 2, 'all media sources but that which is seen to be let go', 20000);
    const after = await holdings(page);
    t.diagnostic(`before ${JSON.stringify(before)}, after ${JSON.stringify(after)}`);
    assert.ok(after.videos <= before.videos + 2, `${after.videos} videos`);
    assert.ok(after.nodes < before.nodes + 300, `${after.nodes} nodes, before ${before.nodes}`);
    assert.ok(after.heap < before.heap + 6e6, `${after.heap} bytes, before ${before.heap}`);
    await until(async () => (await metric(w, 'viewers')) === 1, 'one viewer');
    await page.close();
  });
}

test('pictures move, and never lie', { timeout: 400000 }, async (t) => {
  const w = await openWorld(t);
  await camerasLive(w.view);
  await oneCamera(t, w);
  await plan(t, w);
  await flat(t, w);
  await codecs(t, w);
  w.browser.assertQuiet();
  w.browser.expect(/ERR_(CONNECTION|EMPTY|SOCKET|TIMED_OUT|NETWORK)/, /WebSocket/);
  await lateViewer(t, w);
  w.browser.assertQuiet();
});

async function card(t, w, desk, wall, alert) {
  const look = '.ev [data-look]', { view } = w;
  await t.test('the card has snapshot and live picture at once', async () => {
    await see(desk, `.card[data-alert="${alert.code}"]`);
    await tileIs(desk, look, 'live', 2000);
    await moves(desk, look);
    await desk.waitForSelector('.ev .first img', { timeout: 5000 });
    await see(desk, '.ev [data-pane=clip]', /录像/);
  });
  await t.test('nearby cameras one key away, with how far they are', async () => {
    const name = await textOf(desk, `${look} .who`);
    await see(desk, `${look} .note`, '本机位');
    await desk.keyboard.press('v');
    await see(desk, `${look} .note`, /距现场 \d/);
    await tileIs(desk, look, 'live', 3000);
    assert.notEqual(await textOf(desk, `${look} .who`), name);
    for (let i = 1; i < CAMERAS; i += 1) await desk.keyboard.press('v');
    await see(desk, `${look} .note`, '本机位');
  });
  await t.test('the wall follows it by rule; a pinned picture stays until it is released, by keys alone', async () => {
    const spot = (n, more = '') => `.vid[data-spot="${n}"]${more}`;
    await see(wall, spot(1, '[data-pinned=false]'), /P1 跌倒/);
    await tileIs(wall, spot(1), 'live');
    await desk.keyboard.press('v');
    await desk.keyboard.press('l');
    await see(desk, '[role=dialog] [data-spot="1"]', /跟随 P1 跌倒/);
    await desk.keyboard.press('2');
    const pinned = await view.waitFor((v) => v.find('spot', (s) => s.id === 2 && s.pinned), { what: 'the pinned spot' });
    await see(wall, spot(2, '[data-pinned=true]'), view.get('camera', pinned.camera_id).code);
    await see(wall, spot(2), /王海燕 固定/);
    await moves(wall, spot(2));
    await shoot(wall, 'live-wall-spots');
    await desk.keyboard.press('l');
    await desk.keyboard.press('2');
    await view.waitFor((v) => v.find('spot', (s) => s.id === 2 && !s.pinned), { what: 'the released spot' });
    await wall.waitForSelector(spot(2, '[data-pinned=false]'));
  });
  await t.test('what is seen is kept by one key; the alert’s own clip comes when it is saved, and is stepped and replayed', async () => {
    await desk.keyboard.press('f');
    const asked = await view.waitFor((v) => v.find('clip', (c) => c.asked_by !== ''), { what: 'the clip that was asked for' });
    assert.equal(asked.alert_id, alert.id);
    await see(desk, '.ev [data-pane=clip]', /还有 \d+ 秒/);
    const own = await view.waitFor((v) => v.find('clip', (c) => c.asked_by === '' && c.alert_id === alert.id && c.state === 'saved'), { what: 'the clip', timeoutMs: 60000 });
    const video = desk.locator(`.ev [data-clip="${own.id}"] video`);
    await video.waitFor();
    const at = () => video.evaluate((v) => v.currentTime), ready = () => video.evaluate((v) => v.readyState >= 2 && v.duration > 20);
    await until(ready, 'the clip to be playable');
    for (let i = 0; i < 5; i += 1) await desk.keyboard.press('Period');
    await until(async () => (await at()) > 4, 'five seconds on');
    const there = await at();
    await desk.keyboard.press('Comma');
    await desk.keyboard.press('Comma');
    await until(async () => (await at()) < there - 0.5, 'two seconds back');
    await desk.keyboard.press('Backslash');
    await until(async () => (await at()) < 1.5, 'its beginning');
    assert.equal(await video.evaluate((v) => v.paused), false);
    await shoot(desk, 'live-desk-clip');
  });
}

test('an alert is seen: then, now, and on the wall', { timeout: 240000 }, async (t) => {
  const w = await openWorld(t), { browser, view } = w;
  await camerasLive(view);
  const desk = await openDesk(browser), wall = await openWall(browser), other = await w.center.login('operator2');
  const camera = view.find('camera', (c) => c.code === 'C-087');
  const { result } = await other.command('incident.open', { category: 'fall', priority: 1, place_id: w.place('B12').id, camera_id: camera.id });
  const alert = await view.waitFor((v) => v.get('alert', result.alert_id));
  await see(desk, `.q[data-alert="${alert.code}"]`); // another socket heard of it first
  await desk.keyboard.press('Home');
  await card(t, w, desk, wall, alert);
  browser.assertQuiet();
});
