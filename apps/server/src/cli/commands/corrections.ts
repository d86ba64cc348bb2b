/** `correct`. */
import type { Command } from 'commander';
import { correctDonation } from '../../donation/correct.ts';
import { parseDonationNumber } from '../../donation/donation-number.ts';
import { type CommandContext, Refused, UsageError } from '../context.ts';
import { coreAt, wordsOption } from '../options.ts';
import { printAnswer } from '../print.ts';

interface CorrectFlags {
  readonly donation: string;
  readonly void?: true;
  readonly mistake?: true;
  readonly reason: string;
  readonly dryRun?: true;
  readonly at?: string;
  readonly json?: true;
}

/** Adds the command. */
export function addCorrectionCommands(program: Command, context: CommandContext): void {
  program
    .command('correct')
    .description('correct a donation, with a reason; nothing is deleted')
    .requiredOption('--donation <number>', 'the donation')
    .option('--void', 'voided after testing: it still counts')
    .option('--mistake', 'recorded by mistake: it does not count')
    .requiredOption('--reason <text>', 'why')
    .option('--dry-run', 'show what would change, keep nothing')
    .option('--at <instant>', "the command's clock (development)")
    .option('--json', 'answer as JSON')
    .action(async (options: CorrectFlags) => {
      if (options.void === options.mistake) throw new UsageError('--void or --mistake is needed');
      const donation = parseDonationNumber(options.donation);
      if (donation === undefined) throw new UsageError('--donation: is no donation number');
      const reason = wordsOption('--reason', options.reason);
      const core = await coreAt(context, options.at);
      const answer = await correctDonation(core, {
        donation,
        correction: options.mistake ? 'mistake' : 'voided',
        reason,
        dryRun: options.dryRun === true,
      });
      printAnswer(context, options, answer);
      if ('refused' in answer) throw new Refused();
    });
}
