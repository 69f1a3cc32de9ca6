// Times, ages and distances as UI.md wants them: 24 h in the center's zone, m:ss under an hour, a no-break space
// between a number and its unit.

import { ref } from 'vue';
import { locale, t } from './index';

/** The center's offset from UTC in seconds, told by the `center` object; every time on every screen uses it. */
const offsetS = ref(-new Date().getTimezoneOffset() * 60); // reactive: what was drawn before it is drawn again
export function setOffset(seconds: number): void {
  offsetS.value = seconds;
}

const two = (n: number) => String(n).padStart(2, '0');
const local = (us: number) => new Date(us / 1000 + offsetS.value * 1000);

/** 21:45:36 */
export function clockTime(us: number): string {
  const d = local(us);
  return `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}:${two(d.getUTCSeconds())}`;
}

/** 21:45 */
export function shortTime(us: number): string {
  return clockTime(us).slice(0, 5);
}

/** 11月21日 or 21 Nov */
export function day(us: number): string {
  const d = local(us);
  if (locale.value === 'zh-CN') return `${d.getUTCMonth() + 1}月${d.getUTCDate()}日`;
  return `${d.getUTCDate()} ${['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'][d.getUTCMonth()]}`;
}

/** 周六 or Sat */
export function weekday(us: number): string {
  const n = local(us).getUTCDay();
  return locale.value === 'zh-CN' ? `周${'日一二三四五六'[n]}` : ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'][n];
}

/** 2026-11-21 21:45:36, for tables and prints. */
export function stamp(us: number): string {
  const d = local(us);
  return `${d.getUTCFullYear()}-${two(d.getUTCMonth() + 1)}-${two(d.getUTCDate())} ${clockTime(us)}`;
}

/** The microsecond a local "2026-11-21" or "2026-11-21T21:45" of the center's zone stands for. */
export function parseLocal(text: string): number {
  const ms = Date.parse(text.length === 10 ? `${text}T00:00Z` : `${text}Z`);
  return (ms - offsetS.value * 1000) * 1000;
}

/** 3:10, 1:02:03, -0:42 shown as +0:42 by the caller. */
export function span(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds));
  const h = Math.floor(s / 3600);
  const rest = `${h ? two(Math.floor((s % 3600) / 60)) : Math.floor(s / 60)}:${two(s % 60)}`;
  return h ? `${h}:${rest}` : rest;
}

/** 0.8 秒, 23 秒, 2 分, 3 小时 */
export function age(ms: number): string {
  if (!Number.isFinite(ms)) return t('common.age.never');
  if (ms < 10_000) return t('common.age.s', { n: (Math.floor(ms / 100) / 10).toFixed(1) });
  if (ms < 120_000) return t('common.age.s', { n: Math.floor(ms / 1000) });
  if (ms < 7_200_000) return t('common.age.min', { n: Math.floor(ms / 60_000) });
  return t('common.age.h', { n: Math.floor(ms / 3_600_000) });
}

/** 55 米, 1.2 公里 */
export function metres(m: number): string {
  return m < 1000 ? t('common.metres', { n: Math.round(m) }) : t('common.kilometres', { n: (m / 1000).toFixed(1) });
}
