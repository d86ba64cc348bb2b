/**
 * The rows that were not taken in, as they stood, with what is wrong in two more columns in front:
 * to correct and send again. The file appears whole under its name, or not at all.
 */
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { badFile } from './bad-file.ts';
import { guardCell } from './cell-text.ts';
import { ERROR_HEADINGS, HEADINGS, isErrorHeading } from './file-fields.ts';
import type { RowError } from './row-errors.ts';

/** A file in the making; nothing stands under its name before `publish`. */
export interface ErrorFile {
  /** The heading row of the donation file. */
  begin(headings: readonly string[]): void;
  /** Writes those of the rows that have errors, in the order of the rows. */
  settle(sent: ReadonlyMap<number, readonly string[]>, errors: readonly RowError[]): void;
  /** Makes sure that everything is on disk; before the import is committed. */
  finish(): void;
  /** Puts the file under its name. */
  publish(): void;
  /** Takes everything back that was not published. */
  discard(): void;
}

/** Opens the file beside its name, for its owner only; throws `BadFile` when that is impossible. */
export function openErrorFile(out: string): ErrorFile {
  const part = path.join(path.dirname(out), `.${path.basename(out)}.part`);
  const descriptor = openPart(part, out);
  let open = true;
  let dropped = new Set<number>();
  const write = (texts: readonly string[], cells: readonly string[]): void => {
    const kept = cells.filter((_, index) => !dropped.has(index));
    writeSync(descriptor, `${[...texts, ...kept].map(quoteCell).join(',')}\r\n`);
  };
  const close = (): void => {
    if (open) closeSync(descriptor);
    open = false;
  };
  return {
    begin(headings) {
      dropped = new Set(headings.flatMap((text, index) => (isErrorHeading(text) ? [index] : [])));
      writeSync(descriptor, '\uFEFF');
      write(ERROR_HEADINGS, headings);
    },
    settle(sent, errors) {
      const byRow = Map.groupBy(errors, ({ row }) => row);
      for (const [row, cells] of sent) {
        const wrong = byRow.get(row);
        if (wrong !== undefined) write(textsOf(wrong), cells);
      }
    },
    finish() {
      fsyncSync(descriptor);
      close();
    },
    publish: () => renameSync(part, out),
    discard() {
      close();
      rmSync(part, { force: true });
    },
  };
}

function openPart(part: string, out: string): number {
  try {
    return openSync(part, 'w', 0o600);
  } catch {
    throw badFile('errors_unwritable', { file: out });
  }
}

function textsOf(errors: readonly RowError[]): [string, string] {
  return [
    errors.map(({ column, message }) => `${HEADINGS[column]}：${message.zh}`).join(''),
    errors.map(({ column, message }) => `${column}: ${message.en}`).join(' '),
  ];
}

/** The cell in CSV; what begins like a formula is guarded, and unguarded when it is read again. */
function quoteCell(text: string): string {
  const guarded = guardCell(text);
  return /[",;\t\r\n]|^\s|\s$/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}
