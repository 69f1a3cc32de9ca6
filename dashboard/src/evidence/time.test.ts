import { describe, expect, it } from 'vitest';
import { setOffset, stamp } from '@/i18n/format';
import { typedTime } from './time';

setOffset(8 * 3600);
const NEAR = Date.UTC(2026, 10, 21, 13, 45, 36) * 1000; // 21:45:36 at +08:00
const told = (text: string) => {
  const us = typedTime(text, NEAR);
  return us === null ? null : stamp(us);
};

describe('a time that is typed', () => {
  it('is read in the zone of the center, whole or in part', () => {
    expect(['2026-11-18 23:30:21', '2026/11/18 23:30', '11-18 23:30', '11月18日 23:30:21', '8:05', ' 08：05：09 '].map(told)).toEqual(['2026-11-18 23:30:21', '2026-11-18 23:30:00', '2026-11-18 23:30:00', '2026-11-18 23:30:21', '2026-11-21 08:05:00', '2026-11-21 08:05:09']);
  });
  it('is refused when there is no such time', () => {
    expect(['', '2026-02-31 10:00', '24:30', '10:61', '10', '11:30 PM', '2026-11-18', 'x'].map(told)).toEqual(Array(8).fill(null));
  });
});
