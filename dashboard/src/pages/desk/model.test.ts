import { describe, expect, it } from 'vitest';
import type { Outbox } from '@/generated/objects';
import { alert, camera, place, round, SECOND, ticket, unit } from '../../../tests/helpers';
import {
  ackTimes, behalfNow, camerasNear, chainOf, handOf, loadBins, marksOf, messageTo, mustCall, nextPoint, offerOf, presentOf, queueOf, reachOf, roundOfUnit, rowsOf, stepFrom, waitingP1, whyNotAck, whyNotDispatch, whyNotDispose,
  whyNotRecall,
} from './model';

const NOW = 1000 * SECOND;
const outbox = (more: Partial<Outbox> = {}): Outbox => ({
  type: 'outbox', id: 1, rev: 1, channel: 'phone', target: 'unit', target_id: 1, target_role: '', subject: 'ticket', subject_id: 1, template: 'dispatch', priority: 1, state: 'ACCEPTED', attempts: 1,
  queued_at_us: NOW, sent_at_us: NOW, delivered_at_us: null, read_at_us: null, answered_at_us: null, deadline_at_us: null, ...more,
});

describe('the queue', () => {
  const list = [alert({ id: 1, state: 'ACKED' }), alert({ id: 2, priority: 3 }), alert({ id: 3, first_at_us: 9 }), alert({ id: 4, state: 'NORM', closed_at_us: 5 }), alert({ id: 5, state: 'NORM', closed_at_us: 9 }), alert({ id: 6, state: 'RETURNED', priority: 2 })];
  const q = queueOf(list);
  it('groups by who is on it, the gravest first, the closed newest first', () => {
    expect(q.unacked.map((a) => a.id)).toEqual([3, 6, 2]);
    expect(q.hand.map((a) => a.id)).toEqual([1]);
    expect(q.closed.map((a) => a.id)).toEqual([5, 4]);
  });
  it('is walked as it is shown and does not wrap', () => {
    const rows = rowsOf(q, 'all', 1);
    expect(rows.map((a) => a.id)).toEqual([3, 6, 2, 1, 5]);
    expect([stepFrom(rows, null, 1), stepFrom(rows, 3, 1), stepFrom(rows, 3, -1), stepFrom(rows, 5, 1), stepFrom([], 3, 1)]).toEqual([3, 6, 3, 5, null]);
    expect(stepFrom(rowsOf(q, 'hand', 1), 3, 1)).toBe(1);
  });
  it('has a banner for each P1 that rings and is not looked at', () => {
    expect(waitingP1(q, null).map((a) => a.id)).toEqual([3]);
    expect(waitingP1(q, 3)).toEqual([]);
    expect(waitingP1(queueOf([alert({ state: 'RETURNED' })]), null)).toEqual([]);
  });
});

describe('what the hand holds', () => {
  it('changes with state, place and ticket, not with a counter or a picture', () => {
    const before = handOf(alert(), undefined);
    expect(handOf(alert({ rev: 9, count: 3, still_hash: 'a', last_at_us: 5 }), undefined)).toBe(before);
    for (const more of [{ state: 'ACKED' as const }, { place_id: 2 }, { priority: 2 }, { id: 2 }]) expect(handOf(alert(more), undefined)).not.toBe(before);
    expect(handOf(alert(), ticket())).not.toBe(before);
    expect(handOf(alert(), ticket({ state: 'ACCEPTED' }))).not.toBe(handOf(alert(), ticket()));
  });
  it('changes with the first four to send, and not behind them', () => {
    const list = [1, 2, 3, 4, 5].map((unit_id) => ({ unit_id }));
    expect(offerOf(alert(), list.slice(0, 4))).toBe(offerOf(alert(), list));
    expect(offerOf(alert(), [...list].reverse())).not.toBe(offerOf(alert(), list));
  });
});

describe('what may be done', () => {
  it('to an alert', () => {
    expect([whyNotAck(undefined), whyNotAck(alert()), whyNotAck(alert({ state: 'ACKED' })), whyNotAck(alert({ state: 'RETURNED' })), whyNotAck(alert({ state: 'NORM' }))]).toEqual(['none', null, 'acked', 'returned', 'closed']);
    expect([whyNotDispose(alert()), whyNotDispose(alert({ state: 'ACKED' })), whyNotDispose(alert({ state: 'RETURNED' }))]).toEqual(['ack_first', null, null]);
    expect(whyNotDispatch(alert(), undefined)).toBeNull();
    expect(whyNotDispatch(alert(), ticket())).toBe('has_ticket');
    expect(whyNotDispatch(alert({ state: 'ACKED' }), ticket({ state: 'FILED' }))).toBeNull();
    expect(whyNotDispatch(alert({ state: 'ACKED' }), ticket({ state: 'CLOSED' }))).toBeNull(); // a machine's condition that goes on
    expect(whyNotDispatch(undefined, ticket({ state: 'FILED' }))).toBeNull();
    expect(whyNotDispatch(alert({ state: 'NORM' }), undefined)).toBe('closed');
    expect(whyNotDispatch(alert({ state: 'RETURNED' }), undefined)).toBe('returned');
  });
  it('to a dispatch for five seconds', () => {
    const sent = ticket({ dispatched_at_us: NOW });
    expect([whyNotRecall(sent, NOW + 5 * SECOND), whyNotRecall(sent, NOW + 5 * SECOND + 1), whyNotRecall(ticket({ state: 'ACCEPTED', dispatched_at_us: NOW }), NOW)]).toEqual([null, 'recall_late', 'no_ticket']);
  });
  it('on behalf of a unit, step by step', () => {
    expect(behalfNow(undefined)).toEqual([]);
    expect((['DISPATCHED', 'ACCEPTED', 'EN_ROUTE', 'ON_SCENE', 'HANDLING', 'CLOSE_REQ'] as const).map((state) => behalfNow(ticket({ state })))).toEqual([['accept'], ['en_route', 'arrive'], ['arrive'], ['close_request'], ['close_request'], []]);
  });
});

describe('the life of a ticket', () => {
  it('shows what happened in its order, one step that runs, and what is ahead', () => {
    const t = ticket({ state: 'ACCEPTED', origin_at_us: 0, filed_at_us: 2, dispatched_at_us: 2, accepted_at_us: 40 * SECOND, clocks: [{ kind: 'accept', started_at_us: 2, due_at_us: 30 * SECOND, stopped_at_us: 40 * SECOND }, { kind: 'arrive', started_at_us: 0, due_at_us: 300 * SECOND, stopped_at_us: null }] });
    const marks = marksOf(t, 50 * SECOND);
    expect(marks.filter((m) => m.state === 'done').map((m) => m.key)).toEqual(['origin', 'filed', 'dispatched', 'accepted']);
    expect(marks.filter((m) => m.state === 'now').map((m) => m.key)).toEqual(['en_route']);
    expect(marks.find((m) => m.key === 'accepted')?.late).toBe(true);
    expect(marks.find((m) => m.key === 'arrived')).toMatchObject({ state: 'ahead', dueUs: 300 * SECOND, late: false });
    expect(marks.some((m) => m.key === 'received')).toBe(false); // skipped: it went by radio
  });
  it('forgets an earlier try: recalled, or sent back', () => {
    const recalled = ticket({ state: 'FILED', origin_at_us: 0, filed_at_us: 1, dispatched_at_us: 2, received_at_us: 3 });
    expect(marksOf(recalled, NOW).filter((m) => m.state !== 'ahead').map((m) => [m.key, m.state])).toEqual([['origin', 'done'], ['filed', 'done'], ['dispatched', 'now']]);
    expect(presentOf(recalled)).toMatchObject({ filed_at_us: 1, dispatched_at_us: null });
    const rework = ticket({ state: 'HANDLING', reworks: 1, origin_at_us: 0, accepted_at_us: 2, arrived_at_us: 3, first_words_at_us: 3, close_req_at_us: 4, clocks: [{ kind: 'rework', started_at_us: 5, due_at_us: 9, stopped_at_us: null }] });
    expect(marksOf(rework, 6).find((m) => m.state === 'now')).toMatchObject({ key: 'close_req', dueUs: 9, atUs: null });
  });
  it('has nothing ahead of its end', () => {
    const t = ticket({ state: 'CLOSED', origin_at_us: 0, dispatched_at_us: 1, accepted_at_us: 2, arrived_at_us: 3, close_req_at_us: 4, closed_at_us: 5 });
    expect(marksOf(t, NOW).every((m) => m.state === 'done')).toBe(true);
  });
});

describe('whether a unit can know', () => {
  const on = unit({ presence: 'visible', presence_at_us: NOW });
  it('is seen only while its page gives signs', () => {
    expect([reachOf(on, NOW + 9 * SECOND), reachOf(on, NOW + 10 * SECOND), reachOf(unit({ presence: 'hidden', presence_at_us: NOW }), NOW), reachOf(unit({ presence: 'none' }), NOW)]).toEqual(['seen', 'hidden', 'hidden', 'none']);
  });
  it('must be called when hidden, when nobody knows, and when nobody read it for ten seconds', () => {
    expect(mustCall(ticket(), on, outbox(), NOW + SECOND)).toBe(false);
    expect(mustCall(ticket(), unit({ presence: 'none' }), outbox(), NOW)).toBe(true);
    expect(mustCall(ticket(), on, outbox({ state: 'UNKNOWN' }), NOW)).toBe(true);
    const later = unit({ presence: 'visible', presence_at_us: NOW + 10 * SECOND });
    expect(mustCall(ticket(), later, outbox(), NOW + 10 * SECOND)).toBe(true);
    expect(mustCall(ticket(), later, outbox({ state: 'READ', read_at_us: NOW }), NOW + 10 * SECOND)).toBe(false);
    expect(mustCall(ticket({ state: 'HANDLING', reworks: 1 }), unit({ presence: 'none' }), undefined, NOW)).toBe(true);
    expect(mustCall(ticket({ state: 'ACCEPTED' }), unit({ presence: 'none' }), undefined, NOW)).toBe(false);
  });
  it('takes the newest message to that unit about that ticket', () => {
    const all = [outbox(), outbox({ id: 3 }), outbox({ id: 4, target_id: 2 }), outbox({ id: 5, subject_id: 2 }), outbox({ id: 6, target: 'role' })];
    expect(messageTo(all, 1, 1)?.id).toBe(3);
  });
});

describe('round about', () => {
  it('looks first through the camera that saw it, then the nearest', () => {
    const list = [camera({ id: 1, lat: 36.002, lon: 120 }), camera({ id: 2, lat: 36.001, lon: 120 }), camera({ id: 3, lat: null, lon: null }), camera({ id: 4, lat: 36.01, lon: 120 })];
    expect(camerasNear(list, 4, { lat: 36, lon: 120 }, 3).map((c) => c.camera.id)).toEqual([4, 2, 1]);
    expect(camerasNear(list, 3, null, 3).map((c) => c.camera.id)).toEqual([3]);
  });
  it('names who answers for a place, from the building upwards', () => {
    const places = new Map([place({ id: 1, kind: 'community' }), place({ id: 2, kind: 'group', parent_id: 1 }), place({ id: 3, parent_id: 2 })].map((p) => [p.id, p]));
    const slot = (id: number, place_id: number | null) => ({ id, code: `S${id}`, name: `岗${id}`, place_id, people: [] });
    expect(chainOf([slot(1, 1), slot(2, 2), slot(3, 3), slot(4, 9), slot(5, null)], places, 3).map((s) => s.id)).toEqual([3, 2, 1]);
    expect(chainOf([slot(1, 1)], places, null)).toEqual([]);
  });
  it('knows the round a unit walks, and its next point', () => {
    const rounds = [round('..', { id: 1, state: 'OPEN', unit_id: 1 }), round('d..', { id: 2, unit_id: 1 }), round('..', { id: 3, unit_id: 2, state: 'COMPLETED' })];
    expect(roundOfUnit(rounds, 1)?.id).toBe(2);
    expect(roundOfUnit(rounds, 2)).toBeUndefined();
    expect(nextPoint(rounds[1])?.idx).toBe(2);
  });
});

describe('own load', () => {
  it('counts what this operator took and what still rings, per ten minutes', () => {
    const list = [alert({ id: 1, owner: '王', first_at_us: NOW - 30 * SECOND }), alert({ id: 2, first_at_us: NOW - 700 * SECOND }), alert({ id: 3, owner: '李', state: 'ACKED', first_at_us: NOW }), alert({ id: 4, priority: 4, first_at_us: NOW })];
    expect(loadBins(list, '王', NOW, 3)).toEqual([0, 1, 1]);
  });
  it('says how fast he answered', () => {
    const list = [2, 4, 9].map((s, i) => alert({ id: i, owner: '王', first_at_us: NOW, acked_at_us: NOW + s * SECOND, disposition: i === 0 ? 'false' : '' }));
    expect(ackTimes(list, '王', NOW)).toEqual({ n: 3, medianS: 4, worstS: 9, falseAlarms: 1, disposed: 1 });
    expect(ackTimes(list, '李', NOW)).toMatchObject({ n: 0, medianS: null });
  });
});
