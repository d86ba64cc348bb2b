/** `login add`, `login list`, `login password`, `login link` and `login disable`. */
import type { Command } from 'commander';
import { STAFF_ROLES } from '../../access/roles.ts';
import type { Config } from '../../config.ts';
import {
  addLogin,
  changePassword,
  disableLogin,
  type LoginRefusal,
  linkSubject,
  listLogins,
  PASSWORD_LEAST,
} from '../../login/workflow.ts';
import { type CommandContext, UsageError } from '../context.ts';
import { printAnswer } from '../print.ts';

interface LoginFlags {
  readonly name: string;
  readonly json?: true;
}
interface LinkFlags extends LoginFlags {
  readonly issuer: string;
  readonly subject: string;
}
interface AddFlags extends LoginFlags {
  readonly role: string;
  readonly partner?: string;
}

const OWNER = 'owner';
const JSON_FLAG = ['--json', 'answer as JSON'] as const;

/** Each refusal names the option that it is about. */
const REFUSALS: Readonly<Record<LoginRefusal, string>> = {
  name_malformed: '--name: 2 to 64 of a-z, 0-9, dot, hyphen and underscore, a letter first',
  name_taken: '--name: there is such a login; a name is never used again',
  no_staff_role: `--role: one of ${STAFF_ROLES.join(', ')}`,
  partner_needed: '--partner: this role is of a partner; see `list partners`',
  no_such_partner: '--partner: there is no such partner; see `list partners`',
  partner_not_allowed: '--partner: this role is of the whole city',
  password_unfit: `standard input: a password has ${PASSWORD_LEAST} characters or more, some of them different, and not the name`,
  unknown_login: '--name: there is no such login; see `login list`',
  disabled: '--name: the login is disabled',
};

/** Whether the command takes a password from standard input. */
export function takesPassword(argv: readonly string[], mode: Config['mode']): boolean {
  if (mode === 'production' && ['approve', 'refuse'].includes(argv[0] ?? '')) return true;
  return argv[0] === 'login' && ['add', 'password'].includes(argv[1] ?? '');
}

/** Adds the commands. */
export function addLoginCommands(program: Command, context: CommandContext): void {
  const login = program.command('login').description('accounts of staff, by which they sign in');
  login
    .command('add')
    .description('add one; the password is the first line of standard input, or made and shown')
    .requiredOption('--name <n>', 'its name')
    .requiredOption('--role <r>', STAFF_ROLES.join(', '))
    .option('--partner <p>', 'for the roles of a partner')
    .option(...JSON_FLAG)
    .action(async ({ name, role, partner, json }: AddFlags) => {
      const core = await context.core();
      const { password, shown } = await passwordFor(context);
      const answer = done(await addLogin(core, { name, role, partner, password }, OWNER));
      printAnswer(context, json ? { json } : {}, { ...answer, ...shown });
    });
  login
    .command('password')
    .description('set another password, as `login add` does; its sessions end')
    .requiredOption('--name <n>', 'its name')
    .option(...JSON_FLAG)
    .action(async ({ name, json }: LoginFlags) => {
      const core = await context.core();
      const { password, shown } = await passwordFor(context);
      const answer = done(await changePassword(core, name, password, OWNER));
      printAnswer(context, json ? { json } : {}, { ...answer, ...shown });
    });
  login
    .command('link')
    .description('let a person of the identity provider sign in to it, and to no other')
    .requiredOption('--name <n>', 'its name')
    .requiredOption('--issuer <i>', 'the issuer, as the provider writes it')
    .requiredOption('--subject <s>', 'who it is there: the claim sub')
    .option(...JSON_FLAG)
    .action(async (options: LinkFlags) => {
      const { name, issuer, subject } = options;
      const core = await context.core();
      const expected = core.config.oidc?.issuer;
      if (expected !== undefined && issuer !== expected) {
        throw new UsageError(`--issuer: LIYU_OIDC_ISSUER is ${expected}`);
      }
      printAnswer(
        context,
        options,
        done(await linkSubject(core, name, { issuer, subject }, OWNER)),
      );
    });
  login
    .command('disable')
    .description('disable one for good; its sessions end')
    .requiredOption('--name <n>', 'its name')
    .option(...JSON_FLAG)
    .action(async (options: LoginFlags) => {
      const answer = done(await disableLogin(await context.core(), options.name, OWNER));
      printAnswer(context, options, answer);
    });
  login
    .command('list')
    .description('all of them')
    .option(...JSON_FLAG)
    .action(async (options: { json?: true }) => {
      printAnswer(context, options, await listLogins(await context.core()));
    });
}

function done<T extends object>(answer: T | { readonly refused: LoginRefusal }): T {
  if ('refused' in answer) throw new UsageError(REFUSALS[answer.refused]);
  return answer;
}

/** The password that was given, or one that is made and shown once. */
async function passwordFor(
  context: CommandContext,
): Promise<{ password: string; shown: { password?: string } }> {
  const given = await context.firstLine();
  if (given !== undefined) return { password: given, shown: {} };
  const password = Buffer.from(context.outside.random.bytes(15)).toString('base64url');
  return { password, shown: { password } };
}
