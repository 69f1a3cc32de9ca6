import { describe, expect, it } from 'vitest';
import { i18n } from '@/i18n';
import { span } from '@/i18n/format';

type Texts = { [key: string]: string | Texts };

function keys(texts: Texts, at = ''): string[] {
  return Object.entries(texts).flatMap(([key, value]) => (typeof value === 'string' ? [`${at}${key}`] : keys(value, `${at}${key}.`)));
}
const holes = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).filter((v, i, all) => all.indexOf(v) === i).sort();
const at = (texts: Texts, key: string) => key.split('.').reduce<string | Texts>((node, part) => (node as Texts)[part], texts) as string;

const zh = i18n.global.messages.value['zh-CN'] as unknown as Texts;
const en = i18n.global.messages.value.en as unknown as Texts;

describe('the two languages', () => {
  it('have the same keys', () => {
    expect(keys(en).sort()).toEqual(keys(zh).sort());
  });
  it('have no empty text', () => {
    for (const key of keys(zh)) expect([key, at(zh, key).trim(), at(en, key).trim()]).not.toContain('');
  });
  it('name nothing in one that the other lacks', () => {
    for (const key of keys(zh)) {
      const [a, b] = [holes(at(zh, key)), holes(at(en, key))];
      expect(b.every((hole) => a.includes(hole)), `${key}: ${b} in English, ${a} in Chinese`).toBe(true);
    }
  });
});

describe('spans', () => {
  it('are m:ss under an hour', () => {
    expect([0, 9, 70, 3599, 3723].map(span)).toEqual(['0:00', '0:09', '1:10', '59:59', '1:02:03']);
  });
});
