// A rule in one sentence: what it looks at, when, where.
import type { Rule } from '@/generated/objects';
import type { Store } from '@/feed/store';
import { hoursOf } from '@/eyes/model';
import { t, word } from '@/i18n';
import { readSelector, selects } from './model';

/** What the product came with has no name of its own: it is called by what it is about. */
export const ruleName = (rule: Pick<Rule, 'name' | 'kind'>): string => rule.name || word('rule', rule.kind);

export function ruleWords(store: Store, rule: Pick<Rule, 'kind' | 'selector'>): string {
  if (!selects(rule.kind)) return t('admin.rules.no_choice');
  const s = readSelector(rule);
  const and = t('admin.rules.and');
  const parts = [
    s.kinds.map((k) => word('finding', k)).join(and), s.categories.map((c) => word('category', c)).join(and), s.topics.map((x) => word('topic', x)).join(and), s.classes.join(and),
    s.zones.map((z) => t(`admin.cam.zone_${z}`)).join(and),
    s.cameras.length > 3 ? t('admin.rules.n_cameras', { n: s.cameras.length }) : s.cameras.map((id) => store.get('camera', id)?.code ?? `#${id}`).join(and),
    hoursOf(s),
  ].filter(Boolean);
  return parts.length ? parts.join(' · ') : t('admin.rules.takes_all');
}
