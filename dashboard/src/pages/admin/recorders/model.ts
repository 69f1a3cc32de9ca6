// How a recorder's address comes out for one question: shown while it is typed. The center's own rule decides; this is
// the same rule for the eye.

import type { Recorder } from '@/generated/objects';

export interface Make {
  name: string;
  zh: string;
  en: string;
  example: string;
  note_zh: string;
  note_en: string;
}

export type TemplateFault = 'scheme' | 'credentials' | 'braces' | 'word' | 'format' | null;
const FORMAT = /^(?:unix|(?:local:)?(?:%[YmdHMS]|[^%{}])+)$/;

/** Why nothing can come of it; null: it is fit. */
export function templateFault(template: string): TemplateFault {
  const text = template.trim();
  if (!/^rtsps?:\/\/[^/\s?]+/.test(text)) return 'scheme';
  if (/^rtsps?:\/\/[^/?]*@/.test(text) || /[?&;](?:password|passwd|pass|pwd|psw)=(?!\{)/i.test(text)) return 'credentials';
  const words = [...text.matchAll(/\{([^{}]*)\}/g)].map((m) => m[1]);
  if (/[{}]/.test(text.replace(/\{[^{}]*\}/g, ''))) return 'braces';
  for (const w of words) {
    if (w === 'channel' || w === 'user' || w === 'password') continue;
    const time = /^(?:start|end):(.*)$/s.exec(w);
    if (!time) return 'word';
    if (!FORMAT.test(time[1])) return 'format';
  }
  return null;
}

const two = (n: number): string => String(n).padStart(2, '0');
function timeOf(format: string, us: number, offsetS: number): string {
  if (format === 'unix') return String(Math.floor(us / 1e6));
  const local = format.startsWith('local:');
  const d = new Date(us / 1000 + (local ? offsetS * 1000 : 0));
  const is: Record<string, string> = { Y: String(d.getUTCFullYear()), m: two(d.getUTCMonth() + 1), d: two(d.getUTCDate()), H: two(d.getUTCHours()), M: two(d.getUTCMinutes()), S: two(d.getUTCSeconds()) };
  return (local ? format.slice(6) : format).replace(/%([YmdHMS])/g, (_, k: string) => is[k]);
}

export interface Preview {
  url: string;
  /** The time is not in the address: it travels in a header. */
  byRange: boolean;
  /** The channel is nowhere: every camera would show the same. */
  sameForAll: boolean;
}
export function previewOf(template: string, channel: number, fromUs: number, toUs: number, offsetS: number): Preview {
  const text = template.trim();
  const url = text.replace(/\{channel\}/g, String(channel)).replace(/\{start:([^{}]*)\}/g, (_, f: string) => timeOf(f, fromUs, offsetS)).replace(/\{end:([^{}]*)\}/g, (_, f: string) => timeOf(f, toUs, offsetS));
  return { url, byRange: !/\{start:/.test(text), sameForAll: !text.includes('{channel}') };
}

/** An example with the address of the recorder that is being registered instead of the one of the book. */
export function exampleFor(make: Make | undefined, before: string): string {
  if (!make) return before;
  const host = /^rtsps?:\/\/([^/\s?]+)/.exec(before.trim())?.[1];
  return host ? make.example.replace(/^rtsp:\/\/[^/]+/, (whole) => whole.replace(/192\.0\.2\.9(?::554)?$/, host)) : make.example;
}

export const makeWord = (makes: readonly Make[], name: string, zh: boolean): string => {
  const make = makes.find((m) => m.name === name);
  return make ? (zh ? make.zh : make.en) : name;
};

/** Names that cameras carry and nobody registered. */
export function unregistered(cameras: Iterable<{ recorder: string }>, recorders: Iterable<Pick<Recorder, 'name'>>): string[] {
  const known = new Set([...recorders].map((r) => r.name));
  return [...new Set([...cameras].map((c) => c.recorder).filter((n) => n && !known.has(n)))].sort((a, b) => a.localeCompare(b, 'zh', { numeric: true }));
}
