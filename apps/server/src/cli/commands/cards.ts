/** `print-card`: a card on paper for a donor without a phone. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { claimAtCounter } from '../../claim/workflow.ts';
import { DOCUMENT_TYPES, type DocumentType } from '../../donor/document.ts';
import { printCardFor } from '../../pass/printing.ts';
import { OWNER } from '../acting.ts';
import { type CommandContext, Refused } from '../context.ts';
import { coreAt, wordOption, wordsOption } from '../options.ts';
import { printAnswer } from '../print.ts';

interface PrintFlags {
  readonly document: string;
  readonly documentType?: string;
  readonly seen: string;
  readonly out: string;
  readonly claim?: true;
  readonly at?: string;
  readonly json?: true;
}

const TYPES = Object.keys(DOCUMENT_TYPES) as DocumentType[];

/** Adds the command. */
export function addCardCommands(program: Command, context: CommandContext): void {
  program
    .command('print-card')
    .description('write a printed card as PDF; what was printed for the donor before ends')
    .requiredOption('--document <number>', "the donor's document")
    .option('--document-type <type>', 'where several people share a number')
    .requiredOption('--seen <text>', 'how it was seen who it is')
    .requiredOption('--out <file.pdf>', 'the file to write')
    .option('--claim', 'claim the card first, as at a counter')
    .option('--at <instant>', "the command's clock (development)")
    .option('--json', 'answer as JSON')
    .action(async (options: PrintFlags) => {
      const clerk = { by: OWNER, seen: wordsOption('--seen', options.seen) };
      const { document, documentType } = options;
      const shown = {
        document,
        ...(documentType === undefined
          ? {}
          : { documentType: wordOption('--document-type', documentType, TYPES) }),
      };
      const core = await coreAt(context, options.at);
      const claimed = options.claim ? await claimAtCounter(core, shown, clerk) : undefined;
      const refused = claimed !== undefined && 'refused' in claimed;
      const card = refused ? claimed : await printCardFor(core, shown, clerk);
      if ('refused' in card) {
        printAnswer(context, options, { code: card.refused });
        throw new Refused();
      }
      const file = path.resolve(context.folder, options.out);
      writeFileSync(file, card.pdf(), { mode: 0o600 });
      const { code, endsAt, name } = card;
      printAnswer(context, options, { code, expiresAt: endsAt, name, file: options.out });
    });
}
