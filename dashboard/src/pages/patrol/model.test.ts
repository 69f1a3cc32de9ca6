import { describe, expect, it } from 'vitest';
import type { Outbox } from '@/generated/objects';
import { round, SECOND, ticket } from '../../../tests/helpers';
import { bearingDeg, closeLacks, compassOf, currentRound, currentTask, missingM, nextPoint, receiptsOwed, taskOf, waitingForCheck, whyGone } from './model';
import type { Item } from './queue';

const item = (command: string, args: Record<string, unknown>, more: Partial<Item> = {}): Item =>
  ({ id: command + JSON.stringify(args), user_id: 1, order: 1, at_ms: 0, command, args, about: '', state: 'waiting', tries: 0, ...more }) as Item;
const outbox = (more: Partial<Outbox>): Outbox => ({
  type: 'outbox', id: 1, rev: 1, channel: 'phone', target: 'unit', target_id: 1, target_role: '', subject: 'ticket', subject_id: 1, template: 'dispatch', priority: 1, state: 'ACCEPTED',
  attempts: 1, queued_at_us: 0, sent_at_us: 0, delivered_at_us: null, read_at_us: null, answered_at_us: null, deadline_at_us: null, ...more,
});

describe('the task on the screen', () => {
  it('is what waits for an answer before what is in hand', () => {
    const tickets = [ticket({ id: 1, state: 'HANDLING', priority: 1 }), ticket({ id: 2, state: 'DISPATCHED', priority: 3 })];
    expect(currentTask(tickets, 1, [])?.ticket.id).toBe(2);
  });
  it('is nobody else\'s and no closed one', () => {
    expect(currentTask([ticket({ unit_id: 2 }), ticket({ id: 2, state: 'CLOSED' })], 1, [])).toBeNull();
  });
  it('goes on with steps that are kept but not sent', () => {
    const t = ticket({ state: 'DISPATCHED' });
    const done = [item('ticket.accept', { ticket_id: 1 }), item('ticket.arrive', { ticket_id: 1 }), item('ticket.photo', { ticket_id: 1, role: 'after' })];
    expect(taskOf(t, done)).toMatchObject({ state: 'ON_SCENE', after: 1 });
    expect(waitingForCheck([t], 1, [...done, item('ticket.close_request', { ticket_id: 1 })]).length).toBe(1);
  });
  it('does not believe in a step that was refused', () => {
    expect(taskOf(ticket({ state: 'DISPATCHED' }), [item('ticket.accept', { ticket_id: 1 }, { state: 'refused' })]).state).toBe('DISPATCHED');
  });
  it('says why it went: recalled, timed out, given back, given to others', () => {
    const was = ticket();
    expect(whyGone(was, undefined, [outbox({}), outbox({ id: 2, template: 'recall' })], false)).toBe('recall');
    expect(whyGone(was, undefined, [outbox({ id: 3, template: 'timed_out' })], false)).toBe('timed_out');
    expect(whyGone(was, undefined, [], true)).toBe('declined');
    expect(whyGone(was, undefined, [], false)).toBe('reassigned');
    expect(whyGone(was, ticket({ state: 'CLOSED' }), [], false)).toBe('closed');
  });
});

describe('a close request', () => {
  const here = { lat: 36.29, lon: 120.38 };
  const at = (more: object) => taskOf(ticket({ state: 'HANDLING', files: [{ hash: 'x', role: 'after', at_us: 0 }], ...more }), []);
  it('lacks nothing with photo, result and place', () => {
    expect(closeLacks(at({}), 'fixed', here, here, '')).toEqual([]);
  });
  it('names all it lacks', () => {
    expect(closeLacks(at({ state: 'EN_ROUTE', files: [] }), '', null, here, '')).toEqual(['arrive', 'photo', 'result', 'reason_unknown']);
  });
  it('wants a reason from far away, and is content with one', () => {
    const far = { lat: 36.291, lon: 120.38 };
    expect(closeLacks(at({}), 'fixed', far, here, '')).toEqual(['reason_far']);
    expect(closeLacks(at({}), 'fixed', far, here, '已离开')).toEqual([]);
  });
  it('does not count the photo of the arrival', () => {
    expect(closeLacks(at({ files: [{ hash: 'x', role: 'before', at_us: 0 }] }), 'fixed', here, here, '')).toEqual(['photo']);
  });
});

describe('receipts', () => {
  it('say delivered at once, read only when somebody can see it, and nothing for others', () => {
    const box = [outbox({ id: 1 }), outbox({ id: 2, state: 'DELIVERED' }), outbox({ id: 3, state: 'READ' }), outbox({ id: 4, target_id: 9 })];
    expect(receiptsOwed(box, 1, true)).toEqual([{ outbox_id: 1, state: 'delivered' }, { outbox_id: 2, state: 'read' }]);
    expect(receiptsOwed(box, 1, false)).toEqual([{ outbox_id: 1, state: 'delivered' }]);
  });
});

describe('a round', () => {
  it('under way comes before one that may start', () => {
    expect(currentRound([round('..', { id: 1, state: 'OPEN' }), round('..', { id: 2, state: 'STARTED', planned_at_us: SECOND })], 1)?.id).toBe(2);
    expect(currentRound([round('dd', { state: 'COMPLETED' })], 1)).toBeNull();
  });
  it('without order goes to the nearest open point, with order to the first', () => {
    const points = round('d...').points.map((p) => ({ ...p, lat: p.idx === 3 ? 36.29 : 36.3, lon: 120.38 }));
    const here = { lat: 36.29, lon: 120.38 };
    expect(nextPoint(round('', { ordered: false, points }), here, SECOND)?.idx).toBe(3);
    expect(nextPoint(round('', { ordered: true, points }), here, SECOND)?.idx).toBe(2);
  });
  it('lets a doubtful fix in by its own doubt, but not by a kilometre of it', () => {
    const point = { lat: 36.29, lon: 120.38 };
    const north = (m: number) => ({ lat: 36.29 + m / 110_574, lon: 120.38 });
    expect(missingM({ ...north(35), accuracyM: 6 }, point, 30)).toBe(0);
    expect(missingM({ ...north(99.5), accuracyM: 6 }, point, 30)).toBe(64);
    expect(missingM({ ...north(999.5), accuracyM: 2000 }, point, 30)).toBe(920);
  });
});

describe('directions', () => {
  it('count from north, clockwise', () => {
    const from = { lat: 36.29, lon: 120.38 };
    expect(compassOf(bearingDeg(from, { lat: 36.3, lon: 120.38 }))).toBe('n');
    expect(compassOf(bearingDeg(from, { lat: 36.29, lon: 120.39 }))).toBe('e');
    expect(compassOf(bearingDeg(from, { lat: 36.28, lon: 120.37 }))).toBe('sw');
  });
});
