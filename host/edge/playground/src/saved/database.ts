/** One snapshot, in IndexedDB. */
const DATABASE = 'ferrite-playground';
const STORE = 'snapshots';
const KEY = 'latest';

export interface Snapshot {
  bytes: Uint8Array;
  /** In milliseconds since the Unix epoch. */
  at: number;
}

export const save = (snapshot: Snapshot): Promise<unknown> => within('readwrite', (store) => store.put(snapshot, KEY));
export const forget = (): Promise<unknown> => within('readwrite', (store) => store.delete(KEY));
export const saved = async (): Promise<Snapshot | undefined> =>
  (await within('readonly', (store) => store.get(KEY))) as Snapshot | undefined;

async function within(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest): Promise<unknown> {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
  const database = await answered(opening);
  try {
    const transaction = database.transaction(STORE, mode);
    const result = await answered(act(transaction.objectStore(STORE)));
    await new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error);
    });
    return result;
  } finally {
    database.close();
  }
}

function answered<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
