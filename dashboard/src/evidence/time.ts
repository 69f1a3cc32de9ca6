// A time as it is typed on any keyboard: 24 hours, the center's zone, whatever the browser's own language is.

import { parseLocal, stamp } from '@/i18n/format';

const two = (text: string | undefined): string => (text ?? '0').padStart(2, '0');

/** "2026-11-21 21:45:36", "11-21 21:45", "21:45:36" or "21:45": what is left out is as in `nearUs`. null: no time. */
export function typedTime(text: string, nearUs: number): number | null {
  const m = /^(?:(?:(\d{4})[-/.年])?(\d{1,2})[-/.月](\d{1,2})日?[ T]+)?(\d{1,2})[:：](\d{2})(?:[:：](\d{2}))?$/.exec(text.trim());
  if (!m) return null;
  const near = stamp(nearUs);
  const date = m[2] ? `${m[1] ?? near.slice(0, 4)}-${two(m[2])}-${two(m[3])}` : near.slice(0, 10);
  const us = parseLocal(`${date}T${two(m[4])}:${m[5]}:${m[6] ?? '00'}`);
  // 2026-02-31 and 24:30 are no times: they would come back as others.
  return Number.isFinite(us) && stamp(us).startsWith(`${date} ${two(m[4])}:${m[5]}`) ? us : null;
}
