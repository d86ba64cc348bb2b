/** A command that runs in the server which holds the home: sent on loopback, streamed back. */
import { z } from 'zod';
import type { RunningServer } from '../edge/running-server.ts';

/** What the server sends back, a line each: text for either stream, and the exit status last. */
export const COMMAND_LINE = z.union([
  z.strictObject({ print: z.string() }),
  z.strictObject({ note: z.string() }),
  z.strictObject({ exit: z.number().int() }),
]);
export type CommandLine = z.infer<typeof COMMAND_LINE>;

/** What is sent. */
export const COMMAND_REQUEST = z.strictObject({
  argv: z.array(z.string().max(10_000)).max(100),
  folder: z.string().max(4096),
  /** The first line of standard input of a command that takes a password. */
  firstLine: z.string().max(5000).optional(),
});

/**
 * Runs the command in the server and answers its exit status, or `undefined` when nobody answers
 * at the address (the server has just ended).
 */
export async function runRemotely(
  server: RunningServer,
  argv: readonly string[],
  folder: string,
  firstLine: string | undefined,
  receive: (line: CommandLine) => void,
): Promise<number | undefined> {
  let response: Response;
  try {
    response = await fetch(new URL('/api/v1/commands', server.address), {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${server.token}` },
      body: JSON.stringify({ argv, folder, firstLine }),
    });
  } catch {
    return undefined;
  }
  if (!response.ok || response.body === null) {
    throw new Error(`the server answered ${response.status} to the command`);
  }
  let exit: number | undefined;
  let rest = '';
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const said = COMMAND_LINE.parse(JSON.parse(line));
      if ('exit' in said) exit = said.exit;
      else receive(said);
    }
  }
  if (exit === undefined) throw new Error('the server ended in the middle of the command');
  return exit;
}
