import { describe, expect, it } from 'vitest';
import { SECOND, tour, tourRun } from '../../../tests/helpers';
import { aheadOf, Dwell, linesOf, looksLeft, moveIn, nextUnlooked, standingOf, stepPage, unseenOf } from './model';

const HOUR = 3600 * SECOND;
const run = (id: number, state: ReturnType<typeof tourRun>['state'], from: number | null, more = {}) => tourRun({ id, state, due_from_us: from, due_to_us: from === null ? null : from + HOUR, ...more });

describe('tours of a shift', () => {
  const tours = [tour({ id: 1, name: '甲', camera_ids: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] }), tour({ id: 2, name: '乙', camera_ids: [1] }), tour({ id: 3, name: '丙', enabled: false })];
  it('count what is due, done and missed, and say what starting would take', () => {
    const runs = [run(1, 'done', 0), run(2, 'missed', HOUR), run(3, 'due', 2 * HOUR), run(4, 'due', 3 * HOUR), run(5, 'left', null)];
    const [a] = linesOf(tours, runs, 1, 2.5 * HOUR);
    expect([a.tour.id, a.due, a.done, a.missed, a.pages, a.next?.id]).toEqual([1, 2, 1, 1, 2, 3]);
    expect(a.runs.map((r) => r.id)).toEqual([1, 2, 3, 4, 5]);
    expect(linesOf(tours, runs, 1, 1.5 * HOUR)[0].next).toBeNull();
  });
  it('put what is running first, then what is due now, and leave out those that are off', () => {
    const lines = linesOf(tours, [run(1, 'due', 0), run(2, 'running', 0, { tour_id: 2 })], 1, 60 * SECOND);
    expect(lines.map((l) => l.tour.id)).toEqual([2, 1]);
    expect(lines[0].next?.id).toBe(2);
  });
  it('leave out runs of another shift, unless somebody still looks', () => {
    const lines = linesOf(tours, [run(1, 'done', 0, { shift_id: 9 }), run(2, 'running', 0, { shift_id: 9 })], 1, 0);
    expect(lines.find((l) => l.tour.id === 1)?.runs.map((r) => r.id)).toEqual([2]);
  });
  it('a due run whose window is over reads missed before the timer has come', () => {
    expect([standingOf(run(1, 'due', 0), HOUR), standingOf(run(1, 'due', 0), HOUR - 1), standingOf(run(1, 'due', HOUR), 0)]).toEqual(['missed', 'now', 'later']);
  });
});

describe('pages', () => {
  const pages = [[1, 2], [3, 4], [5]];
  it('go on with the next one nobody confirmed, around the end', () => {
    expect(nextUnlooked({ pages, looked: [] })).toBe(0);
    expect(nextUnlooked({ pages, looked: [1] }, 0)).toBe(2);
    expect(nextUnlooked({ pages, looked: [1, 2] }, 2)).toBe(0);
    expect(nextUnlooked({ pages, looked: [0, 1, 2] }, 1)).toBeNull();
    expect(nextUnlooked({ pages: [], looked: [] })).toBeNull();
  });
  it('stop at both ends, and a page confirmed by two people counts once', () => {
    expect([stepPage({ pages }, 0, -1), stepPage({ pages }, 2, 1), stepPage({ pages }, 1, 1), stepPage({ pages: [] }, 0, 1)]).toEqual([0, 2, 2, 0]);
    expect(looksLeft({ pages, looked: [1, 1] })).toBe(2);
  });
  it('never open more than sixteen pictures at once', () => {
    const from = (n: number, at = 0) => Array.from({ length: n }, (_, i) => at + i);
    expect(aheadOf(from(4), from(4, 4))).toHaveLength(4);
    expect(aheadOf(from(9), from(9, 9))).toHaveLength(7);
    expect(aheadOf(from(16), from(16, 16))).toEqual([]);
    expect(aheadOf([1, 2], [2, 3])).toEqual([3]);
  });
  it('name what was not seen, whatever the reason', () => {
    expect(unseenOf([1, 2, 3], new Map([[1, true], [2, false]]))).toEqual([2, 3]);
  });
});

describe('the time of a page', () => {
  it('stands still while it is paused, and ends at nothing', () => {
    const d = new Dwell(15_000, 1000);
    expect(d.leftMs(4000)).toBe(12_000);
    d.pause(4000);
    d.pause(9000);
    expect([d.leftMs(60_000), d.paused]).toEqual([12_000, true]);
    d.resume(60_000);
    expect(d.leftMs(65_000)).toBe(7000);
    expect([d.leftMs(600_000), d.share(600_000)]).toEqual([0, 1]);
    expect(d.shownMs(60_000)).toBe(59_000);
  });
});

describe('choosing a tile', () => {
  it('moves by arrows and stays on the field', () => {
    expect(['ArrowLeft', 'ArrowUp', 'ArrowRight', 'ArrowDown'].map((k) => moveIn(9, 3, 0, k))).toEqual([0, 0, 1, 3]);
    expect([moveIn(5, 3, 2, 'ArrowDown'), moveIn(5, 3, 1, 'ArrowDown'), moveIn(5, 3, 2, 'ArrowRight'), moveIn(5, 3, 4, 'ArrowRight')]).toEqual([2, 4, 2, 4]);
  });
});
