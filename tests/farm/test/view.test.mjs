import assert from 'node:assert/strict';
import test from 'node:test';
import { View } from '../lib/view.mjs';

const alert = (id, rev, state = 'UNACKED') => ({ type: 'alert', id, rev, state });

function fresh() {
  const view = new View('desk');
  view.snapshot({ seq: 10, put: [alert(1, 2), alert(2, 1)] }, 'boot');
  return view;
}

test('a patch that follows is applied and its seq taken', () => {
  const view = fresh();
  view.patch({ prev: 10, seq: 13, put: [alert(1, 3, 'ACKED')], del: [['alert', 2]] });
  assert.equal(view.get('alert', 1).state, 'ACKED');
  assert.equal(view.get('alert', 2), undefined);
  assert.equal(view.seq, 13);
});

test('an old patch is skipped, an older object does not win', () => {
  const view = fresh();
  view.patch({ prev: 8, seq: 10, put: [alert(1, 9, 'NORM')] });
  assert.equal(view.get('alert', 1).state, 'UNACKED');
  view.patch({ prev: 10, seq: 11, put: [alert(1, 1, 'NORM')] });
  assert.equal(view.get('alert', 1).state, 'UNACKED');
  assert.equal(view.counts.skipped, 1);
});

test('a hole is noticed and nothing of the patch is taken', () => {
  const view = fresh();
  let holes = 0;
  view.on('hole', () => { holes++; });
  view.patch({ prev: 12, seq: 14, put: [alert(3, 1)] });
  assert.deepEqual([holes, view.get('alert', 3), view.seq], [1, undefined, 10]);
});

test('state that is not journaled is put and leaves the seq', () => {
  const view = fresh();
  view.patch({ prev: 10, seq: 10, put: [{ type: 'unit', id: 1, rev: 1, lat: 36.3 }] });
  assert.equal(view.get('unit', 1).lat, 36.3);
  assert.equal(view.seq, 10);
});

test('waitFor ends with the change that makes it true, or says what did not come', async () => {
  const view = fresh(), soon = view.waitFor((v) => v.get('alert', 1)?.state === 'ACKED' && v.get('alert', 1));
  view.patch({ prev: 10, seq: 11, put: [alert(1, 3, 'ACKED')] });
  assert.equal((await soon).rev, 3);
  await assert.rejects(view.waitFor(() => false, { timeoutMs: 20, what: 'the end' }), /the end did not come within 20 ms \(at seq 11\)/);
  assert.equal(view.listenerCount('change'), 0);
});
