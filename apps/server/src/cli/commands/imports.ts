/** `imports` and `watch`. */
import { createHash } from 'node:crypto';
import { mkdirSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { HomeInUse, takeLock } from '../../database/lock.ts';
import { openWatcher, type Take, type WatchFolders } from '../../donation-import/watch.ts';
import { nodeDisk } from '../../donation-import/watch-disk.ts';
import { listImports } from '../../donation-import/workflow.ts';
import { createIds } from '../../edge/clock.ts';
import { type CommandContext, EXIT, UsageError } from '../context.ts';
import { countOption } from '../options.ts';
import { printAnswer } from '../print.ts';

/** Commands that go on until they are stopped: they run here, never in a server. */
export const LASTING: readonly string[] = ['watch'];

interface WatchFlags {
  readonly done?: string;
  readonly failed?: string;
  readonly every: string;
}

/** Adds the commands. */
export function addImportCommands(program: Command, context: CommandContext): void {
  program
    .command('imports')
    .description('what was imported, newest first, with the ids')
    .option('--limit <count>', 'at most so many', '50')
    .option('--json', 'answer as JSON')
    .action(async (options: { limit: string; json?: true }) => {
      const limit = countOption('--limit', options.limit, 1000);
      printAnswer(context, options, await listImports(await context.core(), { limit }));
    });

  program
    .command('watch <folder>')
    .description('take in every donation file that appears in the folder, until it is stopped')
    .option('--done <folder>', 'where files go that are in (FOLDER/done)')
    .option('--failed <folder>', 'where files go of which nothing is in (FOLDER/failed)')
    .option(
      '--every <seconds>',
      'how often to look; a file is whole when two looks see the same',
      '5',
    )
    .action(async (folder: string, options: WatchFlags) => {
      const seconds = countOption('--every', options.every, 3600);
      const folders = foldersOf(context, folder, options);
      const lock = lockFolder(context, folders.folder);
      try {
        await watch(context, folders, seconds * 1000);
      } finally {
        lock.release();
      }
    });
}

async function watch(
  context: CommandContext,
  folders: WatchFolders,
  everyMs: number,
): Promise<void> {
  const { clock, random } = context.outside;
  const watcher = openWatcher(folders, {
    disk: nodeDisk,
    newId: createIds(clock, random),
    take: (asked) => take(context, asked),
    say: (line) => context.print(line),
  });
  context.note(`watch: ${folders.folder}, every ${everyMs / 1000} s`);
  while (!context.stopped.aborted) {
    await watcher.look().catch((cause: Error) => context.note(`watch: ${cause.message}`));
    await context.wait(everyMs);
  }
}

/** Imports as the command line would: in the server that holds the home, or here. */
async function take(context: CommandContext, asked: Take): Promise<void> {
  const { file, fileName, importId, errorFile, reportFile } = asked;
  const notes: string[] = [];
  const argv = ['import', file, '--json', '--id', importId, '--name', fileName];
  const files = ['--errors', errorFile, '--report', reportFile];
  const status = await context.runLine([...argv, ...files], (line) => {
    if ('note' in line) notes.push(line.note);
  });
  const isJudged = status === EXIT.done || status === EXIT.refused || nodeDisk.exists(reportFile);
  if (!isJudged) throw new Error(notes.join(' ') || `import ended with ${status}`);
}

function foldersOf(context: CommandContext, folder: string, options: WatchFlags): WatchFolders {
  const watched = path.resolve(context.folder, folder);
  if (!statSync(watched, { throwIfNoEntry: false })?.isDirectory()) {
    throw new UsageError(`FOLDER: ${watched} is no folder`);
  }
  const other = (named: string | undefined, name: string): string =>
    named === undefined ? path.join(watched, name) : path.resolve(context.folder, named);
  const folders = {
    folder: realpathSync(watched),
    done: other(options.done, 'done'),
    failed: other(options.failed, 'failed'),
  };
  if (folders.done === watched || folders.failed === watched || folders.done === folders.failed) {
    throw new UsageError('--done, --failed: name two folders that are not FOLDER');
  }
  return folders;
}

/** One watcher a folder: another would take up what this one is at. */
function lockFolder(context: CommandContext, folder: string) {
  const { home } = context.config;
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 16);
  try {
    return takeLock(path.join(home, `watch-${name}.lock`));
  } catch (cause) {
    if (cause instanceof HomeInUse) throw new UsageError(`FOLDER: ${folder} is watched already`);
    throw cause;
  }
}
