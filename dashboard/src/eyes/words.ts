// Cameras, findings and outages in words: the same on the wall, the desk, the cameras' pages and the review.

import type { Camera, Finding, Outage, Place, Zone } from '@/generated/objects';
import type { Store } from '@/feed/store';
import { t, word } from '@/i18n';
import { age } from '@/i18n/format';
import { ancestor, digitsOf } from '@/ui/plan';
import { countOf, hoursOf, type Sight } from './model';

export const sightWord = (sight: Sight): string => t(`eyes.sight.${sight}`);

/** 12号楼 · 3组 */
export function placeWord(places: ReadonlyMap<number, Place>, id: number | null): string {
  const place = id === null ? undefined : places.get(id);
  if (!place) return '';
  const group = ancestor(places, place.id, 'group');
  const groupWord = group ? t('wall.group', { n: digitsOf(group) }) : '';
  return group?.id === place.id ? groupWord : [place.name, groupWord].filter(Boolean).join(' · ');
}

/** 遮挡; of a zone its name and what it is for. */
export function findingWord(store: Store, finding: Pick<Finding, 'kind' | 'zone_id'>): string {
  const zone = finding.kind === 'zone' ? store.get('zone', finding.zone_id) : undefined;
  return zone ? `${zone.name} · ${word('category', zone.category)}` : word('finding', finding.kind);
}

/** 交换机 SW-07 */
export function outageWord(store: Store, outage: Pick<Outage, 'cause' | 'name' | 'place_id'>): string {
  const name = outage.name || (outage.cause === 'building' ? (store.get('place', outage.place_id)?.name ?? '') : '');
  return [word('outage', outage.cause), name].filter(Boolean).join(' ');
}

/** 38/40 离线, then 2/40 未恢复 */
export function outageCount(outage: Outage): string {
  const n = countOf(outage);
  if (outage.ended_at_us !== null) return n.down ? t('eyes.outage.left', { n: n.down, all: n.members }) : t('eyes.outage.all_back', { n: n.fell });
  return t(n.down < n.fell ? 'eyes.outage.some_back' : 'eyes.outage.down', { n: n.down, all: n.members, back: n.fell - n.down });
}

/** 0.82（限 0.50） */
export function measureWord(finding: Pick<Finding, 'measure' | 'threshold'>): string {
  return t('eyes.finding.measure', { n: figure(finding.measure), limit: figure(finding.threshold) });
}
const figure = (n: number): string => (Math.abs(n) >= 100 ? String(Math.round(n)) : Math.abs(n) >= 10 ? n.toFixed(1) : n.toFixed(2));

export const zoneWhen = (zone: Pick<Zone, 'from_min' | 'to_min' | 'dwell_s'>): string => t('eyes.zone.when', { hours: hoursOf(zone) || t('eyes.zone.all_day'), dwell: age(zone.dwell_s * 1000) });

export const cameraWord = (camera: Camera | undefined): string => (camera ? `${camera.code} ${camera.name}` : t('common.unknown'));

/** 快 3.2 秒, 慢 1 分 */
export const driftWord = (clockMs: number): string => t(clockMs > 0 ? 'eyes.drift.fast' : 'eyes.drift.slow', { age: age(Math.abs(clockMs)) });
