// Why a file that a player could not take cannot be read: a video element says only that it failed.

import { httpUrl } from '@/feed/base';
import { Refusal, type RefusalBody } from '@/feed/refusal';

/** The center's refusal of this file; null when the file is there and the fault lies in what it holds. */
export async function fileRefusal(url: string, signal?: AbortSignal): Promise<Refusal | null> {
  let response: Response;
  try {
    response = await fetch(url, { credentials: 'same-origin', cache: 'no-store', headers: { Range: 'bytes=0-0' }, signal });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return null;
    return new Refusal({ code: 'no_link' });
  }
  if (response.ok) return null;
  try {
    const body = (await response.json()) as RefusalBody;
    return new Refusal(typeof body?.code === 'string' ? body : { code: 'not_json' });
  } catch {
    return new Refusal({ code: 'not_json' });
  }
}

/** Addresses in answers are relative to api/v1. */
export const apiUrl = (path: string): string => httpUrl(`api/v1/${path}`);
