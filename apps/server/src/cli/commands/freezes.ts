/** `freeze`, `unfreeze` and `appeal`: a card, or one pass, that opens nothing for now or for good. */
import { FREEZE_CAUSES, PASS_FREEZE_CAUSES } from '@liyu/domain/card';
import type { Command } from 'commander';
import { inOneLook, OWNER as OWNER_CALLER, recordLook } from '../../access/look.ts';
import { doOrAsk } from '../../approval/workflow.ts';
import { appeal, reinstatement, revocation, suspension } from '../../card/freeze.ts';
import type { Core } from '../../core.ts';
import { findPerson } from '../../donor/workflow.ts';
import {
  listPasses,
  passReinstatement,
  passRevocation,
  passSuspension,
} from '../../pass/freeze.ts';
import { ACT_OPTIONS, type ActFlags, modeOf, OWNER, printOutcome } from '../acting.ts';
import { type CommandContext, UsageError } from '../context.ts';
import { coreAt, donorOption, idOption, wordOption, wordsOption } from '../options.ts';
import { printAnswer } from '../print.ts';

interface FreezeFlags extends ActFlags {
  readonly donor?: string;
  readonly document?: string;
  readonly documentType?: string;
  readonly pass?: string;
  readonly whole?: true;
  readonly because?: string;
  readonly revoke?: true;
  readonly reason: string;
}

/** Adds the commands. */
export function addFreezeCommands(program: Command, context: CommandContext): void {
  const freeze = donorCommand(program, 'freeze', 'suspend a card at once; with --revoke for good')
    .requiredOption('--because <cause>', FREEZE_CAUSES.join(', '))
    .option('--revoke', 'for good: a second person decides');
  passOptions(freeze, PASS_FREEZE_CAUSES.join(', '));
  freeze.action(async (options: FreezeFlags) => {
    const causes = options.pass === undefined ? FREEZE_CAUSES : PASS_FREEZE_CAUSES;
    const because = wordOption<string>('--because', options.because ?? '', causes);
    const reason = wordsOption('--reason', options.reason);
    const core = await coreAt(context, options.at);
    const body = { ...(await whatOption(core, options)), because, reason };
    const manner = { by: OWNER, mode: modeOf(context, options) };
    const [suspend, revoke] =
      options.pass === undefined ? [suspension, revocation] : [passSuspension, passRevocation];
    printOutcome(
      context,
      options,
      await doOrAsk(core, options.revoke ? revoke : suspend, body, manner),
    );
  });

  const unfreeze = donorCommand(program, 'unfreeze', 'give a card back; a revoked one by two');
  passOptions(unfreeze);
  unfreeze.action(async (options: FreezeFlags) => {
    const reason = wordsOption('--reason', options.reason);
    const core = await coreAt(context, options.at);
    const body = { ...(await whatOption(core, options)), reason };
    const manner = { by: OWNER, mode: modeOf(context, options) };
    const act = options.pass === undefined ? reinstatement : passReinstatement;
    printOutcome(context, options, await doOrAsk(core, act, body, manner));
  });

  program
    .command('passes')
    .description("a donor's passes that have not ended, and what froze them")
    .option('--donor <id>', 'whose')
    .option('--document <number>', 'instead of --donor')
    .option('--document-type <type>', 'where several people share the number')
    .option('--at <instant>', "the command's clock (development)")
    .option('--json', 'answer as JSON')
    .action(async (options: FreezeFlags) => {
      const core = await coreAt(context, options.at);
      const donorId = await donorOption(core, options);
      const passes = await inOneLook(core, async (within) => {
        const person = await findPerson(within.database, donorId);
        const found = await listPasses(within, person);
        if (found.length > 0) await recordLook(within, OWNER_CALLER, person.personId, 'read');
        return found;
      });
      printAnswer(context, options, passes);
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

function passOptions(command: Command, causes?: string): void {
  const more = causes === undefined ? '' : ` (--because ${causes})`;
  command
    .option('--pass <id>', `one pass, not the card: see \`passes\`${more}`)
    .option('--whole', 'with --pass: all passes of the same phone');
}

/** The card of the donor, or one of his passes. */
async function whatOption(core: Core, options: FreezeFlags) {
  const donorId = await donorOption(core, options);
  const { pass, whole = false } = options;
  if (pass === undefined && whole) throw new UsageError('--whole: goes with --pass');
  return pass === undefined ? { donorId } : { donorId, passId: idOption(pass, '--pass'), whole };
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
