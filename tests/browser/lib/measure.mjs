// A page as it stands, measured (../audit.mjs): every text large enough, dark enough, whole and alone in its place, no name
// of a text instead of the text, no page wider than its window. Faults are gathered and told together at the end.
import assert from 'node:assert/strict';
import { audit } from '../audit.mjs';
import { shoot } from './browser.mjs';

export const LIMITS = { desk: { minFontPx: 14, minContrast: 4.5, scroll: true }, phone: { minFontPx: 16, minContrast: 4.5, scroll: true } };
const RAW_KEY = /\b(common|evidence|tour|back|live|eyes|desk|review|admin)\.[a-z_0-9]+(\.[a-z_0-9]+)*\b/;

export class Measured {
  #faults = [];

  async look(page, where, limits = LIMITS.desk) {
    await page.evaluate(() => document.fonts.ready);
    const found = await audit(page, limits), raw = RAW_KEY.exec(await page.evaluate(() => document.body.innerText));
    if (raw) found.push(`the name of a text: ${raw[0]}`);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (wide > 1) found.push(`the page is ${wide} px wider than its window`);
    await shoot(page, where.replaceAll(/[^a-z0-9]+/g, '-'));
    this.#faults.push(...[...new Set(found)].map((fault) => `${where}: ${fault}`));
  }

  assertFit() { assert.deepEqual(this.#faults, []); }
}
