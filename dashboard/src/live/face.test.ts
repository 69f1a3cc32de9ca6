import { describe, expect, it } from 'vitest';
import { camera } from '../../tests/helpers';
import { i18n } from '@/i18n';
import { codecWord, faceOf, isSeen, liveMs, type Seen } from './face';
import type { Look } from './player';

const look = (more: Partial<Look> = {}): Look => ({ status: 'playing', cause: '', unable: '', codecs: 'avc1.64001F', stream: 'watched', ageMs: 200, atUs: 1, openMs: 60_000, intervalMs: 66, behindMs: 0, skipped: 0, width: 1920, height: 1080, ...more });
const seen = (more: Partial<Seen> = {}): Seen => ({ camera: camera(), playback: false, paused: false, frozen: false, look: look(), stillAgeMs: null, standsMs: 0, ...more });
const state = (more: Partial<Seen> = {}) => {
  const f = faceOf(seen(more));
  return [f.state, f.live, f.fresh];
};

describe('what a tile may say', () => {
  it('is live only while its picture is young, whatever else is said of the camera', () => {
    expect(state()).toEqual(['live', true, 'fresh']);
    expect(state({ camera: camera({ state: 'lost' }) })).toEqual(['live', true, 'fresh']);
    expect(state({ look: look({ ageMs: 1100 }) })).toEqual(['late', false, 'fresh']);
    expect(state({ look: look({ ageMs: 3000 }) })).toEqual(['stalled', false, 'dim']);
    expect(state({ look: look({ ageMs: 15_000 }) })).toEqual(['stalled', false, 'hatch']);
  });
  it('never is live at two seconds, whatever the camera, the stream or the stills say', () => {
    for (const status of ['idle', 'full', 'opening', 'waiting', 'playing', 'ended'] as const)
      for (const unable of ['', 'codec', 'decode', 'full', 'busy'] as const)
        for (const s of ['live', 'lost', 'stalled', 'connecting', 'unknown'] as const)
          for (const intervalMs of [33, 1000, 10_000]) {
            const f = faceOf(seen({ camera: camera({ state: s }), look: look({ status, unable, intervalMs, ageMs: 2000 }), stillAgeMs: 2000 }));
            expect([status, unable, s, intervalMs, f.live, f.state === 'live']).toEqual([status, unable, s, intervalMs, false, false]);
          }
    expect([liveMs(33), liveMs(500), liveMs(60_000)]).toEqual([1000, 1250, 1750]);
  });
  it('is seen while it moves and is under three seconds old, also where it may not be called live', () => {
    const sees = (more: Partial<Look>) => isSeen(faceOf(seen({ look: look(more) })));
    expect([sees({}), sees({ ageMs: 1100 }), sees({ ageMs: 1100, openMs: 300 })]).toEqual([true, true, true]);
    expect([sees({ ageMs: 8000, openMs: 300 }), sees({ ageMs: 3000 }), isSeen(faceOf(seen({ frozen: true }))), isSeen(faceOf(seen({ playback: true })))]).toEqual([false, false, false, false]);
  });
  it('says that the picture does not change though it comes', () => {
    expect(state({ frozen: true })).toEqual(['frozen', false, 'hatch']);
    expect(state({ frozen: true, look: look({ unable: 'codec' }), stillAgeMs: 300 })).toEqual(['frozen', false, 'hatch']);
  });
  it('shows a keyframe that is old on the way to now, and says so', () => {
    expect(state({ look: look({ ageMs: 8000, openMs: 300 }) })).toEqual(['catching', false, 'dim']);
    expect(state({ look: look({ ageMs: 8000, openMs: 300 }), standsMs: 4000 })[0]).toBe('stalled');
  });
  it('names the cause: lost, refused, not for this user, gone', () => {
    const f = faceOf(seen({ camera: camera({ state: 'lost', cause: 'unreachable' }), look: look({ ageMs: 9000, status: 'waiting', cause: 'unreachable' }) }));
    expect([f.state, f.cause, f.fresh]).toEqual(['lost', 'unreachable', 'hatch']);
    expect(state({ look: look({ ageMs: null, status: 'ended', cause: 'forbidden' }) })[0]).toBe('refused');
    expect(state({ look: look({ ageMs: null, status: 'ended', cause: 'not_found' }) })[0]).toBe('ended');
    expect(state({ look: look({ ageMs: null, status: 'opening' }) })).toEqual(['connecting', false, 'fresh']);
    expect([state({ camera: undefined })[0], state({ camera: camera({ enabled: false }) })[0]]).toEqual(['idle', 'off']);
  });
  it('has stills where pictures cannot move; one of a keyframe ten seconds ago is not live', () => {
    const stills = (stillAgeMs: number | null) => state({ look: look({ unable: 'codec', status: 'ended', cause: 'codec' }), stillAgeMs });
    expect([stills(500), stills(4000), stills(20_000), stills(null)]).toEqual([['stills', true, 'fresh'], ['stills', false, 'dim'], ['stills', false, 'hatch'], ['connecting', false, 'fresh']]);
  });
  it('is never live in a playback', () => {
    const back = (more: Partial<Seen> = {}, l: Partial<Look> = {}) => state({ playback: true, camera: undefined, look: look({ stream: null, ageMs: 0, ...l }), ...more });
    expect([back(), back({ standsMs: 4000 }), back({ paused: true }), back({}, { status: 'ended', cause: 'no_footage' }), back({}, { unable: 'codec' }), back({}, { status: 'opening', atUs: null })]).toEqual([
      ['playback', false, 'fresh'], ['stalled', false, 'dim'], ['paused', false, 'fresh'], ['ended', false, 'hatch'], ['unsupported', false, 'hatch'], ['connecting', false, 'fresh'],
    ]);
  });
  it('has words for each of its causes and codecs in both languages', () => {
    for (const lang of ['zh-CN', 'en'] as const) {
      for (const cause of ['starting', 'no_link', 'no_packets', 'closed', 'unreachable', 'timeout', 'auth', 'recorder_full', 'not_found', 'codec', 'protocol', 'worker_gone', 'no_footage', 'recorder_busy', 'forbidden', 'busy', 'decode']) expect([cause, i18n.global.te(`common.live_cause.${cause}`, lang)]).toEqual([cause, true]);
      for (const unable of ['codec', 'decode', 'full', 'busy']) expect([unable, i18n.global.te(`live.unable.${unable}`, lang)]).toEqual([unable, true]);
    }
    expect([codecWord('hvc1.1.6.L93.B0'), codecWord('avc1.64001F'), codecWord('')]).toEqual(['H.265', 'H.264', '?']);
  });
});
