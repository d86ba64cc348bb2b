/** Runs one command line in a context and answers its exit status. */
import { Command, CommanderError } from 'commander';
import { BadBackup } from '../backup/workflow.ts';
import { NoKeys } from '../database/field-keys.ts';
import { WrongPurpose } from '../database/purpose.ts';
import { BadFile } from '../donation/bad-file.ts';
import { AmbiguousDocument } from '../donor/workflow.ts';
import { faultOf } from '../edge/fault.ts';
import { ProgrammeProblems } from '../programme/loader.ts';
import { addAuditCommands } from './commands/audit.ts';
import { addBackupCommands } from './commands/backup.ts';
import { addCardCommands } from './commands/cards.ts';
import { addChangeCommands } from './commands/changes.ts';
import { addCloneCommands } from './commands/clones.ts';
import { addCorrectionCommands } from './commands/corrections.ts';
import { addDonationCommands } from './commands/donations.ts';
import { addFreezeCommands } from './commands/freezes.ts';
import { addImportCommands } from './commands/imports.ts';
import { addKeyCommands } from './commands/keys.ts';
import { addLoginCommands } from './commands/logins.ts';
import { addMachineCommands } from './commands/machines.ts';
import { addMergeCommands } from './commands/merges.ts';
import { addRedemptionCommands } from './commands/redemptions.ts';
import { addStandingCommands } from './commands/standing.ts';
import { addWhereaboutsCommands } from './commands/whereabouts.ts';
import { type CommandContext, EXIT, Refused, UsageError } from './context.ts';

/** Runs it and answers the exit status (`EXIT`); never throws. */
export async function runCommand(
  argv: readonly string[],
  context: CommandContext,
): Promise<number> {
  const program = new Command('liyu')
    .description('honours for people who give blood')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.print(text.trimEnd()),
      writeErr: (text) => context.note(text.trimEnd()),
    });
  addDonationCommands(program, context);
  addImportCommands(program, context);
  addCorrectionCommands(program, context);
  addMergeCommands(program, context);
  addChangeCommands(program, context);
  addFreezeCommands(program, context);
  addCloneCommands(program, context);
  addCardCommands(program, context);
  addStandingCommands(program, context);
  addRedemptionCommands(program, context);
  addLoginCommands(program, context);
  addMachineCommands(program, context);
  addAuditCommands(program, context);
  addKeyCommands(program, context);
  addBackupCommands(program, context);
  addWhereaboutsCommands(program, context);
  for (const command of program.commands) command.copyInheritedSettings(program);
  try {
    await program.parseAsync(argv, { from: 'user' });
    return EXIT.done;
  } catch (cause) {
    return statusOf(cause, context);
  }
}

function statusOf(cause: unknown, context: CommandContext): number {
  if (cause instanceof Refused) return EXIT.refused;
  if (cause instanceof CommanderError) return cause.exitCode === 0 ? EXIT.done : EXIT.usage;
  const usage = [
    AmbiguousDocument,
    UsageError,
    BadFile,
    BadBackup,
    NoKeys,
    ProgrammeProblems,
    WrongPurpose,
  ];
  const expected = usage.some((kind) => cause instanceof kind) || isFileError(cause);
  // A fault may speak of the rows that it was about.
  const lines = expected ? linesOf(cause) : [faultLine(cause)];
  for (const line of lines) context.note(line);
  return expected ? EXIT.usage : EXIT.fault;
}

function faultLine(cause: unknown): string {
  const { type, code, message } = faultOf(cause);
  return [type, code, message].filter(Boolean).join(': ');
}

/** What is said to people: of a bad file in both languages, as of a bad row. */
function linesOf(cause: unknown): string[] {
  if (cause instanceof BadFile) {
    return cause.errors.flatMap(({ message }) => [message.zh, message.en]);
  }
  return [cause instanceof Error ? cause.message : String(cause)];
}

/** A file or folder that was named and cannot be read or written. */
function isFileError(cause: unknown): boolean {
  const { syscall, code } = cause as { syscall?: string; code?: string };
  const codes = ['ENOENT', 'EACCES', 'EISDIR', 'ENOTDIR', 'EROFS', 'EPERM'];
  return syscall !== undefined && code !== undefined && codes.includes(code);
}
