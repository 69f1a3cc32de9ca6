// How long proof stays: its time runs out, a lock holds it, and who asks for it afterwards hears what became of it.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { stored, world } from './lib/live.mjs';
import { journal, query, until } from './lib/testing.mjs';

const write = (center, text) => execFileSync('sqlite3', [center.database, text], { uid: center.as.uid, gid: center.as.gid });
const path = (center, { hash }) => join(center.state, 'media', hash.slice(0, 2), `${hash}.mp4`);
const clip = (center, id) => query(center, `select * from clip where id = ${id}`)[0];

test('a clip whose time is over goes, a locked one stays though its alert is closed', { timeout: 120000 }, async (t) => {
  const { center, operator, ids } = await world(t, 1);
  const lead = await center.login('supervisor');
  const { result: { alert_id } } = await operator.command('incident.open', { category: 'fall', priority: 1, camera_id: ids.get(1) });
  await operator.command('alert.ack', { alert_id });
  await operator.command('alert.dispose', { alert_id, disposition: 'real' });
  const now_us = Date.now() * 1000;
  await operator.command('clip.ask', { camera_id: ids.get(1), from_us: now_us - 2e6, to_us: now_us + 1e6, words: '纠纷取证' });
  const [locked, let_go] = await until(() => { const rows = query(center, "select * from clip where state = 'saved' order by id"); return rows.length === 2 && rows; }, 'two clips', 60000);
  assert.equal(locked.alert_id, alert_id);
  assert.notEqual(let_go.hash, locked.hash);
  await assert.rejects(operator.command('clip.lock', { clip_id: locked.id, locked: true, words: '派出所调取' }));
  await lead.command('clip.lock', { clip_id: locked.id, locked: true, words: '派出所调取' });
  await center.stop();
  const over_us = Date.now() * 1000 - 60e6; // a month later
  write(center, `update clip set keep_until_us = ${over_us}`);
  await center.start();
  await until(() => clip(center, let_go.id).state === 'removed' && !existsSync(path(center, let_go)), 'its file to go', 30000);
  await until(() => query(center, `select 1 from file where hash = '${let_go.hash}'`).length === 0, 'its row to go');
  assert.equal(clip(center, locked.id).state, 'saved');
  assert.deepEqual(stored(center).filter((name) => name.endsWith('.mp4')), [join(locked.hash.slice(0, 2), `${locked.hash}.mp4`)]);
  const [row] = journal(center, 'clip.removed');
  assert.deepEqual([row.actor_id, row.body.hash, row.body.kept_until_us], [0, let_go.hash, over_us]);
  const again = await center.login('operator');
  const gone = await again.raw(`/api/v1/file/${let_go.hash}`);
  assert.equal(gone.status, 410);
  assert.match(gone.body.toString(), /until/);
  await assert.rejects(again.command('clip.export', { clip_id: let_go.id }), /removed by rule/);
  assert.equal((await again.raw(`/api/v1/file/${locked.hash}`)).status, 200);
  await center.cli(['verify']);
});
