import { describe, expect, it } from 'vitest';
import { computed, effect } from 'vue';
import { Store } from '@/feed/store';
import { alert, camera, ticket } from './helpers';

const HOUR = 3600e6;

describe('the store', () => {
  it('wakes only who reads the object that changed', () => {
    const store = new Store();
    store.replace([camera({ id: 1 }), camera({ id: 2 })]);
    let runs = 0;
    effect(() => {
      void store.get('camera', 1)?.state;
      runs += 1;
    });
    store.put(camera({ id: 2, rev: 2, state: 'lost' }));
    store.put(alert({ id: 1 }));
    expect(runs).toBe(1);
    store.put(camera({ id: 1, rev: 2, state: 'lost' }));
    expect(runs).toBe(2);
  });

  it('a snapshot that says the same wakes nobody', () => {
    const store = new Store();
    store.replace([alert({ id: 1 })]);
    let runs = 0;
    effect(() => {
      void store.list('alert').length;
      runs += 1;
    });
    store.replace([alert({ id: 1 })]);
    expect(runs).toBe(1);
  });

  it('counts follow', () => {
    const store = new Store();
    const n = computed(() => store.all('alert').size);
    expect(n.value).toBe(0);
    store.put(alert({ id: 4 }));
    expect(n.value).toBe(1);
  });

  it('forgets what was closed more than twelve hours ago, and keeps what is open however old', () => {
    const store = new Store();
    store.replace([
      alert({ id: 1, state: 'NORM', closed_at_us: 1 }),
      alert({ id: 2, state: 'ACKED', first_at_us: 1 }),
      alert({ id: 3, state: 'NORM', closed_at_us: 12 * HOUR }),
      ticket({ id: 1, state: 'CLOSED', closed_at_us: 1 }),
      ticket({ id: 2, state: 'HANDLING' }),
    ]);
    store.prune(13 * HOUR);
    expect([...store.all('alert').keys()]).toEqual([2, 3]);
    expect([...store.all('ticket').keys()]).toEqual([2]);
  });
});
