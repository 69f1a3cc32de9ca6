// What the center takes of each noun; a test holds this against the daemon's own tables.

export const NOUNS = ['place', 'person', 'slot', 'unit', 'camera', 'checkpoint', 'route'] as const;
export type Noun = (typeof NOUNS)[number];

export interface Column {
  name: string;
  needed: boolean;
}
const of = (text: string): Column[] => text.split(' ').map((word) => ({ name: word.replace('*', ''), needed: word.endsWith('*') }));

/** Places are GeoJSON: these are the properties of a feature. */
export const COLUMNS: Record<Noun, Column[]> = {
  place: of('code* name* kind* parent valid_from'),
  person: of('code* name* phone'),
  slot: of('code* name* place* people'),
  unit: of('code* name* kind* travel phone radio_channel slot members'),
  camera: of('code* name* url* user_name password place lat lon zone transport recorder switch enabled sub_url watch power metadata checkpoint channel control_url home_preset'),
  checkpoint: of('code* name* place lat* lon* radius_m tag'),
  route: of('code* name* unit volunteer ordered times* weekdays days last_weekday idx* checkpoint* offset_s* early_s late_s'),
};
export const MOST_BYTES = 4_000_000;

/** An empty file to fill in: the columns, or one feature. */
export function template(noun: Noun): string {
  if (noun !== 'place') return `\ufeff${COLUMNS[noun].map((c) => c.name).join(',')}\r\n`;
  const feature = { type: 'Feature', properties: { code: 'B01', name: '1号楼', kind: 'building', parent: '', valid_from: '2026-01-01' }, geometry: { type: 'Point', coordinates: [120.38, 36.29] } };
  return `${JSON.stringify({ type: 'FeatureCollection', features: [feature] }, null, 1)}\n`;
}

/** Spreadsheets of Chinese Windows still write GB18030; whatever is no UTF-8 is read as that. */
export function decode(bytes: Uint8Array): { text: string; encoding: 'utf-8' | 'gb18030' } {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), encoding: 'utf-8' };
  } catch {
    return { text: new TextDecoder('gb18030').decode(bytes), encoding: 'gb18030' };
  }
}

export interface Problem {
  line: number;
  column: string;
  zh: string;
  en: string;
}
export interface Report {
  noun: string;
  rows: number;
  changed: number;
  problems: Problem[];
}

/** The line a problem names, as it stands in the file. */
export const lineAt = (text: string, line: number): string => (text.split('\n', line)[line - 1] ?? '').replace(/\r$/, '');
