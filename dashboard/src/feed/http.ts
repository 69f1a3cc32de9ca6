// The daemon over HTTP. Whatever goes wrong is a Refusal with a sentence; nothing else is thrown.

import type { CommandName, Commands } from '@/generated/commands';
import type { MessageReply } from '@/generated/objects';
import { httpUrl } from './base';
import { Refusal, type RefusalBody } from './refusal';
import { newId } from './uuid';

export interface Page<Row> {
  rows: Row[];
  next?: string | null;
}

export interface Who {
  id: number;
  name: string;
  display: string;
  role: string;
  unit_id: number | null;
}

type Query = Record<string, string | number | boolean | null | undefined>;

async function ask(path: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(httpUrl(path), { credentials: 'same-origin', cache: 'no-store', ...init });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new Refusal({ code: 'no_link' });
  }
  if (response.ok) return response;
  let body: RefusalBody;
  try {
    body = (await response.json()) as RefusalBody;
  } catch {
    body = { code: 'not_json' };
  }
  throw new Refusal(typeof body?.code === 'string' ? body : { code: 'not_json' });
}

async function json<T>(response: Response): Promise<T> {
  try {
    return (await response.json()) as T;
  } catch {
    throw new Refusal({ code: 'not_json' });
  }
}

function pathWith(path: string, query?: Query): string {
  const words = Object.entries(query ?? {}).filter(([, v]) => v !== undefined && v !== null && v !== '');
  if (words.length === 0) return path;
  return `${path}?${new URLSearchParams(words.map(([k, v]) => [k, String(v)]))}`;
}

function post(path: string, body: object): Promise<Response> {
  return ask(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
}

export const http = {
  /** GET api/v1/<path>. */
  async get<T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> {
    return json<T>(await ask(pathWith(`api/v1/${path}`, query), { signal }));
  },
  async text(path: string, query?: Query): Promise<string> {
    return (await ask(pathWith(`api/v1/${path}`, query), {})).text();
  },
  page<Row>(noun: string, query?: Query, signal?: AbortSignal): Promise<Page<Row>> {
    return http.get<Page<Row>>(noun, query, signal);
  },
  /** The same commands as over the socket; for pages without a feed. */
  async command<C extends CommandName>(command: C, args: Commands[C], options: { id?: string; ifRev?: number } = {}): Promise<MessageReply> {
    const id = options.id ?? newId();
    const reply = await json<MessageReply>(await post(`api/v1/${command}`, { id, args, ...(options.ifRev === undefined ? {} : { if_rev: options.ifRev }) }));
    if (reply.code !== 'ok') throw new Refusal(reply);
    return reply;
  },
  /** A JPEG or PNG; on disk before it answers. */
  async upload(file: Blob): Promise<{ hash: string; bytes: number; kind: string }> {
    return json(await ask('api/v1/file', { method: 'POST', headers: { 'Content-Type': file.type || 'image/jpeg' }, body: file }));
  },
  /** What is not in the table of commands: asked and answered without an id. */
  async post<T>(path: string, body: object): Promise<T> {
    return json<T>(await post(`api/v1/${path}`, body));
  },
  fileUrl: (hash: string): string => httpUrl(`api/v1/file/${hash}`),
  exportUrl: (noun: string): string => httpUrl(`api/v1/export/${noun}`),
  stillUrl: (camera: number): string => httpUrl(`api/v1/still/${camera}`),

  async login(name: string, password: string): Promise<Who> {
    return (await json<{ user: Who }>(await post('api/v1/session.login', { name, password }))).user;
  },
  async kiosk(token: string): Promise<Who> {
    return (await json<{ user: Who }>(await post('api/v1/session.kiosk', { token }))).user;
  },
  async logout(): Promise<void> {
    await post('api/v1/session.logout', {});
  },
  who(): Promise<{ user: Who; version: string; center: string }> {
    return http.get('session');
  },
};
