/** `correct`, and what waits for a second person: `approvals`, `approve`, `refuse`. */
import type { Command } from 'commander';
import { findReach } from '../../access/roles.ts';
import { ACTS } from '../../approval/acts.ts';
import { decideApproval, loadApprovals } from '../../approval/workflow.ts';
import type { Core } from '../../core.ts';
import { correctDonation } from '../../donation/correct.ts';
import { parseDonationNumber } from '../../donation/donation-number.ts';
import { endSession, signIn } from '../../login/workflow.ts';
import { modeOf, OWNER, printOutcome } from '../acting.ts';
import { type CommandContext, UsageError } from '../context.ts';
import { coreAt, idOption, wordsOption } from '../options.ts';
import { printAnswer } from '../print.ts';

interface CorrectFlags {
  readonly donation: string;
  readonly void?: true;
  readonly mistake?: true;
  readonly restore?: true;
  readonly reason: string;
  readonly dryRun?: true;
  readonly ask?: true;
  readonly at?: string;
  readonly json?: true;
}

interface DecisionFlags {
  readonly login: string;
  readonly reason?: string;
  readonly at?: string;
  readonly json?: true;
}

/** Adds the commands. */
export function addCorrectionCommands(program: Command, context: CommandContext): void {
  program
    .command('correct')
    .description('correct a donation, with a reason; nothing is deleted')
    .requiredOption('--donation <number>', 'the donation')
    .option('--void', 'voided after testing: it still counts')
    .option('--mistake', 'recorded by mistake: it does not count')
    .option('--restore', 'the correction was wrong: it counts as recorded')
    .requiredOption('--reason <text>', 'why')
    .option('--dry-run', 'show what would change, keep nothing')
    .option('--ask', 'let a second person decide (always so in production where something is lost)')
    .option('--at <instant>', "the command's clock (development)")
    .option('--json', 'answer as JSON')
    .action(async (options: CorrectFlags) => {
      const request = {
        donation: donationOption(options.donation),
        correction: correctionOption(options),
        reason: wordsOption('--reason', options.reason),
      };
      const core = await coreAt(context, options.at);
      const manner = { by: OWNER, mode: modeOf(context, options) };
      printOutcome(context, options, await correctDonation(core, request, manner));
    });

  program
    .command('approvals')
    .description('what waits for a second person')
    .option('--json', 'answer as JSON')
    .action(async (options: { json?: true }) => {
      printAnswer(context, options, await loadApprovals(await context.core()));
    });

  for (const verb of ['approve', 'refuse'] as const) {
    const granted = verb === 'approve';
    program
      .command(`${verb} <id>`)
      .description(`${verb} what another person asked for`)
      .requiredOption('--login <name>', 'who decides')
      [granted ? 'option' : 'requiredOption']('--reason <text>', 'why')
      .option('--at <instant>', "the command's clock (development)")
      .option('--json', 'answer as JSON')
      .action(async (id: string, options: DecisionFlags) => {
        const reason =
          options.reason === undefined ? null : wordsOption('--reason', options.reason);
        const core = await coreAt(context, options.at);
        const by = await deciderOf(core, context, options.login);
        const answer = await decideApproval(core, ACTS, idOption(id), { granted, by, reason });
        printOutcome(context, options, answer);
      });
  }
}

function donationOption(text: string): string {
  const donation = parseDonationNumber(text);
  if (donation === undefined) throw new UsageError('--donation: is no donation number');
  return donation;
}

function correctionOption({ void: voided, mistake, restore }: CorrectFlags) {
  const said = [
    ...(voided ? ['voided' as const] : []),
    ...(mistake ? ['mistake' as const] : []),
    ...(restore ? ['restored' as const] : []),
  ];
  const [only] = said;
  if (only === undefined || said.length > 1) {
    throw new UsageError('--void, --mistake or --restore is needed, one of them');
  }
  return only;
}

/**
 * Who decides: in production a login that may approve and shows its password; in development a name.
 */
async function deciderOf(core: Core, context: CommandContext, name: string): Promise<string> {
  if (context.config.mode === 'development') return wordsOption('--login', name);
  const password = await context.firstLine();
  if (password === undefined) throw new UsageError('standard input: give the password');
  const opened = await signIn(core, name, password, 'command line');
  if ('refused' in opened) throw new UsageError(`--login: ${opened.refused}`);
  await endSession(core, opened.cookie);
  if (findReach(opened.session.role, 'approve') === undefined) {
    throw new UsageError(`--login: the role ${opened.session.role} may not decide`);
  }
  return opened.session.name;
}
