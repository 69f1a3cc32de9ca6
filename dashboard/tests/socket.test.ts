// @vitest-environment node
// The feed against a real WebSocket server in this process: cuts, resumes, commands.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { FeedSocket } from '@/feed/socket';
import { backoffMs } from '@/feed/line';
import { Refusal } from '@/feed/refusal';
import { alert, patch } from './helpers';

type Text = Record<string, unknown>;

/** A center that does what a test tells it, on a free port of the loopback. */
class Center {
  readonly heard: Text[] = [];
  readonly protocols: string[] = [];
  peer: WebSocket | null = null;
  private server: WebSocketServer;
  boot = 'boot-a';
  version = '0.1.0';
  answer: ((text: Text) => Text | null) | null = null;

  private constructor(port: number) {
    this.server = new WebSocketServer({ host: '127.0.0.1', port });
    this.server.on('connection', (ws, request) => {
      this.peer = ws;
      this.protocols.push(String(request.headers['sec-websocket-protocol']));
      this.say({ v: 1, type: 'hello', version: this.version, boot: this.boot, now_us: Date.now() * 1000, user: { id: 1, name: 'a', display: 'A', role: 'operator', unit_id: null }, views: ['desk'] });
      ws.on('message', (data) => {
        const text = JSON.parse(String(data)) as Text;
        this.heard.push(text);
        const reply = this.answer?.(text);
        if (reply) this.say(reply);
      });
    });
  }

  static async open(port = 0): Promise<Center> {
    const center = new Center(port);
    await new Promise((done) => center.server.once('listening', done));
    return center;
  }
  get port(): number {
    return (this.server.address() as { port: number }).port;
  }
  say(text: Text): void {
    this.peer?.send(JSON.stringify(text));
  }
  cut(): void {
    this.peer?.terminate();
  }
  async close(): Promise<void> {
    for (const ws of this.server.clients) ws.terminate();
    await new Promise((done) => this.server.close(done));
  }
}

const open: { feed?: FeedSocket; center?: Center } = {};
afterEach(async () => {
  open.feed?.stop('test');
  await open.center?.close();
});

async function begin(answer?: Center['answer']): Promise<{ feed: FeedSocket; center: Center }> {
  const center = await Center.open();
  center.answer = answer ?? null;
  const feed = new FeedSocket({
    url: `ws://127.0.0.1:${center.port}/ws/v1`,
    socket: (url, protocol) => new WebSocket(url, protocol) as unknown as globalThis.WebSocket,
    random: () => 0,
  });
  Object.assign(open, { feed, center });
  return { feed, center };
}

const snapshot = (seq: number, put: object[] = []) => ({ v: 1, type: 'snapshot', view: 'desk', seq, now_us: Date.now() * 1000, put });
const subscribes = (center: Center) => center.heard.filter((t) => t.type === 'subscribe');

describe('the feed', () => {
  it('subscribes after hello, with our subprotocol, and holds the snapshot', async () => {
    const { feed, center } = await begin((t) => (t.type === 'subscribe' ? snapshot(7, [alert({ id: 3 })]) : null));
    const view = feed.view('desk');
    feed.start();
    await vi.waitFor(() => expect(view.store.get('alert', 3)).toBeDefined());
    expect(center.protocols).toEqual(['gridwarden.v1']);
    expect(subscribes(center)).toEqual([{ type: 'subscribe', view: 'desk' }]);
    expect(feed.ready.has('desk')).toBe(true);
  });

  it('comes back after a cut with its boot and seq and takes the patches it missed', async () => {
    const { feed, center } = await begin((t) => (t.type === 'subscribe' ? (t.seq === 7 ? { ...patch({ prev: 7, seq: 9, put: [alert({ id: 4 })] }) } : snapshot(7)) : null));
    const view = feed.view('desk');
    feed.start();
    await vi.waitFor(() => expect(view.seq).toBe(7));
    center.cut();
    await vi.waitFor(() => expect(view.store.get('alert', 4)).toBeDefined(), 5000);
    expect(subscribes(center)[1]).toEqual({ type: 'subscribe', view: 'desk', boot: 'boot-a', seq: 7 });
    expect(view.seq).toBe(9);
  });

  it('asks for a snapshot when it finds a hole', async () => {
    const { feed, center } = await begin((t) => (t.type === 'subscribe' ? snapshot(7) : null));
    const view = feed.view('desk');
    feed.start();
    await vi.waitFor(() => expect(view.seq).toBe(7));
    center.answer = (t) => (t.type === 'subscribe' ? snapshot(20, [alert({ id: 8 })]) : null);
    center.say(patch({ prev: 15, seq: 16, put: [alert({ id: 5 })] }));
    await vi.waitFor(() => expect(view.seq).toBe(20));
    expect([...view.store.all('alert').keys()]).toEqual([8]);
    expect(subscribes(center)[1]).toEqual({ type: 'subscribe', view: 'desk' });
  });

  it('answers a command by its id, and a refusal is a sentence', async () => {
    const { feed } = await begin((t) => {
      if (t.type !== 'command') return null;
      return t.command === 'alert.ack'
        ? { v: 1, type: 'reply', id: t.id, code: 'ok', seq: 8, result: {} }
        : { v: 1, type: 'reply', id: t.id, code: 'illegal', sentence_zh: '已经结案', sentence_en: 'Already closed' };
    });
    feed.start();
    await expect(feed.command('alert.ack', { alert_id: 1 })).resolves.toMatchObject({ code: 'ok', seq: 8 });
    const refusal = await feed.command('ticket.accept', { ticket_id: 1 }).catch((e: unknown) => e);
    expect(refusal).toBeInstanceOf(Refusal);
    expect((refusal as Refusal).sentence('en')).toBe('Already closed');
    expect((refusal as Refusal).sentence('zh-CN')).toBe('已经结案');
  });

  it('sends a command again with the same id after a cut', async () => {
    let cuts = 0;
    const { feed, center } = await begin((t) => {
      if (t.type !== 'command') return null;
      if (cuts++ === 0) {
        center.cut();
        return null;
      }
      return { v: 1, type: 'reply', id: t.id, code: 'ok' };
    });
    feed.start();
    await expect(feed.command('alert.ack', { alert_id: 1 }, { id: 'one-id' })).resolves.toMatchObject({ code: 'ok' });
    expect(center.heard.filter((t) => t.type === 'command').map((t) => t.id)).toEqual(['one-id', 'one-id']);
  });

  it('rejects at the cut what must not be sent twice, and says that the outcome is not known', async () => {
    const { feed, center } = await begin((t) => {
      if (t.type === 'command') center.cut();
      return null;
    });
    feed.start();
    await vi.waitFor(() => expect(feed.hello.value).not.toBeNull());
    const refusal = (await feed.command('alert.ack', { alert_id: 1 }, { resend: false }).catch((e: unknown) => e)) as Refusal;
    expect(refusal.code).toBe('unanswered');
    await vi.waitFor(() => expect(feed.hello.value).not.toBeNull(), 5000);
    expect(center.heard.filter((t) => t.type === 'command')).toHaveLength(1);
  });

  it('stops when its session was revoked', async () => {
    const { feed, center } = await begin();
    feed.start();
    await vi.waitFor(() => expect(feed.hello.value).not.toBeNull());
    center.say({ v: 1, type: 'bye', reason: 'revoked' });
    await vi.waitFor(() => expect(feed.line.value).toEqual({ kind: 'stopped', reason: 'revoked' }));
  });

  it('keeps a storage fault until the center says it is over', async () => {
    const { feed, center } = await begin();
    feed.start();
    await vi.waitFor(() => expect(feed.hello.value).not.toBeNull());
    center.say({ v: 1, type: 'link', now_us: 1, storage: 'full', since_us: 1 });
    await vi.waitFor(() => expect(feed.link.value?.storage).toBe('full'));
    center.say({ v: 1, type: 'link', now_us: 1, storage: 'ok', since_us: 1 });
    await vi.waitFor(() => expect(feed.link.value).toBeNull());
  });
});

describe('back-off', () => {
  it('doubles to five seconds and never below half of it', () => {
    expect([0, 1, 2, 3, 4, 5, 30].map((n) => backoffMs(n, 1))).toEqual([250, 500, 1000, 2000, 4000, 5000, 5000]);
    expect(backoffMs(5, 0)).toBe(2500);
  });
});
