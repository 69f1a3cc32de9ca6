import { beforeEach, describe, expect, it } from 'vitest';
import { alert, camera, finding, gauge, outage, place, SECOND, zone } from '../../tests/helpers';
import { i18n, setLocale } from '@/i18n';
import { Store } from '@/feed/store';
import { whatOf, whereOf } from '@/pages/wall/words';
import { cellOf } from '@/pages/wall/model';
import { allUnwatched, areaOf, countOf, crossesItself, excess, fallenInOrder, findingOf, hoursOf, minutesOf, outageOf, outagesInOrder, sharing, sightOf, SIGHTS, staleFromMs, troublesOf, zoneFault, type Point } from './model';
import { daysIn, months, online, percent, seeing, sorted, sum } from './uptime';
import { findingWord, measureWord, outageCount, outageWord } from './words';

beforeEach(() => setLocale('zh-CN'));
const fell = (ids: number[], back: number[] = []) => ids.map((id, i) => ({ camera_id: id, fell_at_us: i * SECOND, back_at_us: back.includes(id) ? 90 * SECOND : null }));

describe('what a camera is good for', () => {
  it('tells not seeing from being gone, and claims nothing of what nobody looked at', () => {
    expect(sightOf(camera({ sees: 'no' }))).toBe('blind');
    expect(sightOf(camera({ sees: 'unknown' }))).toBe('unlooked');
    expect(sightOf(camera({ state: 'lost', sees: 'yes' }))).toBe('lost');
    expect(sightOf(camera({ state: 'live', enabled: false, sees: 'no' }))).toBe('off');
    expect(sightOf(camera(), true)).toBe('unknown');
  });
  it('has words for each sight in both languages, long and short', () => {
    for (const s of SIGHTS) for (const lang of ['zh-CN', 'en'] as const) for (const k of ['sight', 'short']) expect([s, lang, i18n.global.te(`eyes.${k}.${s}`, lang)]).toEqual([s, lang, true]);
  });
  it('is a cell of its own on the wall when live and blind', () => {
    expect([cellOf(camera({ sees: 'no' })), cellOf(camera({ sees: 'unknown' })), cellOf(camera({ state: 'stalled', sees: 'no' }))]).toEqual(['blind', 'live', 'stalled']);
  });
  it('is unwatched as a whole only when no worker looks at any', () => {
    const center = { camera_worker: 'down' as const, cameras_unwatched: 2 };
    expect(allUnwatched(center, [camera({ state: 'unknown' }), camera({ state: 'unknown' })])).toBe(true);
    expect(allUnwatched(center, [camera({ state: 'unknown' }), camera({ state: 'live' })])).toBe(false);
    expect(allUnwatched({ camera_worker: 'up', cameras_unwatched: 0 }, [camera({ state: 'unknown' })])).toBe(false);
  });
});

describe('the age of a picture', () => {
  it('is too much after a look or a keyframe was missed, whichever comes more seldom', () => {
    expect([staleFromMs(undefined), staleFromMs(1_000), staleFromMs(40_000)]).toEqual([15_000, 15_000, 45_000]);
  });
});

describe('what needs a hand', () => {
  it('is listed worst first: clocks, keyframes, the dear way of reading', () => {
    const cameras = [camera({ id: 1 }), camera({ id: 2, via: 'rtspsrc' }), camera({ id: 3 }), camera({ id: 4, enabled: false }), camera({ id: 5, state: 'lost' })];
    const gauges = new Map([gauge({ id: 1, clock_ms: 2_000 }), gauge({ id: 2, clock_ms: -3_000, key_ms: 10_000 }), gauge({ id: 3, clock_ms: 90_000, key_ms: 60_000 }), gauge({ id: 4, clock_ms: 99_000 }), gauge({ id: 5, key_ms: 99_000 })].map((g) => [g.id, g]));
    const found = troublesOf(cameras, gauges);
    expect(found.drift.map((d) => d.camera.id)).toEqual([3, 2]);
    expect(found.slow.map((s) => s.camera.id)).toEqual([3]);
    expect(found.fallback.map((c) => c.id)).toEqual([2]);
  });
  it('leaves out a camera that tells no time', () => {
    expect(troublesOf([camera()], new Map([[1, gauge({ clock_ms: null })]])).drift).toEqual([]);
  });
});

describe('an outage', () => {
  const o = outage({ cameras: fell([1, 2, 3], [2]), members: 40 });
  it('counts who fell, who is still gone, of how many', () => {
    expect(countOf(o)).toEqual({ fell: 3, down: 2, members: 40 });
    expect(countOf(outage({ cameras: fell([1, 2]), members: 1 })).members).toBe(2);
  });
  it('says how many are down, how many are back, and who never came back', () => {
    expect(outageCount(outage({ cameras: fell([1, 2]), members: 2 }))).toBe('2/2 离线');
    expect(outageCount(o)).toBe('2/40 离线，1 路已恢复');
    expect(outageCount({ ...o, ended_at_us: 1 })).toBe('2/40 未恢复');
    expect(outageCount(outage({ cameras: fell([1, 2], [1, 2]), ended_at_us: 1 }))).toBe('2 路均已恢复');
  });
  it('shows who is gone before who is back, and open ones before ended ones', () => {
    expect(fallenInOrder(o).map((c) => c.camera_id)).toEqual([1, 3, 2]);
    expect(outagesInOrder([outage({ id: 1, ended_at_us: 5 }), outage({ id: 2, cameras: fell([1]) }), outage({ id: 3, cameras: fell([1, 2]) }), outage({ id: 4, ended_at_us: 9 })]).map((x) => x.id)).toEqual([3, 2, 4, 1]);
  });
  it('belongs to its alert by either name', () => {
    expect(outageOf([outage({ id: 7, alert_id: 3 })], alert({ id: 3 }))?.id).toBe(7);
    expect(outageOf([outage({ id: 7 })], alert({ id: 3, subject: 'outage', subject_id: 7 }))?.id).toBe(7);
    expect(outageOf([outage({ id: 7 })], alert({ id: 3, subject: 'camera', subject_id: 7 }))).toBeUndefined();
  });
  it('is said on the wall by cause and count, not by a place nobody asked for', () => {
    const store = new Store();
    store.replace([{ ...o, alert_id: 3 }]);
    const a = alert({ id: 3, rule_kind: 'outage', category: 'switch_down', subject: 'outage', subject_id: 1 });
    expect([whatOf(store, a), whereOf(store, a), outageWord(store, o)]).toEqual(['交换机断联 SW-07', '2/40 离线，1 路已恢复', '交换机 SW-07']);
  });
});

describe('a finding', () => {
  it('speaks for its alert: an open one before one that is over, the newest first', () => {
    const list = [finding({ id: 1, alert_id: 9, first_at_us: 5, ended_at_us: 6 }), finding({ id: 2, alert_id: 9, first_at_us: 1 }), finding({ id: 3, alert_id: 9, first_at_us: 3 }), finding({ id: 4, alert_id: 8, first_at_us: 99 })];
    expect(findingOf(list, alert({ id: 9 }))?.id).toBe(3);
    expect(findingOf(list.slice(0, 1), alert({ id: 9 }))?.id).toBe(1);
    expect(findingOf(list, alert({ id: 1 }))).toBeUndefined();
  });
  it('shows its measure against its threshold', () => {
    expect(measureWord(finding({ measure: 0.823, threshold: 0.5 }))).toBe('测得 0.82，限值 0.50');
    expect([excess(finding({ measure: 0.75, threshold: 0.5 })), excess(finding({ measure: 9, threshold: 1 })), excess(finding({ measure: 1, threshold: 0 }))]).toEqual([1.5, 3, 3]);
  });
  it('of a zone is called by the zone', () => {
    const store = new Store();
    store.replace([zone({ id: 4, name: '东门消防道', category: 'fire_lane' })]);
    expect(findingWord(store, finding({ kind: 'zone', zone_id: 4 }))).toBe('东门消防道 · 消防道占用');
    expect(findingWord(store, finding({ kind: 'zone', zone_id: 5 }))).toBe('区域停留');
  });
  it('on the wall is a camera by its code, with what is wrong', () => {
    const store = new Store();
    store.replace([camera({ id: 2, code: 'C-018', place_id: 1 }), place({ id: 1, name: '12号楼' })]);
    const a = alert({ rule_kind: 'sight', category: 'camera_covered', subject: 'camera', subject_id: 2, camera_id: 2, place_id: 1 });
    expect([whatOf(store, a), whereOf(store, a)]).toEqual(['C-018 镜头遮挡', '12号楼']);
  });
});

describe('what hangs together', () => {
  it('is found by recorder, switch and feed; an empty name ties nothing', () => {
    const all = [camera({ id: 1, switch: 'SW-1' }), camera({ id: 2, switch: 'SW-1' }), camera({ id: 3 })];
    expect(sharing(all, all[0], 'switch').map((c) => c.id)).toEqual([1, 2]);
    expect(sharing(all, all[2], 'switch')).toEqual([]);
  });
});

describe('a zone', () => {
  const square: Point[] = [[0.1, 0.1], [0.5, 0.1], [0.5, 0.5], [0.1, 0.5]];
  it('has an inside', () => {
    expect(areaOf(square)).toBeCloseTo(0.16);
    expect(zoneFault(square)).toBeNull();
  });
  it('is refused with its reason: too few, crossed, too small', () => {
    expect(zoneFault(square.slice(0, 2))).toBe('few');
    expect(crossesItself([square[0], square[2], square[1], square[3]])).toBe(true);
    expect(zoneFault([square[0], square[2], square[1], square[3]])).toBe('crossed');
    expect(zoneFault([[0.1, 0.1], [0.12, 0.1], [0.12, 0.12]])).toBe('small');
    expect(zoneFault(Array.from({ length: 33 }, (_, i): Point => [Math.cos(i / 6) / 2, Math.sin(i / 6) / 2]))).toBe('many');
  });
  it('has hours, over midnight too; the same twice is all day', () => {
    expect([hoursOf({ from_min: 1320, to_min: 360 }), hoursOf({ from_min: 0, to_min: 0 }), hoursOf({})]).toEqual(['22:00–06:00', '', '']);
    expect([minutesOf('22:00'), minutesOf('6:05'), minutesOf('24:00'), minutesOf('12:60'), minutesOf('x')]).toEqual([1320, 365, null, null, null]);
  });
});

describe('uptime', () => {
  const row = (watched: number, on: number, see: number) => ({ watched_us: watched, online_us: on, seeing_us: see });
  it('is a share of what was to be watched; what was not watched has none', () => {
    expect([online(row(100, 99, 50)), seeing(row(100, 99, 50)), online(row(0, 0, 0))]).toEqual([0.99, 0.5, null]);
  });
  it('is never rounded up to all', () => {
    expect([percent(1), percent(0.99999), percent(0.5), percent(null)]).toEqual(['100%', '99.99%', '50.00%', '—']);
  });
  it('is sorted either way, and what has no rate stands last both times', () => {
    const rows = [{ n: 'b', ...row(100, 50, 10) }, { n: 'a', ...row(0, 0, 0) }, { n: 'c', ...row(100, 90, 80) }];
    const names = (down: boolean) => sorted(rows, 'online', down, (r) => r.n).map((r) => r.n).join('');
    expect([names(false), names(true)]).toEqual(['bca', 'cba']);
    expect(sum(rows)).toEqual({ watched_us: 200, online_us: 140, seeing_us: 90 });
  });
  it('knows its months by the center’s clock', () => {
    const newYear = Date.UTC(2026, 0, 31, 20) * 1000; // already February at +08:00
    expect(months(newYear, 28_800).slice(0, 3)).toEqual(['2026-02', '2026-01', '2025-12']);
    expect([daysIn('2026-02'), daysIn('2028-02'), daysIn('2026-11')]).toEqual([28, 29, 30]);
  });
});
