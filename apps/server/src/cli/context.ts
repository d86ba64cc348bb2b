/** What a command is given: where it writes, and the core when it needs one. */
import type { Programme } from '@liyu/domain/programme';
import type { Config } from '../config.ts';
import type { Core } from '../core.ts';
import type { Outside } from '../open-core.ts';
import type { CommandLine } from './remote.ts';

/** Exit status: done; done with refusals or row errors; wrong usage or bad file; a fault, try again. */
export const EXIT = { done: 0, refused: 1, usage: 2, fault: 3 } as const;

/** What a command may use: nothing else reaches it. */
export interface CommandContext {
  readonly config: Config;
  /** Relative file names start here. */
  readonly folder: string;
  readonly outside: Outside;
  programme(): Programme;
  core(): Promise<Core>;
  /** The first line of standard input, for a password; `undefined` when nothing was given. */
  firstLine(): Promise<string | undefined>;
  /** Standard output: one JSON document, or text for people. */
  print(text: string): void;
  /** Standard error: progress and messages. */
  note(text: string): void;
  /** Runs another command as if it were typed: in the server that holds the home, or here. */
  runLine(argv: readonly string[], receive: (line: CommandLine) => void): Promise<number>;
  /** Whether somebody wants the command to end. */
  readonly stopped: AbortSignal;
  /** Waits so long, or until somebody wants the command to end. */
  wait(milliseconds: number): Promise<void>;
  /** Whether standard error is a terminal, so that a bar can be drawn. */
  readonly interactive: boolean;
}

/** Wrong usage: the message names the option. Exit status 2. */
export class UsageError extends Error {}

/** Done, and the answer is no: it has been printed. Exit status 1. */
export class Refused extends Error {}
