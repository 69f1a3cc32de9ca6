// A row of the review in words. The present store helps with names; a row of last month stands on its own.

import type { Alert, JournalEvent, Outbox, Ticket } from '@/generated/objects';
import type { Store } from '@/feed/store';
import { whyWord } from '@/evidence/words';
import { i18n, t, word } from '@/i18n';
import { clockTime, day } from '@/i18n/format';
import { whatOf as whatOfAlert } from '@/pages/wall/words';
import { ancestor, digitsOf } from '@/ui/plan';
import type { Row } from './model';

/** Whether there is a word for it in the common texts: what has none is shown as it is, or left out. */
const hasWord = (group: string, value: string): boolean => i18n.global.te(`common.${group}.${value.replaceAll('.', '_')}`, 'zh-CN');

export const whatOf = (store: Store, row: Alert | Ticket): string => (row.type === 'alert' ? whatOfAlert(store, row) : word('category', row.category));

export function placeOf(store: Store, id: number | null): string {
  if (id === null || id === 0) return '';
  const place = store.get('place', id);
  if (!place) return '';
  const group = ancestor(store.all('place'), id, 'group');
  return group && group.id !== id ? `${place.name} · ${t('patrol.offer.on', { n: digitsOf(group) })}` : place.name;
}

export function recipient(store: Store, o: Outbox): string {
  if (o.target === 'unit') return store.get('unit', o.target_id)?.name ?? t('review.unit_n', { n: o.target_id });
  if (o.target === 'role') return t(`review.role.${['operator', 'lead', 'supervisor'].includes(o.target_role) ? o.target_role : 'other'}`);
  return store.list('watch').find((w) => w.user_id === o.target_id)?.name ?? t('review.user_n', { n: o.target_id });
}

export const didWord = (e: JournalEvent): string => (hasWord('event', e.kind) ? word('event', e.kind) : e.kind);

const said = (value: unknown): string => (value && typeof value === 'object' && 'text' in value && typeof value.text === 'string' ? value.text : '');

/** What stands in a journal row beside who and what: code, words, reason, result, what it is about. */
export function detail(store: Store, e: JournalEvent): string {
  const b = e.body;
  const parts: string[] = [];
  const text = (key: string): string => (typeof b[key] === 'string' ? (b[key] as string) : '');
  if (e.subject === 'finding' && typeof b.camera_id === 'number') parts.push(store.get('camera', b.camera_id)?.code ?? `#${b.camera_id}`);
  if (e.kind.startsWith('finding.') && hasWord('finding', text('kind'))) parts.push(word('finding', text('kind')));
  if (e.kind.startsWith('outage.') && hasWord('outage', text('cause'))) parts.push(word('outage', text('cause')));
  if ((e.subject === 'clip' || e.subject === 'tour_run') && typeof b.camera_id === 'number') parts.push(store.get('camera', b.camera_id)?.code ?? `#${b.camera_id}`);
  if (typeof b.from_us === 'number' && typeof b.to_us === 'number' && e.subject === 'clip') parts.push(`${clockTime(b.from_us)}–${clockTime(b.to_us)}`);
  if (e.kind === 'camera.looked_back' && typeof b.looked_at_us === 'number') parts.push(`${day(b.looked_at_us)} ${clockTime(b.looked_at_us)}`);
  if (e.kind === 'clip.failed' && text('why')) parts.push(whyWord(text('why')));
  if (e.kind === 'tour.looked' && typeof b.page === 'number') parts.push(t('tour.to_page', { n: b.page + 1 }));
  if (e.kind === 'tour.looked' && Array.isArray(b.unseen) && b.unseen.length) parts.push(t('review.log.unseen', { what: b.unseen.map((id) => store.get('camera', Number(id))?.code ?? `#${id}`).join(' ') }));
  if (e.kind === 'camera.state' && text('state')) parts.push([word('camera_state', text('state')), text('cause') && text('cause') !== 'none' ? word('camera_cause', text('cause')) : ''].filter(Boolean).join('：'));
  if (e.kind === 'camera.light' && hasWord('light', text('to'))) parts.push(word('light', text('to')));
  if (hasWord('topic', text('topic'))) parts.push([word('topic', text('topic')), text('class')].filter(Boolean).join(' '));
  if (e.subject === 'worker' && text('worker')) parts.push(text('worker'));
  if (typeof b.code === 'string') parts.push(b.code);
  else if (typeof b.name === 'string') parts.push(b.name);
  if (typeof b.category === 'string') parts.push(word('category', b.category));
  if (typeof b.about === 'string' && typeof b.about_id === 'number') parts.push(`${t(`review.template.${template(b.template)}`)} → ${toWhom(store, b)}`);
  if (typeof b.result === 'string' && b.result) parts.push(word('ticket_result', b.result));
  if (typeof b.disposition === 'string' && b.disposition) parts.push(word('disposition', b.disposition));
  if (typeof b.presence === 'string') parts.push(word('presence', b.presence));
  if (typeof b.device === 'string' && b.device) parts.push(b.device);
  if (typeof b.distance_m === 'number') parts.push(t('review.from_place', { n: b.distance_m }));
  if (typeof b.reason === 'string' && hasWord('decline', b.reason)) parts.push(word('decline', b.reason));
  for (const key of ['words', 'reason']) if (said(b[key])) parts.push(`“${said(b[key])}”`);
  if (e.on_behalf_id) parts.push(t('review.behalf', { unit: store.get('unit', e.on_behalf_id)?.name ?? String(e.on_behalf_id) }));
  if (typeof b.hash === 'string') parts.push(`${b.hash.slice(0, 12)}…`);
  return parts.join(' · ');
}

const TEMPLATES = new Set(['alert', 'escalation', 'dispatch', 'recall', 'timed_out', 'closed', 'rework', 'returned', 'round_open', 'round_incomplete']);
export const template = (value: unknown): string => (typeof value === 'string' && TEMPLATES.has(value) ? value : 'other');

function toWhom(store: Store, b: Record<string, unknown>): string {
  if (b.target === 'unit') return store.get('unit', Number(b.target_id))?.name ?? t('review.unit_n', { n: Number(b.target_id) });
  const role = String(b.target_role ?? '');
  return t(`review.role.${['operator', 'lead', 'supervisor'].includes(role) ? role : 'other'}`);
}

export const priorityOf = (row: Row): number => (row.type === 'event' ? row.severity : row.priority);
export const timeOf = (row: Row): number => (row.type === 'alert' ? row.first_at_us : row.type === 'ticket' ? row.origin_at_us : row.at_us);
/** Whose story a row belongs to. */
export function storyOf(row: Row): { subject: 'alert' | 'ticket'; id: number } | null {
  if (row.type !== 'event') return { subject: row.type, id: row.id };
  if (row.subject === 'alert' || row.subject === 'ticket') return { subject: row.subject, id: row.subject_id };
  const { about, about_id: id } = row.body;
  return (about === 'alert' || about === 'ticket') && typeof id === 'number' ? { subject: about, id } : null;
}
