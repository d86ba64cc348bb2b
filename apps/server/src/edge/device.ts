/**
 * This server as a device: its id and how often it has started, kept on its disk. With a running
 * number they name every scan once and for all.
 */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';

/** The name of one scan: no two scans have the same. */
export interface DeviceMark {
  readonly id: string;
  readonly bootEpoch: number;
  readonly seq: number;
}

const ROW = z.object({ id: z.string().min(1), boot_epoch: z.number().int().min(1) });

/**
 * Starts the device: the next boot epoch is on disk before the first mark is given, and no two
 * processes of the home get the same. Answers the function that gives marks.
 */
export function startDevice(home: string, newId: () => string): () => DeviceMark {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const device = nextStart(path.join(home, 'device.db'), `server-${newId()}`);
  let seq = 0;
  return () => {
    seq += 1;
    return { ...device, seq };
  };
}

/** Counts the start in SQLite, whose transaction is on disk when it is committed. */
function nextStart(file: string, newDeviceId: string): { id: string; bootEpoch: number } {
  const store = new DatabaseSync(file);
  try {
    store.exec('PRAGMA busy_timeout = 10000; PRAGMA synchronous = FULL; BEGIN IMMEDIATE');
    store.exec('CREATE TABLE IF NOT EXISTS device (id TEXT NOT NULL, boot_epoch INTEGER NOT NULL)');
    store
      .prepare('INSERT INTO device SELECT ?, 0 WHERE NOT EXISTS (SELECT 1 FROM device)')
      .run(newDeviceId);
    const row = store
      .prepare('UPDATE device SET boot_epoch = boot_epoch + 1 RETURNING id, boot_epoch')
      .get();
    const started = ROW.parse(row);
    store.exec('COMMIT');
    return { id: started.id, bootEpoch: started.boot_epoch };
  } finally {
    store.close();
  }
}
