/** docs/pass-format.md tells the truth: its examples are the vectors', its tables are the code's. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bytesOf } from '../test/world.ts';
import codes from '../vectors/code.json' with { type: 'json' };
import deltas from '../vectors/status-delta.json' with { type: 'json' };
import trustLists from '../vectors/trust-list.json' with { type: 'json' };
import { PASSBACK_SECONDS, REFUSAL_ORDER, SHOWING_KEEP_SECONDS, toHex } from './index.ts';
import { passSignatureStructure } from './pass.ts';

const TEXT = readFileSync(new URL('../../../docs/pass-format.md', import.meta.url), 'utf8');

/** The hexadecimal of a block: what stands left of the remarks, two blanks or more before them. */
function hexOf(name: string): string {
  const block = new RegExp(`\`\`\`hex ${name}\\n([^\`]*)\`\`\``).exec(TEXT)?.[1];
  if (block === undefined) throw new Error(`no block ${name}`);
  const left = block.split('\n').map((line) => line.trimStart().split(/ {2,}/)[0] ?? '');
  return left.join('').replaceAll(' ', '');
}

function caseOf<T extends { name: string }>(cases: readonly T[], name: string): T {
  const found = cases.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no case ${name}`);
  return found;
}

const shown = bytesOf(caseOf(codes.cases, 'shown code').text);

describe('the examples', () => {
  it.each([
    ['shown-code', toHex(shown)],
    ['pass-signed', toHex(passSignatureStructure(shown.subarray(7, 156)))],
    ['delta', caseOf(deltas.cases, 'in order').bytes],
  ])('%s', (name, expected) => {
    expect(hexOf(name)).toBe(expected);
  });

  it('trust-entry', () => {
    expect(caseOf(trustLists.cases, 'in order').bytes).toContain(hexOf('trust-entry'));
  });
});

/** The first cells of the table under a line, without marks. */
function firstCells(under: string): string[] {
  const rows = TEXT.slice(TEXT.indexOf(under)).split('\n').slice(4);
  const end = rows.findIndex((row) => !row.startsWith('|'));
  return rows.slice(0, end).map((row) => row.split('|')[1]?.trim().replaceAll('`', '') ?? '');
}

describe('the tables', () => {
  it('have the refusals in their order', () => {
    expect(firstCells('All refusals in their order:')).toEqual(REFUSAL_ORDER);
  });

  it('have the refusals of the steps in the same order', () => {
    const steps = TEXT.slice(TEXT.indexOf('| step | judged'), TEXT.indexOf('All refusals'));
    const cells = steps.split('\n').map((row) => row.split('|')[3] ?? '');
    const said = cells.flatMap((cell) => [...cell.matchAll(/`(\w+)`/g)].map((match) => match[1]));
    expect([...new Set(said)]).toEqual(REFUSAL_ORDER);
  });

  it.each([
    ['## 4 The shown code', shown, 11],
    ['## 5 The pass', shown.subarray(7, 156), 11],
  ])('have the bytes where they stand: %s', (heading, bytes, atLeast) => {
    const section = TEXT.slice(TEXT.indexOf(heading)).split('\n## ')[0] ?? '';
    const rows = [...section.matchAll(/^\| (\d+) \| `([0-9a-f ]+)`/gm)];
    expect(rows.length).toBeGreaterThanOrEqual(atLeast);
    for (const [, at, hex = ''] of rows) {
      const expected = hex.replaceAll(' ', '');
      const there = bytes.subarray(Number(at), Number(at) + expected.length / 2);
      expect(toHex(there), `at ${at}`).toBe(expected);
    }
  });

  it('have the times', () => {
    expect(TEXT).toContain(`remembered for ${SHOWING_KEEP_SECONDS} seconds`);
    expect(TEXT).toContain(`within ${PASSBACK_SECONDS} seconds`);
  });
});
