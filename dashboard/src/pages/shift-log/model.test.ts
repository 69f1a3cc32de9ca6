import { describe, expect, it } from 'vitest';
import { LINES, mattersOf, onePage, tallyOf, type LogAlert, type LogRound, type LogTicket, type LogTour, type ShiftLog } from './model';

const alert = (id: number, more: Partial<LogAlert> = {}): LogAlert => ({ id, code: `A-${id}`, category: 'fall', priority: 1, state: 'NORM', disposition: 'real', place: '', words: '', owner: '', ticket: '', first_at_us: id, acked_at_us: null, closed_at_us: null, ...more });
const ticket = (id: number, more: Partial<LogTicket> = {}): LogTicket => ({ id, code: `E-${id}`, kind: 'E', category: 'fall', priority: 1, state: 'CLOSED', place: '', unit: '', words: '', result: '', origin_at_us: id, arrived_at_us: null, closed_at_us: null, ...more });
const round = (id: number, more: Partial<LogRound> = {}): LogRound => ({ id, name: '', unit: '', state: 'COMPLETED', planned_at_us: id, points: 6, done: 6, missed: '', ...more });
const log = (more: Partial<ShiftLog>): ShiftLog => ({ alerts: [], tickets: [], rounds: [], open: { alerts: [], tickets: [], cameras: [] }, ...more }) as unknown as ShiftLog;

describe('the page of a shift', () => {
  it('has one line for an alert and its ticket', () => {
    const matters = mattersOf([alert(1, { ticket: 'E-1' }), alert(2, { priority: 3 })], [ticket(1), ticket(9, { priority: 2 })]);
    expect(matters.map((m) => [m.code, m.ticket?.code ?? ''])).toEqual([['A-1', 'E-1'], ['E-9', 'E-9'], ['A-2', '']]);
  });
  it('does not say twice what is open, and counts notes instead of printing them', () => {
    const open = alert(1, { state: 'ACKED' });
    const page = onePage(log({ alerts: [open, alert(2), alert(3, { priority: 4 })], open: { alerts: [open], tickets: [], cameras: [] } }), 100);
    expect(page.open.map((m) => m.code)).toEqual(['A-1']);
    expect(page.happened.map((m) => m.code)).toEqual(['A-2']);
    expect(page.notes).toBe(1);
  });
  it('stays one page on a bad night and says how much it left out', () => {
    const many = Array.from({ length: 60 }, (_, i) => alert(i + 1));
    const opens = Array.from({ length: 30 }, (_, i) => alert(100 + i, { state: 'UNACKED' }));
    const page = onePage(log({ alerts: [...many, ...opens], rounds: Array.from({ length: 20 }, (_, i) => round(i + 1)), open: { alerts: opens, tickets: [], cameras: [] } }), 100);
    expect(page.open.length + page.happened.length + page.rounds.length + page.cameras.length).toBeLessThanOrEqual(LINES);
    expect([page.open.length + page.openRest, page.happened.length + page.happenedRest, page.rounds.length + page.roundsRest]).toEqual([30, 60, 20]);
  });
  it('puts rounds with misses first and leaves out those still to come', () => {
    const page = onePage(log({ rounds: [round(1), round(2, { state: 'INCOMPLETE', missed: '广场' }), round(200, { state: 'PLANNED' })] }), 100);
    expect(page.rounds.map((r) => r.id)).toEqual([2, 1]);
  });
});

const tourOf = (id: number, more: Partial<LogTour> = {}): LogTour => ({ id, name: '全部画面', state: 'done', due_from_us: id, due_to_us: id + 1, started_at_us: id, ended_at_us: id + 1, at_us: id, pages: 2, looked: 2, progress: '2/2', who: '', unseen: '', ...more });
describe('tours on the page', () => {
  it('missed ones and those with cameras nobody saw come first, and what is still to come is left out', () => {
    const page = onePage(log({ tours: [tourOf(1), tourOf(2, { state: 'missed', looked: 0 }), tourOf(3, { unseen: 'C-001' }), tourOf(4, { state: 'due' })] }), 100);
    expect(page.tours.map((r) => r.id)).toEqual([2, 3, 1]);
  });
  it('count as due only where there was a duty', () => {
    expect(tallyOf([tourOf(1), tourOf(2, { state: 'missed' }), tourOf(3, { state: 'due' }), tourOf(4, { due_from_us: null, due_to_us: null })])).toEqual({ due: 3, done: 1, missed: 1 });
  });
  it('leave the sheet one page', () => {
    const page = onePage(log({ alerts: Array.from({ length: 60 }, (_, i) => alert(i + 1)), tours: Array.from({ length: 9 }, (_, i) => tourOf(i + 1)) }), 100);
    expect([page.tours.length, page.toursRest, page.happened.length + page.tours.length]).toEqual([5, 4, LINES]);
  });
});
