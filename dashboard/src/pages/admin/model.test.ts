import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { camera, place } from '../../../tests/helpers';
import type { JournalEvent } from '@/generated/objects';
import { addressIsFit, countGroups, filterCameras, goneCameras, groupOf } from './cameras/model';
import { COLUMNS, decode, lineAt, template } from './import/columns';
import { csvObjects, parseCsv } from './parts/csv';
import { pathOf, seen, treeOf } from './places/tree';
import { every, readTime, tidy } from './routes/plan';
import { readMetrics } from './center/health';
import { browserOf, isValid, type Session } from './users/users';

describe('cameras', () => {
  it('claim nothing while their worker is down, but a disabled one is disabled', () => {
    expect(groupOf(camera({ state: 'live' }), true)).toBe('unknown');
    expect(groupOf(camera({ state: 'live', enabled: false }), true)).toBe('off');
    expect(groupOf(camera({ state: 'stalled' }), false)).toBe('fault');
  });
  it('are counted once each', () => {
    expect(countGroups([camera({}), camera({ state: 'lost' }), camera({ state: 'connecting' }), camera({ enabled: false })], false)).toEqual({ all: 4, live: 1, fault: 1, unknown: 1, off: 1 });
  });
  it('are found by every word given, in any field, in the order of their numbers', () => {
    const all = [camera({ code: 'C-10', name: '东门' }), camera({ code: 'C-9', name: '东门', recorder: 'NVR-1' }), camera({ code: 'C-2', name: '西门', recorder: 'NVR-1' })];
    expect(filterCameras(all, 'all', '东门', false, () => '').map((c) => c.code)).toEqual(['C-9', 'C-10']);
    expect(filterCameras(all, 'all', '东门 nvr-1', false, () => '').map((c) => c.code)).toEqual(['C-9']);
  });
  it('that were removed and are there again are not offered', () => {
    const e = (id: number, subject_id: number): JournalEvent => ({ type: 'event', id, rev: 1, at_us: id, kind: 'camera.removed', subject: 'camera', subject_id, place_id: 0, severity: 0, actor: '', on_behalf_id: 0, body: { code: `C-${subject_id}`, name: '' } }) as JournalEvent;
    expect(goneCameras([e(1, 7), e(2, 8), e(3, 7)], new Map([[8, camera({ id: 8 })]])).map((g) => [g.id, g.at_us])).toEqual([[7, 3]]);
  });
  it('have an rtsp address that names a host', () => {
    expect(['rtsp://a/1', 'rtsps://u:p@a:554'].every(addressIsFit)).toBe(true);
    expect(['http://a', 'rtsp://', 'rtsp:///x', 'a'].some(addressIsFit)).toBe(false);
  });
});

describe('the place tree', () => {
  const all = [place({ id: 1, code: 'C', name: '社区', kind: 'community' }), place({ id: 2, code: 'G10', name: '第10组', parent_id: 1, kind: 'group' }), place({ id: 3, code: 'G2', parent_id: 1, name: '第2组', kind: 'group' }), place({ id: 4, code: 'B1', name: '1号楼', parent_id: 3 }), place({ id: 5, code: 'W', kind: 'way', parent_id: 1 }), place({ id: 6, code: 'X', name: '孤', parent_id: 99 })];
  it('puts parents first, numbers in their order, ways nowhere and the lost at the top', () => {
    expect(treeOf(all).map((n) => [n.place.code, n.depth])).toEqual([['C', 0], ['G2', 1], ['B1', 2], ['G10', 1], ['X', 0]]);
  });
  it('ends where places point at each other', () => {
    expect(treeOf([place({ id: 1, parent_id: 2 }), place({ id: 2, parent_id: 1 })])).toEqual([]);
  });
  it('shows what stands open, and a hit with all above it', () => {
    const lines = treeOf(all);
    expect(seen(lines, new Set(['C']), '').map((n) => n.place.code)).toEqual(['C', 'G2', 'G10', 'X']);
    expect(seen(lines, new Set(), '1号').map((n) => n.place.code)).toEqual(['C', 'G2', 'B1']);
  });
  it('names a place from below the community down', () => {
    expect(pathOf(new Map(all.map((p) => [p.id, p])), 4)).toBe('第2组 · 1号楼');
  });
});

describe('times of a route', () => {
  it('are read as people write them', () => {
    expect(['8:5', '08：05', '0805', '24:00', '8', ''].map(readTime)).toEqual(['08:05', '08:05', '08:05', null, null, null]);
  });
  it('go over midnight, sorted and each once', () => {
    expect(every('22:00', '01:00', 90)).toEqual(['01:00', '22:00', '23:30']);
    expect(tidy(['20:00', '06:00', '20:00'])).toEqual(['06:00', '20:00']);
  });
  it('are none for a step that is no step', () => {
    expect([every('00:00', '23:00', 0), every('00:00', '23:00', Number.NaN)]).toEqual([[], []]);
  });
});

describe('CSV', () => {
  it('keeps quotes, commas and line ends inside quotes', () => {
    expect(parseCsv('\ufeffa,b\r\n"x, ""y""","1\n2"\r\n')).toEqual([['a', 'b'], ['x, "y"', '1\n2']]);
    expect(csvObjects('code,url\nC-1,rtsp://x\n')).toEqual([{ code: 'C-1', url: 'rtsp://x' }]);
  });
  it('is read as GB18030 when it is no UTF-8', () => {
    expect(decode(new Uint8Array([0xb6, 0xab, 0xc3, 0xc5]))).toEqual({ text: '东门', encoding: 'gb18030' });
    expect(decode(new TextEncoder().encode('东门')).encoding).toBe('utf-8');
  });
  it('shows the line that a problem names', () => {
    expect([lineAt('a\r\nb\r\nc', 2), lineAt('a', 9)]).toEqual(['b', '']);
  });
});

describe('the columns an import names', () => {
  const ledger = join(__dirname, '../../../../daemon/ledger');
  const rows = readFileSync(join(ledger, 'import_rows.c'), 'utf8');
  const route = readFileSync(join(ledger, 'import_route.c'), 'utf8');
  const table = (source: string, name: string) => {
    const body = new RegExp(`GwCsvColumn ${name}\\[\\] = \\{([\\s\\S]*?)\\{NULL\\}`).exec(source)?.[1] ?? '';
    return [...body.matchAll(/\{"(\w+)", GW_CSV_\w+(?:, (TRUE|FALSE))?/g)].map((m) => ({ name: m[1], needed: m[2] === 'TRUE' }));
  };
  it.each(['person', 'slot', 'unit', 'camera', 'checkpoint'] as const)('are those of the daemon: %s', (noun) => {
    expect(COLUMNS[noun]).toEqual(table(rows, `${noun}_columns`));
  });
  it('are those of the daemon: route', () => {
    expect(COLUMNS.route).toEqual(table(route, 'columns'));
  });
  it('stand in the template', () => {
    expect(parseCsv(template('camera'))[0]).toEqual(COLUMNS.camera.map((c) => c.name));
    expect(JSON.parse(template('place')).features[0].properties).toHaveProperty('code');
  });
});

describe('sessions', () => {
  it('are valid until revoked or run out', () => {
    const s = { revoked_at_us: null, expires_at_us: 10 } as Session;
    expect([isValid(s, 9), isValid(s, 10), isValid({ ...s, revoked_at_us: 1 }, 0)]).toEqual([true, false, false]);
  });
  it('name the browser as people know it', () => {
    expect(browserOf('Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0')).toBe('Edge 126 · Windows');
    expect(browserOf('Mozilla/5.0 (X11; Linux x86_64) Chrome/156.0.0.0 Safari/537.36')).toBe('Chrome 156 · Linux');
    expect(browserOf('aibox/1')).toBe('aibox/1');
  });
});

describe('metrics', () => {
  it('are read by name, labelled ones left out', () => {
    expect(readMetrics('# HELP x\ngridwarden_sessions 3\ngridwarden_worker_up{worker="a"} 1\ngridwarden_up_seconds 1.5e3\n')).toEqual({ sessions: 3, up_seconds: 1500 });
  });
});
