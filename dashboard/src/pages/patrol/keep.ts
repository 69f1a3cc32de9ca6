// Where what has not been sent yet is kept: IndexedDB, so that a reload, a crash or an empty battery loses nothing.

import type { Item } from './queue';

export interface Keep {
  all(): Promise<Item[]>;
  put(item: Item): Promise<void>;
  del(id: string): Promise<void>;
}

const NAME = 'gridwarden.patrol';
const STORE = 'queue';

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const ask = indexedDB.open(NAME, 1);
    ask.onupgradeneeded = () => ask.result.createObjectStore(STORE, { keyPath: 'id' });
    ask.onsuccess = () => resolve(ask.result);
    ask.onerror = () => reject(ask.error ?? new Error('no IndexedDB'));
    ask.onblocked = () => reject(new Error('IndexedDB is blocked'));
  });
}

/** Resolves when the transaction is complete, not when the request is: only then is it on the phone. */
function within<T>(db: IDBDatabase, mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const tx = db.transaction(STORE, mode, { durability: 'strict' });
    const request = work(tx.objectStore(STORE));
    tx.oncomplete = () => resolve(request.result);
    tx.onabort = tx.onerror = () => reject(tx.error ?? new Error('not kept'));
  });
}

export async function indexedKeep(): Promise<Keep> {
  const db = await open();
  return {
    all: () => within(db, 'readonly', (s) => s.getAll() as IDBRequest<Item[]>),
    put: async (item) => void (await within(db, 'readwrite', (s) => s.put(item))),
    del: async (id) => void (await within(db, 'readwrite', (s) => s.delete(id))),
  };
}

/** For a browser that keeps nothing (private windows of some): the page says so. */
export function memoryKeep(): Keep {
  const items = new Map<string, Item>();
  return {
    all: async () => [...items.values()],
    put: async (item) => void items.set(item.id, item),
    del: async (id) => void items.delete(id),
  };
}
