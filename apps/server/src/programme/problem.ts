/** What is wrong with a programme's files: where, and in a sentence that its author understands. */

/** One thing wrong. Lines count from 1. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/** Notes one problem; checking goes on, so that all are told at once. */
export type Report = (file: string, line: number, message: string) => void;

/** The one text that lists all problems, in the order of files and lines. */
export function problemsText(problems: readonly Problem[]): string {
  return inFileOrder(problems)
    .map(({ file, line, message }) => `${file}:${line} ${message}`)
    .join('\n');
}

/** Problems by file, then line, each once. */
export function inFileOrder(problems: readonly Problem[]): Problem[] {
  const once = new Map(problems.map((problem) => [JSON.stringify(problem), problem]));
  return [...once.values()].sort((a, b) =>
    a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1,
  );
}
