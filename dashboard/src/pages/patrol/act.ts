// One step of the unit: into the queue, kept, said. A second tap while the first is being kept is the same tap.

import type { CommandName, Commands } from '@/generated/commands';
import { attempt } from '@/ui/notice';
import { photoOf } from './photo';
import type { NewItem } from './queue';
import type { Patrol } from './state';

const keeping = new Set<string>();

export async function act<C extends CommandName>(p: Patrol, key: string, item: NewItem<C>): Promise<boolean> {
  if (keeping.has(key)) return false;
  keeping.add(key);
  try {
    return await attempt(() => p.queue.add(item));
  } finally {
    keeping.delete(key);
  }
}

/** A photo of a file input, to be attached to a ticket. */
export function attach(p: Patrol, ticketId: number, role: Commands['ticket.photo']['role'], input: HTMLInputElement, about: string): Promise<boolean> {
  const file = input.files?.[0];
  input.value = '';
  if (!file) return Promise.resolve(false);
  return attempt(async () => {
    const photo = await photoOf(file);
    await p.queue.add({ command: 'ticket.photo', args: { ticket_id: ticketId, role }, photo, photo_as: 'hash', about });
  });
}
