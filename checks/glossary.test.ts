/** One noun, one word: what GLOSSARY.md says is never said, and every noun folder stands in it. */
import path from 'node:path';
import { expect, test } from 'vitest';
import { TABLES } from './schema.ts';
import { SOURCES, walk, wordsOf } from './source.ts';
import { expectNone, getFile, lineAt, NAMES, type Offence } from './tree.ts';

/** Names that libraries and standards bring, word by word; ours are never among them. */
const BROUGHT: Readonly<Record<string, { readonly names: RegExp; readonly why: string }>> = {
  user: { names: /^getUserMedia$/, why: 'the browser’s camera' },
  data: {
    names:
      /^(data|data-[a-z-]+|workerData|postDataJSON|getImageData|putImageData|ImageData|DataView|FormData|onData)$/,
    why: 'Zod’s result, attributes of HTML, worker threads, pictures, Playwright’s request, forms, a mail server’s stream',
  },
  info: {
    names: /^(info|AddressInfo)$/,
    why: 'OpenAPI’s title, csv-parse’s place in the file, and Node’s address of a server',
  },
  item: { names: /^(getItem|setItem|removeItem)$/, why: 'the browser’s storage' },
  process: {
    names:
      /^(process|ProcessEnv|ChildProcess|ServerProcess|server-process|AgentProcess|startAgentProcess|agent-process)$/,
    why: 'a process of the operating system',
  },
  override: { names: /^exitOverride$/, why: 'commander’s' },
  handle: { names: /^FileHandle$/, why: 'Node’s open file' },
  timestamp: { names: /^(timestamp|creationTimestamp)$/, why: 'options of pino and Typst' },
  workspace: { names: /^workspace$/, why: 'Typst’s folder' },
  disable: { names: /^disableRequestLogging$/, why: 'an option of Fastify' },
  cancel: {
    names: /^(cancel|onPointerCancel)$/,
    why: 'a stream’s and a pointer’s method, and the way out of a form',
  },
};

const glossary = getFile('GLOSSARY.md');
/** The checks speak of syntax and of these very words, so they are not held to it. */
const spoken = SOURCES.filter(({ name }) => !name.startsWith('checks/'));

interface Forbidden {
  readonly name: string;
  readonly words: readonly string[];
}

/** The names in code type of the last column of every table. */
const FORBIDDEN: readonly Forbidden[] = glossary.lines
  .filter((line) => line.startsWith('| ') && line.endsWith('|'))
  .map((line) => line.split('|').at(-2) ?? '')
  .flatMap((never) => [...never.replace(/\([^)]*\)/g, '').matchAll(/`([^`]+)`/g)])
  .map((match) => ({ name: match[1] ?? '', words: wordsOf(match[1] ?? '') }));

/** The forbidden name whose words stand in the name one after another, or `undefined`. */
function findForbidden(name: string): Forbidden | undefined {
  const said = `_${wordsOf(name).join('_')}_`;
  return FORBIDDEN.find(({ words }) => {
    if (!said.includes(`_${words.join('_')}_`)) return false;
    return !(words.length === 1 && BROUGHT[words[0] ?? '']?.names.test(name));
  });
}

const NAMING = ['Identifier', 'JSXIdentifier', 'PrivateIdentifier'];

test('the last column is read', () => {
  expect(FORBIDDEN.length).toBeGreaterThan(40);
  expect(findForbidden('findUserById')?.name).toBe('user');
  expect(findForbidden('write_off_use')?.name).toBe('writeOff');
  expect(findForbidden('writeOfficer')).toBeUndefined();
  expect(findForbidden('getUserMedia')).toBeUndefined();
});

test('no identifier says what is never said', () => {
  const offences: Offence[] = [];
  for (const source of spoken) {
    const seen = new Set<string>();
    walk(source, (node) => {
      const name = node.name;
      if (!NAMING.includes(node.type) || typeof name !== 'string' || seen.has(name)) return;
      seen.add(name);
      const forbidden = findForbidden(name);
      if (forbidden === undefined) return;
      const line = lineAt(source.text, node.start);
      offences.push({ file: source.name, line, what: `${name} says ${forbidden.name}` });
    });
  }
  expectNone(offences);
});

test('no table, column, file or folder says what is never said', () => {
  const tables = TABLES.flatMap(({ name, file, line, columns }) =>
    [name, ...columns.map((column) => column.name)].map((said) => ({ said, file, line })),
  );
  const files = NAMES.filter((name) => /^(packages|apps|bench)\//.test(name)).flatMap((name) =>
    name.split('/').map((said) => ({ said, file: name, line: 1 })),
  );
  expectNone(
    [...tables, ...files].flatMap(({ said, file, line }): Offence[] => {
      const forbidden = findForbidden(said.replace(/\.\w+$/, ''));
      return forbidden ? [{ file, line, what: `${said} says ${forbidden.name}` }] : [];
    }),
  );
});

test('every exception is still needed', () => {
  const names = new Set<string>();
  for (const source of spoken) {
    walk(source, ({ type, name }) => {
      if (NAMING.includes(type) && typeof name === 'string') names.add(name);
    });
  }
  const needless = Object.entries(BROUGHT).filter(
    ([, { names: pattern }]) => ![...names].some((name) => pattern.test(name)),
  );
  expect(needless.map(([word, { why }]) => `${word}: ${why}`)).toEqual([]);
});

test('every noun folder of the domain and the server stands in the glossary', () => {
  const folders = NAMES.flatMap((name) => {
    const match = /^(?:packages\/domain|apps\/server)\/src\/([^/]+)\//.exec(name);
    return match?.[1] === undefined ? [] : [{ file: path.posix.dirname(name), noun: match[1] }];
  });
  const unique = new Map(folders.map(({ file, noun }) => [noun, file]));
  expectNone(
    [...unique]
      .filter(([noun]) => !glossary.text.includes(`\`${noun}\``))
      .map(([noun, file]) => ({ file, line: 1, what: `${noun} does not stand in GLOSSARY.md` })),
  );
});

test('every identifier of the glossary is one of the code', () => {
  const code = new Set<string>();
  for (const source of spoken) {
    walk(source, ({ type, name }) => {
      if (NAMING.includes(type) && typeof name === 'string') code.add(name);
    });
  }
  for (const table of TABLES) code.add(table.name).add(table.name);
  const folders = new Set(NAMES.flatMap((name) => name.split('/')));
  expectNone(
    glossary.lines.flatMap((line, index): Offence[] => {
      if (!line.startsWith('| ') || !line.endsWith('|')) return [];
      const identifiers = [...(line.split('|')[2] ?? '').matchAll(/`([A-Za-z_]+)`/g)];
      return identifiers
        .map((match) => match[1] ?? '')
        .filter((name) => !code.has(name) && !folders.has(name) && !name.startsWith('LIYU_'))
        .map((name) => ({
          file: glossary.name,
          line: index + 1,
          what: `nothing is named ${name}`,
        }));
    }),
  );
});
