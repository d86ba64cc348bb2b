/** For tests: runs a command in the test's core, with its clock, and reads its JSON answer. */
import type { CommandContext } from '../src/cli/context.ts';
import { runCommand } from '../src/cli/run.ts';
import { system } from '../src/edge/system.ts';
import type { TestCore } from './test-core.ts';

/** What a command did. */
export interface Ran {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects
  readonly answer: any;
  readonly notes: string;
}

/** Runs `liyu …argv --json`; `password` is what stands on standard input. */
export async function runLiyu(
  city: TestCore,
  argv: readonly string[],
  more: { readonly production?: true; readonly password?: string } = {},
): Promise<Ran> {
  const printed: string[] = [];
  const noted: string[] = [];
  const mode = more.production ? 'production' : 'development';
  const config = { ...city.core.config, mode } as const;
  const core = { ...city.core, config };
  const context: CommandContext = {
    config,
    folder: city.home,
    outside: system,
    programme: () => core.programme,
    core: async () => core,
    firstLine: async () => more.password,
    print: (text) => void printed.push(text),
    note: (text) => void noted.push(text),
    runLine: () => Promise.reject(new Error('no other command')),
    stopped: new AbortController().signal,
    wait: async () => {},
    interactive: false,
  };
  const status = await runCommand([...argv, '--json'], context);
  const out = printed.join('\n');
  return { status, answer: out === '' ? undefined : JSON.parse(out), notes: noted.join('\n') };
}
