// How long ago, in words. The server stamps a thing a moment before its time reaches us: never less than nothing.

import { nowMs } from '@/feed/live';
import { age } from '@/i18n/format';

export const sinceUs = (us: number): string => age(Math.max(0, nowMs.value - us / 1000));
