/**
 * The lane's disk: the files of a gate in IndexedDB. Every write is one transaction that the
 * browser has flushed before it answers (`durability: 'strict'`), so nothing is left to `sync`.
 * One page holds it at a time (see `hold.ts`), so it may keep the lengths of the files in mind.
 */
import { type Disk, DiskFault } from '@liyu/gate';
import { type IDBPDatabase, openDB } from 'idb';

/** A piece of a file by the file's name and its offset. */
type Chunk = Uint8Array<ArrayBuffer>;

const CHUNKS = 'chunks';
const DURABLE = { durability: 'strict' } as const;

/** All pieces of a file from an offset on. */
const from = (name: string, offset: number) =>
  IDBKeyRange.bound([name, offset], [name, Number.POSITIVE_INFINITY]);

/** What the browser says when it is full; anything else is a fault of the medium. */
function faultOf(cause: unknown, doing: string): DiskFault {
  if (cause instanceof DiskFault) return cause;
  const isFull = cause instanceof DOMException && cause.name === 'QuotaExceededError';
  return new DiskFault(isFull ? 'ENOSPC' : 'EIO', doing);
}

function joined(chunks: readonly Chunk[]): Uint8Array {
  const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/** Opens the disk of a name. */
export async function openDisk(name: string): Promise<Disk> {
  const database = await openDB(name, 1, {
    upgrade: (fresh) => void fresh.createObjectStore(CHUNKS),
  });
  const lengths = await readLengths(database);
  let last: Promise<unknown> = Promise.resolve();
  /** One after another, so that an end of a file is always the one that is known. */
  const inTurn = <T>(doing: string, work: () => Promise<T>): Promise<T> => {
    const mine = last.then(work).catch((cause: unknown) => {
      throw faultOf(cause, doing);
    });
    last = mine.catch(() => undefined);
    return mine;
  };
  const readAll = async (file: string): Promise<Uint8Array> =>
    joined((await database.getAll(CHUNKS, from(file, 0))) as Chunk[]);

  return {
    list: async (prefix) => [...lengths.keys()].filter((file) => file.startsWith(prefix)).sort(),
    read: (file) =>
      inTurn(`read ${file}`, async () => (lengths.has(file) ? readAll(file) : undefined)),
    readPart: (file, offset, length) =>
      inTurn(`read ${file}`, async () => {
        if (!lengths.has(file)) throw new DiskFault('ENOENT', `read ${file}`);
        return (await readAll(file)).slice(offset, offset + length);
      }),
    append: (file, bytes) =>
      inTurn(`append to ${file}`, async () => {
        const length = lengths.get(file) ?? 0;
        await write(database, (store) => [store.put(bytes.slice(), [file, length])]);
        lengths.set(file, length + bytes.length);
      }),
    sync: (file) => inTurn(`sync ${file}`, async () => undefined),
    truncate: (file, length) =>
      inTurn(`cut ${file}`, async () => {
        const kept = (await readAll(file)).slice(0, length);
        await write(database, (store) => [store.delete(from(file, 0)), store.put(kept, [file, 0])]);
        lengths.set(file, kept.length);
      }),
    replace: (file, bytes) =>
      inTurn(`replace ${file}`, async () => {
        await write(database, (store) => [
          store.delete(from(file, 0)),
          store.put(bytes.slice(), [file, 0]),
        ]);
        lengths.set(file, bytes.length);
      }),
    remove: (file) =>
      inTurn(`remove ${file}`, async () => {
        await write(database, (store) => [store.delete(from(file, 0))]);
        lengths.delete(file);
      }),
  };
}

interface Store {
  put(bytes: Uint8Array, key: [string, number]): Promise<unknown>;
  delete(range: IDBKeyRange): Promise<unknown>;
}

/** A transaction that is over, and on the medium, when this answers. */
async function write(database: IDBPDatabase, work: (store: Store) => Promise<unknown>[]) {
  const transaction = database.transaction(CHUNKS, 'readwrite', DURABLE);
  await Promise.all([...work(transaction.store), transaction.done]);
}

async function readLengths(database: IDBPDatabase): Promise<Map<string, number>> {
  const lengths = new Map<string, number>();
  let cursor = await database.transaction(CHUNKS).store.openCursor();
  while (cursor) {
    const [name, offset] = cursor.key as [string, number];
    lengths.set(name, offset + (cursor.value as Chunk).length);
    cursor = await cursor.continue();
  }
  return lengths;
}
