/** The schema stays one that a laptop, a server and a cluster can hold. */
import { expect, test } from 'vitest';
import { SEALED_COLUMNS } from '../apps/server/src/database/sealed-columns.ts';
import { commentOn, MIGRATIONS, TABLES } from './schema.ts';
import { SOURCES, type SyntaxNode } from './source.ts';
import { expectNone, FILES, findAll, lineAt, type Offence, type TreeFile } from './tree.ts';

/** Tables that make something unique across donors, beside those named `…_lookup`, `…_number`. */
const ACROSS_DONORS: Readonly<Record<string, string>> = {
  pass_status: "an index is unique in its key's list, whoever the donor is",
  donor_session: 'a session is found by the hash of its cookie, before it is known whose it is',
};
const APPEND_ONLY = [
  'donation',
  'card_event',
  'redemption',
  'refusal',
  'posting',
  'settlement',
  'audit_leaf',
  'receipt',
];

/**
 * Functions that delete what is append-only, on schedule, and record that they did: the only ones, and
 * called from one place.
 */
const FORGETTING = ['forget_uses', 'forget_answers'];
const FORGETS = 'apps/server/src/whereabouts/store.ts';

/** What a cluster cannot keep, or what correctness would hang on without being seen. */
const NOT_SHARD_SAFE =
  /\b((small|big)?serial|(CREATE|ALTER)\s+SEQUENCE|nextval|AS IDENTITY|TRIGGER|pg_(try_)?advisory\w*|pg_notify|unnest|LISTEN\s+\w+;?$|NOTIFY\s+\w+|ISOLATION LEVEL SERIALIZABLE)\b/i;
/** Syntax and functions that PostgreSQL 15 does not know. */
const NEWER_THAN_15 =
  /\buuidv[47]\(|\b(VIRTUAL|WITHOUT OVERLAPS|NOT ENFORCED|ANY_VALUE|JSON_(TABLE|VALUE|QUERY|EXISTS|SERIALIZE|SCALAR|ARRAYAGG|OBJECTAGG)|RETURNING (old|new)\b)/i;

/** SQL that the server sends: migrations, and the sources that hold queries. */
const QUERIES = FILES.filter(({ name }) => /^apps\/server\/.*\.(ts|sql)$/.test(name));

const at = (table: { file: string; line: number }, what: string): Offence => ({
  file: table.file,
  line: table.line,
  what,
});

test('migrations are numbered without a gap', () => {
  const offences = MIGRATIONS.flatMap(({ name }, index): Offence[] => {
    const number = String(index + 1).padStart(4, '0');
    const good = new RegExp(`/${number}_[a-z_]+\\.sql$`).test(name);
    return good ? [] : [{ file: name, line: 1, what: `should be named ${number}_<noun>.sql` }];
  });
  expectNone(offences);
});

test('the tables are read at all, each with a key', () => {
  const created = MIGRATIONS.flatMap(({ text }) => text.match(/CREATE TABLE/g) ?? []);
  expect(TABLES).toHaveLength(created.length);
  expectNone(TABLES.filter(({ key }) => key[0] === '').map((table) => at(table, 'has no key')));
});

test('every table, column and function has a COMMENT', () => {
  const tables = TABLES.flatMap((table) => [
    ...(table.comment === undefined ? [at(table, `${table.name} has no COMMENT`)] : []),
    ...table.columns
      .filter(({ name }) => commentOn('COLUMN', `${table.name}\\.${name}`) === undefined)
      .map(({ name }) => at(table, `${table.name}.${name} has no COMMENT`)),
  ]);
  const functions = MIGRATIONS.flatMap((file) =>
    [...file.text.matchAll(/^CREATE FUNCTION (\w+)/gm)]
      .filter(([, name]) => commentOn('FUNCTION', `${name}\\([^)]*\\)`) === undefined)
      .map((match) => ({
        file: file.name,
        line: lineAt(file.text, match.index),
        what: `${match[1]} has no COMMENT`,
      })),
  );
  expectNone([...tables, ...functions]);
});

test("keys and unique constraints of donors' tables begin with donor_id", () => {
  const owned = TABLES.filter(
    ({ name, columns }) =>
      columns.some(({ declared }) => /^donor_id uuid (NOT NULL|PRIMARY KEY)/.test(declared)) &&
      !/_(lookup|number)$/.test(name) &&
      !(name in ACROSS_DONORS),
  );
  expect(owned.length).toBeGreaterThan(0);
  expectNone(
    owned.flatMap((table) =>
      [table.key, ...table.unique]
        .filter((columns) => columns[0] !== 'donor_id')
        .map((columns) => at(table, `${table.name} is unique by ${columns.join(', ')}`)),
    ),
  );
});

test('no table has a foreign key that leaves its donor', () => {
  expectNone(findAll(MIGRATIONS, /\bREFERENCES\b/, (found) => `says ${found}`));
});

test('SQL is shard-safe: no sequence, trigger, advisory lock, LISTEN or unnest', () => {
  expectNone(findAll(queryLines(), NOT_SHARD_SAFE, (found) => `says ${found}`));
});

test('SQL is what PostgreSQL 15 knows', () => {
  expectNone(findAll(queryLines(), NEWER_THAN_15, (found) => `says ${found}`));
});

/** Queries without comments of the sources, which may speak of what they avoid. */
function queryLines(): TreeFile[] {
  return QUERIES.map((file) => {
    const source = SOURCES.find(({ name }) => name === file.name);
    if (source === undefined) return file;
    let text = file.text;
    for (const { start, end } of source.comments) {
      const blank = text.slice(start, end).replace(/[^\n]/g, ' ');
      text = text.slice(0, start) + blank + text.slice(end);
    }
    return { name: file.name, text, lines: text.split('\n') };
  });
}

test('append-only tables are never updated nor deleted from', () => {
  const said = TABLES.filter(({ comment }) => comment?.includes('append-only'));
  const tables = [...new Set([...APPEND_ONLY, ...said.map(({ name }) => name)])];
  const any = `(${tables.join('|')})`;
  const changed = new RegExp(
    `\\b(UPDATE|DELETE FROM|TRUNCATE|DROP TABLE|MERGE INTO)\\s+${any}\\b` +
      `|\\.(updateTable|deleteFrom|mergeInto)\\(\\s*['"]${any}\\b`,
    'gi',
  );
  const upserted = new RegExp(
    `INSERT INTO ${any}\\b[^;]*\\bDO UPDATE\\b` +
      `|insertInto\\(\\s*['"]${any}['"](?:(?!insertInto)[^;])*\\bdoUpdateSet\\b`,
    'gi',
  );
  const forgetting = new RegExp(
    `^CREATE FUNCTION (${FORGETTING.join('|')})\\([\\s\\S]*?^\\$\\$;`,
    'gm',
  );
  const lines = queryLines().map((file) => ({
    ...file,
    text: file.text.replace(forgetting, (body) => body.replace(/[^\n]/g, ' ')),
  }));
  expectNone(
    lines.flatMap(({ name, text }) =>
      [...text.matchAll(changed), ...text.matchAll(upserted)].map((match) => ({
        file: name,
        line: lineAt(text, match.index),
        what: `changes ${match[0].replace(/\s+/g, ' ').slice(0, 60)}`,
      })),
    ),
  );
});

test('what deletes on schedule is called from one place', () => {
  const calls = new RegExp(`\\bselect (${FORGETTING.join('|')})\\(`, 'gi');
  const sources = QUERIES.filter(({ name }) => name.endsWith('.ts'));
  const calling = sources.filter(({ text }) => calls.test(text)).map(({ name }) => name);
  expect(calling).toEqual([FORGETS]);
});

test('the list of encrypted columns has every column whose COMMENT says so', () => {
  const listed = Object.entries(SEALED_COLUMNS).flatMap(([table, { columns }]) =>
    columns.map((column) => `${table}.${column}`),
  );
  const said = MIGRATIONS.flatMap(({ text }) => [
    ...text.matchAll(/^COMMENT ON COLUMN (\w+\.\w+) IS 'Encrypted/gm),
  ]).map((match) => match[1] ?? '');
  expect(said.length).toBeGreaterThan(0);
  expect([...new Set(said)].sort()).toEqual(listed.sort());
});

test('rows of encrypted columns are found by their whole primary key', () => {
  const keys = Object.entries(SEALED_COLUMNS).map(([table, { key, row }]) => ({
    table,
    key: [...key],
    hasRow: (key as readonly string[]).includes(row),
  }));
  const made = keys.map(({ table }) => ({
    table,
    key: TABLES.find(({ name }) => name === table)?.key,
    hasRow: true,
  }));
  expect(keys).toEqual(made);
});

interface TypedMember extends SyntaxNode {
  readonly key: { readonly name: string };
  readonly typeAnnotation: { readonly typeAnnotation: { readonly members: TypedMember[] } };
}

test('schema.ts has the tables and columns of the migrations', () => {
  const members = SOURCES.filter(({ name }) => /\/src\/database\/([a-z]+-)?schema\.ts$/.test(name))
    .flatMap(({ body }) => body.map((statement) => statement.declaration as SyntaxNode | undefined))
    .filter((declaration) => declaration?.type === 'TSInterfaceDeclaration')
    .flatMap(
      (declaration) => (declaration?.body as { body: TypedMember[] } | undefined)?.body ?? [],
    );
  const typed = members.map(({ key, typeAnnotation }) => {
    const columns = typeAnnotation.typeAnnotation.members.map((column) => column.key.name);
    return `${key.name}(${columns.join(', ')})`;
  });
  const made = TABLES.map(
    ({ name, columns }) => `${name}(${columns.map((column) => column.name).join(', ')})`,
  );
  // A table that only the recording functions write needs no type.
  const onlyInFunctions = made.filter((table) => !typed.includes(table));
  const unknown = typed.filter((table) => !made.includes(table));
  expect(unknown).toEqual([]);
  expect(onlyInFunctions.map((table) => table.split('(')[0])).toEqual([]);
});
