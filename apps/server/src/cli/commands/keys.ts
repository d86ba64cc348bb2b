/** `keys`: made once, shown, and turned. */
import { setTimeout as wait } from 'node:timers/promises';
import { secondsOf } from '@liyu/domain/kernel';
import { trustListAsJson } from '@liyu/pass';
import type { Command } from 'commander';
import { HomeInUse } from '../../database/lock.ts';
import {
  countFields,
  NotToRetire,
  retireFieldKey,
  turnFieldKey,
} from '../../field-key/workflow.ts';
import { keyringOf, laneKeysOf, makeKeys } from '../../open-core.ts';
import { type CommandContext, Refused, UsageError } from '../context.ts';
import { coreAt, countOption } from '../options.ts';
import { printAnswer } from '../print.ts';

interface KeyFlags {
  readonly at?: string;
  readonly json?: true;
}

const JSON_FLAG = ['--json', 'answer as JSON'] as const;

/** Adds the commands. */
export function addKeyCommands(program: Command, context: CommandContext): void {
  const keys = program.command('keys').description("the blood centre's keys");
  addMaking(keys, context);
  addTurning(keys, context);
}

function addMaking(keys: Command, context: CommandContext): void {
  keys
    .command('init')
    .description('make the keys, once')
    .option(...JSON_FLAG)
    .action((options: KeyFlags) => {
      const { config, outside } = context;
      const keyring = keyringOf(config, context.programme(), outside);
      const made = makeKeys(config, keyring, outside);
      printAnswer(context, options, { made, root: keyring.rootKey() });
    });
  keys
    .command('export')
    .description('the public trust list, as COSE (base64) and as JSON')
    .option('--at <instant>', "the command's clock (development)")
    .option(...JSON_FLAG)
    .action(async (options: KeyFlags) => {
      const core = await coreAt(context, options.at);
      const { cose, list } = await core.keyring.trustList(secondsOf(core.clock.now()));
      printAnswer(context, options, {
        cose: Buffer.from(cose).toString('base64'),
        trustList: trustListAsJson(list),
        root: core.keyring.rootKey(),
      });
    });
}

function addTurning(keys: Command, context: CommandContext): void {
  keys
    .command('rotate-lane')
    .description('make another key to which lanes seal; those before it go on opening')
    .option(...JSON_FLAG)
    .action((options: KeyFlags) => {
      printAnswer(context, options, laneKeysOf(context.config, context.outside).turn());
    });
  keys
    .command('list-fields')
    .description('how many personal fields each version of the key has sealed')
    .option(...JSON_FLAG)
    .action(async (options: KeyFlags) => {
      const core = await context.core();
      const fields = await countFields(core);
      printAnswer(context, options, { sealsWith: core.cipher.sealingVersion(), fields });
    });
  keys
    .command('rotate-fields')
    .description('seal every personal field with a new key, while everything runs; or go on')
    .option('--prepare', 'only make the key, to take it to other machines before it seals')
    .option(...JSON_FLAG)
    .action(async (options: KeyFlags & { prepare?: true }) => {
      const core = await context.core();
      const turned = await turnFieldKey(core, {
        prepareOnly: options.prepare === true,
        pause: wait,
        onProgress: tenths(context),
      }).catch(rethrow);
      printAnswer(context, options, turned);
      if (turned.left.length > 0) throw new Refused();
    });
  keys
    .command('retire-fields <version>')
    .description('take a version that seals nothing any more out of the keys, into its own file')
    .option(...JSON_FLAG)
    .action(async (text: string, options: KeyFlags) => {
      const version = countOption('VERSION', text, 65_535);
      const retired = await retireFieldKey(await context.core(), version).catch(rethrow);
      printAnswer(context, options, { version, ...retired });
    });
}

function rethrow(cause: unknown): never {
  if (cause instanceof HomeInUse) throw new UsageError('the keys are being turned already');
  if (cause instanceof NotToRetire) throw new UsageError(`VERSION: ${cause.message}`);
  throw cause;
}

/** A line every tenth part. */
function tenths(context: CommandContext): (done: number, about: number) => void {
  let told = 0;
  return (done, about) => {
    const tenth = about === 0 ? 10 : Math.min(Math.floor((done / about) * 10), 10);
    if (tenth > told) context.note(`rotate-fields: ${tenth * 10} %`);
    told = Math.max(told, tenth);
  };
}
