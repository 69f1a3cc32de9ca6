import { beforeEach, describe, expect, it } from 'vitest';
import { camera } from '../../../../tests/helpers';
import type { Rule } from '@/generated/objects';
import { Store } from '@/feed/store';
import { setLocale } from '@/i18n';
import { classesOf, mayBeOff, readSelector, rulesInOrder, writeSelector } from './model';
import { ruleName, ruleWords } from './words';

beforeEach(() => setLocale('zh-CN'));
const rule = (more: Partial<Rule> = {}): Rule => ({ type: 'rule', id: 1, rev: 1, kind: 'sight', name: '', selector: {}, makes: 'alert', category: '', priority: 4, on_delay_us: 0, off_delay_us: 0, latched: false, response_zh: '看', response_en: 'look', enabled: true, ...more });

describe('what a rule chooses', () => {
  it('goes back as it came, and nothing else goes along', () => {
    const selector = { topics: ['line', 'field'], zones: ['perimeter'], from_min: 1320, to_min: 360 };
    expect(writeSelector('camera_observed', readSelector({ selector }))).toEqual(selector);
    expect(writeSelector('sight', readSelector({ selector }))).toEqual({ zones: ['perimeter'], from_min: 1320, to_min: 360 });
    expect(writeSelector('outage', readSelector({ selector }))).toEqual({});
  });
  it('is read without harm whatever stands there', () => {
    expect(readSelector({ selector: { kinds: 'covered', cameras: ['1', 2], from_min: 9999 } })).toMatchObject({ kinds: [], cameras: [2], from_min: 0 });
  });
  it('is a sentence', () => {
    const store = new Store();
    store.replace([camera({ id: 3, code: 'C-018' })]);
    expect(ruleWords(store, rule({ selector: { kinds: ['covered', 'sprayed'], cameras: [3], from_min: 1320, to_min: 360 } }))).toBe('遮挡、喷涂 · C-018 · 22:00–06:00');
    expect([ruleWords(store, rule()), ruleName(rule()), ruleName(rule({ name: '夜间翻越' }))]).toEqual(['全部', '画面异常', '夜间翻越']);
  });
  it('takes classes however they are separated, each once', () => {
    expect(classesOf('Human, Vehicle，Human  Bicycle')).toEqual(['Human', 'Vehicle', 'Bicycle']);
  });
});

describe('the list of rules', () => {
  it('has those that choose before those that take all, of the later first, as they are asked', () => {
    const list = rulesInOrder([rule({ id: 11 }), rule({ id: 12, selector: { kinds: ['covered'] } }), rule({ id: 20, selector: { kinds: ['moved'] } }), rule({ id: 2, kind: 'sos' })]);
    expect(list.map((r) => r.id)).toEqual([2, 20, 12, 11]);
  });
  it('never offers to switch off what people say', () => {
    expect([mayBeOff('sos'), mayBeOff('reported'), mayBeOff('sight')]).toEqual([false, false, true]);
  });
});
