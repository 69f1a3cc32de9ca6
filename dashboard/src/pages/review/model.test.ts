import { describe, expect, it, vi } from 'vitest';
import type { Page } from '@/feed/http';
import type { JournalEvent, Outbox } from '@/generated/objects';
import { alert, SECOND, ticket } from '../../../tests/helpers';
import { axisEndS, clusters, csvOf, fits, keptOf, lanesOf, NO_FILTERS, queryOf, ratesOf, type Filters, type Row, type Story } from './model';
import { Pager } from './pager';

const clock = (dueS: number, stoppedS: number | null) => ({ kind: 'arrive' as const, started_at_us: 0, due_at_us: dueS * SECOND, stopped_at_us: stoppedS === null ? null : stoppedS * SECOND });
const arrived = (s: number, more = {}) => ticket({ state: 'CLOSED', arrived_at_us: s * SECOND, clocks: [clock(300, s)], ...more });
const event = (id: number, more: Partial<JournalEvent> = {}): JournalEvent => ({ type: 'event', id, rev: 1, at_us: id * SECOND, kind: 'ticket.accepted', subject: 'ticket', subject_id: 1, place_id: 0, severity: 1, actor: '王', on_behalf_id: 0, body: {}, ...more });

describe('the five-minute rate', () => {
  it('counts the listed tickets that promised an arrival and are decided, and no others', () => {
    const rows = [arrived(100), arrived(300), arrived(301), ticket({ clocks: [] }), ticket({ state: 'REJECTED', clocks: [clock(300, null)] })];
    expect(ratesOf(rows, 1000 * SECOND)).toMatchObject({ promised: 3, inFive: 2, arrived: 3, running: 0, medianS: 300, slowestS: 301 });
  });
  it('does not count who is still in time, and counts who is not', () => {
    const open = ticket({ state: 'EN_ROUTE', clocks: [clock(300, null)] });
    expect(ratesOf([open], 200 * SECOND)).toMatchObject({ promised: 0, running: 1 });
    expect(ratesOf([open], 400 * SECOND)).toMatchObject({ promised: 1, inFive: 0, running: 0 });
  });
  it('says nothing of nothing', () => {
    expect(ratesOf([], 0)).toMatchObject({ promised: 0, medianS: null });
  });
});

describe('filters', () => {
  it('ask the center what it knows of each noun and nothing else', () => {
    const f: Filters = { ...NO_FILTERS, noun: 'ticket', priority: 1, category: 'fall', state: 'CLOSED', text: 'x', kind: 'E' };
    expect(Object.keys(queryOf(f, 0, () => 0)).sort()).toEqual(['from_us', 'kind', 'place_id', 'state', 'to_us', 'unit_id']);
    expect(queryOf({ ...f, noun: 'event' }, 0, () => 0)).toMatchObject({ severity: 1, text: 'x' });
  });
  it('match the rest row by row', () => {
    const f = { ...NO_FILTERS, noun: 'ticket' as const, priority: 1, person: '王' };
    expect(fits(f, ticket({ handler: '王' }))).toBe(true);
    expect(fits(f, ticket({ handler: '李' }))).toBe(false);
    expect(fits(f, ticket({ handler: '王', priority: 2 }))).toBe(false);
    expect(fits({ ...NO_FILTERS, text: '门前' }, alert({ words: '2单元门前' }))).toBe(true);
  });
});

describe('paging', () => {
  const pages = (...sizes: number[]) => {
    let id = 1000;
    return vi.fn(async (_n: string, q: Record<string, unknown>): Promise<Page<Row>> => {
      const at = Number(q.cursor ?? 0);
      return { rows: Array.from({ length: sizes[at] }, () => event((id -= 1), { actor: id % 2 ? '王' : '李' })), next: at + 1 < sizes.length ? String(at + 1) : null };
    });
  };
  it('asks on through short pages until it has enough', async () => {
    const ask = pages(0, 3, 0, 60, 5);
    const pager = new Pager(ask);
    await pager.start({ ...NO_FILTERS, noun: 'event' }, {});
    expect(ask).toHaveBeenCalledTimes(4);
    expect(pager.rows.value.length).toBe(63);
    expect(pager.more.value).toBe(true);
    await pager.next();
    expect(pager.rows.value.length).toBe(68);
    expect(pager.more.value).toBe(false);
  });
  it('lists only what fits and says how many it looked at', async () => {
    const pager = new Pager(pages(40));
    await pager.start({ ...NO_FILTERS, noun: 'event', person: '王' }, {});
    expect([pager.rows.value.length, pager.looked.value]).toEqual([20, 40]);
  });
  it('stops after some asks when nothing fits', async () => {
    const ask = pages(...new Array<number>(30).fill(0));
    const pager = new Pager(ask);
    await pager.start({ ...NO_FILTERS, noun: 'event' }, {});
    expect(ask).toHaveBeenCalledTimes(8);
    expect(pager.more.value).toBe(true);
  });
});

describe('a story', () => {
  const outbox = { type: 'outbox', id: 1, target: 'unit', target_id: 1, queued_at_us: SECOND, delivered_at_us: 2 * SECOND, read_at_us: null, answered_at_us: null, state: 'DELIVERED', at_us: SECOND } as Outbox & { at_us: number };
  const story: Story = { alert: alert(), ticket: ticket({ arrived_at_us: 200 * SECOND }), items: [event(1), outbox, event(30, { actor: '' })] };
  it('has a lane for each who was told or did something', () => {
    const lanes = lanesOf(story, () => '夜巡1组', (e) => e.kind, '系统');
    expect(lanes.map((l) => l.name)).toEqual(['王', '夜巡1组', '系统']);
    expect(lanes[1].told[0]).toMatchObject({ fromUs: SECOND, toUs: 2 * SECOND });
  });
  it('is drawn as far as the arrival, and five minutes while nobody is there', () => {
    expect(axisEndS(story)).toBe(260);
    expect(axisEndS({ ...story, ticket: ticket() })).toBe(330);
  });
  it('lets deeds that fall together speak once', () => {
    const marks = [0, 1, 2, 60].map((s) => ({ atUs: s * SECOND, label: `d${s}` }));
    expect(clusters(marks, (us) => us / SECOND, 5).map((c) => c.words)).toEqual([['d1', 'd2'], ['d60']]);
  });
  it('knows kept, missed and running clocks', () => {
    expect(keptOf(clock(300, 200), 0)).toEqual({ how: 'kept', byS: 100 });
    expect(keptOf(clock(300, 301), 0)).toEqual({ how: 'missed', byS: -1 });
    expect(keptOf(clock(300, null), 100 * SECOND)).toEqual({ how: 'running', byS: 200 });
    expect(keptOf(clock(300, null), 400 * SECOND).how).toBe('missed');
  });
});

describe('CSV', () => {
  it('quotes, keeps Chinese readable and makes formulas text', () => {
    expect(csvOf(['a'], [['=1+1'], ['x,"y"'], [3], [-2], [null]])).toBe('\uFEFFa\r\n\'=1+1\r\n"x,""y"""\r\n3\r\n-2\r\n\r\n');
  });
});
