/** `clone-alarms`: passes that were used as one phone cannot use them. */
import type { Command } from 'commander';
import { OWNER } from '../../access/look.ts';
import { detectClones, listAlarms } from '../../clone/workflow.ts';
import type { CommandContext } from '../context.ts';
import { coreAt } from '../options.ts';
import { printAnswer } from '../print.ts';

/** Adds the command. */
export function addCloneCommands(program: Command, context: CommandContext): void {
  program
    .command('clone-alarms')
    .description('judge the uses that came in, and list the passes that seem to be cloned')
    .option('--at <instant>', "the command's clock (development)")
    .option('--json', 'answer as JSON')
    .action(async (options: { at?: string; json?: true }) => {
      const core = await coreAt(context, options.at);
      await detectClones(core);
      printAnswer(context, options, await listAlarms(core, OWNER));
    });
}
