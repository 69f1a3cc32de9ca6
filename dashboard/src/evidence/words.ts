// Clips in words, the same on the desk, a camera's page, looking back and the review.

import type { Clip } from '@/generated/objects';
import { i18n, t } from '@/i18n';
import { clockTime, day, stamp } from '@/i18n/format';
import { megabytes, secondsOf, stillToComeS } from './model';

export const stateWord = (clip: Pick<Clip, 'state'>): string => t(`evidence.state.${clip.state}`);

/** A sentence that says what to do; a reason of a newer daemon says so. */
export function whyWord(why: string): string {
  const key = `evidence.why.${why}`;
  return i18n.global.te(key, 'zh-CN') ? t(key) : t('evidence.why.unknown');
}

/** 11月21日 21:45:26–21:45:56 */
export const spanWord = (clip: Pick<Clip, 'from_us' | 'to_us'>): string => `${day(clip.from_us)} ${clockTime(clip.from_us)}–${clockTime(clip.to_us)}`;

export const lengthWord = (clip: Pick<Clip, 'from_us' | 'to_us'>): string => t('evidence.unit_s', { n: Math.round(secondsOf(clip)) });

/** Why there is nothing to play, or '' when there is. */
export function noFileWord(clip: Clip, nowUs: number): string {
  switch (clip.state) {
    case 'asked':
      return t('evidence.asked_hint');
    case 'waiting': {
      if (clip.source === 'recorder') return t('evidence.waiting_recorder');
      const n = stillToComeS(clip, nowUs);
      return n > 0 ? t('evidence.waiting_more', { n }) : t('evidence.waiting_file');
    }
    case 'failed':
      return whyWord(clip.why);
    case 'refused':
      return t('evidence.refused_by', { who: clip.allowed_by || t('common.unknown'), time: clip.allowed_at_us === null ? '' : stamp(clip.allowed_at_us) });
    case 'removed':
      return t('evidence.removed_hint', { date: stamp(clip.keep_until_us) });
    case 'saved':
      return '';
  }
}

export function originWord(clip: Clip): string {
  if (clip.asked_by === '') return t('evidence.by_rule');
  const asked = t('evidence.asked', { who: clip.asked_by, time: stamp(clip.asked_at_us) });
  if (clip.allowed_at_us === null || clip.allowed_by === '' || clip.state === 'refused') return asked;
  return clip.source === 'recorder' && clip.allowed_by !== clip.asked_by ? `${asked} · ${t('evidence.allowed', { who: clip.allowed_by, time: clockTime(clip.allowed_at_us) })}` : asked;
}

export const keptWord = (clip: Clip): string => (clip.locked ? t('evidence.kept_locked') : t('evidence.kept_until', { date: stamp(clip.keep_until_us) }));

export const figuresWord = (clip: Clip): string => [clip.width > 0 ? `${clip.width}×${clip.height}` : '', clip.frames > 0 ? t('evidence.frames', { n: clip.frames }) : '', clip.bytes > 0 ? t('evidence.mb', { n: megabytes(clip.bytes) }) : '', clip.broken > 0 ? t('evidence.broken', { n: clip.broken }) : ''].filter(Boolean).join(' · ');
