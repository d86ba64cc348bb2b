/**
 * Runs every case of every programme: donations, a question, and exactly the fields that the case
 * expects. Who adds a case adds a file; nothing here names one.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { answerCase } from './case-answer.ts';
import { loadProgramme, readProgrammeFiles } from './loader.ts';
import { readCaseFiles } from './sources.ts';

const PROGRAMMES = fileURLToPath(new URL('../../../../programmes', import.meta.url));
const folders = readdirSync(PROGRAMMES, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => join(PROGRAMMES, name));

const cases = folders.flatMap((folder) => {
  const programme = loadProgramme(folder);
  const files = readCaseFiles(readProgrammeFiles(folder), (file, line, message) => {
    throw new Error(`${file}:${line} ${message}`);
  });
  return files.flatMap(({ name, value }) =>
    value.map((one) => ({ title: `${programme.id}/${name}: ${one.name.en}`, one, programme })),
  );
});

/** The expected fields of the answer; a field that the answer has not stays `undefined`. */
function pick(answer: unknown, expected: unknown): unknown {
  if (!isRecord(expected) || !isRecord(answer)) return answer;
  const known = Object.keys(answer);
  return Object.fromEntries(
    Object.entries(expected).map(([key, inner]) => {
      if (!known.includes(key)) throw new Error(`the answer has no field ${key}, but ${known}`);
      return [key, pick(answer[key], inner)];
    }),
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

test.each(cases)('$title', ({ one, programme }) => {
  const answer: unknown = JSON.parse(JSON.stringify(answerCase(one, programme)));
  expect(Object.keys(one.expect).length).toBeGreaterThan(0);
  expect(pick(answer, one.expect)).toEqual(one.expect);
});

test('an expectation that names an unknown field fails', () => {
  expect(() => pick({ tier: 'first' }, { teir: 'first' })).toThrow('no field teir');
});
