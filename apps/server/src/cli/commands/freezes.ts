/** `freeze`, `unfreeze` and `appeal`: a card that opens nothing for now, or for good. */
import { FREEZE_CAUSES } from '@liyu/domain/card';
import type { Command } from 'commander';
import { doOrAsk } from '../../approval/workflow.ts';
import { appeal, reinstatement, revocation, suspension } from '../../card/freeze.ts';
import { ACT_OPTIONS, type ActFlags, modeOf, OWNER, printOutcome } from '../acting.ts';
import type { CommandContext } from '../context.ts';
import { coreAt, donorOption, wordOption, wordsOption } from '../options.ts';

interface FreezeFlags extends ActFlags {
  readonly donor?: string;
  readonly document?: string;
  readonly documentType?: string;
  readonly because?: string;
  readonly revoke?: true;
  readonly reason: string;
}

/** Adds the commands. */
export function addFreezeCommands(program: Command, context: CommandContext): void {
  const freeze = donorCommand(program, 'freeze', 'suspend a card at once; with --revoke for good')
    .requiredOption('--because <cause>', FREEZE_CAUSES.join(', '))
    .option('--revoke', 'for good: a second person decides');
  freeze.action(async (options: FreezeFlags) => {
    const because = wordOption('--because', options.because ?? '', FREEZE_CAUSES);
    const reason = wordsOption('--reason', options.reason);
    const core = await coreAt(context, options.at);
    const body = { donorId: await donorOption(core, options), because, reason };
    const manner = { by: OWNER, mode: modeOf(context, options) };
    const outcome = await doOrAsk(core, options.revoke ? revocation : suspension, body, manner);
    printOutcome(context, options, outcome);
  });

  const unfreeze = donorCommand(program, 'unfreeze', 'give a card back; a revoked one by two');
  unfreeze.action(async (options: FreezeFlags) => {
    const reason = wordsOption('--reason', options.reason);
    const core = await coreAt(context, options.at);
    const body = { donorId: await donorOption(core, options), reason };
    const manner = { by: OWNER, mode: modeOf(context, options) };
    printOutcome(context, options, await doOrAsk(core, reinstatement, body, manner));
  });

  const appealing = donorCommand(program, 'appeal', 'the donor wants the card back; others decide');
  appealing.action(async (options: FreezeFlags) => {
    const reason = wordsOption('--reason', options.reason);
    const core = await coreAt(context, options.at);
    const body = { donorId: await donorOption(core, options), reason };
    const mode = options.dryRun ? 'preview' : 'ask';
    printOutcome(context, options, await appeal(core, body, { by: OWNER, mode }));
  });
}

function donorCommand(program: Command, name: string, text: string): Command {
  const command = program
    .command(name)
    .description(text)
    .option('--donor <id>', 'whose card')
    .option('--document <number>', 'instead of --donor')
    .option('--document-type <type>', 'where several people share the number')
    .requiredOption('--reason <text>', 'why');
  for (const [flags, described] of ACT_OPTIONS) command.option(flags, described);
  return command;
}
