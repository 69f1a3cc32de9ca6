// The whole page on a store of our own: keys in, commands out.
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi, type MockInstance } from 'vitest';
import { createMemoryHistory, createRouter } from 'vue-router';
import type { AnyObject, Ticket } from '@/generated/objects';
import { feed, me } from '@/feed/live';
import { http } from '@/feed/http';
import { Refusal } from '@/feed/refusal';
import { i18n, setLocale } from '@/i18n';
import { hush, notice } from '@/ui/notice';
import { alert, camera, place, round, SECOND, ticket, unit } from '../../../tests/helpers';
import Page from './Page.vue';

const store = feed.view('desk').store;
const candidate = (unit_id: number, name: string, more: Partial<Ticket['candidates'][number]> = {}) => ({ unit_id, name, rank: unit_id, free: true, reason: 'free' as const, metres: 100, arrive_s: 90, way: 'path' as const, position_age_s: 2, ...more });
let candidates = [candidate(1, '夜巡1组'), candidate(2, '夜巡2组')];
let page: VueWrapper;
let sent: MockInstance<typeof http.command>;

async function open(...objects: AnyObject[]): Promise<void> {
  store.replace(objects);
  feed.ready.add('desk');
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/', component: Page }] });
  page = mount(Page, { global: { plugins: [i18n, router] }, attachTo: document.body });
  await flushPromises();
  await rest();
}
/** Past the 300 ms in which a key is refused after a change. */
async function rest(): Promise<void> {
  await vi.advanceTimersByTimeAsync(350);
}
async function press(code: string, key = code === 'Enter' ? 'Enter' : ''): Promise<void> {
  (document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent('keydown', { code, key, bubbles: true, cancelable: true }));
  await flushPromises();
}
async function write(text: string): Promise<void> {
  const input = document.activeElement as HTMLInputElement;
  expect(input.tagName).toBe('INPUT');
  input.value = text;
  input.dispatchEvent(new Event('input', { bubbles: true }));
  await flushPromises();
}
const commands = () => sent.mock.calls.map(([name, args]: unknown[]) => [name, args]);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance', 'Date'] });
  setLocale('zh-CN');
  me.value = { id: 1, name: 'operator', display: '王海燕', role: 'operator', unit_id: null };
  candidates = [candidate(1, '夜巡1组'), candidate(2, '夜巡2组')];
  vi.spyOn(feed, 'start').mockImplementation(() => undefined);
  vi.spyOn(http, 'get').mockImplementation(async (path: string) => (path.startsWith('recommend') ? { candidates } : { rows: [] }) as never);
  sent = vi.spyOn(http, 'command').mockResolvedValue({ v: 1, type: 'reply', id: 'x', code: 'ok', result: { alert_id: 9, code: 'A-9' } });
});
afterEach(() => {
  page.unmount();
  hush();
  document.body.innerHTML = '';
  vi.restoreAllMocks();
  vi.useRealTimers();
});
const seat: AnyObject = { type: 'watch', id: 1, rev: 1, shift_id: 1, user_id: 1, name: '王海燕', seat: 1, from_us: 0, to_us: null, sound_at_us: 1 };
const units = [unit({ id: 1, name: '夜巡1组', phone: '199', radio_channel: '频道1', presence: 'none' }), unit({ id: 2, name: '夜巡2组' })];

describe('the queue and the hand', () => {
  it('keeps the selection when a graver alert comes, shows the banner, and Home takes it', async () => {
    await open(seat, alert({ id: 1, priority: 2 }));
    store.put(alert({ id: 2, priority: 1, code: 'A-2' }));
    await flushPromises();
    expect(page.find('[aria-current="true"]').attributes('data-alert')).toBe('A-20261121-0001');
    expect(page.find('[data-banner]').attributes('data-banner')).toBe('A-2');
    await press('Home');
    expect(page.find('[aria-current="true"]').attributes('data-alert')).toBe('A-2');
    expect(page.find('[data-banner]').exists()).toBe(false);
  });
  it('acknowledges with Space, once', async () => {
    await open(seat, alert({ rev: 7 }));
    await Promise.all([press('Space'), press('Space')]);
    expect(commands()).toEqual([['alert.ack', { alert_id: 1 }]]);
    expect(sent.mock.calls[0][2]).toMatchObject({ ifRev: 7 });
  });
  it('sends the first with D and the second with 2, as they are shown', async () => {
    await open(seat, ...units, alert());
    expect(page.findAll('.cand').map((c) => c.attributes('data-unit'))).toEqual(['1', '2']);
    await Promise.all([press('KeyD'), press('Digit2')]); // the second while the first is on its way
    expect(commands()).toEqual([['alert.dispatch', { alert_id: 1, unit_id: 1 }]]);
    sent.mockClear();
    await rest();
    await press('Digit2');
    await press('Digit4');
    expect(commands()).toEqual([['alert.dispatch', { alert_id: 1, unit_id: 2 }]]);
    expect(notice.value?.text).toBe('没有这个候选。');
  });
  it('refuses a key within 300 ms of a change under the hand, and says so', async () => {
    await open(seat, alert());
    store.put(alert({ rev: 2, priority: 2 }));
    await flushPromises();
    await press('Space');
    expect(commands()).toEqual([]);
    expect(notice.value).toMatchObject({ bad: true, text: '内容刚刚变化，没有执行。请看清后再按。' });
    await rest();
    await press('Space');
    expect(commands()).toHaveLength(1);
  });
  it('does not take a counter or the operator\'s own step for a change', async () => {
    await open(seat, alert({ id: 1 }), alert({ id: 2, code: 'A-2', first_at_us: 5 }));
    store.put(alert({ id: 1, rev: 2, count: 4 }));
    await flushPromises();
    await press('KeyJ');
    await press('Space');
    expect(commands()).toEqual([['alert.ack', { alert_id: 2 }]]);
  });
  it('sends once more when only a counter came in between, and not when the matter did', async () => {
    await open(seat, alert({ rev: 3 }));
    sent.mockRejectedValueOnce(new Refusal({ code: 'changed' }));
    await press('Space');
    expect(sent.mock.calls.map((c) => c[2])).toEqual([{ ifRev: 3 }, undefined]);
    sent.mockClear();
    sent.mockImplementationOnce(async () => {
      store.put(alert({ rev: 4, state: 'ACKED' }));
      throw new Refusal({ code: 'changed', sentence_zh: '已变化', sentence_en: 'Changed' });
    });
    await press('Space');
    expect([commands().length, notice.value?.text]).toEqual([1, '已变化']);
  });
  it('passes on what the center says beside done', async () => {
    await open(seat, alert());
    sent.mockResolvedValueOnce({ v: 1, type: 'reply', id: 'x', code: 'ok', result: { needs_lead: true, sentence_zh: '没有空闲队伍', sentence_en: 'Nobody' } });
    await press('KeyD');
    expect(notice.value).toMatchObject({ text: '没有空闲队伍' });
  });
  it('gives the outcome with X and a digit; a digit alone sends somebody', async () => {
    await open(seat, ...units, alert({ state: 'ACKED' }));
    await press('KeyX');
    await press('Digit2');
    expect(commands()).toEqual([['alert.dispose', { alert_id: 1, disposition: 'false' }]]);
  });
  it('says why X does nothing yet', async () => {
    await open(seat, alert());
    await press('KeyX');
    expect([commands(), notice.value?.text]).toEqual([[], '请先确认（空格），再给结论。']);
  });
  it('shows the sentence of a refusal in the language of the page', async () => {
    await open(seat, alert());
    sent.mockRejectedValueOnce(new Refusal({ code: 'illegal', sentence_zh: '不行。', sentence_en: 'No.' }));
    setLocale('en');
    await press('Space');
    expect(notice.value).toMatchObject({ bad: true, text: 'No.' });
  });
  it('leaves keys alone while somebody writes', async () => {
    await open(seat, alert());
    await press('KeyK', 'k');
    const input = document.createElement('input');
    document.body.append(input);
    input.focus();
    await press('Space');
    await press('KeyD');
    expect(commands()).toEqual([]);
  });
});

describe('a new incident', () => {
  it('takes three keys from a camera that is looked at', async () => {
    await open(seat, alert({ camera_id: 5, place_id: 3 }), place({ id: 3, name: '12号楼' }), camera({ id: 5, place_id: 3, lat: 36, lon: 120 }));
    await press('KeyN');
    await press('Digit2');
    await press('Enter');
    expect(commands()).toEqual([['incident.open', { category: 'fire', via: 'camera', place_id: 3, camera_id: 5 }]]);
    expect(page.find('[role="dialog"]').exists()).toBe(false);
  });
  it('finds the place a caller names', async () => {
    await open(seat, place({ id: 3, name: '12号楼', code: 'B12' }));
    await press('KeyN');
    await press('Digit1');
    await write('12');
    await press('Enter');
    expect(commands()).toEqual([['incident.open', { category: 'fall', via: 'call', place_id: 3 }]]);
  });
  it('opens nothing without a category or a place, and says what is missing', async () => {
    await open(seat, place({ id: 3 }));
    await press('KeyN');
    await press('Digit1');
    await press('Enter');
    expect(commands()).toEqual([]);
    expect(page.text()).toContain('请选择地点');
  });
});

describe('after the dispatch', () => {
  const running = { state: 'DISPATCHED' as const, dispatched_at_us: 0, unit_id: 1 };
  it('shows telephone and radio, and that nobody can have seen it', async () => {
    await open(seat, ...units, alert({ state: 'ACKED', ticket_id: 1 }), ticket(running));
    const text = page.find('.unit').text();
    for (const word of ['199', '频道1', '打电话 / 电台', '手机未连']) expect(text).toContain(word);
  });
  it('enters a step on behalf with the words heard, and gives the keys back', async () => {
    await open(seat, ...units, alert({ state: 'ACKED', ticket_id: 1 }), ticket(running));
    await press('KeyT');
    await press('Enter');
    expect(commands()).toEqual([]); // no words, no entry
    expect(page.text()).toContain('请写下听到的话');
    await write('二组收到');
    await press('Enter');
    expect(commands()).toEqual([['ticket.accept', { ticket_id: 1, behalf: { unit_id: 1, channel: 'radio', words: '二组收到' } }]]);
    expect(document.activeElement).toBe(document.body);
  });
  it('refuses a step that is not due', async () => {
    await open(seat, ...units, alert({ state: 'ACKED', ticket_id: 1 }), ticket(running));
    await press('KeyU');
    expect([page.find('.say').exists(), notice.value?.text]).toEqual([false, '工单当前状态不能做这一步。']);
  });
  it('recalls with Z within five seconds', async () => {
    const now = Math.round(feed.clock.nowUs());
    await open(seat, ...units, alert({ state: 'ACKED', ticket_id: 1 }), ticket({ ...running, dispatched_at_us: now }));
    await press('KeyZ');
    expect(commands()).toEqual([['ticket.recall', { ticket_id: 1 }]]);
    await vi.advanceTimersByTimeAsync(5000);
    await press('KeyZ');
    expect(commands()).toHaveLength(1);
    expect(notice.value?.text).toContain('超过 5 秒');
  });
  it('sends another unit when it came back', async () => {
    await open(seat, ...units, alert({ state: 'ACKED', ticket_id: 1 }), ticket({ state: 'FILED', unit_id: null, returns: 1, reason: 'unsafe' }));
    expect(page.text()).toContain('退单 1 次 不安全');
    await press('Digit2');
    expect(commands()).toEqual([['ticket.dispatch', { ticket_id: 1, unit_id: 2 }]]);
  });
  it('closes after a check, and wants a reason to send back', async () => {
    await open(seat, ...units, alert({ state: 'ACKED', ticket_id: 1 }), ticket({ state: 'CLOSE_REQ', close_req_at_us: SECOND, handler: 'patrol1' }));
    await press('KeyP');
    await press('Enter');
    expect(commands()).toEqual([]);
    await press('Escape');
    await press('KeyO');
    await press('Enter');
    expect(commands()).toEqual([['ticket.check', { ticket_id: 1, verdict: 'close' }]]);
  });
});

describe('the board', () => {
  it('opens a ticket whose alert is here, and one that has none', async () => {
    await open(seat, ...units, alert({ id: 1 }), alert({ id: 2, code: 'A-2', state: 'ACKED', ticket_id: 5 }), ticket({ id: 5, code: 'E-5', alert_id: 2 }), ticket({ id: 6, code: 'F-6', kind: 'F', state: 'FILED', alert_id: null, unit_id: null, candidates: [candidate(2, '夜巡2组')] }));
    await page.find('.board [data-ticket="E-5"]').trigger('click');
    expect(page.find('[aria-current="true"]').attributes('data-alert')).toBe('A-2');
    await page.find('.board [data-ticket="F-6"]').trigger('click');
    expect(page.find('.lone').text()).toContain('F-6');
    await press('KeyD');
    expect(commands()).toEqual([['ticket.dispatch', { ticket_id: 6, unit_id: 2 }]]);
  });
  it('changes with the data', async () => {
    await open(seat, ...units, ticket({ id: 5, code: 'E-5' }));
    const group = () => page.find('.board h6').text();
    expect(group()).toBe('待接单 1');
    store.put(ticket({ id: 5, code: 'E-5', rev: 2, state: 'EN_ROUTE' }));
    await flushPromises();
    expect(group()).toBe('在途 1');
  });
});

describe('the seat and the rounds', () => {
  it('asks for a seat when nobody sits, and Esc lets one work first', async () => {
    await open(alert());
    expect(page.find('[data-seat="1"]').exists()).toBe(true);
    await press('Space');
    expect(commands()).toEqual([]);
    await press('Escape');
    await press('Space');
    expect(commands()).toEqual([['alert.ack', { alert_id: 1 }]]);
  });
  it('checks a unit in at its next point by radio', async () => {
    await open(seat, ...units, round('d..'));
    await press('KeyB');
    await write('一组到二点');
    await press('Enter');
    expect(commands()).toEqual([['checkin.behalf', { unit_id: 1, checkpoint_id: 2, channel: 'radio', words: '一组到二点' }]]);
  });
});
