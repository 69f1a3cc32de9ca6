// Measures every visible text of a page as a person would meet it: size, contrast, clipped, outside, overlapping.
//
//   import { audit } from './audit.mjs';
//   const faults = await audit(page, { minFontPx: 24, minContrast: 7 });   // [] when all is well
//
// Alone, against a page that is already served (log-in by `--login name:password`):
//   node tests/browser/audit.mjs --url http://localhost:8080/wall --size 1920x1080 --font 24 --contrast 7 [--lang en] [--shot out.png]
//
// A glyph is measured by its em box, not by the font's line box (Noto's is half as tall again, and nothing is drawn
// there). Cutting a text short is a fault unless the element, or one around it, is marked data-cut: that mark is
// for secondary lines whose end may go, never for what, where or a clock.
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));

/** Runs in the page. */
function measure({ minFontPx, minContrast, scroll }) {
  const faults = [];
  const boxes = [];
  let smallest = Infinity;
  let faintest = Infinity;
  const channel = (v) => ((v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  const colour = (text) => /rgba?\(([^)]+)\)/.exec(text)?.[1].split(/[ ,/]+/).map(Number) ?? null;
  const luminance = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const contrast = (a, b) => {
    const [x, y] = [luminance(a), luminance(b)];
    return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
  };
  const solid = (c) => c && (c.length < 4 || c[3] > 0.95);
  const behind = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const c = colour(getComputedStyle(e).backgroundColor);
      if (solid(c)) return c;
    }
    return [255, 255, 255];
  };
  const covers = (outer, inner) => outer.left <= inner.left + 4 && outer.right >= inner.right - 4 && outer.top <= inner.mid && outer.bottom >= inner.mid;
  const behindSvg = (element, box) => {
    for (const mark of [...element.parentElement.querySelectorAll(':scope > rect, :scope > path')].reverse()) {
      const fill = colour(getComputedStyle(mark).fill);
      if (solid(fill) && covers(mark.getBoundingClientRect(), box)) return fill;
    }
    return behind(element);
  };
  const enlarged = (element) => {
    let scale = 1;
    for (let e = element; e; e = e.parentElement) {
      const { transform } = getComputedStyle(e);
      if (transform !== 'none') scale *= new DOMMatrix(transform).a;
    }
    return scale;
  };
  const near = (text) => `"${text.slice(0, 24)}"`;

  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = node.textContent.trim();
    const element = node.parentElement;
    if (!text || !element || ['SCRIPT', 'STYLE', 'NOSCRIPT', 'OPTION'].includes(element.tagName)) continue;
    if (!element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true })) continue;
    if (element.closest('.hidden-text, [hidden]')) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const whole = range.getBoundingClientRect();
    if (whole.width < 1) continue;
    const style = getComputedStyle(element);
    const isSvg = element instanceof SVGElement;
    const host = isSvg ? element.ownerSVGElement : element;
    const scale = isSvg ? Math.hypot(element.getScreenCTM().a, element.getScreenCTM().b) : enlarged(host);
    const px = parseFloat(style.fontSize) * scale;
    smallest = Math.min(smallest, px);
    if (px < minFontPx - 0.1) faults.push(`size ${px.toFixed(1)} ${near(text)}`);

    const lines = [...range.getClientRects()].filter((r) => r.width > 0.5).map((r) => {
      const mid = (r.top + r.bottom) / 2;
      return { left: r.left, right: r.right, top: mid - px * 0.46, bottom: mid + px * 0.46, mid };
    });
    const ink = colour(isSvg ? style.fill : style.color);
    if (solid(ink) && lines[0]) {
      const c = contrast(ink, isSvg ? behindSvg(element, lines[0]) : behind(element));
      faintest = Math.min(faintest, c);
      if (c < minContrast && !element.closest(':disabled')) faults.push(`contrast ${c.toFixed(2)} ${near(text)}`);
    }
    if (!isSvg) {
      let block = element;
      while (block.parentElement && getComputedStyle(block).display.startsWith('inline') && !/flex|grid/.test(getComputedStyle(block.parentElement).display)) block = block.parentElement;
      const q = block.getBoundingClientRect();
      const over = Math.max(...lines.map((l) => Math.max(l.right - q.right, q.left - l.left)));
      if (over > 1.5 && !element.closest('[data-cut]')) faults.push(`wider than its box by ${Math.round(over)} ${near(text)}`);
    }
    const mayBeCut = element.closest('[data-cut]') !== null;
    for (const line of lines) {
      let box = line;
      let cut = false;
      for (let e = host; e && e !== document.documentElement; e = e.parentElement) {
        const s = getComputedStyle(e);
        if (s.overflowX === 'visible' && s.overflowY === 'visible') continue;
        const q = e.getBoundingClientRect();
        const scrolls = /auto|scroll/.test(s.overflowX + s.overflowY);
        if (box.right > q.right + 1 || box.left < q.left - 1 || box.bottom > q.bottom + 3 || box.top < q.top - 3) {
          if (!scrolls && !mayBeCut) faults.push(`cut ${near(text)} in .${e.className?.baseVal ?? e.className} by ${Math.round(Math.max(box.right - q.right, q.left - box.left, box.bottom - q.bottom, q.top - box.top))}`);
          cut = true;
          box = { ...box, left: Math.max(box.left, q.left), right: Math.min(box.right, q.right), top: Math.max(box.top, q.top), bottom: Math.min(box.bottom, q.bottom) };
        }
      }
      if (box.right - box.left < 1 || box.bottom - box.top < 1) continue; // scrolled out of sight, or wholly cut
      if (!cut && !scroll && (box.left < -1 || box.top < -1 || box.right > innerWidth + 1 || box.bottom > innerHeight + 1)) faults.push(`outside ${near(text)}`);
      boxes.push({ text, element, left: box.left + 1, right: box.right - 1, top: box.top + px * 0.06, bottom: box.bottom - px * 0.06 });
    }
  }
  for (let i = 0; i < boxes.length; i += 1) {
    for (let k = i + 1; k < boxes.length; k += 1) {
      const [a, b] = [boxes[i], boxes[k]];
      if (a.element === b.element || !(a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)) continue;
      // A label with its own ground may stand on a mark of the plan; two labels may not.
      const ground = (box) => box.element instanceof SVGElement && box.element.parentElement.matches('.unit, .what') ;
      if (ground(b) !== ground(a)) continue;
      // What lies under a dialog or a notice is covered, not muddled.
      const middle = document.elementFromPoint((Math.max(a.left, b.left) + Math.min(a.right, b.right)) / 2, (Math.max(a.top, b.top) + Math.min(a.bottom, b.bottom)) / 2);
      const layer = (e) => e.closest('dialog, [role="dialog"], .notice');
      if (layer(a.element) !== layer(b.element) && middle) continue;
      faults.push(`overlap ${near(a.text)} ${near(b.text)}`);
    }
  }
  return { texts: boxes.length, smallest, faintest, faults };
}

/** Every fault of the page as it stands, as lines a person can read. */
export async function audit(page, { minFontPx, minContrast, scroll = false }) {
  return (await page.evaluate(measure, { minFontPx, minContrast, scroll })).faults;
}

export async function auditReport(page, limits) {
  return page.evaluate(measure, { scroll: false, ...limits });
}

function option(name, fallback) {
  const i = process.argv.indexOf(`--${name}`);
  return i < 0 ? fallback : process.argv[i + 1];
}

async function main() {
  const { chromium } = createRequire(join(here, '../../dashboard/package.json'))('playwright-core');
  const [width, height] = option('size', '1920x1080').split('x').map(Number);
  const url = new URL(option('url'));
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--autoplay-policy=no-user-gesture-required'] });
  try {
    const context = await browser.newContext({ viewport: { width, height }, locale: option('lang', 'zh') === 'en' ? 'en-GB' : 'zh-CN' });
    const page = await context.newPage();
    const errors = [];
    page.on('pageerror', (e) => errors.push(`error ${e.message}`));
    // Asking who one is answers 401 to nobody, and the browser writes that down.
    const nobody = (m) => m.location().url.endsWith('/api/v1/session') && m.text().includes('401');
    page.on('console', (m) => m.type() === 'error' && !nobody(m) && errors.push(`console ${m.text()}`));
    const login = option('login', '');
    if (login) {
      const [name, password] = login.split(':');
      const answer = await context.request.post(new URL('api/v1/session.login', url).href, { data: { name, password }, headers: { Origin: url.origin } });
      if (!answer.ok()) throw new Error(`log-in as ${name}: ${answer.status()} ${await answer.text()}`);
    }
    await page.goto(url.href);
    await page.waitForSelector(option('wait', '[data-ready="true"], main'));
    await page.evaluate(() => document.fonts.ready);
    await page.waitForTimeout(Number(option('settle', '2500')));
    if (option('shot')) await page.screenshot({ path: option('shot') });
    const report = await auditReport(page, { minFontPx: Number(option('font', '14')), minContrast: Number(option('contrast', '4.5')), scroll: process.argv.includes('--scroll') });
    console.log(`${url.pathname}: ${report.texts} texts, smallest ${report.smallest.toFixed(1)} px, faintest ${report.faintest.toFixed(2)}, ${report.faults.length + errors.length} faults`);
    for (const line of [...errors, ...report.faults]) console.log(`  ${line}`);
    process.exitCode = report.faults.length + errors.length ? 1 : 0;
  } finally {
    await browser.close();
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main();
