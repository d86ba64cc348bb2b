/**
 * Runs every case of the programme: donations, a question, and exactly the fields that the case
 * expects. Who adds a case adds a file; nothing here names one.
 */
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { answerCase } from './case-answer.ts';
import { loadProgramme, readProgrammeFiles } from './loader.ts';
import { readCaseFiles } from './sources.ts';

const FOLDER = fileURLToPath(new URL('../../../../programmes/taiyuan', import.meta.url));
const programme = loadProgramme(FOLDER);
const cases = readCaseFiles(readProgrammeFiles(FOLDER), (file, line, message) => {
  throw new Error(`${file}:${line} ${message}`);
}).flatMap(({ name, value }) => value.map((one) => ({ title: `${name}: ${one.name.en}`, one })));

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

test.each(cases)('$title', ({ one }) => {
  const answer: unknown = JSON.parse(JSON.stringify(answerCase(one, programme)));
  expect(Object.keys(one.expect).length).toBeGreaterThan(0);
  expect(pick(answer, one.expect)).toEqual(one.expect);
});

test('an expectation that names an unknown field fails', () => {
  expect(() => pick({ tier: 'first' }, { teir: 'first' })).toThrow('no field teir');
});
