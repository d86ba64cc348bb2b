/** For tests: a programme's files with one text replaced, and the problems that this must give. */
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { parseProgramme, readProgrammeFiles } from '../src/programme/loader.ts';
import type { Problem } from '../src/programme/problem.ts';

/** Where the first programme's files lie. */
export const PROGRAMME_FOLDER = fileURLToPath(
  new URL('../../../programmes/taiyuan', import.meta.url),
);

/**
 * A mistake that an author could make: what it is, the file, the text that is there, the text that
 * stands in its place, where the problem is told (the text that begins on its line; or another file
 * and that text), and a part of the message.
 */
export type Mutation = readonly [
  name: string,
  file: string,
  find: string,
  replacement: string,
  at: string | readonly [file: string, text: string],
  message: string,
];

/** The texts of the first programme, which tests change copies of. */
export const FILES: ReadonlyMap<string, string> = readProgrammeFiles(PROGRAMME_FOLDER);

/** The text of one file, which must be there. */
export function textOf(files: ReadonlyMap<string, string>, file: string): string {
  const text = files.get(file);
  if (text === undefined) throw new Error(`there is no file ${file}`);
  return text;
}

/** The files with the first `find` of one file replaced. */
export function mutate(file: string, find: string, replacement: string): Map<string, string> {
  const text = textOf(FILES, file);
  expect(text, `${file} holds what the test replaces`).toContain(find);
  return new Map(FILES).set(
    file,
    text.replace(find, () => replacement),
  );
}

/** All problems of the files; none when they are a programme. */
export function problemsOf(files: ReadonlyMap<string, string>): readonly Problem[] {
  const parsed = parseProgramme(files);
  return 'problems' in parsed ? parsed.problems : [];
}

/** Makes the mistake and expects its problem, in the file and on the line where it stands. */
export function expectProblem(mutation: Mutation): void {
  const [, file, find, replacement, at, message] = mutation;
  const files = mutate(file, find, replacement);
  const [where, marker] = typeof at === 'string' ? [file, at] : at;
  const line = lineOf(textOf(files, where), marker);
  expect(problemsOf(files)).toContainEqual({
    file: where,
    line,
    message: expect.stringContaining(message),
  });
}

function lineOf(text: string, marker: string): number {
  expect(text, 'the text has the marker of the line').toContain(marker);
  return text.slice(0, text.indexOf(marker)).split('\n').length;
}
