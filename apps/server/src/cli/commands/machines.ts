/** `machine add`, `machine list`, `machine rotate` and `machine disable`. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { BadKeyFile, type MachineKey, parseKeys } from '../../machine/key.ts';
import { MACHINE_NAME, MACHINE_ROLES, type Machine } from '../../machine/machine.ts';
import {
  changeKeys,
  disableMachine,
  listMachines,
  MachineRefused,
  registerMachine,
} from '../../machine/workflow.ts';
import { type CommandContext, UsageError } from '../context.ts';
import { wordOption } from '../options.ts';
import { printAnswer } from '../print.ts';

const OWNER = 'owner';

interface MachineFlags {
  readonly name: string;
  readonly json?: true;
}

interface KeyFlags extends MachineFlags {
  readonly jwk: string;
}

interface AddFlags extends KeyFlags {
  readonly role: string;
  readonly partner?: string;
}

/** Adds the commands. */
export function addMachineCommands(program: Command, context: CommandContext): void {
  const machine = program.command('machine').description('machine clients: devices and systems');
  machine
    .command('add')
    .description('register a machine by its public key')
    .requiredOption('--name <name>', 'its client_id: small letters, digits, dots, hyphens')
    .requiredOption('--role <role>', MACHINE_ROLES.join(', '))
    .option('--partner <partner>', 'whose it is: a device and a clerk’s system need it')
    .requiredOption('--jwk <file>', 'its public key or keys (JWK or JWK set, each with a kid)')
    .option('--json', 'answer as JSON')
    .action((options: AddFlags) => answer(context, options, () => add(context, options)));
  machine
    .command('list')
    .description('all machines with their keys')
    .option('--json', 'answer as JSON')
    .action(async (options: { json?: true }) => {
      const machines = await listMachines(await context.core());
      printAnswer(context, options, machines.map(describe));
    });
  machine
    .command('rotate')
    .description('give a machine other keys; those that are not in the file are good no more')
    .requiredOption('--name <name>', 'the machine')
    .requiredOption('--jwk <file>', 'its public key or keys from now on')
    .option('--json', 'answer as JSON')
    .action((options: KeyFlags) =>
      answer(context, options, async () => {
        const keys = await keysOption(context, options.jwk);
        return changeKeys(await context.core(), options.name, keys, OWNER);
      }),
    );
  machine
    .command('disable')
    .description('shut a machine out at once, for good')
    .requiredOption('--name <name>', 'the machine')
    .option('--json', 'answer as JSON')
    .action((options: MachineFlags) =>
      answer(context, options, async () =>
        disableMachine(await context.core(), options.name, OWNER),
      ),
    );
}

async function add(context: CommandContext, options: AddFlags): Promise<Machine> {
  const { name, partner } = options;
  if (!MACHINE_NAME.test(name)) {
    throw new UsageError('--name: up to 63 small letters, digits, dots and hyphens');
  }
  const role = wordOption('--role', options.role, MACHINE_ROLES);
  const core = await context.core();
  if (role === 'blood_bank' && partner !== undefined) {
    throw new UsageError('--partner: a blood bank belongs to the city');
  }
  if (role !== 'blood_bank' && !core.programme.partners.has(partner ?? '')) {
    throw new UsageError('--partner: a device or a clerk’s system needs one of `list partners`');
  }
  const keys = await keysOption(context, options.jwk);
  return registerMachine(core, { name, role, partner: partner ?? null, keys }, OWNER);
}

async function keysOption(context: CommandContext, file: string): Promise<MachineKey[]> {
  const text = readFileSync(path.resolve(context.folder, file), 'utf8');
  try {
    return await parseKeys(text);
  } catch (cause) {
    if (cause instanceof BadKeyFile) throw new UsageError(`--jwk: ${file} ${cause.message}`);
    throw cause;
  }
}

async function answer(
  context: CommandContext,
  options: { readonly json?: true },
  work: () => Promise<Machine>,
): Promise<void> {
  try {
    printAnswer(context, options, describe(await work()));
  } catch (cause) {
    if (cause instanceof MachineRefused) throw new UsageError(`--name: ${cause.message}`);
    throw cause;
  }
}

function describe({ machineId, event, role, partner, keys, recordedAt }: Machine): unknown {
  const described = keys.map(({ kid, alg }) => ({ kid, alg }));
  return { name: machineId, state: event, role, partner, keys: described, changedAt: recordedAt };
}
