// What a tile shows, by its pixels, and what it says about it. A tile may say anything; pixels do not.
import { until } from '../../system/lib/testing.mjs';

/** 32 x 18 grey values of what the <video> shows now; null when it shows nothing. */
export const pixels = (page, tile) => page.locator(`${tile} video`).first().evaluate((video) => {
  if (!video.videoWidth || video.readyState < 2) return null;
  const canvas = Object.assign(document.createElement('canvas'), { width: 32, height: 18 }), context = canvas.getContext('2d', { willReadFrequently: true });
  context.drawImage(video, 0, 0, 32, 18);
  const { data } = context.getImageData(0, 0, 32, 18);
  return Array.from({ length: 32 * 18 }, (_, i) => Math.round((data[4 * i] + data[4 * i + 1] + data[4 * i + 2]) / 3));
});

const differ = (a, b) => a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);

/** Waits until the picture is another than it is now. */
export async function moves(page, tile, timeoutMs = 10000) {
  const first = await until(() => pixels(page, tile), `a picture in ${tile}`, timeoutMs);
  await until(async () => {
    const now = await pixels(page, tile);
    return now && differ(first, now) > 12;
  }, `${tile} to move`, timeoutMs);
}

/** Whether a picture stays the same for a while. */
export async function stands(page, tile, forMs) {
  const first = await pixels(page, tile), end = Date.now() + forMs;
  while (Date.now() < end) {
    await page.waitForTimeout(100);
    if (differ(first, await pixels(page, tile)) > 12) return false;
  }
  return true;
}

export const tileIs = (page, tile, state, timeoutMs = 15000) => page.waitForSelector(`${tile}[data-state=${state}]`, { timeout: timeoutMs });

/**
 * Watches a tile from inside the page, by each picture that is presented: how long one stood there, at most, while the tile
 * said that it was live. `stop()` answers in milliseconds.
 */
export async function watchLies(page, tile) {
  await page.evaluate((selector) => {
    const watch = (window.gwLies = { most: 0, last: performance.now(), pictures: 0, going: true });
    const each = () => { watch.last = performance.now(); watch.pictures += 1; arm(); };
    let armed = null;
    const arm = () => { armed = document.querySelector(`${selector} video`); armed?.requestVideoFrameCallback(each); };
    const look = () => {
      if (!watch.going) return;
      const box = document.querySelector(selector);
      if (box?.querySelector('video') !== armed) arm();
      if (box?.dataset.live === 'true' && !box.querySelector('.frame > img')) watch.most = Math.max(watch.most, performance.now() - watch.last);
      setTimeout(look, 20);
    };
    arm();
    look();
  }, tile);
  return { stop: () => page.evaluate(() => { window.gwLies.going = false; return window.gwLies; }) };
}

/** What a page holds, after its garbage is collected: {sources, videos, nodes, heap}. */
export async function holdings(page) {
  const cdp = await page.context().newCDPSession(page);
  const alive = async (what) => {
    const { result: { objectId: prototypeObjectId } } = await cdp.send('Runtime.evaluate', { expression: `${what}.prototype` });
    const { objects } = await cdp.send('Runtime.queryObjects', { prototypeObjectId }); // collects garbage first
    const { result: { value } } = await cdp.send('Runtime.callFunctionOn', { objectId: objects.objectId, functionDeclaration: 'function () { return this.length; }', returnByValue: true });
    await cdp.send('Runtime.releaseObject', { objectId: objects.objectId });
    return value;
  };
  await cdp.send('HeapProfiler.collectGarbage');
  await cdp.send('Performance.enable');
  const found = { sources: await alive('MediaSource'), videos: await alive('HTMLVideoElement') };
  const { metrics } = await cdp.send('Performance.getMetrics');
  const of = (name) => metrics.find((m) => m.name === name).value;
  await cdp.detach();
  return { ...found, nodes: of('Nodes'), heap: of('JSHeapUsedSize') };
}
