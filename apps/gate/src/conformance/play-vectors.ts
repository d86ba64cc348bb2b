/** Plays the vectors of the pass against a channel: every code, answered as the vectors say. */
import { z } from 'zod';
import type { Address } from '../agent/address.ts';
import { type LineClient, openLineClient } from './line-client.ts';
import { TEST_LINE } from './test-profile.ts';
import {
  readCodeFile,
  readScanFile,
  SCAN_FILES,
  type ScanFile,
  type ScanFileName,
  type Supposed,
} from './vector-file.ts';

/** How one thing that was tried came out; `why` is empty where it came out right. */
export interface Trial {
  readonly group: string;
  readonly name: string;
  readonly why: string;
}

/** What a channel answers to a code: at least this. */
export const CHANNEL_ANSWER = z.object({
  open: z.boolean(),
  code: z.string(),
  skewSeconds: z.number().nullable(),
});
export type Said = z.output<typeof CHANNEL_ANSWER>;

/** Where, and with which vectors. */
export interface Play {
  readonly target: Address;
  readonly folder: string;
  readonly withinMs: number;
}

/** Asks one code. Throws where the answer is not a line of JSON with what it must have. */
export async function askCode(client: LineClient, text: string): Promise<Said> {
  client.send(`${text}\n`);
  return CHANNEL_ANSWER.parse(JSON.parse(await client.next()));
}

/** Has the target suppose what the vector says. Throws where it does not say that it does. */
export async function suppose(
  client: LineClient,
  order: { readonly file: ScanFileName; readonly reset: boolean; readonly gate: Supposed },
): Promise<void> {
  const ascii = JSON.stringify(order).replace(
    /[^ -~]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  client.send(`${TEST_LINE}${ascii}\n`);
  const { test } = JSON.parse(await client.next()) as { test?: string };
  if (test !== 'ok') throw new Error('the target does not run the test profile');
}

/** What a channel can carry: one line, not empty, bytes. */
function isOneLine(text: string): boolean {
  return text !== '' && !/[\r\n]/.test(text) && !text.startsWith(TEST_LINE);
}

/** Any gate of the vectors at which a good code is taken. */
export function anyGate(folder: string): { file: ScanFileName; gate: Supposed; text: string } {
  const [first] = readScanFile(folder, 'scan.json').cases;
  const scan = first?.scans[0];
  if (scan === undefined) throw new Error('scan.json has no case');
  return { file: 'scan.json', gate: scan.gate, text: scan.text };
}

/** Plays all of them over one connection; stops at a connection that does not answer. */
export async function playVectors(play: Play): Promise<Trial[]> {
  const client = await openLineClient(play.target, play.withinMs);
  const trials: Trial[] = [];
  try {
    for (const file of SCAN_FILES) {
      for (const one of readScanFile(play.folder, file).cases) {
        trials.push({ group: file, name: one.name, why: await tryCase(client, file, one) });
      }
    }
    const { file, gate } = anyGate(play.folder);
    for (const { name, text, expected } of readCodeFile(play.folder).cases.filter((one) =>
      isOneLine(one.text),
    )) {
      await suppose(client, { file, reset: true, gate });
      const said = await askCode(client, text);
      const isRight =
        (said.code === 'malformed') === !expected.wellFormed &&
        !(said.open && !expected.wellFormed);
      trials.push({ group: 'code.json', name, why: isRight ? '' : `answered ${said.code}` });
    }
  } finally {
    client.close();
  }
  return trials;
}

async function tryCase(
  client: LineClient,
  file: ScanFileName,
  { scans }: ScanFile['cases'][number],
): Promise<string> {
  for (const [at, { text, gate, expected }] of scans.entries()) {
    await suppose(client, { file, reset: at === 0, gate });
    const said = await askCode(client, text);
    const code = expected.taken ? 'granted' : expected.code;
    const isRight =
      said.open === expected.taken &&
      said.code === code &&
      said.skewSeconds === expected.skewSeconds;
    if (!isRight) {
      const wanted = `${code}, skew ${expected.skewSeconds}`;
      return `scan ${at + 1}: expected ${wanted}; answered ${said.code}, skew ${said.skewSeconds}`;
    }
  }
  return '';
}
