import { describe, expect, it } from 'vitest';
import type { AnyObject } from '@/generated/objects';
import { Store } from '@/feed/store';
import { camera, place, ticket, unit } from '../../../tests/helpers';
import { KINDS, kindOfKey } from './categories';
import { find, scoreOf } from './find';
import { commandOf, digitOf } from './keys';

function press(init: KeyboardEventInit & { keyCode?: number }, target: HTMLElement = document.body): ReturnType<typeof commandOf> {
  let hit: ReturnType<typeof commandOf> = null;
  const listen = (e: Event) => (hit = commandOf(e as KeyboardEvent));
  addEventListener('keydown', listen);
  target.dispatchEvent(new KeyboardEvent('keydown', { bubbles: true, ...init }));
  removeEventListener('keydown', listen);
  return hit;
}
function field(tag: 'input' | 'textarea' | 'select'): HTMLElement {
  const el = document.createElement(tag);
  document.body.append(el);
  return el;
}

describe('a key of the desk', () => {
  it('goes by its place on the board, whatever the layout writes', () => {
    expect(press({ code: 'KeyD', key: 'd' })).toEqual({ code: 'KeyD', ctrl: false });
    expect(press({ code: 'KeyD', key: 'D', modifierCapsLock: true })).toEqual({ code: 'KeyD', ctrl: false });
    expect(press({ code: 'KeyD', key: 'ы' })?.code).toBe('KeyD');
  });
  it('is a letter while somebody writes or an input method composes', () => {
    for (const tag of ['input', 'textarea', 'select'] as const) expect(press({ code: 'KeyD' }, field(tag))).toBeNull();
    expect(press({ code: 'Escape' }, field('input'))?.code).toBe('Escape');
    expect(press({ code: 'KeyD', isComposing: true })).toBeNull();
    expect(press({ code: 'KeyD', keyCode: 229 })).toBeNull();
  });
  it('does not repeat while it is held', () => expect(press({ code: 'KeyD', repeat: true })).toBeNull());
  it('leaves the browser its own chords, but for Ctrl+K', () => {
    expect(press({ code: 'KeyR', ctrlKey: true })).toBeNull();
    expect(press({ code: 'KeyD', altKey: true })).toBeNull();
    expect(press({ code: 'KeyD', metaKey: true })).toBeNull();
    expect(press({ code: 'KeyK', ctrlKey: true }, field('input'))).toEqual({ code: 'KeyK', ctrl: true });
  });
  it('counts on both rows of digits', () => expect([digitOf('Digit3'), digitOf('Numpad3'), digitOf('KeyD')]).toEqual([3, 3, null]));
});

describe('categories', () => {
  it('have one key each, and every key one category', () => {
    expect(new Set(KINDS.map((k) => k.code)).size).toBe(KINDS.length);
    expect(new Set(KINDS.map((k) => k.category)).size).toBe(KINDS.length);
    expect(kindOfKey('Digit1')?.category).toBe('fall');
    expect(kindOfKey('Numpad2')?.category).toBe('fire');
    expect(kindOfKey('KeyZ')).toBeUndefined();
  });
});

describe('search', () => {
  const store = new Store();
  const objects: AnyObject[] = [place({ id: 1, name: '第12网格组', code: 'G12', kind: 'group' }), place({ id: 2, name: '12号楼', code: 'B12' }), place({ id: 3, name: '2号楼', code: 'B02' }), camera({ id: 1, code: 'C-012', name: '南门' }), unit({ id: 1, name: '夜巡1组' }), ticket({ id: 1, code: 'E-20261121-0012' })];
  for (const o of objects) store.put(o);
  const ask = (q: string) => find(store, q, { kindOf: (k) => k, what: () => '' }, 9).map((f) => `${f.kind}${f.id}`);
  it('means the building by its number', () => {
    expect(ask('12')[0]).toBe('place2');
    expect(ask('12号')[0]).toBe('place2');
    expect(ask('2')[0]).toBe('place3');
  });
  it('finds cameras, units and tickets by code and name', () => {
    expect(ask('c012')).toContain('camera1');
    expect(ask('夜巡')).toEqual(['unit1']);
    expect(ask('0012')[0]).toBe('ticket1');
    expect(ask('没有的')).toEqual([]);
  });
  it('asks nothing of nothing', () => expect(scoreOf(' ', 'a')).toBe(0));
});
