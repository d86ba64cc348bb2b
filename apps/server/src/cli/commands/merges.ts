/** `merge`: two recorded donors are one person; `merge --undo`: they are two after all. */
import type { Command } from 'commander';
import { doOrAsk } from '../../approval/workflow.ts';
import type { Core } from '../../core.ts';
import { merge, undoMerge } from '../../donor/merge.ts';
import { ACT_OPTIONS, type ActFlags, modeOf, OWNER, printOutcome } from '../acting.ts';
import { type CommandContext, UsageError } from '../context.ts';
import { coreAt, findDonor, idOption, wordsOption } from '../options.ts';

interface MergeFlags extends ActFlags {
  readonly from?: string;
  readonly into?: string;
  readonly fromDocument?: string;
  readonly fromType?: string;
  readonly intoDocument?: string;
  readonly intoType?: string;
  readonly undo?: string;
  readonly reason: string;
}

/** Adds the command. */
export function addMergeCommands(program: Command, context: CommandContext): void {
  const command = program
    .command('merge')
    .description('two recorded donors are one person; nothing moves, and it can be undone')
    .option('--from <id>', 'the donor whose card ends')
    .option('--into <id>', 'the donor whose card lives on')
    .option('--from-document <number>', 'instead of --from')
    .option('--from-type <type>', 'where several people share the number')
    .option('--into-document <number>', 'instead of --into')
    .option('--into-type <type>', 'where several people share the number')
    .option('--undo <merge>', 'take this merge back instead')
    .requiredOption('--reason <text>', 'why');
  for (const [flags, text] of ACT_OPTIONS) command.option(flags, text);
  command.action(async (options: MergeFlags) => {
    const reason = wordsOption('--reason', options.reason);
    const core = await coreAt(context, options.at);
    const manner = { by: OWNER, mode: modeOf(context, options) };
    const outcome =
      options.undo === undefined
        ? await doOrAsk(core, merge, { ...(await sidesOf(core, options)), reason }, manner)
        : await doOrAsk(
            core,
            undoMerge,
            { mergeId: idOption(options.undo, '--undo'), reason },
            manner,
          );
    printOutcome(context, options, outcome);
  });
}

async function sidesOf(core: Core, options: MergeFlags): Promise<{ from: string; into: string }> {
  const { from, fromDocument, fromType, into, intoDocument, intoType } = options;
  return {
    from: await sideOf(core, 'from', from, fromDocument, fromType),
    into: await sideOf(core, 'into', into, intoDocument, intoType),
  };
}

async function sideOf(
  core: Core,
  side: 'from' | 'into',
  id: string | undefined,
  document: string | undefined,
  documentType: string | undefined,
): Promise<string> {
  if (id !== undefined && document === undefined) return idOption(id, `--${side}`);
  if (document === undefined || id !== undefined) {
    throw new UsageError(`--${side} or --${side}-document is needed, one of them`);
  }
  const type = documentType === undefined ? {} : { documentType };
  const donorId = await findDonor(core, { document, ...type });
  if (donorId === undefined) {
    throw new UsageError(`--${side}-document: nobody is known by this document`);
  }
  return donorId;
}
