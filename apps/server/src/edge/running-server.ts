/**
 * A running server holds the home; the command line finds it by `server.json` (0600) and talks to
 * it on loopback.
 */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

const FILE = z.object({ address: z.url(), pid: z.number().int(), token: z.string() });

/** Where the server is and the secret that its owner's command line shows. */
export type RunningServer = z.infer<typeof FILE>;

function fileOf(home: string): string {
  return path.join(home, 'server.json');
}

/** Says that this process serves the home; the file appears whole. */
export function announceServer(home: string, server: RunningServer): void {
  const aside = `${fileOf(home)}.new`;
  writeFileSync(aside, JSON.stringify(server), { mode: 0o600 });
  renameSync(aside, fileOf(home));
}

/** Takes it back. */
export function withdrawServer(home: string): void {
  rmSync(fileOf(home), { force: true });
}

/** The live server of the home, or `undefined`; a file left by a dead process counts for nothing. */
export function findServer(home: string): RunningServer | undefined {
  try {
    const server = FILE.parse(JSON.parse(readFileSync(fileOf(home), 'utf8')));
    process.kill(server.pid, 0);
    return server;
  } catch {
    return undefined;
  }
}
