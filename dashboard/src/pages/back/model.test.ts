import { describe, expect, it } from 'vitest';
import { alert, camera, clip, recorder, SECOND } from '../../../tests/helpers';
import { clampAt, lackOf, marksOf, needsNewLook, oldestOf, partOf, passes, recorderOf, stepOfKey, ticksOf, whyOf, windowOf } from './model';

const NOW = 1_795_254_900 * SECOND;

describe('whether a recorder can be asked', () => {
  it('says the first thing that is missing', () => {
    expect(lackOf(undefined, undefined)).toBe('no_camera');
    expect(lackOf(camera(), undefined)).toBe('no_recorder');
    expect(lackOf(camera({ recorder: 'NVR-1' }), undefined)).toBe('unregistered');
    expect(lackOf(camera({ recorder: 'NVR-1' }), recorder())).toBe('no_channel');
    expect(lackOf(camera({ recorder: 'NVR-1', channel: 3, look_back: true }), recorder())).toBeNull();
  });
  it('finds the recorder by the name that cameras carry', () => {
    expect(recorderOf(camera({ recorder: 'NVR-2' }), [recorder(), recorder({ id: 2, name: 'NVR-2' })])?.id).toBe(2);
    expect(recorderOf(camera(), [recorder({ name: '' })])).toBeUndefined();
  });
  it('knows that nothing is older than what it holds, and nothing younger than now', () => {
    expect(oldestOf(recorder(), NOW)).toBeNull();
    expect(oldestOf(recorder({ days_held: 30 }), NOW)).toBe(NOW - 31 * 86_400 * SECOND);
    expect(clampAt(NOW + 60 * SECOND, NOW)).toBe(NOW - 5 * SECOND);
    expect(clampAt(-1, NOW)).toBe(0);
  });
});

describe('what is written down', () => {
  it('one look stands for ten minutes around it; further away is another', () => {
    expect([needsNewLook(null, 0), needsNewLook(NOW, NOW + 600 * SECOND), needsNewLook(NOW, NOW - 601 * SECOND)]).toEqual([true, false, true]);
  });
});

describe('time', () => {
  it('moves by keys', () => {
    expect([stepOfKey('ArrowLeft', false), stepOfKey('ArrowRight', true), stepOfKey('PageUp', false), stepOfKey('Period', false), stepOfKey('KeyA', false)]).toEqual([-10, 60, -600, 1, null]);
  });
  it('the strip stands still until its edge is near', () => {
    const first = windowOf(NOW, 3600, null);
    expect(NOW - first.fromUs).toBe(1800 * SECOND);
    expect(windowOf(NOW + 1400 * SECOND, 3600, first)).toBe(first);
    expect(windowOf(NOW + 1500 * SECOND, 3600, first).fromUs).toBe(NOW - 300 * SECOND);
    expect(windowOf(NOW, 600, first)).not.toBe(first);
  });
  it('ticks stand on whole minutes and hours of the center', () => {
    const day = ticksOf(NOW - 43_200 * SECOND, NOW + 43_200 * SECOND, 8 * 3600);
    expect(day.atUs.length).toBeLessThanOrEqual(13);
    for (const us of day.atUs) expect(((us / 1e6) + 8 * 3600) % day.everyS).toBe(0);
    expect(ticksOf(NOW, NOW + 600 * SECOND, 0).everyS).toBe(60);
  });
  it('shows what happened to this camera in it', () => {
    const marks = marksOf(1, [alert({ id: 7, camera_id: 1, first_at_us: 50 }), alert({ id: 8, camera_id: 2, first_at_us: 50 }), alert({ id: 9, camera_id: 1, first_at_us: 5000 })], [clip({ id: 3, from_us: -10, to_us: 20 }), clip({ id: 4, from_us: 30, to_us: 40, state: 'failed' })], 0, 100);
    expect(marks.map((m) => [m.kind, m.id, m.fromUs, m.toUs])).toEqual([['clip', 3, 0, 20], ['alert', 7, 50, 50]]);
  });
});

describe('what is to be saved', () => {
  it('is what was marked, either way round, or what is around the picture', () => {
    expect(partOf(10, 20, 0)).toEqual({ fromUs: 10, toUs: 20 });
    expect(partOf(20, 10, 0)).toEqual({ fromUs: 10, toUs: 20 });
    expect(partOf(NOW, null, 0)).toEqual({ fromUs: NOW, toUs: NOW + 30 * SECOND });
    expect(partOf(null, NOW, 0)).toEqual({ fromUs: NOW - 30 * SECOND, toUs: NOW });
    expect(partOf(null, null, NOW)).toEqual({ fromUs: NOW - 10 * SECOND, toUs: NOW + 20 * SECOND });
  });
});

describe('why it ended', () => {
  it('always has a sentence, and says whether trying again can help', () => {
    expect([whyOf('no_footage'), whyOf('of a newer daemon')]).toEqual(['no_footage', 'other']);
    expect([passes('recorder_busy'), passes('no_footage'), passes('forbidden')]).toEqual([true, false, false]);
  });
});
