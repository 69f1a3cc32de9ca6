// A screen without Noto Sans CJK SC draws Chinese with whatever it has. The build therefore cuts a part out of the font
// that Debian installs (fonts-noto-cjk): the characters of the pages and of the demo community, the 3,755 common ones of
// GB2312 (a rarer one in a name is drawn by the screen's own font), Latin, and the marks the pages use. Regular and bold,
// as WOFF2, beside a stylesheet that names the screen's own font first. Where the font is not installed the stylesheet is
// empty and the fallback of tokens.css stays. The result is kept in ../.cache, so that the next build takes no time.
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url)), root = join(here, '..');
const fonts = process.env.GW_FONT_DIR ?? '/usr/share/fonts/opentype/noto', out = join(root, 'src/generated/fonts'), cache = join(root, '../.cache/fonts');
const FAMILY = 'Noto Sans CJK SC';
const FACES = [
  { file: 'NotoSansCJK-Regular.ttc', weight: 400, local: [FAMILY, `${FAMILY} Regular`, 'NotoSansCJKsc-Regular'], woff2: 'noto-sans-sc-regular.woff2' },
  { file: 'NotoSansCJK-Bold.ttc', weight: 700, local: [`${FAMILY} Bold`, 'NotoSansCJKsc-Bold'], woff2: 'noto-sans-sc-bold.woff2' },
];
// Kerning, figures of one width, composed accents; nothing for vertical text.
const FEATURES = ['ccmp', 'kern', 'liga', 'locl', 'mark', 'mkmk', 'pnum', 'tnum'];

const walk = (path) => readdirSync(path, { withFileTypes: true }).flatMap((e) => (e.isDirectory() ? walk(join(path, e.name)) : [join(path, e.name)]));

/** Level 1 of GB2312: rows 16 to 55, the last one shorter. Level 2 would double the files. */
function gb2312() {
  const decoder = new TextDecoder('gbk');
  let text = '';
  for (let row = 16; row <= 55; row++) for (let cell = 1; cell <= (row === 55 ? 89 : 94); cell++) text += decoder.decode(Uint8Array.of(0xa0 + row, 0xa0 + cell));
  return text;
}

/** Every character that may stand on a page, sorted, once each. */
function characters() {
  let text = gb2312();
  for (let c = 0x20; c < 0x7f; c++) text += String.fromCodePoint(c);
  for (let c = 0xa0; c < 0x180; c++) text += String.fromCodePoint(c); // names of people from elsewhere
  for (let c = 0xff01; c < 0xff5f; c++) text += String.fromCodePoint(c); // full-width
  text += '‐–—‘’“”…‰′″℃№←↑→↓↗↘≈≠≤≥×÷±·•●○■□▲△▼▽◆◇★☆①②③④⑤⑥⑦⑧⑨⑩、。〈〉《》「」『』【】〔〕　〇¥€';
  const demo = join(root, '../tests/farm/demo');
  for (const path of [...walk(join(root, 'src')), ...(existsSync(demo) ? walk(demo) : [])]) {
    if (/\.(ts|vue|csv|geojson)$/.test(path) && !path.startsWith(out)) text += readFileSync(path, 'utf8');
  }
  return [...new Set(text)].filter((c) => c >= ' ' && c !== '\ufffd').sort().join('');
}

/** The tables of one face of a collection: [{ tag, bytes }]. */
function tablesAt(ttc, offset) {
  return Array.from({ length: ttc.readUInt16BE(offset + 4) }, (_, i) => {
    const entry = offset + 12 + 16 * i, at = ttc.readUInt32BE(entry + 8);
    return { tag: ttc.toString('latin1', entry, entry + 4), sum: ttc.readUInt32BE(entry + 4), bytes: ttc.subarray(at, at + ttc.readUInt32BE(entry + 12)) };
  });
}

/** Name 1 of a face (family) in the Windows encoding. */
function familyOf(tables) {
  const name = tables.find(({ tag }) => tag === 'name').bytes, strings = name.readUInt16BE(4);
  for (let i = 0; i < name.readUInt16BE(2); i++) {
    const at = 6 + 12 * i;
    if (name.readUInt16BE(at) !== 3 || name.readUInt16BE(at + 4) !== 0x409 || name.readUInt16BE(at + 6) !== 1) continue;
    const from = strings + name.readUInt16BE(at + 10);
    return Buffer.from(name.subarray(from, from + name.readUInt16BE(at + 8))).swap16().toString('utf16le');
  }
  return '';
}

/** One face out of a collection as a font file of its own: the tables are shared there, here they are copied. */
function faceOf(ttc, family) {
  for (let i = 0; i < ttc.readUInt32BE(8); i++) {
    const offset = ttc.readUInt32BE(12 + 4 * i), tables = tablesAt(ttc, offset);
    if (familyOf(tables) !== family) continue;
    const head = Buffer.alloc(12 + 16 * tables.length), parts = [head];
    ttc.copy(head, 0, offset, offset + 12);
    let at = head.length;
    tables.forEach(({ tag, sum, bytes }, n) => {
      head.write(tag, 12 + 16 * n, 'latin1');
      [sum, at, bytes.length].forEach((value, k) => head.writeUInt32BE(value, 16 + 16 * n + 4 * k));
      const padded = Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
      parts.push(padded);
      at += padded.length;
    });
    return Buffer.concat(parts);
  }
  throw new Error(`${family} is not in the collection`);
}

const rule = ({ weight, local, woff2 }) =>
  `@font-face { font-family: "${FAMILY}"; font-weight: ${weight}; font-display: swap; src: ${local.map((name) => `local("${name}")`).join(', ')}, url("./fonts/${woff2}") format("woff2"); }\n`;

function writeCss(text) {
  writeFileSync(join(dirname(out), 'fonts.css'), text);
}

async function main() {
  mkdirSync(out, { recursive: true });
  const missing = FACES.filter(({ file }) => !existsSync(join(fonts, file)));
  if (missing.length) {
    console.log(`fonts: ${missing[0].file} is not in ${fonts} (Debian: fonts-noto-cjk); the pages use what each screen has`);
    return writeCss('/* fonts-noto-cjk was not installed when this was built */\n');
  }
  const text = characters();
  for (const face of FACES) {
    const source = join(fonts, face.file), { size, mtimeMs } = statSync(source);
    const key = createHash('sha256').update(JSON.stringify([readFileSync(fileURLToPath(import.meta.url), 'utf8'), size, mtimeMs, text])).digest('hex').slice(0, 20);
    const kept = join(cache, `${key}-${face.woff2}`);
    if (!existsSync(kept)) {
      const { default: subset } = await import('subset-font');
      const woff2 = await subset(faceOf(readFileSync(source), FAMILY), text, { targetFormat: 'woff2', keepFeatures: FEATURES, noHinting: true });
      mkdirSync(cache, { recursive: true });
      for (const old of readdirSync(cache)) if (old.endsWith(face.woff2)) rmSync(join(cache, old));
      writeFileSync(kept, woff2);
      console.log(`fonts: ${face.woff2}, ${[...text].length} characters, ${Math.round(woff2.length / 1024)} KiB`);
    }
    copyFileSync(kept, join(out, face.woff2));
  }
  writeCss(FACES.map(rule).join(''));
}

await main();
