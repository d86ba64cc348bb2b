/** The city is data: no code names a city, a place of its programme, or a price. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'vitest';
import { PRODUCT, type Source, walk } from './source.ts';
import { expectNone, FILES, findAll, getFile, isTest, lineAt, type Offence, ROOT } from './tree.ts';

/** Where a city may be named: the default folder, the sample data, the build of its art. */
const MAY_NAME = [
  'apps/server/src/config.ts',
  'apps/server/src/sample/',
  'apps/web/vite.config.ts',
  'apps/web/src/demo/messages.',
  'bench/',
];
const CITIES = readdirSync(path.join(ROOT, 'programmes'));

interface Named {
  readonly id?: string;
  readonly name?: { readonly zh: string; readonly en: string };
}

/** Ids and names that only this programme has; a plain word such as `bus` is everybody's. */
function wordsOfProgramme(city: string): string[] {
  const read = (name: string): unknown => JSON.parse(getFile(`programmes/${city}/${name}`).text);
  const found = new Set<string>();
  const collect = (value: unknown): void => {
    if (Array.isArray(value)) for (const part of value) collect(part);
    if (value === null || typeof value !== 'object') return;
    const { id, name } = value as Named;
    if (typeof id === 'string') found.add(id);
    if (typeof name?.zh === 'string') found.add(name.zh).add(name.en);
    for (const part of Object.values(value)) if (typeof part === 'object') collect(part);
  };
  for (const name of ['lines.json', 'sites.json', 'hospitals.json']) collect(read(name));
  const rows = getFile(`programmes/${city}/stations.csv`).lines;
  for (const row of rows.filter((line) => !line.startsWith('#')).slice(1)) {
    const [id = '', , , zh = '', en = ''] = row.split(',');
    for (const word of [id, zh, en]) if (/[^\d\s]/.test(word)) found.add(word);
  }
  return [...found].filter((word) => /[^a-z]/.test(word));
}

const code = PRODUCT.filter(({ name }) => !MAY_NAME.some((start) => name.startsWith(start)));

/** The texts that a source holds: strings, templates and text between tags. */
function textsOf(source: Source): { text: string; line: number }[] {
  const texts: { text: string; line: number }[] = [];
  walk(source, (node) => {
    const value =
      node.type === 'TemplateElement' ? (node.value as { raw: string }).raw : node.value;
    const holdsText = ['Literal', 'TemplateElement', 'JSXText'].includes(node.type);
    if (!holdsText || typeof value !== 'string') return;
    texts.push({ text: value, line: lineAt(source.text, node.start) });
  });
  return texts;
}

test('no code names a city', () => {
  const cities = CITIES.flatMap((city) => {
    const { city: named } = JSON.parse(getFile(`programmes/${city}/programme.json`).text) as {
      city: { names: string[]; name: { zh: string; en: string } };
    };
    return [city, named.name.zh, named.name.en, ...named.names];
  });
  const others = FILES.filter(({ name }) => /^(apps|packages)\/.*\.(sql|css|html)$/.test(name));
  expectNone(
    findAll(
      [...code, ...others.filter(({ name }) => !isTest(name))],
      new RegExp([...new Set(cities)].join('|'), 'i'),
      (found) => `names ${found}`,
    ),
  );
});

test.each(CITIES)('no code names a line, station, hospital or site of %s', (city) => {
  const words = new Set(wordsOfProgramme(city));
  const offences: Offence[] = code.flatMap((source) =>
    textsOf(source)
      .filter(({ text }) => words.has(text.trim()))
      .map(({ text, line }) => ({ file: source.name, line, what: `names ${text.trim()}` })),
  );
  expectNone(offences);
});

test('no code holds a price', () => {
  const price = /\d\s*(元|yuan)|[¥￥]\s*\d/i;
  expectNone(
    code.flatMap((source) =>
      textsOf(source)
        .filter(({ text }) => price.test(text))
        .map(({ text, line }) => ({ file: source.name, line, what: `holds the price ${text}` })),
    ),
  );
});
