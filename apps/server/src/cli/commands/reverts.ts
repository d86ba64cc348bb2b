/** `import --revert`. */
import { revertImport } from '../../donation/revert.ts';
import { type ActFlags, modeOf, OWNER, printOutcome } from '../acting.ts';
import { type CommandContext, UsageError } from '../context.ts';
import { coreAt, wordsOption } from '../options.ts';

/** The options. */
export interface RevertFlags extends ActFlags {
  readonly revert?: string;
  readonly reason?: string;
}

/** Takes an import back, or asks for it. */
export async function revertCommand(
  context: CommandContext,
  file: string | undefined,
  options: RevertFlags,
): Promise<void> {
  const { revert: importId = '', reason } = options;
  if (file !== undefined) throw new UsageError('--revert: takes an import back and reads no FILE');
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(importId)) {
    throw new UsageError(`--revert: ${importId} is no id; \`imports\` lists them`);
  }
  if (reason === undefined) throw new UsageError('--reason: is needed');
  const request = { importId, reason: wordsOption('--reason', reason) };
  const core = await coreAt(context, options.at);
  const manner = { by: OWNER, mode: modeOf(context, options) };
  printOutcome(context, options, { importId, ...(await revertImport(core, request, manner)) });
}
