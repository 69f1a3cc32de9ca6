// The part of ./bench live that happens in a browser: pages of the product, watched from inside. It counts the pictures that
// each <video> really presents, and reads the number that stands in them.
import { readdirSync, readFileSync } from 'node:fs';
import { Browser } from '../browser/lib/browser.mjs';
import { cpuPercent, rssKib, sleep, until } from './measure.mjs';
import { BITS, BOX, numberOf } from './sent.mjs';

/** Runs in the page before its own scripts. window.gwBench: what is seen. */
function watchPage({ bits, box }) {
  const bench = { opened: [], presented: 0, first: [], samples: [], sampling: false };
  window.gwBench = bench;
  const wall = () => performance.timeOrigin + performance.now();
  const slots = new Set();
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function hooked(data) {
    if (typeof data === 'string' && data.startsWith('{"type":"view"')) {
      for (const { slot } of JSON.parse(data).slots) if (!slots.has(slot)) { slots.add(slot); bench.opened.push({ slot, at: performance.now() }); }
    }
    return send.call(this, data);
  };
  const canvas = document.createElement('canvas');
  canvas.width = bits;
  canvas.height = 1;
  const paper = canvas.getContext('2d', { willReadFrequently: true });
  const read = (video) => {
    paper.drawImage(video, 0, video.videoHeight - box, bits * box, box, 0, 0, bits, 1);
    const { data } = paper.getImageData(0, 0, bits, 1);
    return Array.from({ length: bits }, (_, i) => data[i * 4]);
  };
  const follow = (video) => {
    const look = (now, frame) => {
      bench.presented++;
      bench.first.push(now);
      if (bench.first.length > 4000) bench.first.splice(0, 2000);
      if (bench.sampling && video === bench.sampled) bench.samples.push({ at: Math.max(wall(), performance.timeOrigin + frame.expectedDisplayTime), greys: read(video) });
      video.requestVideoFrameCallback(look);
    };
    video.requestVideoFrameCallback(look);
  };
  bench.known = new WeakSet();
  new MutationObserver(() => {
    for (const video of document.querySelectorAll('video')) if (!bench.known.has(video)) { bench.known.add(video); follow(video); }
  }).observe(document, { childList: true, subtree: true });
}

async function watched(browser, options) {
  const page = await browser.page({ as: 'operator', ...options });
  await page.addInitScript(watchPage, { bits: BITS, box: BOX });
  return page;
}

/** Waits without a handle: Playwright's would keep each element, and whatever hangs on it, in the page. */
const seen = (page, selector, options = {}) => page.locator(selector).first().waitFor({ state: 'attached', ...options });

/** Goes to another address of the application as a click does, without loading the page again. */
const go = (page, path) => page.evaluate((to) => document.querySelector('#app').__vue_app__.config.globalProperties.$router.push(to), path);

/** Milliseconds from the slot being asked for until its first picture was presented, and until the tile says live: with long
 * groups of pictures the first one may be seconds old, and what came since is caught up with. */
async function firstPicture(page, path, timeoutMs = 15000) {
  const before = await page.evaluate(() => { window.gwBench.opened = []; return performance.now(); });
  await go(page, path);
  return page.evaluate(([from, most]) => new Promise((done, fail) => {
    const look = () => {
      const opened = window.gwBench.opened.find((o) => o.at >= from), shown = opened && window.gwBench.first.find((ms) => ms > opened.at);
      if (shown && document.querySelector('.live-tile[data-live=true]')) done({ firstMs: shown - opened.at, liveMs: performance.now() - opened.at });
      else if (performance.now() - from > most) fail(new Error(`no picture within ${most} ms`));
      else setTimeout(look, 20);
    };
    look();
  }), [before, timeoutMs]);
}

/** Numbers seen in the first moving picture of the page over `seconds`: [{at (ms since 1970), greys}]. */
async function sample(page, seconds) {
  await page.evaluate(() => {
    window.gwBench.samples = [];
    window.gwBench.sampled = [...document.querySelectorAll('video')].find((v) => v.videoWidth > 0);
    window.gwBench.sampling = true;
  });
  await page.waitForTimeout(seconds * 1000);
  return page.evaluate(() => { window.gwBench.sampling = false; return window.gwBench.samples; });
}

/** What all moving pictures of the page have presented and dropped so far. */
const quality = (page) => page.evaluate(() => [...document.querySelectorAll('video')].filter((v) => v.videoWidth > 0).map((v) => v.getVideoPlaybackQuality())
  .reduce((sum, q) => ({ tiles: sum.tiles + 1, total: sum.total + q.totalVideoFrames, dropped: sum.dropped + q.droppedVideoFrames }), { tiles: 0, total: 0, dropped: 0 }));

/** Bytes that scripts of the page hold, after what nobody holds is gone. */
async function heapBytes(page) {
  const cdp = await page.context().newCDPSession(page);
  try {
    await cdp.send('HeapProfiler.enable');
    await cdp.send('HeapProfiler.collectGarbage');
    await cdp.send('HeapProfiler.collectGarbage');
    const { usedSize } = await cdp.send('Runtime.getHeapUsage');
    return usedSize;
  } finally {
    await cdp.detach();
  }
}

/** Every process that this one started, directly or not, whose program is called so. */
function descendants(name, root = process.pid) {
  const parents = new Map(), names = new Map();
  for (const pid of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry)).map(Number)) {
    try {
      const text = readFileSync(`/proc/${pid}/stat`, 'utf8'), end = text.lastIndexOf(')');
      names.set(pid, text.slice(text.indexOf('(') + 1, end));
      parents.set(pid, Number(text.slice(end + 2).split(' ')[1]));
    } catch { /* it has just ended */ }
  }
  const isOurs = (pid) => { for (let at = pid; at > 1; at = parents.get(at) ?? 0) if (at === root) return true; return false; };
  return [...names].filter(([pid, its]) => pid !== root && its.includes(name) && isOurs(pid)).map(([pid]) => pid);
}


const TILES = 16, TURN_MS = 2050; // a page's socket may open eight tiles a second
const chromiums = () => descendants('chrom');

async function inBrowser(center, act) {
  const endings = [], browser = await Browser.open({ after: (end) => endings.push(end) }, center);
  try { return await act(browser); } finally { for (const end of endings.reverse()) await end(); }
}

/** A tour of these cameras, sixteen at a time, begun by the operator: the page that shows the most at once. */
async function startTour(w, page, cameras, tiles) {
  const admin = await w.center.login('admin');
  await admin.command('tour.add', { name: 'bench', tiles, dwell_s: 120, per_shift: 0, selector: { cameras: cameras.map(({ id }) => id) } });
  await page.goto('/tour');
  await seen(page, '[data-tour=bench]');
  await page.click('[data-tour=bench] [data-start]');
  await seen(page, '[data-region=run]');
}
const moving = (page) => page.evaluate(() => document.querySelectorAll('.live-tile[data-live=true] video').length);

/** The parts of ./bench live that need a browser. `bench`, `percentiles`: how a figure is said. */
export function tools({ bench, percentiles, first: times, measureS }) {
  return {
    async first(w, peer) {
      await inBrowser(w.center, async (browser) => {
        const page = await watched(browser), ids = w.view.all('camera').map(({ id }) => id), found = [];
        await page.goto(`/camera?id=${ids[0]}`);
        await seen(page, '.live-tile');
        for (let i = 0; i < times; i++) {
          await sleep(150 + Math.random() * 500);
          found.push(await firstPicture(page, `/camera?id=${ids[(i + 1) % ids.length]}`));
        }
        percentiles('first_picture', found.map((f) => f.firstMs), peer);
        percentiles('first_live_picture', found.map((f) => f.liveMs), peer);
      });
    },

    async behind(w, log) {
      await inBrowser(w.center, async (browser) => {
        const page = await watched(browser), camera = w.view.all('camera')[0];
        await page.goto(`/camera?id=${camera.id}`);
        await seen(page, '.live-tile[data-live=true] video', { timeout: 20000 });
        await sleep(3000);
        const samples = await sample(page, measureS), ages = [];
        await sleep(600); // the farm was asked once more
        for (const { at: ms, greys } of samples) {
          const number = numberOf(greys), sentUs = number === null ? null : log.at(farmNumber(camera, w), number, ms * 1000);
          if (sentUs !== null) ages.push(ms - sentUs / 1000);
        }
        if (ages.length < samples.length / 2 || ages.length < 20) throw new Error(`of ${samples.length} pictures only ${ages.length} could be read`);
        percentiles('behind_camera', ages);
        bench('behind_camera_worst_ms', Math.max(...ages), 'ms');
        bench('pictures_shown_per_s', samples.length / measureS, '1/s');
      });
    },

    /** A tour by sixteen, one page after the other: that many tiles are opened and closed. */
    async thousand(w, opened) {
      await inBrowser(w.center, async (browser) => {
        const page = await watched(browser), cameras = w.view.all('camera'), rss = () => chromiums().reduce((sum, pid) => sum + rssKib(pid), 0);
        await startTour(w, page, cameras, TILES);
        const shows = () => page.evaluate(() => document.querySelector('[data-region=run]').dataset.page);
        const turn = async () => {
          const began = performance.now(), before = await shows();
          await page.keyboard.press(before === '0' ? 'PageDown' : 'PageUp');
          await until(async () => (await shows()) !== before && (await moving(page)) >= TILES, 'the next page to be live', 30000);
          await sleep(Math.max(0, TURN_MS - (performance.now() - began)));
        };
        await until(async () => (await moving(page)) >= TILES, 'the first page to be live', 30000);
        for (let i = 0; i < 6; i++) await turn(); // what grows once does so here
        const turns = Math.ceil(opened / TILES), from = { heap: await heapBytes(page), rss: rss() };
        for (let i = 0; i < turns; i++) await turn();
        bench('page_heap_kib_over_1000_tiles', (((await heapBytes(page)) - from.heap) / 1024 / turns / TILES) * 1000, 'KiB');
        bench('browser_rss_kib_over_1000_tiles', ((rss() - from.rss) / turns / TILES) * 1000, 'KiB');
        bench('page_heap_kib', (await heapBytes(page)) / 1024, 'KiB');
      });
    },

    /** Sixteen tiles; gives what ends them. */
    async sixteen(w) {
      const endings = [], browser = await Browser.open({ after: (end) => endings.push(end) }, w.center);
      const close = async () => { for (const end of endings.splice(0).reverse()) await end(); };
      try {
        const page = await watched(browser), cameras = w.view.all('camera').slice(0, 16);
        const idle = await cpuPercent({ worker: await w.workers(), daemon: [w.daemon] }, 5);
        await startTour(w, page, cameras, 16);
        const from = performance.now();
        await until(async () => (await moving(page)) === cameras.length, 'sixteen moving tiles', 30000);
        bench('sixteen_tiles_live_s', (performance.now() - from) / 1000, 's');
        await sleep(3000);
        const before = await quality(page), shown = await page.evaluate(() => window.gwBench.presented), tookFrom = performance.now();
        const cpu = await cpuPercent({ browser: chromiums(), worker: await w.workers(), daemon: [w.daemon] }, measureS);
        const after = await quality(page), tookS = (performance.now() - tookFrom) / 1000;
        bench('sixteen_tiles_browser_cpu_percent_of_core', cpu.browser, '%');
        bench('sixteen_tiles_worker_cpu_percent_of_core', cpu.worker - idle.worker, '%');
        bench('sixteen_tiles_daemon_cpu_percent_of_core', cpu.daemon - idle.daemon, '%');
        bench('sixteen_tiles_dropped_percent', (100 * (after.dropped - before.dropped)) / Math.max(1, after.total - before.total), '%');
        bench('sixteen_tiles_decoded_per_s_and_tile', (after.total - before.total) / tookS / after.tiles, '1/s');
        bench('sixteen_tiles_presented_per_s_and_tile', ((await page.evaluate(() => window.gwBench.presented)) - shown) / tookS / after.tiles, '1/s');
        bench('sixteen_tiles_still_live', await moving(page), 'tiles');
        return close;
      } catch (error) {
        await close();
        throw error;
      }
    },
  };
}

/** The farm numbers cameras as the center's list has them. */
const farmNumber = (camera, w) => w.view.all('camera').findIndex(({ id }) => id === camera.id) + 1;
