import { describe, expect, it } from 'vitest';
import { View } from '@/feed/view';
import { alert, patch, unit } from './helpers';

function atSeq(seq: number): View {
  const view = new View('desk');
  view.snapshot({ v: 1, type: 'snapshot', view: 'desk', seq, now_us: 0, put: [alert({ id: 1, rev: 3 }), unit({ id: 1, rev: 5 })] }, 'boot-a');
  return view;
}

describe('applying a patch', () => {
  it('puts and deletes whole objects and takes the seq', () => {
    const view = atSeq(10);
    expect(view.patch(patch({ prev: 10, seq: 12, put: [alert({ id: 2 })], del: [['alert', 1]] }))).toBe('applied');
    expect([...view.store.all('alert').keys()]).toEqual([2]);
    expect(view.seq).toBe(12);
  });

  it('skips what it already has', () => {
    const view = atSeq(10);
    expect(view.patch(patch({ prev: 8, seq: 10, put: [alert({ id: 9 })] }))).toBe('skipped');
    expect(view.store.get('alert', 9)).toBeUndefined();
    expect(view.seq).toBe(10);
  });

  it('takes a patch that reaches back before ours but brings something new', () => {
    const view = atSeq(10);
    expect(view.patch(patch({ prev: 9, seq: 11, put: [alert({ id: 2 })] }))).toBe('applied');
    expect(view.seq).toBe(11);
  });

  it('finds a hole, asks for all of it, and takes nothing until it came', () => {
    const view = atSeq(10);
    expect(view.patch(patch({ prev: 11, seq: 12, put: [alert({ id: 2 })] }))).toBe('hole');
    expect(view.subscription()).toEqual({ type: 'subscribe', view: 'desk' });
    expect(view.patch(patch({ prev: 12, seq: 13, put: [alert({ id: 3 })] }))).toBe('waiting');
    expect(view.store.get('alert', 1)).toBeDefined(); // the last facts stay readable meanwhile
    view.snapshot({ v: 1, type: 'snapshot', view: 'desk', seq: 13, now_us: 0, put: [alert({ id: 3 })] }, 'boot-a');
    expect([...view.store.all('alert').keys()]).toEqual([3]);
  });

  it('puts unjournaled state (prev == seq) and keeps its seq', () => {
    const view = atSeq(10);
    expect(view.patch(patch({ prev: 10, seq: 10, put: [unit({ id: 1, rev: 5, lat: 36.3, lon: 120.4 })] }))).toBe('applied');
    expect(view.store.get('unit', 1)?.lat).toBe(36.3);
    expect(view.seq).toBe(10);
  });

  it('never puts an older rev over a newer one', () => {
    const view = atSeq(10);
    view.patch(patch({ prev: 10, seq: 11, put: [alert({ id: 1, rev: 2, state: 'ACKED' })] }));
    expect(view.store.get('alert', 1)?.state).toBe('UNACKED');
  });

  it('resumes from boot and seq', () => {
    expect(atSeq(10).subscription()).toEqual({ type: 'subscribe', view: 'desk', boot: 'boot-a', seq: 10 });
  });

  it('believes a snapshot even where its rev is lower: a backup was restored', () => {
    const view = atSeq(10);
    view.snapshot({ v: 1, type: 'snapshot', view: 'desk', seq: 4, now_us: 0, put: [alert({ id: 1, rev: 1, state: 'ACKED' })] }, 'boot-b');
    expect(view.store.get('alert', 1)?.state).toBe('ACKED');
    expect(view.store.all('unit').size).toBe(0);
    expect(view.seq).toBe(4);
  });
});
