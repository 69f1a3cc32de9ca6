import { describe, expect, it } from 'vitest';
import { camera, place } from '../../../tests/helpers';
import { cellsOf, columnsFor, countGroups, filtersFrom, filtersTo, NO_FILTERS, sectionsOf, sizeFor, stepFrom, type Filters } from './model';

const places = new Map([place({ id: 1, kind: 'group', name: '第3网格组', code: 'G03' }), place({ id: 2, parent_id: 1, name: '12号楼' }), place({ id: 3, kind: 'group', name: '第10网格组', code: 'G10' })].map((p) => [p.id, p]));
const all = [
  camera({ id: 1, code: 'C-2', place_id: 2, switch: 'SW-1' }), camera({ id: 2, code: 'C-10', place_id: 3, state: 'lost', outage_id: 7, sees: 'unknown' }), camera({ id: 3, code: 'C-3', place_id: 3, sees: 'no', via: 'rtspsrc' }),
  camera({ id: 4, code: 'C-4', sees: 'unknown' }), camera({ id: 5, code: 'C-5', enabled: false }),
];
const pick = (f: Partial<Filters>, down = false) => cellsOf(all, { ...NO_FILTERS, ...f }, places, down, () => '').map((c) => c.camera.id);

describe('the matrix', () => {
  it('finds by what is wrong, place and below, outage, reader and words of any field', () => {
    expect(pick({ group: 'wrong' })).toEqual([2, 3]);
    expect(pick({ group: 'gone' })).toEqual([2]);
    expect(pick({ group: 'unknown' })).toEqual([4]);
    expect(pick({ placeId: 1 })).toEqual([1]);
    expect(pick({ outageId: 7 })).toEqual([2]);
    expect(pick({ via: 'rtspsrc' })).toEqual([3]);
    expect(pick({ text: 'sw-1 c-2' })).toEqual([1]);
    expect(pick({ text: 'sw-1 c-3' })).toEqual([]);
  });
  it('claims nothing of any while nobody looks, but a disabled one is disabled', () => {
    expect(pick({ group: 'unknown' }, true)).toEqual([1, 2, 3, 4]);
    expect(countGroups(all, true)).toMatchObject({ all: 5, sees: 0, off: 1, wrong: 4 });
    expect(countGroups(all, false)).toEqual({ all: 5, wrong: 2, gone: 1, blind: 1, unknown: 1, off: 1, sees: 1 });
  });
  it('puts what is wrong first, kind by kind; or groups in the order of their numbers', () => {
    const cells = cellsOf(all, NO_FILTERS, places, false, () => '');
    expect(sectionsOf(cells, 'wrong', places).map((s) => [s.need, s.cells.map((c) => c.camera.id)])).toEqual([['wrong', [2, 3]], ['sees', [1]], ['waiting', [4]], ['off', [5]]]);
    expect(sectionsOf(cells, 'place', places).map((s) => [s.groupId, s.cells.map((c) => c.camera.code)])).toEqual([[1, ['C-2']], [3, ['C-3', 'C-10']], [0, ['C-4', 'C-5']]]);
  });
  it('says in its address what is shown, and reads any address without harm', () => {
    const f: Filters = { group: 'blind', placeId: 3, outageId: 7, via: 'lean', text: '东门' };
    expect(filtersFrom(filtersTo(f))).toEqual(f);
    expect(filtersTo(NO_FILTERS)).toEqual({});
    expect(filtersFrom({ show: 'x', place: '1;drop', outage: ['1'], via: 'y' })).toEqual(NO_FILTERS);
  });
  it('is as large as all of them fit, and a phone scrolls', () => {
    expect([sizeFor(293, 1490, 800), sizeFor(40, 1490, 800), sizeFor(8, 1490, 800), sizeFor(293, 380, 700)]).toEqual(['small', 'middle', 'large', 'middle']);
  });
  it('takes the room there is, down to the size at which a code can be read', () => {
    expect(columnsFor([293], 1490, 900)).toBe(18);
    expect(columnsFor([24, 266, 2, 1], 1490, 900)).toBe(20);
    expect(columnsFor([1000], 1490, 900)).toBeNull();
  });
  it('is walked by arrows within its ends', () => {
    const ids = [1, 2, 3, 4, 5];
    expect(stepFrom(ids, null, 'ArrowDown', 2)).toBe(1);
    expect(stepFrom(ids, 1, 'ArrowDown', 2)).toBe(3);
    expect(stepFrom(ids, 4, 'ArrowDown', 2)).toBe(5);
    expect(stepFrom(ids, 1, 'ArrowLeft', 2)).toBe(1);
    expect(stepFrom(ids, 2, 'End', 2)).toBe(5);
    expect(stepFrom([], 1, 'End', 2)).toBeNull();
  });
});
