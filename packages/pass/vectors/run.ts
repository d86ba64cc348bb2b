/**
 * Runs the vectors of this folder: `node run.ts`. It prints what differs and the count; exit status 1
 * if anything does.
 */
import { readFileSync, realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import type { PassCrypto } from '@liyu/pass';
import { nodeCrypto } from '@liyu/pass/node';
import type { Answered, VectorFiles } from './answer.ts';
import { answerVectors } from './answer.ts';

function read<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8')) as T;
}

/** All cases of the folder, answered with this cryptography. */
export function runVectors(crypto: PassCrypto): Promise<Answered[]> {
  const files: VectorFiles = {
    'code.json': read('code.json'),
    'scan.json': read('scan.json'),
    'precedence.json': read('precedence.json'),
    'trust-list.json': read('trust-list.json'),
    'status-list.json': read('status-list.json'),
    'status-delta.json': read('status-delta.json'),
  };
  return answerVectors(files, crypto);
}

/** Prints what differs and the count, and answers the exit status. */
async function main(): Promise<number> {
  const answered = await runVectors(nodeCrypto);
  const wrong = answered.filter(({ answer, expected }) => !isDeepStrictEqual(answer, expected));
  for (const { file, name, expected, answer } of wrong) {
    const said = `expected ${JSON.stringify(expected)}\n  answered ${JSON.stringify(answer)}`;
    process.stdout.write(`${file}, ${name}:\n  ${said}\n`);
  }
  process.stdout.write(`${answered.length - wrong.length} as expected, ${wrong.length} not\n`);
  return wrong.length === 0 ? 0 : 1;
}

// Not import.meta.main, which Node 20 does not have.
const started = process.argv[1];
if (started !== undefined && realpathSync(started) === fileURLToPath(import.meta.url)) {
  process.exitCode = await main();
}
