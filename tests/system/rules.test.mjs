// Rules that select, zones and badges through the running daemon: what the desk sees of them, and what the wall does not.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Session } from '../farm/lib/client.mjs';
import { follow, journal, kiosk, query, refusal, startCenter } from './lib/testing.mjs';

const LIMIT = { timeout: 60000 };
const smoke = { kind: 'observed', name: '烟感', selector: { categories: ['fire'] }, priority: 2, response_zh: '打电话核实', response_en: 'Call and verify' };

test('a rule that was added chooses at once, also after a restart, and only the desk sees it', LIMIT, async (t) => {
  const center = await startCenter(t);
  const supervisor = await center.login('supervisor'), operator = await center.login('operator');
  const desk = await follow(t, operator, 'desk'), wall = await follow(t, await kiosk(center), 'wall');
  assert.ok(desk.all('rule').length >= 16);
  assert.equal(wall.all('rule').length, 0);
  const { result } = await supervisor.command('rule.add', smoke);
  const rule = await desk.waitFor((v) => v.get('rule', result.rule_id), { what: 'the rule' });
  assert.deepEqual([rule.rev, rule.makes, rule.selector], [1, 'alert', { categories: ['fire'] }]);
  assert.equal((await refusal(operator.command('rule.change', { rule_id: rule.id, enabled: false }))).code, 'forbidden');
  assert.equal((await refusal(supervisor.command('rule.change', { rule_id: 2, enabled: false }))).code, 'illegal');

  const place = desk.all('place')[0].id;
  await operator.command('observation.report', { category: 'fire', place_id: place, key: 'one' });
  await desk.waitFor((v) => v.find('alert', (a) => a.category === 'fire' && a.response_en === 'Call and verify'), { what: 'the alert of the rule' });
  assert.equal(query(center, `select rule_id from alert where category = 'fire'`)[0].rule_id, rule.id);

  await supervisor.command('rule.change', { rule_id: rule.id, makes: 'event' });
  await desk.waitFor((v) => v.get('rule', rule.id).rev === 2, { what: 'its second version' });
  await center.stop();
  await center.start();
  const again = await center.login('operator');
  await again.command('observation.report', { category: 'fire', place_id: place, key: 'two' });
  assert.equal(journal(center, 'observation.noted').length, 1);
  assert.equal(query(center, `select count(*) as n from alert where category = 'fire'`)[0].n, 1);
});

test('zones and badges: drawn, shown, refused, and read page by page', LIMIT, async (t) => {
  const center = await startCenter(t);
  const admin = await center.login('admin'), desk = await follow(t, admin, 'desk'), wall = await follow(t, await kiosk(center), 'wall');
  const { result: { camera_id } } = await admin.command('camera.add', { code: 'C-9', name: '东门', url: 'rtsp://192.0.2.1/1' });
  const square = [[0.1, 0.1], [0.4, 0.1], [0.4, 0.4], [0.1, 0.4]], zone = { camera_id, name: '消防通道', category: 'fire_lane', dwell_s: 60 };
  assert.equal((await refusal(admin.command('zone.add', { ...zone, points: [square[0], square[2], square[1], square[3]] }))).code, 'bad_args');
  const { result: { zone_id } } = await admin.command('zone.add', { ...zone, points: square });
  const drawn = await desk.waitFor((v) => v.get('zone', zone_id), { what: 'the zone' });
  assert.deepEqual(drawn.points, square);
  await admin.command('zone.remove', { zone_id });
  await desk.waitFor((v) => !v.get('zone', zone_id), { what: 'the zone to go' });

  const unit = desk.all('unit')[0];
  const { result: { badge } } = await admin.command('unit.badge', { unit_id: unit.id });
  assert.match(badge, /^GWB-[A-Z2-7]{20}$/);
  await desk.waitFor((v) => v.get('unit', unit.id).badge === badge, { what: 'the badge' });
  await wall.waitFor((v) => v.get('unit', unit.id).rev > unit.rev, { what: 'the unit on the wall' });
  assert.equal(wall.get('unit', unit.id).badge, '');
  assert.ok(!JSON.stringify(query(center, 'select body from journal')).includes(badge));

  assert.deepEqual((await admin.get('/api/v1/finding?open=1&limit=5')).rows, []);
  const { rows } = await admin.get('/api/v1/rule?kind=sight');
  assert.deepEqual(rows.map((r) => [r.id, r.makes]), [[11, 'alert'], [12, 'alert']]);
  await assert.rejects(new Session({ base: center.base }).get('/api/v1/finding'));
});
