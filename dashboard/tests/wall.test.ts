import { describe, expect, it } from 'vitest';
import { doingOf, dutyOf, flowOf, kpiOf, loadOf, openAlerts, pointMarks, railOf, roundsNow, roundWord, rowClock } from '@/pages/wall/model';
import { budgetOf, clockState } from '@/ui/clocks';
import { alert, round, SECOND, ticket, unit } from './helpers';

const NOW = 100 * SECOND;

describe('the rail', () => {
  const grave = (n: number) => Array.from({ length: n }, (_, i) => alert({ id: i + 1, priority: (i % 2) + 1, first_at_us: i }));
  it('shows two in full, and from the third the most urgent in full and the others a line each', () => {
    expect(railOf(openAlerts(grave(2)))).toMatchObject({ crowded: false, full: [{ id: 1 }, { id: 2 }], lines: [] });
    const crowd = railOf(openAlerts(grave(7)));
    expect([crowd.full.length, crowd.lines.length, crowd.crowded]).toEqual([1, 4, true]);
    expect(crowd.full[0].priority).toBe(1);
  });
  it('puts the unanswered of a priority first, then the oldest, and leaves out what is closed', () => {
    const list = openAlerts([alert({ id: 1, state: 'ACKED', first_at_us: 1 }), alert({ id: 2, first_at_us: 9 }), alert({ id: 3, first_at_us: 5 }), alert({ id: 4, state: 'NORM' })]);
    expect(list.map((a) => a.id)).toEqual([3, 2, 1]);
  });
});

describe('the clock of a row', () => {
  it('is the five minutes, then how long it took', () => {
    expect(rowClock(alert(), undefined, NOW)).toEqual({ kind: 'five', dueUs: 300 * SECOND, over: false });
    expect(rowClock(alert(), ticket({ arrived_at_us: 169 * SECOND }), NOW)).toEqual({ kind: 'arrived', tookS: 169, over: false });
    expect(rowClock(alert(), undefined, 301 * SECOND)).toMatchObject({ over: true });
  });
  it('is the acknowledgement where nobody must arrive', () => {
    expect(rowClock(alert({ arrive_due_us: null }), undefined, NOW)).toMatchObject({ kind: 'ack', over: true });
    expect(rowClock(alert({ arrive_due_us: null, state: 'ACKED', act_due_us: 120 * SECOND }), undefined, NOW)).toMatchObject({ kind: 'act', over: false });
  });
});

describe('who does what', () => {
  it('names the unit, its clock and how far it is', () => {
    const t = ticket({ clocks: [{ kind: 'accept', started_at_us: 0, due_at_us: 60 * SECOND, stopped_at_us: null }] });
    expect(doingOf(alert(), t, unit(), null)).toEqual({ key: 'accept_left', unit: '夜巡1组', dueUs: 60 * SECOND });
    const near = doingOf(alert(), ticket({ state: 'EN_ROUTE' }), unit({ lat: 36, lon: 120 }), { lat: 36.001, lon: 120 });
    expect(near.key).toBe('en_route');
    expect(near.metres).toBeCloseTo(110.6, 0);
  });
  it('claims no distance where the place is not known', () => {
    expect(doingOf(alert(), ticket({ state: 'EN_ROUTE' }), unit(), { lat: 36, lon: 120 })).toEqual({ key: 'en_route', unit: '夜巡1组' });
  });
  it('says that nobody took it', () => {
    expect(doingOf(alert(), undefined, undefined, null).key).toBe('unacked');
    expect(doingOf(alert({ state: 'RETURNED' }), undefined, undefined, null).key).toBe('returned');
    expect(doingOf(alert({ state: 'ACKED' }), ticket({ state: 'FILED', needs_lead: true }), undefined, null).key).toBe('lead');
  });
});

describe('the five-minute budget', () => {
  it('fills each stage to its own scale and marks the running one', () => {
    const stages = budgetOf(alert({ first_at_us: 0, acked_at_us: 10 * SECOND }), undefined, 40 * SECOND);
    expect(stages.map((s) => s.state)).toEqual(['done', 'done', 'now', 'ahead', 'ahead']);
    expect(stages.map((s) => s.usedS)).toEqual([2, 10, 30, 0, 0]);
  });
  it('says which stage took too long', () => {
    expect(budgetOf(alert({ acked_at_us: 30 * SECOND }), undefined, 31 * SECOND)[1]).toMatchObject({ usedS: 20, over: true });
  });
  it('is soon at 80 % and late at the end', () => {
    expect([79, 80, 100].map((s) => clockState(0, 100 * SECOND, null, s * SECOND))).toEqual(['run', 'soon', 'late']);
    expect(clockState(0, 100 * SECOND, 90 * SECOND, 500 * SECOND)).toBe('stopped');
  });
});

describe('tickets by step', () => {
  it('count what is open, late and soon, and take the closed from the center', () => {
    const due = (s: number) => [{ kind: 'accept' as const, started_at_us: 0, due_at_us: s * SECOND, stopped_at_us: null }];
    const flow = flowOf([ticket({ id: 1, clocks: due(50) }), ticket({ id: 2, clocks: due(110) }), ticket({ id: 3, state: 'EN_ROUTE' }), ticket({ id: 4, state: 'CLOSED' })], 23, NOW);
    expect(flow.find((f) => f.step === 'dispatched')).toMatchObject({ count: 2, late: 1, soon: 1 });
    expect(flow.find((f) => f.step === 'accepted')?.count).toBe(1);
    expect(flow.find((f) => f.step === 'closed')?.count).toBe(23);
  });
});

describe('rounds', () => {
  it('mark their points; volunteers carry no missed mark', () => {
    expect(pointMarks(round('dlm.u.'))).toEqual(['done', 'late', 'missed', 'next', 'unknown', 'ahead']);
    expect(pointMarks(round('dm.', { volunteer: true }))).toEqual(['done', 'ahead', 'next']);
  });
  it('say what stands out', () => {
    expect(roundWord(round('dm.'), unit(), NOW)).toMatchObject({ key: 'r_missed', n: 1 });
    expect(roundWord(round('du.'), unit(), NOW)).toMatchObject({ key: 'r_unknown' });
    expect(roundWord(round('d..'), unit({ ticket_id: 4 }), NOW).key).toBe('r_diverted');
    expect(roundWord(round('d..'), unit(), NOW).key).toBe('r_ontime');
    expect(roundWord(round('...', { state: 'OPEN', planned_at_us: 1 }), unit(), NOW).key).toBe('r_late');
    expect(roundWord(round('dm.', { volunteer: true }), unit(), NOW).key).toBe('r_until');
  });
  it('are the ones under way first, one line a route', () => {
    const list = roundsNow([round('..', { id: 1, route_id: 1, state: 'PLANNED', planned_at_us: 200 * SECOND }), round('d.', { id: 2, route_id: 1 }), round('..', { id: 3, route_id: 2, state: 'OPEN' })], NOW, 4);
    expect(list.map((r) => r.id)).toEqual([2, 3]);
  });
});

describe('the shift', () => {
  it('counts arrivals in five minutes and false alarms', () => {
    const tickets = new Map([[1, ticket({ id: 1, arrived_at_us: 200 * SECOND })], [2, ticket({ id: 2, arrived_at_us: 400 * SECOND })]]);
    const kpi = kpiOf([alert({ id: 1, ticket_id: 1 }), alert({ id: 2, ticket_id: 2, disposition: 'false' }), alert({ id: 3, first_at_us: -1 })], tickets, 0);
    expect(kpi).toEqual({ alerts: 2, inFive: 1, arrivals: 2, slowestS: 400, falseAlarms: 1 });
  });
  it('loads a seat with what its operator took and what still rings', () => {
    const seat = { type: 'watch' as const, id: 1, rev: 1, shift_id: 1, user_id: 1, name: '王海燕', seat: 1, from_us: 0, to_us: null, sound_at_us: null };
    const alerts = [alert({ id: 1, owner: '王海燕', state: 'ACKED' }), alert({ id: 2 }), alert({ id: 3, owner: '李建国', state: 'ACKED' }), alert({ id: 4, priority: 4 }), alert({ id: 5, first_at_us: -700 * SECOND })];
    expect(loadOf(seat, alerts, NOW)).toBe(2);
  });
});

describe('who is on duty', () => {
  it('says what each does and whose phone cannot be seen', () => {
    const list = dutyOf([unit({ id: 2, code: 'B', presence: 'hidden' }), unit({ id: 1, code: 'A', ticket_id: 1 }), unit({ id: 3, on_duty: false })], new Map([[1, ticket()]]), [round('d.', { unit_id: 2 })], NOW);
    expect(list.map((d) => [d.unit.id, d.what, d.unseen])).toEqual([[1, 'ticket', false], [2, 'round', true]]);
  });
});
