/** The database as the migrations make it, read from their text. */
import { FILES, lineAt, type TreeFile } from './tree.ts';

/** A column as it is declared. */
export interface Column {
  readonly name: string;
  readonly declared: string;
}

/** A table with what was said about it. */
export interface Table {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly columns: readonly Column[];
  /** The columns of the primary key, in order. */
  readonly key: readonly string[];
  /** Columns of further unique constraints and indexes, each in order. */
  readonly unique: readonly (readonly string[])[];
  readonly comment: string | undefined;
}

/** The migrations, oldest first. */
export const MIGRATIONS: readonly TreeFile[] = FILES.filter(({ name }) =>
  /^apps\/server\/migrations\/.*\.sql$/.test(name),
);

const ALL = MIGRATIONS.map(({ text }) => text).join('\n');

function names(list: string): string[] {
  return list.split(',').map((name) => name.trim());
}

/** Splits at the commas that stand in no brackets. */
function partsOf(body: string): string[] {
  return body.split(/,\n/).map((part) => part.trim());
}

/** What a COMMENT says, or `undefined`. */
export function commentOn(kind: string, name: string): string | undefined {
  const pattern = new RegExp(`^COMMENT ON ${kind} ${name} IS '((?:[^']|'')+)'`, 'm');
  return pattern.exec(ALL)?.[1];
}

function tableOf(file: TreeFile, match: RegExpExecArray): Table {
  const [, name = '', body = ''] = match;
  const parts = partsOf(body);
  const added = new RegExp(`^ALTER TABLE ${name} ADD COLUMN ([^;]+);`, 'gm');
  parts.push(...[...ALL.matchAll(added)].map((found) => found[1] ?? ''));
  const constraint = /^(PRIMARY KEY|UNIQUE|CHECK|FOREIGN KEY|CONSTRAINT)\b/;
  const columns = parts
    .filter((part) => !constraint.test(part))
    .map((declared) => ({ name: declared.split(' ')[0] ?? '', declared }));
  const own = columns.find(({ declared }) => declared.includes('PRIMARY KEY'));
  const key = parts.map((part) => /^PRIMARY KEY \(([^)]+)\)/.exec(part)?.[1]).find(Boolean);
  const indexes = new RegExp(`CREATE UNIQUE INDEX \\w+ ON ${name} \\(([^)]+)\\)`, 'g');
  return {
    name,
    file: file.name,
    line: lineAt(file.text, match.index),
    columns,
    key: own === undefined ? names(key ?? '') : [own.name],
    unique: [
      ...parts.flatMap((part) => /^UNIQUE \(([^)]+)\)/.exec(part)?.[1] ?? []).map(names),
      ...columns.filter(({ declared }) => /\bUNIQUE\b/.test(declared)).map((one) => [one.name]),
      ...[...ALL.matchAll(indexes)].map((found) => names(found[1] ?? '')),
    ],
    comment: commentOn('TABLE', name),
  };
}

/** All tables. */
export const TABLES: readonly Table[] = MIGRATIONS.flatMap((file) => {
  const created = /^CREATE TABLE (\w+) \(\n(.*?)\n\);/gms;
  return [...file.text.matchAll(created)].map((match) => tableOf(file, match));
});
