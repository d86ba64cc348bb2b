/** `standing`, `decide` and `list`. */
import { findVenue, venuesOf } from '@liyu/domain/programme';
import type { Command } from 'commander';
import { inOneLook, OWNER, recordLook } from '../../access/look.ts';
import { OPERATIONS, type Rule } from '../../access/roles.ts';
import { type BenefitQuestion, decide } from '../../benefit/workflow.ts';
import { describeStanding, summariseStandings } from '../../standing/workflow.ts';
import { type CommandContext, Refused, UsageError } from '../context.ts';
import {
  type DocumentFlags,
  findDonor,
  instantOption,
  onOption,
  visitOption,
  wordOption,
} from '../options.ts';
import { printAnswer } from '../print.ts';

interface StandingFlags extends DocumentFlags {
  readonly summary?: true;
  readonly on?: string;
  readonly knownAt?: string;
  readonly json?: true;
}

interface DecideFlags extends StandingFlags {
  readonly benefit: string;
  readonly line?: string;
  readonly hospital?: string;
  readonly level?: string;
  readonly fee?: string;
  readonly insured?: string;
  readonly site?: string;
}

const UNKNOWN_DOCUMENT = {
  code: 'unknown_document',
  message: { zh: '没有人登记过这个证件号码。', en: 'Nobody is known by this document number.' },
};

/** Adds the commands. */
export function addStandingCommands(program: Command, context: CommandContext): void {
  program
    .command('standing')
    .description("a donor's counts, design and card on a day, or a summary of everyone")
    .option('--document <number>', "the donor's document")
    .option('--document-type <type>', 'where several people share a number')
    .option('--summary', 'count everyone')
    .option('--on <date>', 'the day; today when left out')
    .option('--known-at <instant>', 'by what was recorded at that moment')
    .option('--json', 'answer as JSON')
    .action(async (options: StandingFlags) => {
      const core = await context.core();
      const on = onOption(core, options.on);
      const knownAt = instantOption('--known-at', options.knownAt);
      if (options.summary) {
        printAnswer(context, options, await summariseStandings(core, on, knownAt));
        return;
      }
      if (options.document === undefined) throw new UsageError('--document or --summary is needed');
      const donorId = await findDonor(core, options, knownAt);
      if (donorId === undefined) {
        printAnswer(context, options, UNKNOWN_DOCUMENT);
        throw new Refused();
      }
      const answer = await inOneLook(core, async (within) => {
        await recordLook(within, OWNER, donorId, 'standing');
        return describeStanding(within, donorId, on, knownAt);
      });
      printAnswer(context, options, answer);
    });

  program
    .command('decide')
    .description('what the rules answer for a donor, a benefit and a day')
    .requiredOption('--document <number>', "the donor's document")
    .option('--document-type <type>', 'where several people share a number')
    .requiredOption('--benefit <benefit>', 'ride, clinic or site')
    .option('--on <date>', 'the day; today when left out')
    .option('--known-at <instant>', 'by what was recorded at that moment')
    .option('--line <line>', 'for a ride')
    .option('--hospital <hospital>', 'for a clinic')
    .option('--level <level>', 'general, associate_chief, chief or renowned_expert')
    .option('--fee <fen>', 'the consultation fee')
    .option('--insured <fen>', 'what insurance pays of it')
    .option('--site <site>', 'for a scenic site')
    .option('--json', 'answer as JSON')
    .action(async (options: DecideFlags) => {
      const question = questionOf(options);
      const core = await context.core();
      const on = onOption(core, options.on);
      const knownAt = instantOption('--known-at', options.knownAt);
      const donorId = await findDonor(core, options, knownAt);
      const answer = await inOneLook(core, async (within) => {
        if (donorId !== undefined) await recordLook(within, OWNER, donorId, 'decide');
        return decide(within, donorId, question, on, knownAt);
      });
      printAnswer(context, options, answer);
      if (!answer.granted) throw new Refused();
    });

  program
    .command('list <what>')
    .description(
      'partners, venues, lines, hospitals or sites of the programme; or roles: who may do what',
    )
    .option('--json', 'answer as JSON')
    .action((what: string, options: { json?: true }) => {
      printAnswer(context, options, list(context, what));
    });
}

function questionOf(options: DecideFlags): BenefitQuestion {
  const benefit = wordOption('--benefit', options.benefit, ['ride', 'clinic', 'site']);
  if (benefit === 'ride') return { benefit, line: needed('--line', options.line) };
  if (benefit === 'site') return { benefit, site: needed('--site', options.site) };
  const hospital = needed('--hospital', options.hospital);
  return { benefit, hospital, visit: visitOption(options) };
}

function needed(name: string, value: string | undefined): string {
  if (value === undefined) throw new UsageError(`${name} is needed for this benefit`);
  return value;
}

const LISTS = ['partners', 'venues', 'lines', 'hospitals', 'sites', 'roles'] as const;

function list(context: CommandContext, what: string): unknown[] {
  const kind = wordOption('WHAT', what, LISTS);
  if (kind === 'roles') {
    const rules: [string, Rule][] = Object.entries(OPERATIONS);
    return rules.map(([operation, { text, may, stepUp = false }]) => ({
      operation,
      text,
      may,
      stepUp,
    }));
  }
  const programme = context.programme();
  if (kind === 'partners') {
    return [...programme.partners].map(([id, name]) => ({ id, name, partner: id }));
  }
  if (kind === 'lines') {
    return [...programme.lines.values()].map(({ id, name, partner }) => ({ id, name, partner }));
  }
  const venues =
    kind === 'venues'
      ? venuesOf(programme)
      : [...programme[kind].keys()].map((id) => findVenue(programme, id));
  return venues
    .filter((venue) => venue !== undefined)
    .map(({ id, name, partner }) => ({ id, name, partner }));
}
