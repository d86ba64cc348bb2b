/** `change`: a donor has another document or telephone number. */
import type { Command } from 'commander';
import { changeDonor, type TypedDocument } from '../../donor/change.ts';
import { DOCUMENT_TYPES, type DocumentType } from '../../donor/document.ts';
import { PHONE } from '../../edge/person-shapes.ts';
import { OWNER, printOutcome } from '../acting.ts';
import { type CommandContext, UsageError } from '../context.ts';
import { coreAt, idOption, wordOption, wordsOption } from '../options.ts';

interface ChangeFlags {
  readonly donor: string;
  readonly documentType?: string;
  readonly documentNumber?: string;
  readonly mistakenType?: string;
  readonly mistakenNumber?: string;
  readonly phone?: string;
  readonly reason: string;
  readonly dryRun?: true;
  readonly at?: string;
  readonly json?: true;
}

/** Adds the command. */
export function addChangeCommands(program: Command, context: CommandContext): void {
  program
    .command('change')
    .description('a donor has another document or telephone number')
    .requiredOption('--donor <id>', 'whose')
    .option('--document-type <type>', Object.keys(DOCUMENT_TYPES).join(', '))
    .option('--document-number <number>', 'a further document; those before still find the donor')
    .option('--mistaken-type <type>', 'the type of the document that was recorded by mistake')
    .option('--mistaken-number <number>', 'its number: it finds nobody any more')
    .option('--phone <number>', 'the telephone number from now on')
    .requiredOption('--reason <text>', 'why')
    .option('--dry-run', 'show what would change, keep nothing')
    .option('--at <instant>', "the command's clock (development)")
    .option('--json', 'answer as JSON')
    .action(async (options: ChangeFlags) => {
      const donorId = idOption(options.donor, '--donor');
      const document = typedOption('document', options.documentType, options.documentNumber);
      const mistaken = typedOption('mistaken', options.mistakenType, options.mistakenNumber);
      const { phone } = options;
      if (phone !== undefined && !PHONE.safeParse(phone).success) {
        throw new UsageError('--phone: is no telephone number');
      }
      if (document === undefined && phone === undefined) {
        throw new UsageError('--document-number or --phone is needed');
      }
      if (mistaken !== undefined && document === undefined) {
        throw new UsageError('--mistaken-number: only instead of another document');
      }
      const reason = wordsOption('--reason', options.reason);
      const core = await coreAt(context, options.at);
      const manner = { by: OWNER, preview: options.dryRun === true };
      const change = { document, mistaken, phone, reason };
      printOutcome(context, options, await changeDonor(core, donorId, change, manner));
    });
}

function typedOption(
  name: 'document' | 'mistaken',
  type: string | undefined,
  documentNumber: string | undefined,
): TypedDocument | undefined {
  if (type === undefined && documentNumber === undefined) return undefined;
  if (type === undefined || documentNumber === undefined) {
    throw new UsageError(`--${name}-type and --${name}-number: both are needed`);
  }
  const types = Object.keys(DOCUMENT_TYPES) as DocumentType[];
  return { documentType: wordOption(`--${name}-type`, type, types), documentNumber };
}
