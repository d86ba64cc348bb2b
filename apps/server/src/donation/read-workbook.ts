/** A donation file as an .xlsx workbook: its first sheet, as rows of text. */
import { readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { badFile, sizeOf } from './bad-file.ts';
import type { FileRow } from './read-csv.ts';
import { checkWorkbook, MOST_PACKED } from './workbook-limits.ts';
import type { WorkbookAnswer } from './workbook-worker.ts';

/** Megabytes that the reader's thread may use. */
const MOST_MEMORY = 2048;

/** Reads and judges the workbook; throws `BadFile` when it is none, damaged or too large. */
export async function openWorkbook(file: string): Promise<AsyncGenerator<FileRow>> {
  if (sizeOf(file) > MOST_PACKED) {
    throw badFile('workbook_too_large');
  }
  const bytes = readFileSync(file);
  await checkWorkbook(bytes);
  return readRows(bytes);
}

async function* readRows(bytes: Buffer): AsyncGenerator<FileRow> {
  const worker = new Worker(new URL('./workbook-worker.ts', import.meta.url), {
    workerData: { bytes: new Uint8Array(bytes) },
    resourceLimits: { maxOldGenerationSizeMb: MOST_MEMORY },
  });
  try {
    let row = 0;
    while (true) {
      const answer = await ask(worker);
      if ('refused' in answer) throw badFile('workbook_unreadable');
      if (answer.rows === undefined) return;
      for (const cells of answer.rows) {
        row += 1;
        yield { row, cells, bytesRead: Math.floor((bytes.length * row) / answer.total) };
      }
    }
  } finally {
    await worker.terminate();
  }
}

function ask(worker: Worker): Promise<WorkbookAnswer> {
  return new Promise((resolve, reject) => {
    const onAnswer = (answer: WorkbookAnswer): void => {
      worker.off('error', onError);
      resolve(answer);
    };
    const onError = (cause: Error & { code?: string }): void => {
      worker.off('message', onAnswer);
      const full = cause.code === 'ERR_WORKER_OUT_OF_MEMORY';
      reject(full ? badFile('too_much_shared_text') : cause);
    };
    worker.once('message', onAnswer);
    worker.once('error', onError);
    worker.postMessage('next');
  });
}
