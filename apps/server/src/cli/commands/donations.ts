/** `sample-donors` and `import`. */
import { renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { SingleBar } from 'cli-progress';
import { type Command, Option } from 'commander';
import { BadFile } from '../../donation/bad-file.ts';
import { ENCODINGS, type Encoding, parseEncoding } from '../../donation/encoding.ts';
import type { ImportReport } from '../../donation/import.ts';
import { type ImportFileReport, importFile } from '../../donation-import/import-file.ts';
import { writeSampleDonors } from '../../sample/sample-donors.ts';
import { OWNER } from '../acting.ts';
import { type CommandContext, Refused, UsageError } from '../context.ts';
import { coreAt, dayOption } from '../options.ts';
import { printAnswer } from '../print.ts';
import { type RevertFlags, revertCommand } from './reverts.ts';

const ENCODING_NAMES = [...ENCODINGS, 'gbk'].join(', ');

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
    .command('import [file]')
    .description('take a donation file in (CSV or XLSX); the same file again changes nothing')
    .option('--dry-run', 'judge everything, keep nothing')
    .option('--all-or-nothing', 'keep nothing when a single row is wrong')
    .option('--encoding <e>', `${ENCODING_NAMES}; left out, it is judged by the whole file`)
    .option('--errors <out.csv>', 'write the rows not taken in here, to correct and send again')
    .option('--report <out.json>', 'write the answer here too, and of a refused file why')
    .option('--id <uuid>', "the import's id (UUIDv7): under a known one nothing is done again")
    .addOption(new Option('--name <name>', 'the name of the file in the folder').hideHelp())
    .option('--at <instant>', "the command's clock (development)")
    .option('--json', 'answer as JSON')
    .option('--revert <import-id>', 'take that import back as a whole; nothing is deleted')
    .option('--reason <text>', 'why it is taken back')
    .option('--ask', 'let a second person decide (always so in production where something is lost)')
    .action(async (file: string | undefined, options: ImportFlags & RevertFlags) => {
      if (options.revert !== undefined) return revertCommand(context, file, options);
      if (file === undefined) throw new UsageError("missing required argument 'file'");
      const named = (out: string | undefined): string | undefined =>
        out === undefined ? undefined : path.resolve(context.folder, out);
      const source = path.resolve(context.folder, file);
      const errorFile = named(options.errors);
      if (errorFile === source) throw new UsageError('--errors: name another file than FILE');
      const reportFile = named(options.report);
      if (reportFile === source) throw new UsageError('--report: name another file than FILE');
      const asked = importId(options.id);
      const encoding = encodingOption(options.encoding);
      if (encoding !== undefined) context.note(`import: read as ${encoding}, as --encoding says`);
      const core = await coreAt(context, options.at);
      const bar = progressBar(context);
      const report = await importFile(core, source, {
        source: options.name === undefined ? 'command' : 'folder',
        by: OWNER,
        ...(asked === undefined ? {} : { importId: asked }),
        ...(options.name === undefined ? {} : { fileName: options.name }),
        dryRun: options.dryRun === true,
        allOrNothing: options.allOrNothing === true,
        ...(encoding === undefined ? {} : { encoding }),
        ...(errorFile === undefined ? {} : { errorFile }),
        onEncoding: (found) => {
          if (encoding === undefined) context.note(`import: read as ${found}, judged by the file`);
        },
        onProgress: bar.update,
      })
        .catch((cause: unknown) => {
          if (reportFile !== undefined && cause instanceof BadFile) {
            const { errors } = cause;
            writeReport(reportFile, { importId: asked ?? null, refused: true, errors });
          }
          throw cause;
        })
        .finally(bar.stop);
      if ('unknownHeadings' in report) noteWarnings(context, report);
      const answer = answerOf(report);
      if (reportFile !== undefined) writeReport(reportFile, answer);
      printAnswer(context, options, answer);
      if (report.rejected.length + report.conflicting.length > 0) throw new Refused();
    });
}

interface ImportFlags {
  readonly dryRun?: true;
  readonly allOrNothing?: true;
  readonly encoding?: string;
  readonly errors?: string;
  readonly report?: string;
  readonly id?: string;
  readonly name?: string;
  readonly at?: string;
  readonly json?: true;
}

/** An id that sorts by its moment, as our own do. */
function importId(text: string | undefined): string | undefined {
  if (
    text === undefined ||
    /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(text)
  )
    return text;
  throw new UsageError(`--id: ${text} is no UUIDv7`);
}

function noteWarnings(context: CommandContext, report: ImportReport): void {
  for (const heading of report.unknownHeadings) {
    context.note(`warning: the heading "${heading}" is not known; its column is left out`);
  }
  for (const other of report.otherCities) {
    context.note(`warning: donations of "${other}" count as another city's`);
  }
}

/** The file appears whole under its name, or not at all. */
function writeReport(file: string, report: object): void {
  const aside = path.join(path.dirname(file), `.${path.basename(file)}.part`);
  writeFileSync(aside, `${JSON.stringify(report, null, 2)}\n`, { mode: 0o600 });
  renameSync(aside, file);
}

function encodingOption(text: string | undefined): Encoding | undefined {
  if (text === undefined) return undefined;
  const encoding = parseEncoding(text);
  if (encoding !== undefined) return encoding;
  throw new UsageError(`--encoding: ${text} cannot be read; one of ${ENCODING_NAMES}`);
}

/** The contract's answer; `importId`, `conflicting` and `kept` are ours beside it. */
function answerOf(report: ImportFileReport): Omit<ImportFileReport, 'unknownHeadings'> {
  if (!('unknownHeadings' in report)) return report;
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
