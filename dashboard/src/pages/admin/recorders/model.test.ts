import { describe, expect, it } from 'vitest';
import { camera, place, recorder, SECOND } from '../../../../tests/helpers';
import { chosenBy, readSelector, writeSelector } from '../tours/model';

import { exampleFor, previewOf, templateFault, unregistered, type Make } from './model';

const AT = Date.UTC(2026, 10, 21, 13, 45, 36) * 1000;
const OFFSET = 8 * 3600;
const make: Make = { name: 'hikvision', zh: '海康威视', en: 'Hikvision', example: 'rtsp://192.0.2.9:554/Streaming/tracks/{channel}01?starttime={start:%Y%m%dT%H%M%SZ}', note_zh: '', note_en: '' };

describe('the address of a recorder', () => {
  it('comes out for a channel and a time', () => {
    expect(previewOf(make.example, 3, AT, AT + SECOND, OFFSET)).toEqual({ url: 'rtsp://192.0.2.9:554/Streaming/tracks/301?starttime=20261121T134536Z', byRange: false, sameForAll: false });
    expect(previewOf('rtsp://r/{channel}?a={start:local:%Y_%m_%d_%H_%M_%S}&b={end:unix}', 12, AT, AT + 60 * SECOND, OFFSET).url).toBe(`rtsp://r/12?a=2026_11_21_21_45_36&b=${AT / 1e6 + 60}`);
  });
  it('without a time in it says so, and without a channel as well', () => {
    expect(previewOf('rtsp://r/all', 3, AT, AT, 0)).toEqual({ url: 'rtsp://r/all', byRange: true, sameForAll: true });
  });
  it('of which nothing can come is told why', () => {
    expect(['http://r/1', 'rtsp://a:b@r/{channel}', 'rtsp://r/{channel', 'rtsp://r/{chanel}', 'rtsp://r/{start:%Q}', 'rtsp://r/{start:}', 'rtsp://r/{channel}/{start:unix}', 'rtsp://r/@x', 'rtsp://r/{channel}?pwd=1', 'rtsp://r/{channel}?pwd={password}'].map(templateFault)).toEqual(['scheme', 'credentials', 'braces', 'word', 'format', 'format', null, null, 'credentials', null]);
  });
  it('begins with the example of the make, at the host that was typed already', () => {
    expect(exampleFor(make, '')).toBe(make.example);
    expect(exampleFor(make, 'rtsp://10.0.0.5:8554/x')).toBe('rtsp://10.0.0.5:8554/Streaming/tracks/{channel}01?starttime={start:%Y%m%dT%H%M%SZ}');
  });
  it('is asked for by every name that cameras carry', () => {
    expect(unregistered([camera({ recorder: 'NVR-10' }), camera({ recorder: 'NVR-2' }), camera(), camera({ recorder: 'NVR-1' }), camera({ recorder: 'NVR-2' })], [recorder({ name: 'NVR-1' })])).toEqual(['NVR-2', 'NVR-10']);
  });
});

describe('what a tour chooses', () => {
  const tree = new Map([place({ id: 1 }), place({ id: 2, parent_id: 1 }), place({ id: 3 })].map((p) => [p.id, p]));
  const all = [camera({ id: 10, place_id: 2 }), camera({ id: 11, place_id: 3 }), camera({ id: 12 })];
  it('goes to the wire and comes back', () => {
    for (const s of [{}, { places: [1, 2] }, { cameras: [10] }]) expect(writeSelector(readSelector(s))).toEqual(s);
    expect(readSelector({ cameras: 'x', places: [1, 'y'] })).toEqual({ which: 'places', cameras: [], places: [1] });
  });
  it('of a place is all that lies in it', () => {
    expect(chosenBy('places', [1], [], all, tree).map((c) => c.id)).toEqual([10]);
    expect(chosenBy('cameras', [1], [12, 99], all, tree).map((c) => c.id)).toEqual([12]);
    expect(chosenBy('all', [], [], all, tree)).toHaveLength(3);
  });
});
