/** The loader as a whole: the first programme loads, its numbers are kept, all problems are told. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FILES, mutate, PROGRAMME_FOLDER, problemsOf, textOf } from '../../test/mutation.ts';
import { loadProgramme, parseProgramme } from './loader.ts';
import { problemsText } from './problem.ts';

type Written = { count: string; exactly?: number; atLeast?: number }[];
const written: Written = JSON.parse(textOf(FILES, 'assertions.json'));

test.each(written.map(({ count }, index) => [index, count] as const))(
  'assertion %i, %s, is kept, and its problem has both numbers',
  (index, count) => {
    const raised: Written = structuredClone(written);
    const assertion = raised[index];
    if (assertion === undefined) throw new Error('the assertion is there');
    const found = assertion.exactly ?? '\\d+';
    const wanted = assertion.exactly === undefined ? 'at least 1000' : `${assertion.exactly + 1}`;
    if (assertion.exactly === undefined) assertion.atLeast = 1000;
    else assertion.exactly += 1;
    const text = JSON.stringify(raised, null, 1);
    const problems = problemsOf(new Map(FILES).set('assertions.json', text));
    expect(problems).toHaveLength(1);
    expect(problems[0]?.message).toContain(`${count} on 202`);
    expect(problems[0]?.message).toMatch(new RegExp(`expected ${wanted}, found ${found}$`));
  },
);

test('the first programme loads whole', () => {
  const programme = loadProgramme(PROGRAMME_FOLDER);
  expect(parseProgramme(FILES)).toEqual({ programme });
  expect([...programme.partners.keys()]).toEqual(
    expect.arrayContaining(['H01', 'H54', 'zoo', 'botanical-garden', 'metro-1', 'metro-2', 'bus']),
  );
  expect(programme.stations.get('metro-demo')?.line).toBe('metro-2');
});

test('all problems are told at once, by file and line', () => {
  const files = mutate('parameters.json', '"belowCounts": 20', '"belowCounts": 19');
  files.set('sites.json', textOf(FILES, 'sites.json').replace(', "en": "Jinci Museum"', ''));
  files.set(
    'waivers-2025-02-01.csv',
    textOf(FILES, 'waivers-2025-02-01.csv').replace('full', 'whole'),
  );
  const lines = problemsText(problemsOf(files)).split('\n');
  expect(lines.map((line) => line.split(' ')[0])).toEqual([
    expect.stringMatching(/^parameters\.json:\d+$/),
    'sites.json:4',
    `waivers-2025-02-01.csv:4`,
  ]);
});

test('loading a folder with problems throws one error that lists them by file and line', () => {
  const folder = mkdtempSync(join(tmpdir(), 'programme-'));
  mkdirSync(join(folder, 'cases'));
  for (const [name, text] of mutate('sites.json', ', "en": "Jinci Museum"', '')) {
    writeFileSync(join(folder, name), `\uFEFF${text}`);
  }
  expect(() => loadProgramme(folder)).toThrow(/\nsites\.json:4 0\.name\.en: the English text is/);
  rmSync(folder, { recursive: true });
});
