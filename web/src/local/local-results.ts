/** @file Predictions made in this browser, kept in its database. */
import { rememberedPredictions } from '../page/my-predictions.js';
import type { LocalFiles, LocalRequest } from './messages.js';

/** A prediction made here. */
export interface LocalResult {
  readonly id: string;
  readonly request: LocalRequest;
  readonly files: LocalFiles;
}

const [DATABASE, STORE] = ['codonfold', 'results'];
/** For browsers that keep nothing, as in private windows: results last as long as the page. */
const ofThisVisit = new Map<string, LocalResult>();

function finished<Value>(request: IDBRequest<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => {
      resolve(request.result);
    };
    request.onerror = () => {
      reject(request.error ?? new Error('the database of this browser does not answer'));
    };
  });
}

async function inStore<Value>(
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore) => IDBRequest<Value>,
): Promise<Value | undefined> {
  try {
    const opening = indexedDB.open(DATABASE, 1);
    opening.onupgradeneeded = () => {
      opening.result.createObjectStore(STORE, { keyPath: 'id' });
    };
    const database = await finished(opening);
    try {
      return await finished(work(database.transaction(STORE, mode).objectStore(STORE)));
    } finally {
      database.close();
    }
  } catch {
    return undefined; // blocked or full: `ofThisVisit` has what was made since the page was opened
  }
}

/** Keeps a result. */
export async function keepLocalResult(result: LocalResult): Promise<void> {
  ofThisVisit.set(result.id, result);
  await inStore('readwrite', (store) => store.put(result));
}

/**
 * A result that was kept; undefined where there is none. One that the list of predictions no longer names was forgotten
 * by a page that closed before it had deleted it: it is deleted now.
 */
export async function readLocalResult(id: string): Promise<LocalResult | undefined> {
  const known = ofThisVisit.get(id);
  if (known) return known;
  if (!rememberedPredictions().some((prediction) => prediction.id === id)) {
    await dropLocalResult(id);
    return undefined;
  }
  return inStore('readonly', (store) => store.get(id) as IDBRequest<LocalResult | undefined>);
}

/** Deletes a result for good. */
export async function dropLocalResult(id: string): Promise<void> {
  ofThisVisit.delete(id);
  await inStore('readwrite', (store) => store.delete(id));
}
