// A QR code as one SVG path, so that it stays sharp on a screen and on paper and needs no picture.
import qrcode from 'qrcode-generator';

export function qrPath(text: string): { d: string; n: number } {
  const code = qrcode(0, 'M');
  code.addData(text);
  code.make();
  const n = code.getModuleCount();
  let d = '';
  for (let y = 0; y < n; y += 1) for (let x = 0; x < n; x += 1) if (code.isDark(y, x)) d += `M${x + 4} ${y + 4}h1v1h-1z`;
  return { d, n: n + 8 };
}
