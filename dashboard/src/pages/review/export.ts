// The listed rows as a CSV file, made here: exactly what is on the screen, in the language of the screen.

import { t, word } from '@/i18n';
import { stamp } from '@/i18n/format';
import type { Store } from '@/feed/store';
import { csvOf, type Noun, type Row } from './model';
import { detail, didWord, placeOf, whatOf } from './words';

function cells(store: Store, row: Row): (string | number | null)[] {
  switch (row.type) {
    case 'alert':
      return [stamp(row.first_at_us), row.code, row.priority, whatOf(store, row), placeOf(store, row.place_id), word('alert_state', row.state), row.owner, row.disposition ? word('disposition', row.disposition) : '', row.words];
    case 'ticket':
      return [stamp(row.origin_at_us), row.code, row.priority, whatOf(store, row), placeOf(store, row.place_id), word('ticket_state', row.state), store.get('unit', row.unit_id)?.name ?? row.handler, row.arrived_at_us === null ? null : Math.round((row.arrived_at_us - row.origin_at_us) / 1e6), row.words];
    case 'event':
      return [stamp(row.at_us), row.id, row.severity || null, didWord(row), placeOf(store, row.place_id), row.subject, row.actor, null, detail(store, row)];
  }
}

export function exportRows(store: Store, noun: Noun, rows: readonly Row[]): void {
  const head = ['time', 'code', 'p', 'what', 'where', 'state', 'who', noun === 'ticket' ? 'arrive' : 'concl'].map((k) => t(`review.list.${k}`));
  const text = csvOf([...head, t('review.story.words')], rows.map((r) => cells(store, r)));
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }));
  link.download = `gridwarden-${noun}.csv`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
