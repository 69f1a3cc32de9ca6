// Every page in both languages with real data: every visible text is large enough, dark enough, whole, in its place and
// alone there; and none is the name of a text instead of the text.
import test from 'node:test';
import { until } from '../system/lib/testing.mjs';
import { audit } from './audit.mjs';
import { lanAddress, logIn, openWall, see, shoot, SIZES } from './lib/browser.mjs';
import { camerasLive, NEAR_B12, onDuty, openWorld } from './lib/world.mjs';

const LIMITS = { wall: { minFontPx: 24, minContrast: 7 }, desk: { minFontPx: 14, minContrast: 4.5, scroll: true }, phone: { minFontPx: 16, minContrast: 4.5, scroll: true } };
const THEMES = { zh: 'light', en: 'dark' }; // both are measured, each in one language
const RAW_KEY = /\b(common|login|wall|desk|patrol|review|admin|demo|pair|shift[-_]?log)\.[a-z_0-9]+(\.[a-z_0-9]+)*\b/;

/** The faults of the page as it stands, each with where it was. */
async function look(page, where, limits, faults) {
  await page.evaluate(() => document.fonts.ready);
  const found = await audit(page, limits), raw = RAW_KEY.exec(await page.evaluate(() => document.body.innerText));
  if (raw) found.push(`the name of a text: ${raw[0]}`);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (wide > 1) found.push(`the page is ${wide} px wider than its window`);
  await shoot(page, `audit-${where.replaceAll(/[^a-z0-9]+/g, '-')}`);
  faults.push(...[...new Set(found)].map((fault) => `${where}: ${fault}`));
}

/** What an evening leaves behind: alerts of every priority, tickets in many states, one told story with its photo. */
async function evening(w) {
  const { center, view, place } = w, say = await center.login('operator2'), one = await center.login('patrol1'), two = await center.login('patrol2'), fixer = await center.login('patrol5');
  await Promise.all([onDuty(one, NEAR_B12), onDuty(two, place('B01')), onDuty(fixer, place('B35')), say.command('watch.join', { seat: 2 })]);
  const open = async (category, priority, code, words) => (await say.command('incident.open', { category, priority, place_id: place(code).id, words })).result.alert_id;
  const sent = async (alertId, unitId) => {
    await say.command('alert.dispatch', { alert_id: alertId, unit_id: unitId });
    return (await view.waitFor((v) => v.find('ticket', (x) => x.alert_id === alertId && x.unit_id === unitId))).id;
  };
  const told = await sent(await open('fall', 1, 'B12', '2单元门前有人跌倒'), one.user.unit_id), { lat, lon } = place('B12');
  for (const step of ['accept', 'en_route']) await one.command(`ticket.${step}`, { ticket_id: told });
  await one.command('ticket.arrive', { ticket_id: told, lat, lon, accuracy_m: 5, proof: 'tap' });
  await one.command('ticket.note', { ticket_id: told, words: '老人清醒，右手腕疼，家属已到' });
  const { hash } = await one.upload(await w.photo());
  await one.command('ticket.close_request', { ticket_id: told, result: 'real_helped', photos: [hash], words: '家属已到', lat, lon, accuracy_m: 6 });
  await say.command('ticket.check', { ticket_id: told, verdict: 'close' });
  const lane = await sent(await open('fire_lane', 2, 'B30', '消防通道被占，车主不在'), two.user.unit_id);
  await two.command('ticket.accept', { ticket_id: lane });
  await sent(await open('facility', 4, 'B22', '路灯不亮'), fixer.user.unit_id);
  for (const [category, priority, code] of [['parking', 3, 'B05'], ['dumping', 3, 'B41'], ['facility', 4, 'B17']]) await open(category, priority, code, '有人报告');
  w.people = { say, one };
}

async function wall(w, lang, faults, when) {
  const page = await openWall(w.browser, { lang, label: `audit ${lang} ${when}` });
  await page.waitForSelector('.vid[data-live=true]', { timeout: 20000 });
  await look(page, `wall ${lang} ${when}`, LIMITS.wall, faults);
  await page.context().close();
}

async function desk(w, lang, faults) {
  const page = await w.browser.page({ as: 'operator', lang, theme: THEMES[lang] }), see1 = (what) => look(page, `desk ${lang} ${what}`, LIMITS.desk, faults);
  await page.goto('/desk');
  await page.waitForSelector('.desk[data-ready=true]');
  await page.waitForSelector('[role=dialog], .seat:not(.plate)');
  if (await page.locator('[role=dialog]').count()) {
    await see1('seat');
    await page.click('[data-seat="1"]');
    await page.click('[data-tone=p1]');
    await page.click('[data-heard]');
    await page.keyboard.press('Escape');
  }
  for (const code of await page.locator('.q[data-alert]').evaluateAll((all) => all.map((e) => e.dataset.alert))) {
    await page.click(`.q[data-alert="${code}"]`);
    await page.waitForSelector(`.card[data-alert="${code}"]`);
    await see1(`alert ${code}`);
  }
  for (const board of ['units', 'rounds', 'tickets']) {
    await page.click(`[data-board=${board}]`);
    await see1(`board ${board}`);
  }
  for (const [key, what] of [['n', 'incident'], ['b', 'checkin'], ['Control+k', 'search'], ['?', 'keys']]) {
    await page.keyboard.press(key);
    await page.waitForSelector('[role=dialog]');
    if (what === 'search') await page.keyboard.type('12');
    await see1(`dialog ${what}`);
    await page.keyboard.press('Escape');
    await page.waitForSelector('[role=dialog]', { state: 'detached' });
  }
  await page.context().close();
}

async function phone(w, lang, faults) {
  const { say, one } = w.people, page = await w.browser.page({ as: 'patrol1', lang, size: SIZES.phone, at: NEAR_B12, host: lanAddress() });
  const on = (what) => look(page, `patrol ${lang} ${what}`, LIMITS.phone, faults), tab = (n) => page.locator('.p-tabs button').nth(n).tap();
  await page.goto('/patrol');
  await see(page, '[data-screen=home]');
  await on('home');
  for (const [n, screen] of [[1, 'round'], [2, 'phone'], [3, 'sos']]) {
    await tab(n);
    await see(page, `[data-screen=${screen}]`);
    await on(screen);
  }
  await tab(0);
  const { result } = await say.command('incident.open', { category: 'person_in_difficulty', priority: 1, place_id: w.place('B12').id, words: '老人在长椅久坐不动' });
  await say.command('alert.dispatch', { alert_id: result.alert_id, unit_id: one.user.unit_id });
  await see(page, '[data-screen=offer]');
  await on('offer');
  await page.locator('[data-screen=offer] .p-btn').nth(1).tap();
  await see(page, '[role=dialog]');
  await on('cannot');
  await page.locator('[role=dialog] > .p-btn').tap();
  await page.tap('[data-screen=offer] .p-btn.main');
  await see(page, '[data-screen=work]');
  await on('accepted');
  await page.tap('[data-screen=work] .p-btn.main');
  await on('on the way');
  await page.tap('[data-screen=work] .p-btn.main');
  await see(page, '[data-screen=scene]');
  await on('scene');
  const { id } = w.view.find('ticket', (x) => x.alert_id === result.alert_id), { hash } = await one.upload(await w.photo());
  await one.command('ticket.close_request', { ticket_id: id, result: 'false_alarm', photos: [hash], lat: NEAR_B12.lat, lon: NEAR_B12.lon, accuracy_m: 5 });
  await see(page, '[data-screen=home]');
  await on('to be checked');
  await say.command('ticket.check', { ticket_id: id, verdict: 'close' });
  await page.context().close();
}

async function plainPages(w, lang, faults) {
  const stranger = await w.browser.page({ lang, theme: THEMES[lang] });
  for (const path of ['login', 'pair', 'demo']) {
    await stranger.goto(`/${path}`);
    await see(stranger, 'main', /\S/);
    await look(stranger, `${path} ${lang}`, LIMITS.desk, faults);
  }
  await stranger.setViewportSize(SIZES.phone);
  for (const path of ['login', 'pair']) {
    await stranger.goto(`/${path}`);
    await see(stranger, 'main', /\S/);
    await look(stranger, `${path} ${lang} on a phone`, LIMITS.phone, faults);
  }
  await stranger.context().close();
}

async function demo(w, lang, faults) {
  const page = await w.browser.page({ lang, theme: THEMES[lang], size: SIZES.wall });
  await page.goto('/demo');
  await page.click('.intro button');
  await see(page, '.step');
  await look(page, `demo ${lang} begun`, LIMITS.desk, faults);
  await page.context().close();
}

/** Every tab, fold and list of the pages for which there is time: what can be clicked on is looked at. */
async function office(w, lang, faults) {
  const page = await w.browser.page({ lang, theme: THEMES[lang], size: SIZES.desk });
  await logIn(page, 'supervisor');
  await page.goto('/review');
  for (const noun of ['alert', 'ticket', 'event']) {
    await page.click(`[data-noun=${noun}]`);
    await page.click(`[data-region=list] [data-row^="${noun}:"]`);
    await see(page, noun === 'event' ? '[data-region=story]' : '[data-region=journal] tr');
    await look(page, `review ${lang} ${noun}`, LIMITS.desk, faults);
    for (const name of await page.locator('[data-region=list] [data-row] b, [data-region=journal] b').allInnerTexts()) if (/^[a-z]+\.[a-z_]+$/.test(name)) faults.push(`review ${lang} ${noun}: an event without a word: ${name}`);
  }
  for (const tab of ['finding', 'outage', 'uptime']) {
    await page.click(`[data-tab=${tab}]`);
    await see(page, `[data-region=review-${tab === 'uptime' ? tab : `${tab}s`}]`, /\S/);
    await look(page, `review ${lang} ${tab}`, LIMITS.desk, faults);
  }
  await page.goto('/shift-log');
  await see(page, '[data-region=shift-log] tr');
  await look(page, `shift-log ${lang}`, LIMITS.desk, faults);
  const sheets = (await page.pdf({ format: 'A4', preferCSSPageSize: true })).toString('latin1').match(/\/Type \/Page\b/g)?.length;
  if (sheets !== 1) faults.push(`shift-log ${lang}: it prints on ${sheets} pages`);
  await page.context().clearCookies();
  await logIn(page, 'admin');
  await page.goto('/admin');
  await page.waitForSelector('.adm[data-ready=true]');
  for (const name of await page.locator('[data-section]').evaluateAll((all) => all.map((e) => e.dataset.section))) {
    await page.click(`[data-section="${name}"]`);
    await page.waitForLoadState('networkidle');
    await look(page, `admin ${lang} ${name}`, LIMITS.desk, faults);
    for (const [opens, what] of [['[data-row]', 'one'], ['[data-new]', 'new']]) {
      if (!(await page.locator(`.body ${opens}`).count())) continue;
      await page.locator(`.body ${opens}`).first().click();
      await page.waitForLoadState('networkidle');
      await look(page, `admin ${lang} ${name} ${what}`, LIMITS.desk, faults);
    }
  }
  await page.context().close();
}

/** All cameras and one of them, on a desk and on a phone; a zone half drawn, the question before a picture is taken for right. */
async function cameras(w, lang, faults) {
  for (const [size, limits, on] of [[SIZES.desk, LIMITS.desk, 'desk'], [SIZES.phone, LIMITS.phone, 'phone']]) {
    const page = await w.browser.page({ as: 'supervisor', lang, theme: THEMES[lang], size }), at = (what) => look(page, `cameras ${lang} ${on} ${what}`, limits, faults);
    await page.goto('/cameras');
    await page.waitForSelector('.cell [data-picture=fresh]');
    await at('all');
    if (on === 'phone') {
      await page.click('[data-show-side]');
      await at('problems');
    } else {
      for (const size of ['small', 'middle', 'large']) {
        await page.click(`[data-size=${size}]`);
        await at(size);
      }
      await page.fill('[data-filter]', 'no such camera');
      await see(page, '.blank', /\S/);
      await at('none found');
    }
    await page.goto(`/camera?id=${w.view.all('camera')[0].id}`);
    await page.waitForSelector('.pic[data-live=true] video');
    await at('one');
    await page.click('[data-zone-new]');
    await at('drawing');
    await page.click('[data-zone-cancel]');
    await page.click('[data-relearn]');
    await page.waitForSelector('dialog[open]');
    await at('learn');
    await page.click('dialog [data-no]');
    await page.goto('/camera?id=999999');
    await see(page, '.blank', /\S/);
    await at('no such camera');
    await page.context().close();
  }
}

test('every text on every page can be read', { timeout: 240000 }, async (t) => {
  const w = await openWorld(t, { options: { 'center.demo': 'true' } });
  await camerasLive(w.view);
  const eyes = await w.center.login('operator');
  w.photo = () => until(async () => (await eyes.still(w.view.all('camera')[0].id))?.picture, 'a picture of the first camera');
  const check = (name, looks) => t.test(name, async () => {
    const faults = [];
    for (const lang of ['zh', 'en']) await looks(lang, faults);
    if (faults.length) throw new Error(`${faults.length} faults\n  ${faults.join('\n  ')}`);
  });
  await check('wall, quiet', (lang, faults) => wall(w, lang, faults, 'quiet'));
  await evening(w);
  await check('wall, busy', (lang, faults) => wall(w, lang, faults, 'busy'));
  await check('desk', (lang, faults) => desk(w, lang, faults));
  await check('patrol', (lang, faults) => phone(w, lang, faults));
  await check('login, pair, demo', (lang, faults) => plainPages(w, lang, faults));
  await check('demo, begun', (lang, faults) => demo(w, lang, faults));
  await check('cameras', (lang, faults) => cameras(w, lang, faults));
  await check('review, shift log, admin', (lang, faults) => office(w, lang, faults));
  w.browser.assertQuiet();
});
