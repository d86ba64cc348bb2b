/** `backup`, `backup verify` and `restore`. */
import path from 'node:path';
import type { Command } from 'commander';
import {
  copyKeys,
  type Manifest,
  makeBackup,
  placeKeys,
  type Restored,
  restoreBackup,
  verifyBackup,
} from '../../backup/workflow.ts';
import type { Config } from '../../config.ts';
import { HomeInUse } from '../../database/lock.ts';
import { type CommandContext, UsageError } from '../context.ts';
import { printAnswer } from '../print.ts';

interface BackupFlags {
  readonly out?: string;
  readonly keysOut?: string;
  readonly json?: true;
}
interface RestoreFlags {
  readonly into: string;
  readonly keys?: string;
  readonly json?: true;
}

const JSON_FLAG = ['--json', 'answer as JSON'] as const;

/** Adds the commands. */
export function addBackupCommands(program: Command, context: CommandContext): void {
  const fileOf = (name: string): string => path.resolve(context.folder, name);
  const backup = program
    .command('backup')
    .description('everything that the database holds, in one file, while everything runs; no keys')
    .option('--out <file>', 'the file to write')
    .option('--keys-out <file>', 'the keys too, in a file of their own: keep it elsewhere')
    .option(...JSON_FLAG)
    .action(async (options: BackupFlags) => {
      if (options.out === undefined) throw new UsageError('--out: name the file to write');
      const core = await context.core();
      const out = fileOf(options.out);
      const manifest = await makeBackup(core, out, (table, rows) =>
        context.note(`backup: ${table} ${rows}`),
      );
      const keys =
        options.keysOut === undefined
          ? []
          : copyKeys(path.join(core.config.home, 'keys'), fileOf(options.keysOut));
      printAnswer(context, options, { file: out, keys, ...briefOf(manifest) });
    });
  backup
    .command('verify <file>')
    .description('restore it into a database that is thrown away, and compare everything')
    .option(...JSON_FLAG)
    .action(async (file: string, options: BackupFlags) => {
      const { config, outside } = context;
      const restored = await verifyBackup(fileOf(file), config, outside.random, (table) =>
        context.note(`backup verify: ${table}`),
      );
      printAnswer(context, options, answerOf(restored));
    });
  program
    .command('restore <file>')
    .description('put a backup into an empty database; everything is compared before it stays')
    .requiredOption('--into <home|url>', 'a home for the embedded database, or PostgreSQL')
    .option('--keys <file>', 'what `backup --keys-out` wrote')
    .option(...JSON_FLAG)
    .action(async (file: string, options: RestoreFlags) => {
      const target = targetOf(context.config, options.into, fileOf);
      const placed =
        options.keys === undefined
          ? []
          : placeKeys(fileOf(options.keys), path.join(target.home, 'keys'));
      const restored = await restoreBackup(fileOf(file), target, context.outside.random, (table) =>
        context.note(`restore: ${table}`),
      ).catch((cause: unknown) => {
        if (cause instanceof HomeInUse) throw new UsageError('--into: somebody uses this home');
        throw cause;
      });
      printAnswer(context, options, { ...answerOf(restored), placed });
    });
}

/** Where to: PostgreSQL with the home of the configuration, or another home. */
function targetOf(config: Config, into: string, fileOf: (name: string) => string): Config {
  if (/^postgres(ql)?:\/\//.test(into)) return { ...config, databaseUrl: into };
  if (/^\w+:\/\//.test(into)) throw new UsageError('--into: PostgreSQL or a home');
  return { ...config, databaseUrl: undefined, home: fileOf(into) };
}

function briefOf({ madeAt, tables, audit, totals }: Manifest) {
  const rows = Object.values(tables).reduce((sum, table) => sum + table.rows, 0);
  return { madeAt, rows, audit: { size: audit.size, root: audit.root }, statements: totals.length };
}

function answerOf({ manifest, keys }: Restored) {
  return { ...briefOf(manifest), keys: `the keys there ${keys}` };
}
