/**
 * Tables of a programme: CSV in UTF-8 with one heading row. A line that begins with `#` is a
 * remark. Every row knows its line.
 */
import { CsvError, parse } from 'csv-parse/sync';
import type { z } from 'zod';
import type { ProgrammeFiles } from './files.ts';
import type { Report } from './problem.ts';

/** A row that has its shape, and the line on which it ends. */
export interface Row<T> {
  readonly line: number;
  readonly value: T;
}

/** A table's rows. `whole` is false when some were refused, with their reasons reported. */
export interface CsvFile<T> {
  readonly name: string;
  readonly rows: readonly Row<T>[];
  readonly whole: boolean;
}

/** Reads a table by its headings, in their order, and by the shape of a row. */
export function readCsvFile<T>(
  files: ProgrammeFiles,
  name: string,
  headings: readonly string[],
  shape: z.ZodType<T>,
  report: Report,
): CsvFile<T> | undefined {
  const text = files.get(name);
  if (text === undefined) {
    report(name, 1, 'the file is missing');
    return undefined;
  }
  const lines = splitTable(name, text, report);
  const head = lines?.[0];
  if (lines === undefined || head === undefined) return undefined;
  if (head.cells.join() !== headings.join()) {
    report(name, head.line, `the headings are "${head.cells.join()}", not "${headings.join()}"`);
    return undefined;
  }
  const rows: Row<T>[] = [];
  for (const { cells, line } of lines.slice(1)) {
    const value = readRow(cells, headings, shape, (message) => report(name, line, message));
    if (value !== undefined) rows.push({ line, value });
  }
  return { name, rows, whole: rows.length === lines.length - 1 };
}

function readRow<T>(
  cells: readonly string[],
  headings: readonly string[],
  shape: z.ZodType<T>,
  refuse: (message: string) => void,
): T | undefined {
  if (cells.length !== headings.length) {
    refuse(`the row has ${cells.length} cells, the headings are ${headings.length}`);
    return undefined;
  }
  const named = Object.fromEntries(headings.map((heading, index) => [heading, cells[index]]));
  const parsed = shape.safeParse(named);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) {
    refuse(`${issue.path.length === 0 ? '' : `${issue.path.join('.')}: `}${issue.message}`);
  }
  return undefined;
}

interface Line {
  readonly cells: readonly string[];
  readonly line: number;
}

function splitTable(name: string, text: string, report: Report): Line[] | undefined {
  try {
    const parsed: { record: string[]; info: { lines: number } }[] = parse(text, {
      bom: true,
      comment: '#',
      comment_no_infix: true,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
    }) as never;
    if (parsed.length === 0) report(name, 1, 'the table is empty');
    return parsed.map(({ record, info }) => ({ cells: record, line: info.lines }));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = typeof error.lines === 'number' ? error.lines : 1;
    report(name, line, `not CSV: ${error.message}`);
    return undefined;
  }
}
