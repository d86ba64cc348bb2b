/**
 * What goes on while servers are killed: gates that send every scan until it is answered, some of
 * them twice, and a clerk who takes in one donation file after another. It keeps what was
 * acknowledged, as a gate and a clerk would.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { HEADING, lineOf, residentNumber } from '../test-core.ts';
import type { Scan } from './prepare.ts';

const CALLERS = 16;
const ROWS_A_FILE = 120;
/** A request that gets no answer for so long has failed. */
const ANSWER_WITHIN_MS = 20_000;
const AGAIN_AFTER_MS = 20;
const FILE_EVERY_MS = 200;
/** Every so many scans are sent once more, as a gate does that has lost the answer. */
const TWICE_EVERY = 15;
/** Every so many codes are shown to another gate as well: a screenshot. */
const COPY_EVERY = 10;

const ANSWER = z.object({
  open: z.boolean(),
  code: z.string(),
  redemptionId: z.string().nullable(),
  refusalId: z.string().nullable(),
});
export type Answer = z.infer<typeof ANSWER>;

/** Where the server is now; its token is the home's. */
export interface Target {
  readonly address: string;
  readonly token: string;
}

/** What is going on, and what came of it. */
export interface Load {
  /** Answers by the device's name for the scan. */
  readonly acknowledged: ReadonlyMap<string, Answer>;
  /** Names of files whose import was answered, with their rows. */
  readonly imported: ReadonlyMap<string, number>;
  readonly resent: number;
  /** What must not be: an answer that changed, a server that refuses what it must take. */
  readonly breaches: readonly string[];
  /** Resolves when so many scans more have been answered; rejects when there are no more. */
  answered(more: number): Promise<void>;
  /** Lets everybody finish what he is about, and go. */
  end(): Promise<void>;
}

/** Starts it. `target` is asked before every request, and may take its time. */
export function startLoad(
  scans: readonly (readonly Scan[])[],
  folder: string,
  target: () => Promise<Target>,
): Load {
  const acknowledged = new Map<string, Answer>();
  const imported = new Map<string, number>();
  const breaches: string[] = [];
  const hopes: { at: number; resolve(): void; reject(cause: Error): void }[] = [];
  let resent = 0;
  let isEnding = false;
  const acknowledge = (name: string, answer: Answer): void => {
    const before = acknowledged.get(name);
    if (before !== undefined && JSON.stringify(before) !== JSON.stringify(answer)) {
      breaches.push(`${name} was answered ${before.code}, and then ${answer.code}`);
    }
    acknowledged.set(name, answer);
    for (const hope of hopes) if (acknowledged.size >= hope.at) hope.resolve();
  };
  const send = async (scan: Scan): Promise<void> => {
    for (;;) {
      const answer = await target()
        .then((at) => post(at, scan))
        .catch(() => undefined);
      if (answer instanceof Error) breaches.push(answer.message);
      else if (answer !== undefined) acknowledge(nameOf(scan), answer);
      if (answer !== undefined || isEnding) return;
      resent += 1;
      await wait(AGAIN_AFTER_MS);
    }
  };
  const queue = scans.values();
  const call = async (): Promise<void> => {
    for (const own of queue) {
      for (const scan of own) {
        if (isEnding) return;
        await send(scan);
        if (scan.device.seq % TWICE_EVERY === 0) await send(scan);
        if (scan.device.seq % COPY_EVERY === 0) await send(copyOf(scan));
      }
    }
  };
  const clerk = async (): Promise<void> => {
    for (let files = 1; !isEnding; files += 1) {
      const file = writeFile(folder, files);
      let isIn = false;
      while (!isIn && !isEnding) {
        isIn = await target()
          .then((at) => takeIn(at, file))
          .catch(() => false);
        await wait(isIn ? FILE_EVERY_MS : AGAIN_AFTER_MS);
      }
      if (isIn) imported.set(path.basename(file), ROWS_A_FILE);
    }
  };
  const gates = Promise.all(Array.from({ length: CALLERS }, call)).then(() => {
    for (const { reject } of hopes) reject(new Error('there were not scans enough'));
  });
  const everybody = Promise.all([gates, clerk()]);
  return {
    acknowledged,
    imported,
    breaches,
    get resent() {
      return resent;
    },
    answered: (more) =>
      new Promise((resolve, reject) =>
        hopes.push({ at: acknowledged.size + more, resolve, reject }),
      ),
    async end() {
      isEnding = true;
      await everybody;
    },
  };
}

/** The device's name for the scan, as one text. */
function nameOf({ device }: Scan): string {
  return `${device.id}/${device.bootEpoch}/${device.seq}`;
}

function copyOf(scan: Scan): Scan {
  return { ...scan, device: { ...scan.device, bootEpoch: 2 } };
}

/** The answer; an error that must not be; or `undefined`: nothing is known, send it again. */
async function post({ address }: Target, scan: Scan): Promise<Answer | Error | undefined> {
  const response = await fetch(`${address}/api/v1/redemptions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(scan),
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  });
  if (response.status >= 500) {
    const type = response.headers.get('content-type') ?? '';
    await response.text();
    const isProblem = type.startsWith('application/problem+json');
    return isProblem ? undefined : new Error(`${response.status} came as ${type}`);
  }
  const text = await response.text();
  if (response.status !== 200) return new Error(`${nameOf(scan)}: ${response.status} ${text}`);
  return ANSWER.parse(JSON.parse(text));
}

/** A file whose numbers nobody else has, by donors who come again in later files. */
function writeFile(folder: string, ordinal: number): string {
  const rows = Array.from({ length: ROWS_A_FILE }, (_, row) =>
    lineOf({
      number: `F${ordinal}-${row}`,
      document: residentNumber(500 + ((ordinal * 31 + row) % 400)),
      donatedOn: '2026-01-05',
    }),
  );
  const file = path.join(folder, `file-${ordinal}.csv`);
  writeFileSync(file, `${[HEADING, ...rows].join('\n')}\n`);
  return file;
}

/** Has the running server take the file in; answers whether it said that it has. */
async function takeIn({ address, token }: Target, file: string): Promise<boolean> {
  const response = await fetch(`${address}/api/v1/commands`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ argv: ['import', file, '--json'], folder: path.dirname(file) }),
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  });
  return (await response.text()).includes('{"exit":0}');
}
