/** The tree of the project as the checks read it: every file that is ours, with its lines. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';

/** The folder that holds everything. */
export const ROOT = path.resolve(import.meta.dirname, '..');

/** One file; `name` is its path from the root, with forward slashes. */
export interface TreeFile {
  readonly name: string;
  readonly text: string;
  readonly lines: readonly string[];
}

/** A place where a rule is broken. */
export interface Offence {
  readonly file: string;
  readonly line: number;
  readonly what: string;
}

/** Folders that are made or fetched, never written. */
const NOT_OURS = new Set(['node_modules', 'dist', 'var', 'coverage', '.git']);
const TEXT =
  /\.(tsx?|mjs|css|html|sql|json|jsonc|md|csv|svg|ya?ml|txt)$|^\.ci\/|^[A-Z]+$|\/?\.\w+$/;

function namesIn(folder: string): string[] {
  return readdirSync(path.join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const name = path.posix.join(folder, entry.name);
    if (entry.isDirectory()) return NOT_OURS.has(entry.name) ? [] : namesIn(name);
    return entry.isFile() ? [name] : [];
  });
}

/** The names of all files, text or not. */
export const NAMES: readonly string[] = namesIn('').sort();

/** All files of text. */
export const FILES: readonly TreeFile[] = NAMES.filter((name) => TEXT.test(name)).map((name) => {
  const text = readFileSync(path.join(ROOT, name), 'utf8');
  return { name, text, lines: text.split('\n') };
});

/** The file of the name; a missing one is an error that names it. */
export function getFile(name: string): TreeFile {
  const file = FILES.find((one) => one.name === name);
  if (file === undefined) throw new Error(`${name} is missing`);
  return file;
}

/** Whether the file tests, or helps tests only. */
export function isTest(name: string): boolean {
  return /\.test\.tsx?$/.test(name) || /(^|\/)test\//.test(name) || name.startsWith('checks/');
}

/** The line (from 1) on which the character stands. */
export function lineAt(text: string, at: number): number {
  return text.slice(0, at).split('\n').length;
}

/** Every place in the files where the pattern is found. */
export function findAll(
  files: readonly TreeFile[],
  pattern: RegExp,
  say: (found: string) => string,
): Offence[] {
  return files.flatMap((file) =>
    file.lines.flatMap((line, index) => {
      const found = pattern.exec(line);
      return found === null ? [] : [{ file: file.name, line: index + 1, what: say(found[0]) }];
    }),
  );
}

/** Holds that nothing breaks the rule; a failure names each place by file and line. */
export function expectNone(offences: readonly Offence[]): void {
  if (offences.length === 0) return;
  expect.fail(offences.map(({ file, line, what }) => `${file}:${line} ${what}`).join('\n'));
}
