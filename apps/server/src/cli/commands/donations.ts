/** `sample-donors` and `import`. */
import path from 'node:path';
import { SingleBar } from 'cli-progress';
import type { Command } from 'commander';
import { type ImportReport, importDonations } from '../../donation/import.ts';
import { writeSampleDonors } from '../../sample/sample-donors.ts';
import { type CommandContext, Refused, UsageError } from '../context.ts';
import { coreAt, dayOption } from '../options.ts';
import { printAnswer } from '../print.ts';

/** Adds the commands. */
export function addDonationCommands(program: Command, context: CommandContext): void {
  program
    .command('sample-donors')
    .description('write a donation file of 748 real donors with made-up names (sample data)')
    .requiredOption('--census <date>', 'the day from which the months are counted back')
    .requiredOption('--out <file.csv>', 'the file to write')
    .option('--json', 'answer as JSON')
    .action(async (options: { census: string; out: string; json?: true }) => {
      const census = dayOption('--census', options.census);
      const out = path.resolve(context.folder, options.out);
      printAnswer(context, options, await writeSampleDonors(census, out));
    });

  program
    .command('import <file>')
    .description('take a donation file in (CSV in UTF-8); the same file again changes nothing')
    .option('--dry-run', 'judge everything, keep nothing')
    .option('--all-or-nothing', 'keep nothing when a single row is wrong')
    .option('--encoding <e>', 'the encoding of the file; only utf-8 so far')
    .option('--at <instant>', "the command's clock (development)")
    .option('--json', 'answer as JSON')
    .action(async (file: string, options: ImportFlags) => {
      if (options.encoding !== undefined && !/^utf-?8$/i.test(options.encoding)) {
        throw new UsageError(
          `--encoding: ${options.encoding} cannot be read yet; save it as utf-8`,
        );
      }
      const core = await coreAt(context, options.at);
      const bar = progressBar(context);
      const report = await importDonations(core, path.resolve(context.folder, file), {
        dryRun: options.dryRun === true,
        allOrNothing: options.allOrNothing === true,
        onProgress: bar.update,
      }).finally(bar.stop);
      for (const heading of report.unknownHeadings) {
        context.note(`warning: the heading "${heading}" is not known; its column is left out`);
      }
      printAnswer(context, options, answerOf(report));
      if (report.rejected.length + report.conflicting.length > 0) throw new Refused();
    });
}

interface ImportFlags {
  readonly dryRun?: true;
  readonly allOrNothing?: true;
  readonly encoding?: string;
  readonly at?: string;
  readonly json?: true;
}

/** The contract's answer; `conflicting` and `kept` are ours beside it. */
function answerOf(report: ImportReport): Omit<ImportReport, 'unknownHeadings'> {
  const { unknownHeadings: _named, ...answer } = report;
  return answer;
}

/** A bar on a terminal, a line every tenth part elsewhere. */
function progressBar(context: CommandContext): {
  update: (read: number, size: number) => void;
  stop: () => void;
} {
  if (!context.interactive) {
    let told = 0;
    return {
      update(read, size) {
        const tenth = Math.floor((read / size) * 10);
        if (tenth > told) context.note(`import: ${tenth * 10} %`);
        told = Math.max(told, tenth);
      },
      stop: () => {},
    };
  }
  const bar = new SingleBar({ format: 'import |{bar}| {percentage} %  {value}/{total} bytes' });
  let started = false;
  return {
    update(read, size) {
      if (!started) bar.start(size, 0);
      started = true;
      bar.update(read);
    },
    stop: () => bar.stop(),
  };
}
