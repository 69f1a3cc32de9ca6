import { mount } from '@vue/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { nextTick } from 'vue';
import { i18n } from '@/i18n';
import { Refusal } from '@/feed/refusal';
import { notice } from '@/ui/notice';
import { ask, offerWayBack, question, secret, WAY_BACK_MS, waysBack } from './parts/acts';
import Ask from './parts/Ask.vue';
import { useForm } from './parts/form';
import List from './parts/List.vue';
import Once from './parts/Once.vue';

const global = { plugins: [i18n] };
beforeEach(() => {
  // jsdom has no modal dialogs.
  HTMLDialogElement.prototype.showModal = function show(this: HTMLDialogElement) {
    this.setAttribute('open', '');
  };
});
afterEach(() => {
  vi.useRealTimers();
  question.value?.answer(false);
  secret.value = null;
  waysBack.value = [];
});

describe('a question', () => {
  it('answers no to Esc and to a second question, yes only to its button', async () => {
    const box = mount(Ask, { global });
    const first = ask('移除？', ['会消失'], '移除');
    const second = ask('停用？', [], '停用');
    expect(await first).toBe(false);
    await nextTick();
    await nextTick();
    await box.find('dialog').trigger('cancel');
    expect(await second).toBe(false);
    const third = ask('移除？', ['会消失'], '移除');
    await nextTick();
    expect(box.text()).toContain('会消失');
    await box.find('[data-yes]').trigger('click');
    expect(await third).toBe(true);
  });
});

describe('a secret', () => {
  it('stays until somebody says that it is kept, and is nowhere afterwards', async () => {
    const box = mount(Once, { global });
    secret.value = { title: '密钥', hint: '', items: [{ label: '密钥', text: 'abc123' }] };
    await nextTick();
    await box.find('dialog').trigger('cancel');
    expect((box.find('input').element as HTMLInputElement).value).toBe('abc123');
    await box.find('[data-kept]').trigger('click');
    expect([secret.value, box.html().includes('abc123')]).toEqual([null, false]);
  });
});

describe('a way back', () => {
  it('is taken once', async () => {
    const undo = vi.fn(() => Promise.resolve());
    offerWayBack('已移除', undo, '已撤销');
    await waysBack.value[0].go();
    expect([undo.mock.calls.length, waysBack.value.length, notice.value?.text]).toEqual([1, 0, '已撤销']);
  });
  it('ends after half a minute', () => {
    vi.useFakeTimers();
    offerWayBack('已移除', () => Promise.resolve(), '');
    vi.advanceTimersByTime(WAY_BACK_MS);
    expect(waysBack.value).toEqual([]);
  });
  it('says why when the center refuses', async () => {
    offerWayBack('已移除', () => Promise.reject(new Refusal({ code: 'illegal', sentence_zh: '没有被移除', sentence_en: 'not removed' })), '已撤销');
    await waysBack.value[0].go();
    expect(notice.value?.bad).toBe(true);
  });
});

describe('a form', () => {
  it('runs once at a time and keeps the refusal beside it', async () => {
    const { busy, refusal, run } = useForm();
    let end: (e: unknown) => void = () => undefined;
    const first = run(() => new Promise((_, reject) => (end = reject)));
    expect([busy.value, await run(() => Promise.resolve())]).toEqual([true, false]);
    end(new Refusal({ code: 'bad_args', sentence_zh: '编号已用' }));
    expect([await first, busy.value, refusal.value?.zh]).toEqual([false, false, '编号已用']);
    expect([await run(() => Promise.resolve()), refusal.value]).toEqual([true, null]);
  });
  it('passes on what is our own mistake', async () => {
    await expect(useForm().run(() => Promise.reject(new TypeError('x')))).rejects.toThrow(TypeError);
  });
});

describe('a list', () => {
  const props = { label: 'x', empty: '还没有', emptyHint: '导入一些' };
  it('tells reading, nothing and refused apart', async () => {
    const list = mount(List, { global, props: { ...props, rows: null } });
    expect(list.find('[aria-busy=true]').exists()).toBe(true);
    await list.setProps({ rows: [] });
    expect(list.text()).toContain('还没有');
    await list.setProps({ rows: null, refusal: new Refusal({ code: 'busy', sentence_zh: '稍后再试', sentence_en: 'later' }) });
    await list.find('button').trigger('click');
    expect([list.text().includes('还没有'), list.emitted('retry')?.length]).toEqual([false, 1]);
  });
  it('is walked by arrows and opened by Enter, with one row in the tab order', async () => {
    const list = mount(List, { global, attachTo: document.body, props: { ...props, rows: [{ id: 1 }, { id: 2 }] } });
    const rows = list.findAll('tbody tr');
    expect(rows.map((r) => r.attributes('tabindex'))).toEqual(['0', '-1']);
    await rows[0].trigger('keydown', { key: 'ArrowDown' });
    expect(document.activeElement).toBe(rows[1].element);
    await rows[1].trigger('keydown', { key: 'Enter' });
    expect(list.emitted('pick')).toEqual([[{ id: 2 }]]);
    list.unmount();
  });
});
