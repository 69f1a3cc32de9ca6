// A wall may only look, and knows within a second or two that it may no more.
import assert from 'node:assert/strict';
import test from 'node:test';
import { startCenter } from '../system/lib/testing.mjs';
import { Browser, centerOptions, openWall, see } from './lib/browser.mjs';

test('a kiosk wall over TLS', { timeout: 120000 }, async (t) => {
  const center = await startCenter(t, { options: centerOptions() }), browser = await Browser.open(t, center);
  const wall = await openWall(browser);

  await t.test('the browser takes the certificate only because its authority is trusted', async () => {
    assert.ok(await wall.evaluate(() => isSecureContext && location.protocol === 'https:'));
    const stranger = await Browser.open(t, center, { trusting: false }), page = await stranger.page();
    await assert.rejects(page.goto('/login'), /ERR_CERT_AUTHORITY_INVALID/);
  });
  await t.test('the token has left the address', () => assert.doesNotMatch(wall.url(), /token/));
  await t.test('every other page leads back to the wall', async () => {
    for (const path of ['/desk', '/review', '/admin', '/shift-log', '/patrol', '/login', '/']) {
      await wall.goto(path);
      await wall.waitForURL((url) => url.pathname === '/wall');
      await wall.waitForSelector('.wall[data-ready=true]');
    }
  });
  await t.test('its session can change nothing, by any door', async () => {
    browser.expect(/403/);
    const answers = await wall.evaluate(async () => {
      const commands = { 'incident.open': { category: 'fall', priority: 1, place_id: 1 }, 'unit.duty': { on: true, unit_id: 1 }, 'token.add': { kind: 'kiosk', label: 'another' }, 'alert.ack': { alert_id: 1 } };
      const said = {};
      for (const [name, args] of Object.entries(commands)) {
        const answer = await fetch(`/api/v1/${name}`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ id: crypto.randomUUID(), args }) });
        said[name] = `${answer.status} ${(await answer.json()).code}`;
      }
      for (const path of ['event', 'person', 'user', 'export/person', 'shift-log/current']) said[path] = String((await fetch(`/api/v1/${path}`)).status);
      const socket = new WebSocket(`wss://${location.host}/ws/v1`, 'gridwarden.v1');
      said.socket = await new Promise((resolve) => {
        socket.onmessage = ({ data }) => {
          const message = JSON.parse(data);
          if (message.type === 'hello') socket.send(JSON.stringify({ type: 'command', id: crypto.randomUUID(), command: 'incident.open', args: { category: 'fall', place_id: 1 } }));
          if (message.type === 'reply') resolve(message.code);
        };
      });
      socket.close();
      return said;
    });
    for (const [what, answer] of Object.entries(answers)) assert.match(answer, /^403|^forbidden/, `${what} answered ${answer}`);
  });
  await t.test('nothing on it can be pressed but language and sound', async () => {
    const buttons = await wall.locator('button:visible, a:visible, input:visible').evaluateAll((all) => all.map((e) => e.closest('.lang, .sound')?.className ?? e.outerHTML));
    for (const where of buttons) assert.match(where, /lang|sound/);
  });
  await t.test('revoked, it says so within two seconds', async () => {
    const admin = await center.login('admin'), session = (await admin.rows('session')).find(({ label, role, kind }) => [role, kind].includes('wall') || [role, kind].includes('kiosk') || /test wall/.test(label));
    assert.ok(session, JSON.stringify(await admin.rows('session')));
    browser.expect(/401/, /WebSocket/);
    const from = Date.now();
    await admin.command('session.revoke', { session_id: session.id });
    await see(wall, '[role=alert]', /会话已失效/, { timeoutMs: 4000 });
    const took = Date.now() - from;
    assert.ok(took < 2000, `it took ${took} ms`);
    await wall.reload();
    await see(wall, 'input[name=name]');
  });
  browser.assertQuiet();
});
