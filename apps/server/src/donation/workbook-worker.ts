/**
 * Reads the first sheet of a workbook in a thread of its own, whose memory is limited: a sheet that
 * needs more ends the thread and not the server. Rows go out by the thousand, when asked for.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { type CellValue, readSheet } from 'read-excel-file/node';
import { cellText, numberText } from './workbook-cell.ts';

/** The next rows, `undefined` after the last; or what the reader says against the workbook. */
export type WorkbookAnswer =
  | { readonly rows: readonly (readonly string[])[] | undefined; readonly total: number }
  | { readonly refused: string };

const ROWS_AT_ONCE = 1000;

const port = parentPort;
if (port === null) throw new Error('invariant broken: this module is a worker thread');
const { bytes } = workerData as { bytes: Uint8Array };
const sheet = readSheet(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), 1, {
  trim: false,
  parseNumber: numberText,
});
let next = 0;
port.on('message', async () => {
  try {
    const rows = await sheet;
    const part = rows.slice(next, next + ROWS_AT_ONCE);
    next += ROWS_AT_ONCE;
    const texts = part.map((row) => row.map((cell) => cellText(cell as CellValue | string | null)));
    port.postMessage({ rows: part.length === 0 ? undefined : texts, total: rows.length });
  } catch (cause) {
    port.postMessage({ refused: cause instanceof Error ? cause.message : String(cause) });
  }
});
sheet.catch(() => {});
