import { flushPromises, mount, type VueWrapper } from '@vue/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi, type MockInstance } from 'vitest';
import { createMemoryHistory, createRouter } from 'vue-router';
import type { AnyObject } from '@/generated/objects';
import { camera, finding, zone } from '../../../tests/helpers';
import { feed, me } from '@/feed/live';
import { http } from '@/feed/http';
import { i18n, setLocale } from '@/i18n';
import { question, waysBack } from '@/pages/admin/parts/acts';
import { begin, close, drop, key, newDraft, put, split, takeAway } from './draft';
import { KEEP_MS, niceTop, pathOf, push, type Sample } from './samples';
import Page from './Page.vue';

describe('a polygon under the hand', () => {
  it('is drawn corner by corner and closed by its first corner', () => {
    const d = newDraft();
    begin(d, null, []);
    put(d, 0.1, 0.1);
    put(d, 0.5, 0.1);
    put(d, 0.1, 0.1); // two corners are no polygon yet: this is a third one
    put(d, 0.5, 0.5);
    expect([d.mode, d.points.length]).toEqual(['draw', 4]);
    put(d, 0.11, 0.11);
    expect([d.mode, d.points.length]).toEqual(['change', 4]);
  });
  it('is drawn by keys alone: arrows, Space, Backspace, Enter', () => {
    const d = newDraft();
    begin(d, null, []);
    for (const code of ['Space', 'ArrowRight', 'Space', 'ArrowDown', 'Space', 'ArrowLeft', 'Space']) expect(key(d, code, false)).toBe(true);
    expect(d.points).toEqual([[0.5, 0.5], [0.52, 0.5], [0.52, 0.52], [0.5, 0.52]]);
    key(d, 'Backspace', false);
    key(d, 'Enter', false);
    expect([d.mode, d.points.length]).toEqual(['change', 3]);
    expect(close(newDraft())).toBe(false);
  });
  it('is changed corner by corner, never out of the picture, never below three', () => {
    const d = newDraft();
    begin(d, 7, [[0.01, 0.5], [0.5, 0.5], [0.5, 0.9]]);
    d.chosen = 0;
    key(d, 'ArrowLeft', false);
    key(d, 'ArrowLeft', true);
    expect(d.points[0]).toEqual([0, 0.5]);
    takeAway(d, 0);
    expect(d.points.length).toBe(3);
    split(d, 0);
    expect([d.points.length, d.chosen, d.points[1]]).toEqual([4, 1, [0.25, 0.5]]);
    key(d, 'Delete', false);
    expect(d.points.length).toBe(3);
  });
  it('lets go of a corner before it gives up', () => {
    const d = newDraft();
    begin(d, 7, [[0.1, 0.1], [0.5, 0.5], [0.5, 0.9]]);
    d.chosen = 1;
    key(d, 'Escape', false);
    expect([d.mode, d.chosen]).toEqual(['change', null]);
    key(d, 'Escape', false);
    expect(d.mode).toBe('none');
    expect(key(d, 'Escape', false)).toBe(false);
    drop(d);
  });
});

describe('the live lines', () => {
  const many = (n: number): Sample[] => Array.from({ length: n }, (_, i) => ({ atMs: i * 1000, fps: 15, kbps: 800 })).reduce<Sample[]>((list, s) => push(list, s), []);
  it('hold two minutes and no more, however long the page is open', () => {
    const list = many(3600);
    expect([list.length <= 120, list[0].atMs > 3_599_000 - KEEP_MS]).toEqual([true, true]);
  });
  it('take a second once, and show a silence as a gap', () => {
    const list = push([{ atMs: 1000, fps: 1, kbps: 1 }], { atMs: 1000, fps: 9, kbps: 9 });
    expect(list.length).toBe(1);
    const gap = pathOf([{ atMs: 0, fps: 1, kbps: 1 }, { atMs: 1000, fps: 1, kbps: 1 }, { atMs: 20_000, fps: 1, kbps: 1 }], 'fps', 20_000, 100, 40);
    expect(gap.d.match(/M/g)?.length).toBe(2);
  });
  it('have a round top', () => {
    expect([0, 15, 832, 1000.5].map(niceTop)).toEqual([1, 20, 1000, 1500]);
  });
});

describe('the page', () => {
  const store = feed.view('desk').store;
  let page: VueWrapper;
  let sent: MockInstance<typeof http.command>;
  async function open(id: number, ...objects: AnyObject[]): Promise<void> {
    store.replace(objects);
    feed.ready.add('desk');
    const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/camera', component: Page }, { path: '/cameras', component: { template: '<p/>' } }] });
    await router.push(`/camera?id=${id}`);
    page = mount(Page, { global: { plugins: [i18n, router] }, attachTo: document.body });
    await flushPromises();
  }
  const press = async (code: string) => {
    document.body.dispatchEvent(new KeyboardEvent('keydown', { code, key: code, bubbles: true, cancelable: true }));
    await flushPromises();
  };
  beforeEach(() => {
    setLocale('zh-CN');
    me.value = { id: 1, name: 'admin', display: '管理员', role: 'admin', unit_id: null };
    HTMLDialogElement.prototype.showModal = function show(this: HTMLDialogElement) {
      this.setAttribute('open', '');
    };
    vi.spyOn(feed, 'start').mockImplementation(() => undefined);
    vi.stubGlobal('WebSocket', class { close(): void {} send(): void {} });
    vi.spyOn(http, 'get').mockResolvedValue({ rows: [] } as never);
    sent = vi.spyOn(http, 'command').mockResolvedValue({ v: 1, type: 'reply', id: 'x', code: 'ok', result: {} });
  });
  afterEach(() => {
    question.value?.answer(false);
    waysBack.value = [];
    page.unmount();
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
  });

  it('says that there is no such camera, instead of nothing', async () => {
    await open(99, camera({ id: 1 }));
    expect(page.text()).toContain('没有这路摄像机');
  });
  it('argues an open finding by two pictures and its measure', async () => {
    await open(1, camera({ id: 1, sees: 'no' }), finding({ camera_id: 1, before_hash: 'aa', now_hash: 'bb' }));
    const pane = page.find('[data-region=findings]');
    expect(pane.findAll('img').map((i) => i.attributes('src')?.split('/').pop())).toEqual(['aa', 'bb']);
    expect(pane.text()).toContain('测得 0.90，限值 0.50');
    expect(page.find('[data-found]').text()).toBe('遮挡');
  });
  it('draws a zone by keys and sends it', async () => {
    await open(1, camera({ id: 1 }));
    await press('KeyZ');
    for (const code of ['Space', ...Array<string>(10).fill('ArrowRight'), 'Space', ...Array<string>(10).fill('ArrowDown'), 'Space', 'Enter']) await press(code);
    expect(page.find('[data-mode]').attributes('data-mode')).toBe('change');
    await page.find('[data-region=zones] form').trigger('submit');
    await flushPromises();
    expect(sent.mock.calls[0].slice(0, 2)).toEqual(['zone.add', { camera_id: 1, name: '消防通道', category: 'fire_lane', points: [[0.5, 0.5], [0.7, 0.5], [0.7, 0.7]], dwell_s: 120, from_min: 0, to_min: 0 }]);
  });
  it('sends no polygon whose edges cross, and says why', async () => {
    await open(1, camera({ id: 1 }), zone({ id: 4, points: [[0.1, 0.1], [0.5, 0.5], [0.5, 0.1], [0.1, 0.5]] }));
    await page.find('[data-zone-edit]').trigger('click');
    await page.find('[data-region=zones] form').trigger('submit');
    await flushPromises();
    expect([sent.mock.calls.length, page.find('[data-region=zones]').text().includes('边线交叉')]).toEqual([0, true]);
  });
  it('takes a zone away with a way back', async () => {
    await open(1, camera({ id: 1 }), zone({ id: 4, name: '投放点' }));
    await page.find('[data-zone-remove]').trigger('click');
    await flushPromises();
    await waysBack.value[0].go();
    expect(sent.mock.calls.map((c) => c.slice(0, 2))).toEqual([['zone.remove', { zone_id: 4 }], ['zone.restore', { zone_id: 4 }]]);
  });
  it('asks before a picture is taken for right, and not at all when there is none', async () => {
    await open(1, camera({ id: 1, state: 'lost' }));
    await press('KeyR');
    expect([question.value, page.find('[data-relearn]').attributes('disabled')]).toEqual([null, '']);
    store.put(camera({ id: 1, rev: 2 }));
    await flushPromises();
    await press('KeyR');
    expect(question.value?.what.length).toBe(3);
    question.value?.answer(true);
    await flushPromises();
    expect(sent.mock.calls[0].slice(0, 2)).toEqual(['camera.relearn', { camera_id: 1 }]);
  });
  it('lets an operator look and learn, but draw nothing', async () => {
    me.value = { id: 2, name: 'operator', display: '王', role: 'operator', unit_id: null };
    await open(1, camera({ id: 1 }), zone({ id: 4 }));
    await press('KeyZ');
    expect([page.find('[data-zone-new]').exists(), page.find('[data-zone-edit]').exists(), page.find('[data-mode]').attributes('data-mode'), page.find('[data-relearn]').exists()]).toEqual([false, false, 'none', true]);
  });
});
