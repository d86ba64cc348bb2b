/**
 * The vectors of ../vectors, which any implementation must answer alike: they are what the maker
 * makes, both cryptographies answer them as expected, and they reach every refusal.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { TEXTS } from '../test/vectors/make.ts';
import { runVectors } from '../vectors/run.ts';
import { nodeCrypto } from './crypto-node.ts';
import { webCrypto } from './crypto-web.ts';
import { REFUSAL_ORDER } from './index.ts';

const FOLDER = new URL('../vectors/', import.meta.url);
const answered = await runVectors(nodeCrypto);

describe('the vectors', () => {
  it('are the files that the maker makes', () => {
    const files = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));
    expect(files).toEqual([...TEXTS.keys()].sort());
    for (const [name, text] of TEXTS) {
      const isSame = readFileSync(new URL(name, FOLDER), 'utf8') === text;
      expect(isSame, `${name}: run test/vectors/make.ts`).toBe(true);
    }
  });

  it.each(answered)('$file: $name', ({ answer, expected }) => {
    expect(answer).toEqual(expected);
  });

  it('are answered alike by WebCrypto', async () => {
    for (const { file, name, answer, expected } of await runVectors(webCrypto)) {
      expect(answer, `${file}: ${name}`).toEqual(expected);
    }
  });

  it('are at least 120, each with a name of its own in its file', () => {
    expect(answered.length).toBeGreaterThan(120);
    const names = new Set(answered.map(({ file, name }) => `${file}: ${name}`));
    expect(names.size).toBe(answered.length);
  });

  it('reach every refusal, of codes and of lists', () => {
    const said = JSON.stringify(answered.map(({ expected }) => expected));
    const ofLists = ['lower_version', 'expired', 'bad_signature', 'other_list', 'other_base'];
    for (const code of [...REFUSAL_ORDER, ...ofLists]) expect(said).toContain(`"code":"${code}"`);
  });
});

it('their README tells how many there are', () => {
  const readme = readFileSync(new URL('README.md', FOLDER), 'utf8');
  expect(readme).toContain(`\`${answered.length} as expected, 0 not\``);
});
