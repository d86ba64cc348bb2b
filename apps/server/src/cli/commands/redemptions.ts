/** `code`, `scan`, `admit`, `reverse` and `settle`. */
import { findVenue } from '@liyu/domain/programme';
import type { Command } from 'commander';
import { WHOLE_CITY } from '../../access/caller.ts';
import { inOneLook, OWNER, recordLook } from '../../access/look.ts';
import type { Core } from '../../core.ts';
import { MONTH_FORM } from '../../edge/shapes.ts';
import { messageOf } from '../../edge/texts.ts';
import { NoCard, printCard, showCodes } from '../../pass/development-phone.ts';
import { admit, reverse, type ScanAnswer, scan, type Visit } from '../../redemption/workflow.ts';
import { settlePeriod } from '../../settlement/workflow.ts';
import { type CommandContext, Refused, UsageError } from '../context.ts';
import {
  coreAt,
  countOption,
  type DocumentFlags,
  findDonor,
  visitOption,
  wordOption,
  wordsOption,
} from '../options.ts';
import { printAnswer } from '../print.ts';

interface Flags {
  readonly at?: string;
  readonly json?: true;
  readonly direction?: string;
  readonly level?: string;
  readonly fee?: string;
  readonly insured?: string;
}

interface CodeFlags extends Flags, DocumentFlags {
  readonly printed?: true;
  readonly series?: string;
}
interface ScanFlags extends Flags {
  readonly code: string;
  readonly venue: string;
}
interface AdmitFlags extends Flags, DocumentFlags {
  readonly venue: string;
  readonly by: string;
  readonly reason: string;
}
interface SettleFlags extends Flags {
  readonly partner: string;
  readonly month: string;
}

const AT = ['--at <instant>', "the command's clock (development)"] as const;
const JSON_FLAG = ['--json', 'answer as JSON'] as const;

/** Adds the commands. */
export function addRedemptionCommands(program: Command, context: CommandContext): void {
  addCode(program, context);
  addScan(program, context);
  addAdmit(program, context);
  addSettlement(program, context);
}

function addCode(program: Command, context: CommandContext): void {
  program
    .command('code')
    .description("what the donor's phone shows (development): binds a phone kept in the home")
    .requiredOption('--document <number>', "the donor's document")
    .option('--document-type <type>', 'where several people share a number')
    .option('--printed', 'the code of the printed card')
    .option('--series <n>', 'so many codes, 10 s apart')
    .option(...AT)
    .option(...JSON_FLAG)
    .action(async (options: CodeFlags) => {
      if (context.config.mode !== 'development') {
        throw new UsageError('code: works in development only');
      }
      const core = await coreAt(context, options.at);
      const donorId = await findDonor(core, options);
      const now = core.clock.now();
      try {
        if (donorId === undefined) throw new NoCard('nobody is known by this document');
        if (options.printed) {
          printAnswer(context, options, { code: await printCard(core, donorId, now) });
          return;
        }
        const count =
          options.series === undefined ? 1 : countOption('--series', options.series, 10_000);
        const codes = await showCodes(core, donorId, now, count);
        printAnswer(
          context,
          options,
          options.series === undefined ? { code: codes[0] } : { codes },
        );
      } catch (cause) {
        if (!(cause instanceof NoCard)) throw cause;
        printAnswer(context, options, {
          code: 'no_card',
          message: messageOf(core.programme, 'no_card'),
        });
        throw new Refused();
      }
    });
}

/** Where and how a benefit is used. */
function withOccasion(command: Command): Command {
  return command
    .requiredOption('--venue <v>', 'a station, bus line, hospital or site')
    .option('--direction <direction>', 'in or out', 'in')
    .option('--level <level>', 'for a hospital')
    .option('--fee <fen>', 'for a hospital')
    .option('--insured <fen>', 'for a hospital')
    .option(...AT)
    .option(...JSON_FLAG);
}

function addScan(program: Command, context: CommandContext): void {
  withOccasion(program.command('scan'))
    .description('a code at a gate or desk: decide, store, then open')
    .requiredOption('--code <text>', 'what was read')
    .action(async (options: ScanFlags) => {
      const core = await coreAt(context, options.at);
      const answer = await scan(core, WHOLE_CITY, {
        code: options.code,
        ...occasionOf(core, options),
      });
      finish(context, options, answer);
    });
}

function addAdmit(program: Command, context: CommandContext): void {
  withOccasion(program.command('admit'))
    .description('the manual fallback: staff let in who shows a card or document')
    .requiredOption('--document <number>', "the donor's document")
    .option('--document-type <type>', 'where several people share a number')
    .requiredOption('--by <clerk>', 'who lets in')
    .requiredOption('--reason <text>', 'why not by code')
    .action(async (options: AdmitFlags) => {
      const core = await coreAt(context, options.at);
      const donorId = await findDonor(core, options);
      const clerk = wordsOption('--by', options.by);
      const reason = wordsOption('--reason', options.reason);
      if (donorId !== undefined) {
        await inOneLook(core, (within) => recordLook(within, OWNER, donorId, 'admit', reason));
      }
      const answer = await admit(core, WHOLE_CITY, {
        donorId,
        clerk,
        reason,
        ...occasionOf(core, options),
      });
      finish(context, options, answer);
    });

  program
    .command('reverse <id>')
    .description('take a use back')
    .requiredOption('--reason <text>', 'why')
    .option(...AT)
    .option(...JSON_FLAG)
    .action(async (id: string, options: Flags & { reason: string }) => {
      if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)) {
        throw new UsageError('ID: is no redemption id');
      }
      const core = await coreAt(context, options.at);
      const reason = wordsOption('--reason', options.reason);
      const answer = await reverse(core, id.toLowerCase(), reason, core.clock.now());
      printAnswer(context, options, answer);
      if ('refused' in answer) throw new Refused();
    });
}

function addSettlement(program: Command, context: CommandContext): void {
  program
    .command('settle')
    .description("a partner's statement of a month; closes the month once it is over")
    .requiredOption('--partner <p>', 'the partner')
    .requiredOption('--month <yyyy-mm>', 'the month')
    .option(...AT)
    .option(...JSON_FLAG)
    .action(async (options: SettleFlags) => {
      if (!MONTH_FORM.test(options.month)) {
        throw new UsageError(`--month: ${options.month} is no month; write it as 2026-06`);
      }
      const core = await coreAt(context, options.at);
      const statement = await settlePeriod(core, WHOLE_CITY, options.partner, options.month);
      if (statement === undefined) {
        throw new UsageError(`--partner: ${options.partner} is none; see \`list partners\``);
      }
      printAnswer(context, options, statement);
    });
}

/** Where and how; a hospital needs the visit. */
function occasionOf(
  core: Core,
  options: ScanFlags | AdmitFlags,
): { venue: string; direction: 'in' | 'out'; visit?: Visit } {
  const direction = wordOption('--direction', options.direction ?? 'in', ['in', 'out']);
  const clinic = findVenue(core.programme, options.venue)?.benefit === 'clinic';
  const occasion = { venue: options.venue, direction };
  return clinic ? { ...occasion, visit: visitOption(options) } : occasion;
}

function finish(context: CommandContext, options: Flags, answer: ScanAnswer): void {
  printAnswer(context, options, answer);
  if (!answer.open) throw new Refused();
}
