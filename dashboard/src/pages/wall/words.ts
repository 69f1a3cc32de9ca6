// What and where, in words, for the rows of the wall. Names of residents never come this far.

import type { Alert, JournalEvent, Round } from '@/generated/objects';
import type { Store } from '@/feed/store';
import { outageOf } from '@/eyes/model';
import { outageCount } from '@/eyes/words';
import { t, word } from '@/i18n';
import { ancestor, digitsOf } from '@/ui/plan';

/** The category of what people report; the rule where a machine noticed an absence or a fault. */
export function whatOf(store: Store, alert: Alert): string {
  if (alert.rule_kind === 'camera_fault') {
    const camera = store.get('camera', alert.camera_id ?? (alert.subject === 'camera' ? alert.subject_id : null));
    const how = camera && camera.state !== 'live' && camera.state !== 'connecting' ? word('camera_state', camera.state) : word('category', alert.category);
    return camera ? `${camera.code} ${how}` : how;
  }
  if (alert.rule_kind === 'sight') {
    const camera = store.get('camera', alert.camera_id ?? (alert.subject === 'camera' ? alert.subject_id : null));
    return [camera?.code, word('category', alert.category)].filter(Boolean).join(' ');
  }
  if (alert.rule_kind === 'outage') {
    const outage = outageOf(store.all('outage').values(), alert);
    return [word('category', alert.category), outage?.name].filter(Boolean).join(' ');
  }
  if (alert.rule_kind === 'sos' || ['reader_gone', 'worker_gone', 'point_missed', 'round_not_started'].includes(alert.rule_kind)) return word('rule', alert.rule_kind);
  return word('category', alert.category);
}

/** What a wall tells as news; the rest of the journal is for the review. */
const NEWS = new Set([
  'alert.raised', 'alert.acked', 'alert.dispatched', 'alert.disposed', 'alert.escalated', 'alert.cleared', 'alert.closed', 'alert.withdrawn', 'ticket.filed', 'ticket.rejected',
  'ticket.dispatched', 'ticket.accepted', 'ticket.returned', 'ticket.timed_out', 'ticket.recalled', 'ticket.en_route', 'ticket.arrived', 'ticket.close_requested', 'ticket.closed',
  'ticket.rework', 'round.started', 'round.completed', 'round.incomplete', 'round.abandoned', 'round.not_started', 'round.missed_run', 'round.point_done', 'round.point_missed',
  'unit.on_duty', 'unit.off_duty', 'watch.joined', 'watch.left', 'shift.began', 'worker.up', 'worker.down', 'storage.fault', 'storage.back', 'clock.stepped', 'center.started',
]);
export const isNews = (event: JournalEvent): boolean => NEWS.has(event.kind);

/** The round an alert is about: its own subject, or the one that holds the missed point. */
function roundOf(store: Store, alert: Pick<Alert, 'subject' | 'subject_id'>): Round | undefined {
  if (alert.subject === 'round') return store.get('round', alert.subject_id);
  if (alert.subject !== 'round_point') return undefined;
  return store.list('round').find((r) => r.points.some((p) => p.id === alert.subject_id));
}

/** 12号楼 · 3组, in the order of the address in both languages. */
export function whereOf(store: Store, alert: Pick<Alert, 'id' | 'rule_kind' | 'place_id' | 'camera_id' | 'subject' | 'subject_id'>): string {
  const places = store.all('place');
  if (alert.rule_kind === 'outage') {
    const outage = outageOf(store.all('outage').values(), alert);
    if (outage) return [outageCount(outage), store.get('place', outage.place_id)?.name].filter(Boolean).join(' · ');
  }
  const round = roundOf(store, alert);
  if (round) {
    const point = alert.subject === 'round_point' ? round.points.find((p) => p.id === alert.subject_id) : undefined;
    return [store.get('unit', round.unit_id)?.name, point ? `${point.idx} ${point.name}` : round.name].filter(Boolean).join(' · ');
  }
  const unit = alert.subject === 'unit' ? store.get('unit', alert.subject_id) : undefined;
  const place = store.get('place', alert.place_id);
  const group = ancestor(places, alert.place_id, 'group');
  const groupWord = group && place?.id !== group.id ? t('wall.group', { n: digitsOf(group) }) : '';
  const camera = store.get('camera', alert.camera_id);
  const name = place ? (place.kind === 'group' ? t('wall.group', { n: digitsOf(place) }) : place.name) : (camera?.name ?? '');
  return [unit?.name, name, groupWord].filter(Boolean).join(' · ') || t('common.unknown');
}

/** One line of news: what happened to what, and by whom. */
export function newsOf(store: Store, event: JournalEvent): string {
  const did = word('event', event.kind);
  let about = '';
  switch (event.subject) {
    case 'alert': {
      const alert = store.get('alert', event.subject_id);
      about = alert ? `P${alert.priority} ${whatOf(store, alert)} ${whereOf(store, alert)}` : '';
      break;
    }
    case 'ticket': {
      const ticket = store.get('ticket', event.subject_id);
      const unit = store.get('unit', ticket?.unit_id);
      const place = store.get('place', ticket?.place_id);
      about = ticket ? [unit?.name === event.actor ? '' : unit?.name, place?.name ?? word('category', ticket.category)].filter(Boolean).join(' ') : '';
      break;
    }
    case 'round':
      about = store.get('round', event.subject_id)?.name ?? '';
      break;
    case 'camera':
      about = store.get('camera', event.subject_id)?.code ?? '';
      break;
    case 'unit':
      about = store.get('unit', event.subject_id)?.name ?? '';
      break;
  }
  return [event.actor, did, about].filter(Boolean).join(' ');
}
