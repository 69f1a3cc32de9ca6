import { describe, expect, it } from 'vitest';
import { Store } from '@/feed/store';
import { nextStep } from '@/pages/demo/steps';
import { alert, ticket } from './helpers';

function at(...objects: Parameters<Store['replace']>[0]): Store {
  const store = new Store();
  store.replace(objects);
  return store;
}

describe('the next step of the demo', () => {
  it('follows one incident from hand to hand', () => {
    const mine = 1;
    const states = ['DISPATCHED', 'EN_ROUTE', 'ON_SCENE', 'CLOSE_REQ', 'CLOSED'] as const;
    expect(nextStep(at(), mine).key).toBe('wait');
    expect(nextStep(at(alert()), mine)).toMatchObject({ key: 'dispatch', where: 'desk' });
    expect(states.map((state) => nextStep(at(alert({ ticket_id: 1 }), ticket({ state })), mine).key)).toEqual(['accept', 'arrive', 'close', 'check', 'dispose']);
  });
  it('leaves the simulated teams alone and points to what needs a hand first', () => {
    const store = at(alert({ id: 1, ticket_id: 1 }), ticket({ id: 1, unit_id: 2 }), alert({ id: 2, priority: 2 }));
    expect(nextStep(store, 1)).toMatchObject({ key: 'dispatch', alert: { id: 2 } });
    store.del('alert', 2);
    expect(nextStep(store, 1)).toMatchObject({ key: 'other', where: 'wall' });
  });
  it('is not about technical alerts', () => {
    expect(nextStep(at(alert({ priority: 4 })), 1).key).toBe('wait');
  });
});
