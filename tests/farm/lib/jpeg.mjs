// A grey picture as a baseline JPEG (ITU T.81), so that a simulated phone can take a photo that nobody took before.
// Tables are those of Annex K.
const QUANT = [16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
  18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99];
const ZIGZAG = [0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
  35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63];
const DC_COUNTS = [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0], DC_VALUES = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
const AC_COUNTS = [0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 0x7d];
const AC_VALUES = [...Buffer.from('01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728292a3435363738393a434445464748494a535455565758595a636465666768696a737475767778797a838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9fa', 'hex')];

function codes(counts, values) {
  const table = new Map();
  let code = 0, at = 0;
  counts.forEach((count, i) => {
    for (let n = 0; n < count; n++) table.set(values[at++], [code++, i + 1]);
    code <<= 1;
  });
  return table;
}
const DC = codes(DC_COUNTS, DC_VALUES), AC = codes(AC_COUNTS, AC_VALUES);

const COSINE = Array.from({ length: 8 }, (_, u) => Array.from({ length: 8 }, (__, x) => Math.cos((2 * x + 1) * u * Math.PI / 16) * (u ? 0.5 : Math.SQRT1_2 / 2)));

function transform(block) {
  const rows = new Float64Array(64), out = new Int32Array(64);
  for (let y = 0; y < 8; y++) for (let u = 0; u < 8; u++) { let sum = 0; for (let x = 0; x < 8; x++) sum += block[y * 8 + x] * COSINE[u][x]; rows[y * 8 + u] = sum; }
  for (let v = 0; v < 8; v++) for (let u = 0; u < 8; u++) { let sum = 0; for (let y = 0; y < 8; y++) sum += rows[y * 8 + u] * COSINE[v][y]; out[v * 8 + u] = Math.round(sum / QUANT[v * 8 + u]); }
  return out;
}

class Bits {
  bytes = []; #held = 0; #count = 0;
  put([value, length]) {
    for (let i = length - 1; i >= 0; i--) {
      this.#held = this.#held << 1 | (value >> i & 1);
      if (++this.#count < 8) continue;
      this.bytes.push(this.#held);
      if (this.#held === 255) this.bytes.push(0);
      this.#held = this.#count = 0;
    }
  }
  flush() { while (this.#count) this.put([1, 1]); }
}

const size = (value) => 32 - Math.clz32(Math.abs(value)), amplitude = (value) => [value < 0 ? value + (1 << size(value)) - 1 : value, size(value)];

function encodeBlock(bits, values, before) {
  const difference = values[0] - before;
  bits.put(DC.get(size(difference)));
  bits.put(amplitude(difference));
  let zeros = 0;
  for (let i = 1; i < 64; i++) {
    const value = values[ZIGZAG[i]];
    if (!value) { zeros++; continue; }
    for (; zeros > 15; zeros -= 16) bits.put(AC.get(0xf0));
    bits.put(AC.get(zeros << 4 | size(value)));
    bits.put(amplitude(value));
    zeros = 0;
  }
  if (zeros) bits.put(AC.get(0));
  return values[0];
}

const segment = (marker, body) => Buffer.concat([Buffer.from([0xff, marker, (body.length + 2) >> 8, (body.length + 2) & 255]), Buffer.from(body)]);

/** `luma(x, y)` gives 0 to 255; width and height are multiples of 8. */
export function greyJpeg(width, height, luma) {
  const bits = new Bits(), block = new Float64Array(64);
  let before = 0;
  for (let top = 0; top < height; top += 8)
    for (let left = 0; left < width; left += 8) {
      for (let i = 0; i < 64; i++) block[i] = Math.max(0, Math.min(255, luma(left + (i & 7), top + (i >> 3)))) - 128;
      before = encodeBlock(bits, transform(block), before);
    }
  bits.flush();
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]), segment(0xe0, [0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0]), segment(0xdb, [0, ...ZIGZAG.map((i) => QUANT[i])]),
    segment(0xc0, [8, height >> 8, height & 255, width >> 8, width & 255, 1, 1, 0x11, 0]), segment(0xc4, [0, ...DC_COUNTS, ...DC_VALUES]), segment(0xc4, [0x10, ...AC_COUNTS, ...AC_VALUES]),
    segment(0xda, [1, 1, 0, 0, 63, 0]), Buffer.from(bits.bytes), Buffer.from([0xff, 0xd9]),
  ]);
}

/** A photo of somewhere: wall, ground, a lamp's light and grain; never twice the same. */
export function somePhoto(width = 640, height = 480) {
  const lampX = width * (0.2 + 0.6 * Math.random()), lampY = height * 0.3, horizon = height * (0.45 + 0.2 * Math.random()), step = 40 + Math.random() * 40;
  return greyJpeg(width, height, (x, y) => {
    const light = 150 * Math.exp(-(((x - lampX) / 130) ** 2 + ((y - lampY) / 110) ** 2));
    const wall = y < horizon ? 70 + (Math.floor(x / step) + Math.floor(y / step) & 1) * 14 : 48 + (y - horizon) * 0.12;
    return wall + light + (Math.random() - 0.5) * 12;
  });
}
