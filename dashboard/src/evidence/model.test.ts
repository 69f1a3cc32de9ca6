import { describe, expect, it } from 'vitest';
import { clip, SECOND } from '../../tests/helpers';
import { locale } from '@/i18n';
import { clipsInOrder, clipsOfAlert, fromMemory, inFours, mayAllow, mayExport, mayLock, megabytes, merged, playable, spanFault, stillToComeS } from './model';
import { noFileWord, originWord, whyWord } from './words';

const operator = { name: 'operator', display: '王海燕', role: 'operator' };
const supervisor = { name: 'supervisor', display: '刘桂芬', role: 'supervisor' };
locale.value = 'zh-CN';
const NOW = 1_795_254_900 * SECOND;

describe('clips', () => {
  it('that wait for somebody come first, then the newest', () => {
    const list = [clip({ id: 1, asked_at_us: 10 }), clip({ id: 2, asked_at_us: 20, state: 'failed' }), clip({ id: 3, asked_at_us: 1, state: 'asked' }), clip({ id: 4, asked_at_us: 5, state: 'waiting' })];
    expect(clipsInOrder(list).map((c) => c.id)).toEqual([3, 4, 2, 1]);
  });
  it('of an alert: its own before those that people asked for', () => {
    expect(clipsOfAlert([clip({ id: 1, alert_id: 7, asked_by: '王海燕', from_us: 0 }), clip({ id: 2, alert_id: 7, from_us: 50 }), clip({ id: 3, alert_id: 8 })], 7).map((c) => c.id)).toEqual([2, 1]);
  });
  it('are shown as the feed knows them when that is newer', () => {
    const live = new Map([[1, clip({ id: 1, rev: 3, state: 'saved' })], [2, clip({ id: 2, rev: 1, state: 'waiting' })]]);
    expect(merged([clip({ id: 1, rev: 2, state: 'waiting' }), clip({ id: 2, rev: 2, state: 'failed' })], live).map((c) => c.state)).toEqual(['saved', 'failed']);
  });
  it('without a file say why and what to do, whatever the reason', () => {
    expect([playable(clip()), playable(clip({ state: 'removed' })), playable(clip({ hash: '' }))]).toEqual([true, false, false]);
    expect(noFileWord(clip({ state: 'failed', why: 'no_footage' }), NOW)).toContain('换一个时刻');
    expect(whyWord('of_a_newer_daemon')).toBe(whyWord('unknown'));
    expect(stillToComeS(clip({ state: 'waiting', to_us: NOW + 12.3 * SECOND }), NOW)).toBe(13);
    expect(noFileWord(clip({ state: 'waiting', to_us: NOW + 12 * SECOND }), NOW)).toContain('12');
    expect(noFileWord(clip({ state: 'removed', keep_until_us: NOW }), NOW)).toContain('只保留到');
  });
  it('say who asked and who allowed', () => {
    expect(originWord(clip())).toBe('随警情自动保存');
    expect(originWord(clip({ asked_by: '王海燕', allowed_by: '刘桂芬', allowed_at_us: NOW, source: 'recorder' }))).toMatch(/王海燕.*刘桂芬.*批准/);
  });
});

describe('what a person may do', () => {
  it('follows the role, and nobody allows what they asked for', () => {
    const asked = clip({ state: 'asked', asked_by: '王海燕' });
    expect([mayAllow(asked, operator), mayAllow(asked, supervisor), mayAllow({ ...asked, asked_by: '刘桂芬' }, supervisor), mayAllow(clip(), supervisor), mayAllow(asked, null)]).toEqual([false, true, false, false, false]);
    expect([mayLock(clip(), operator), mayLock(clip(), supervisor), mayLock(asked, supervisor)]).toEqual([false, true, false]);
    expect([mayExport(clip(), operator), mayExport(asked, operator), mayExport(clip(), { role: 'patrol', name: '', display: '' })]).toEqual([true, false, false]);
  });
  it('five minutes, and not the future', () => {
    expect([spanFault(null, 1, NOW), spanFault(2, 2, NOW), spanFault(NOW, NOW + 301 * SECOND, NOW), spanFault(NOW, NOW + 61 * SECOND, NOW), spanFault(NOW - 10 * SECOND, NOW + 20 * SECOND, NOW), spanFault(Number.NaN, 1, NOW)]).toEqual(['none', 'order', 'long', 'future', null, 'none']);
    expect([fromMemory(NOW - 9 * SECOND, NOW), fromMemory(NOW - 11 * SECOND, NOW)]).toEqual([true, false]);
  });
});

describe('figures', () => {
  it('a hash is read in fours and says nothing else', () => {
    expect(inFours('0123456789ab')).toBe('0123 4567 89ab');
    expect(inFours('ab'.repeat(32)).replaceAll(' ', '')).toBe('ab'.repeat(32));
  });
  it('sizes', () => expect([megabytes(3_210_000), megabytes(64_400_000)]).toEqual(['3.2', '64']));
});
