/** How distribute.sql spreads the tables over a cluster, read from its text. */
import { getFile, lineAt } from './tree.ts';

/** A table's line: the column by which it is spread, or none where it stays on the coordinator. */
export interface Distributed {
  readonly table: string;
  readonly key: string | undefined;
  /** The table beside whose rows its own lie. */
  readonly beside: string | undefined;
  readonly line: number;
}

const FILE = getFile('apps/server/distribute.sql');
const SPREAD = /^SELECT create_distributed_table\('(\w+)', '(\w+)', colocate_with => '(\w+)'\);$/gm;
const COPIED = /^SELECT create_reference_table\('(\w+)'\);$/gm;
const LOCAL = /^-- local: (\w+), \S/gm;

const spread = [...FILE.text.matchAll(SPREAD)].map(({ 1: table = '', 2: key, 3: by, index }) => ({
  table,
  key,
  beside: by === 'none' ? undefined : by,
  line: lineAt(FILE.text, index),
}));
const whole = [...FILE.text.matchAll(COPIED), ...FILE.text.matchAll(LOCAL)].map(
  ({ 1: table = '', index }) => ({
    table,
    key: undefined,
    beside: undefined,
    line: lineAt(FILE.text, index),
  }),
);

/** Every line, in the order of the file. */
export const DISTRIBUTION: readonly Distributed[] = [...spread, ...whole].sort(
  (one, other) => one.line - other.line,
);

/** Lines that do something and are none of ours. */
export const NOT_READ: readonly { line: number; text: string }[] = FILE.lines
  .map((text, at) => ({ line: at + 1, text }))
  .filter(({ text }) => text !== '' && !text.startsWith('-- '))
  .concat(
    FILE.lines
      .map((text, at) => ({ line: at + 1, text }))
      .filter(({ text }) => text.startsWith('-- local:')),
  )
  .filter(({ line }) => !DISTRIBUTION.some((one) => one.line === line));
