// Debian's Chromium against a center of our own, over TLS, with the center's authority trusted as a user trusts it:
// in the browser's own store of certificates (NSS), never by looking away.
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { PASSWORD } from '../../farm/lib/center.mjs';
import { until } from '../../system/lib/testing.mjs';

export const SHOTS = new URL('../../../out/screenshots/', import.meta.url).pathname;
export const SIZES = { wall: { width: 1920, height: 1080 }, desk: { width: 1920, height: 1080 }, phone: { width: 390, height: 844 } };
const LOCALES = { zh: 'zh-CN', en: 'en-GB' };

/** An address of this machine that others reach, or undefined: phones come over the LAN, so the tests' phone does. */
export const lanAddress = () => Object.values(networkInterfaces()).flat().find((a) => a && a.family === 'IPv4' && !a.internal)?.address;

/** Further keys of the center: its certificate names that address too; GW_PAGES: a dashboard built elsewhere. */
export const centerOptions = () => ({ ...(lanAddress() ? { 'http.addresses': lanAddress() } : {}), ...(process.env.GW_PAGES ? { 'http.dashboard': process.env.GW_PAGES } : {}) });

function trust(home, ca) {
  const store = join(home, '.pki/nssdb');
  mkdirSync(store, { recursive: true });
  execFileSync('certutil', ['-d', `sql:${store}`, '-N', '--empty-password']);
  execFileSync('certutil', ['-d', `sql:${store}`, '-A', '-t', 'C,,', '-n', 'gridwarden', '-i', ca]);
}

/** One browser with a home of its own in the center's folder; closed at the end of the test. */
export class Browser {
  #browser; #problems = []; #allowed = [];

  static async open(t, center, { trusting = true } = {}) {
    const own = new Browser(), home = join(center.dir, trusting ? 'browser' : 'browser-distrusting');
    own.center = center;
    mkdirSync(home, { recursive: true });
    if (trusting) trust(home, join(center.state, 'tls/ca.crt'));
    own.#browser = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      env: { ...process.env, HOME: home, XDG_CONFIG_HOME: join(home, 'config'), XDG_CACHE_HOME: join(home, 'cache'), XDG_DATA_HOME: join(home, 'data') },
      args: ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--no-proxy-server', '--disable-background-networking',
        '--disable-component-update', '--disable-sync', '--autoplay-policy=no-user-gesture-required'],
    });
    t.after(() => own.#browser.close());
    return own;
  }

  /**
   * A page in a session of its own. `as`: a user who is logged in; else nobody is. `at`: {lat, lon}, where its device is.
   * `host`, `port`: where it
   * asks. What its console calls an error is kept for `assertQuiet`.
   */
  async page({ as, size = SIZES.desk, lang = 'zh', at, host = 'localhost', port = this.center.tlsPort, name = as ?? 'nobody', theme } = {}) {
    const base = `https://${host}:${port}`;
    const context = await this.#browser.newContext({
      viewport: size, locale: LOCALES[lang], baseURL: base, hasTouch: size.width < 600, timezoneId: 'Asia/Shanghai',
      ...(at ? { permissions: ['geolocation'], geolocation: { latitude: at.lat, longitude: at.lon, accuracy: 8 } } : {}),
    });
    if (theme) await context.addInitScript((t) => localStorage.setItem('gridwarden.theme', t), theme);
    const page = await context.newPage();
    page.setDefaultTimeout(15000);
    page.on('pageerror', (error) => this.#note(name, `error ${error.message}`));
    page.on('console', (message) => { if (message.type() === 'error') this.#note(name, `${message.text()} ${message.location().url}`); });
    if (as) await logIn(page, as);
    return page;
  }

  #note(name, text) {
    // Asking who one is answers 401 to nobody, and the browser writes that down.
    if (/401/.test(text) && /\/api\/v1\/session\b/.test(text)) return;
    if (!this.#allowed.some((pattern) => pattern.test(text))) this.#problems.push(`${name}: ${text}`);
  }

  /** From here on these are what a test provokes itself. */
  expect(...patterns) { this.#allowed.push(...patterns); }

  /** Whatever a console or a page called an error fails the test. */
  assertQuiet() {
    const found = this.#problems.splice(0);
    if (found.length) throw new Error(`the browser complained:\n  ${found.join('\n  ')}`);
  }
}

/** Logs in as a person does: name, password, Enter. */
export async function logIn(page, name, password = PASSWORD) {
  await page.goto('/login');
  await page.fill('input[name=name]', name);
  await page.fill('input[name=password]', password);
  await page.press('input[name=password]', 'Enter');
  await page.waitForURL((url) => !url.pathname.endsWith('/login'));
}

/** Waits until an element with this text can be seen. */
export async function see(page, selector, text, { timeoutMs = 15000 } = {}) {
  const found = page.locator(selector).filter(text === undefined ? {} : { hasText: text }).first();
  try {
    await found.waitFor({ state: 'visible', timeout: timeoutMs });
  } catch {
    const now = await page.locator(selector).allInnerTexts();
    throw new Error(`${selector} with ${text ?? 'anything'} was not seen within ${timeoutMs} ms; there is: ${JSON.stringify(now).slice(0, 1500)} at ${page.url()}`);
  }
  return found;
}

/** Waits until nothing (with this text) can be seen there. */
export async function gone(page, selector, text, { timeoutMs = 15000 } = {}) {
  const found = page.locator(selector).filter(text === undefined ? {} : { hasText: text });
  await until(async () => (await found.count()) === 0, `the end of ${selector} ${text ?? ''}`, timeoutMs);
}

/** The text of a region once it is other than `before`. */
export const changed = (page, selector, before, { timeoutMs = 15000 } = {}) =>
  until(async () => {
    const now = await page.locator(selector).first().innerText();
    return now !== before && now;
  }, `a change of ${selector} from ${JSON.stringify(before)}`, timeoutMs);

export const textOf = (page, selector) => page.locator(selector).first().innerText();

export async function shoot(page, name) {
  mkdirSync(SHOTS, { recursive: true });
  await page.screenshot({ path: join(SHOTS, `${name}.png`) });
}

/** The wall by a kiosk's token, as the address on the screen's shortcut has it. */
export async function openWall(browser, { label = 'test wall', ...more } = {}) {
  const token = (await browser.center.cli(['kiosk', 'add', label])).trim().split('\n').at(-1);
  const page = await browser.page({ size: SIZES.wall, name: 'wall', ...more });
  await page.goto(`/wall#token=${token}`);
  await page.waitForSelector('.wall[data-ready=true]');
  return page;
}

/** The desk, its operator in a seat whose sound was tested, so that nothing covers it. */
export async function openDesk(browser, { as = 'operator', seat = 1, ...more } = {}) {
  const page = await browser.page({ as, size: SIZES.desk, name: 'desk', ...more });
  await page.goto('/desk');
  await page.waitForSelector('.desk[data-ready=true]');
  await page.click(`[data-seat="${seat}"]`);
  await page.click('[data-tone=p1]');
  await page.click('[data-heard]');
  await page.keyboard.press('Escape');
  await page.waitForSelector('[role=dialog]', { state: 'detached' });
  return page;
}
