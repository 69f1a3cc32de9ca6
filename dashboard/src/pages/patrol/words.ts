// What and where, for a phone: the place in large, what was said about it beside its group.

import type { Ticket } from '@/generated/objects';
import { word, t } from '@/i18n';
import { ancestor, digitsOf } from '@/ui/plan';
import type { Store } from '@/feed/store';

export const whatOf = (ticket: Ticket): string => word('category', ticket.category);

export function placeOf(store: Store, ticket: Ticket): string {
  return store.get('place', ticket.place_id)?.name ?? (ticket.lat === null ? t('common.unknown') : t('patrol.round.which'));
}

export function nearOf(store: Store, ticket: Ticket): string {
  const group = ancestor(store.all('place'), ticket.place_id, 'group');
  return [ticket.words, group && group.id !== ticket.place_id ? t('patrol.offer.on', { n: digitsOf(group) }) : ''].filter(Boolean).join(' · ');
}
