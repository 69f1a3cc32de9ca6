// What the visitor should press next, read off the center itself.

import type { Alert, Ticket } from '@/generated/objects';
import type { Store } from '@/feed/store';
import { openAlerts } from '../wall/model';

export interface Step {
  key: 'wait' | 'dispatch' | 'accept' | 'other' | 'arrive' | 'close' | 'check' | 'dispose';
  where: 'wall' | 'desk' | 'phone';
  alert?: Alert;
  ticket?: Ticket;
}

function stepOf(alert: Alert, ticket: Ticket | undefined, mine: number | null): Step {
  if (!ticket) return { key: alert.state === 'ACKED' && !alert.active ? 'dispose' : 'dispatch', where: 'desk', alert };
  const own = ticket.unit_id !== null && ticket.unit_id === mine;
  switch (ticket.state) {
    case 'DISPATCHED':
      return own ? { key: 'accept', where: 'phone', alert, ticket } : { key: 'other', where: 'wall', alert, ticket };
    case 'ACCEPTED':
    case 'EN_ROUTE':
      return own ? { key: 'arrive', where: 'phone', alert, ticket } : { key: 'other', where: 'wall', alert, ticket };
    case 'ON_SCENE':
    case 'HANDLING':
      return own ? { key: 'close', where: 'phone', alert, ticket } : { key: 'other', where: 'wall', alert, ticket };
    case 'CLOSE_REQ':
      return { key: 'check', where: 'desk', alert, ticket };
    case 'REPORTED':
    case 'FILED':
      return { key: 'dispatch', where: 'desk', alert, ticket };
    default:
      return { key: 'dispose', where: 'desk', alert, ticket };
  }
}

/** What waits for a person's hand comes before what the simulated teams do by themselves. */
export function nextStep(store: Store, mine: number | null): Step {
  const grave = openAlerts(store.all('alert').values()).filter((a) => a.priority <= 2);
  const steps = grave.map((a) => stepOf(a, store.get('ticket', a.ticket_id), mine));
  return steps.find((s) => s.where === 'phone') ?? steps.find((s) => s.where === 'desk') ?? steps[0] ?? { key: 'wait', where: 'wall' };
}
