/** `purge-journeys`: forgets who was where, as the programme says. */
import type { Command } from 'commander';
import { forgetWhereabouts } from '../../whereabouts/workflow.ts';
import { OWNER } from '../acting.ts';
import type { CommandContext } from '../context.ts';
import { coreAt } from '../options.ts';
import { printAnswer } from '../print.ts';

/** Adds the command. */
export function addWhereaboutsCommands(program: Command, context: CommandContext): void {
  program
    .command('purge-journeys')
    .description('delete who was where, as old as the programme says; counts and amounts stay')
    .option('--dry-run', 'count what would go, delete nothing')
    .option('--at <instant>', "the command's clock (development)")
    .option('--json', 'answer as JSON')
    .action(async (options: { dryRun?: true; at?: string; json?: true }) => {
      const core = await coreAt(context, options.at);
      const dryRun = options.dryRun === true;
      const report = await forgetWhereabouts(core, { by: OWNER, dryRun });
      printAnswer(context, options, { dryRun, ...report });
    });
}
