/** `audit verify`, `audit checkpoint` and `audit export`. */
import path from 'node:path';
import type { Command } from 'commander';
import { appendCheckpoint, exportLog, sequenceLeaves, verifyAudit } from '../../audit/workflow.ts';
import { type CommandContext, Refused } from '../context.ts';
import { coreAt } from '../options.ts';
import { printAnswer } from '../print.ts';

interface AuditFlags {
  readonly at?: string;
  readonly json?: true;
}

/** Adds the commands. */
export function addAuditCommands(program: Command, context: CommandContext): void {
  const audit = program
    .command('audit')
    .description('the audit log: a tree with signed checkpoints');
  audit
    .command('verify')
    .description('compute everything again from the database; 1 when something is not as recorded')
    .option('--json', 'answer as JSON')
    .action(async (options: AuditFlags) => {
      const report = await verifyAudit(await context.core(), progressNotes(context));
      printAnswer(context, options, report);
      if (!report.ok) throw new Refused();
    });
  audit
    .command('checkpoint')
    .description('give new leaves their places, and sign the head of the tree when it has grown')
    .option('--at <instant>', "the command's clock (development)")
    .option('--json', 'answer as JSON')
    .action(async (options: AuditFlags) => {
      const core = await coreAt(context, options.at);
      const sequenced = await sequenceLeaves(core);
      const made = await appendCheckpoint(core);
      const checkpoint = made && { ...made, root: Buffer.from(made.root).toString('base64') };
      printAnswer(context, options, { sequenced, checkpoint: checkpoint ?? null });
    });
  audit
    .command('export <folder>')
    .description('write leaves, checkpoints and public key as plain files, for verify.sh')
    .option('--json', 'answer as JSON')
    .action(async (folder: string, options: AuditFlags) => {
      const core = await context.core();
      printAnswer(context, options, await exportLog(core, path.resolve(context.folder, folder)));
    });
}

/** A line every tenth part, once the log is long enough to wait for. */
function progressNotes(context: CommandContext): (seen: number, about: number) => void {
  let told = 0;
  return (seen, about) => {
    const tenth = about < 30_000 ? 0 : Math.floor((seen / about) * 10);
    if (tenth > told) context.note(`audit verify: ${tenth * 10} %`);
    told = Math.max(told, tenth);
  };
}
