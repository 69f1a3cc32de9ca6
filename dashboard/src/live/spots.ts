// The wall's two spots in words: why this picture stands there. The same on the wall and on the desk.

import type { Spot } from '@/generated/objects';
import type { Store } from '@/feed/store';
import { t } from '@/i18n';
import { whatOf } from '@/pages/wall/words';

export function spotWhy(store: Store, spot: Spot | undefined): string {
  if (!spot || spot.camera_id === null) return t('live.spot.in_turn');
  if (spot.pinned) return t('live.spot.pinned', { who: spot.pinned_by || t('common.unknown') });
  const alert = store.get('alert', spot.alert_id);
  return alert ? t('live.spot.follows', { p: alert.priority, what: whatOf(store, alert) }) : '';
}
