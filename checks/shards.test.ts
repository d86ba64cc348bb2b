/**
 * Whether a cluster can hold the tables, and answer the queries, as distribute.sql spreads them. What
 * is read here is the text; no cluster is asked.
 */
import { describe, expect, test } from 'vitest';
import { DISTRIBUTION, NOT_READ } from './distribution.ts';
import { type Column, MIGRATIONS, TABLES, type Table } from './schema.ts';
import { PRODUCT, type Source, type SyntaxNode } from './source.ts';
import { expectNone, lineAt, type Offence } from './tree.ts';

const FILE = 'apps/server/distribute.sql';
const GUIDE = 'see docs/cluster.md, "A new table"';

/**
 * Queries of one table that name no key on purpose: nobody waits at a gate for them. A new one is
 * a line here, with its reason.
 */
const ACROSS_SHARDS: Readonly<Record<string, string>> = {
  'apps/server/src/allowance/store.ts deleteOver': 'sweeps, now and then',
  'apps/server/src/donor-session/store.ts deleteEnded': 'sweeps, now and then',
  'apps/server/src/one-time-code/store.ts deleteExpired': 'sweeps, now and then',
  'apps/server/src/audit/recorded-store.ts openRecordedLog': 'verifies the whole log, by pages',
  'apps/server/src/audit/store.ts loadTreeSize': 'the largest index, once a minute',
  'apps/server/src/backup/store.ts loadTotals': 'a backup',
  'apps/server/src/backup/store.ts findWrongTotals': 'a restore',
  'apps/server/src/backup/store.ts findSealedName': 'a restore',
  'apps/server/src/demo/store.ts loadLastAnswers': 'development only',
  'apps/server/src/demo/store.ts loadUsesByIds': 'development only',
  'apps/server/src/demo/store.ts loadPostingsByIds': 'development only',
  'apps/server/src/demo/store.ts loadLeavesByIds': 'development only',
  'apps/server/src/donor/person-store.ts findPersonAt': 'who somebody was in the past: rare',
  'apps/server/src/donor/person-store.ts loadPersonsAt': 'the past, of everybody',
  'apps/server/src/donor/store.ts hasPhones': 'once at a start',
  'apps/server/src/donor/store.ts hasDonors': 'once at a start, in development',
  'apps/server/src/ledger/store.ts loadMonth': 'as loadLedger',
  'apps/server/src/gate/store.ts loadQuarantine': 'a gate that people look at',
  'apps/server/src/gate/store.ts countQuarantine': 'a page of gates',
  'apps/server/src/gate/store.ts loadDoubtful': 'a gate that people look at',
  'apps/server/src/ledger/store.ts loadLedger': "a partner's month, by the index of each shard",
  'apps/server/src/pass/status-store.ts setStatus': 'another phone is bound, or one is lost: rare',
  'apps/server/src/pass/status-store.ts revokeAll': 'a card is withdrawn: rare',
  'apps/server/src/pass/status-store.ts changeStatus': 'a card is suspended or reinstated: rare',
  'apps/server/src/clone/store.ts loadUnjudged': 'by the index of each shard, every few seconds',
  'apps/server/src/clone/store.ts loadAlarms': 'somebody of staff looks',
  'apps/server/src/donor-session/store.ts deletePhoneSessions': 'a phone is lost: rare',
  'apps/server/src/pass/status-store.ts countChanges': 'what has changed in a list, by its index',
  'apps/server/src/pass/status-store.ts loadChanges': 'what has changed in a list, by its index',
  'apps/server/src/pass/store.ts loadListed': 'makes a whole status list',
  'apps/server/src/whereabouts/store.ts loadPlaced': 'once a day',
  'apps/server/src/whereabouts/store.ts countAnswers': 'a dry run',
  'apps/server/src/redemption/store.ts loadOpenEntries': "ends the night's trips, by pages",
};

/** Joins that a cluster answers by moving rows about, or not at all: docs/cluster.md says so too. */
const APART: Readonly<Record<string, string>> = {
  'apps/server/src/audit/recorded-rows.ts loadUses': 'audit verify; asks for donors by a look-up',
  'apps/server/src/audit/recorded-rows.ts loadNightEnds': 'audit verify, the same',
  'apps/server/src/backup/store.ts loadTotals':
    'a backup, which is of one moment on one server only',
  'apps/server/src/pass/store.ts loadPasses': 'binding a phone: passes with their status',
};
/** Locks that a cluster refuses: to be taken otherwise there, as docs/cluster.md says. */
const LOCKS_MANY: Readonly<Record<string, string>> = {
  'apps/server/src/donor/store.ts lockDonors': 'an import holds the donors whose cards it changes',
};

const byName = new Map(TABLES.map((table) => [table.name, table]));
const keyOf = new Map(DISTRIBUTION.map(({ table, key }) => [table, key]));

function typeOf(table: Table | undefined, column: string | undefined): string | undefined {
  const found = table?.columns.find(({ name }: Column) => name === column);
  return found?.declared.split(/[\s,(]+/)[1];
}

describe('distribute.sql', () => {
  test('is read to the last line', () => {
    expect(DISTRIBUTION.length).toBeGreaterThan(25);
    expectNone(NOT_READ.map(({ line, text }) => ({ file: FILE, line, what: `unread: ${text}` })));
  });

  test('has every table of the migrations exactly once', () => {
    const missing = TABLES.filter(({ name }) => !keyOf.has(name)).map(({ name, file, line }) => ({
      file,
      line,
      what: `${name} does not stand in ${FILE}: add its line there, ${GUIDE}`,
    }));
    const wrong = DISTRIBUTION.filter(
      ({ table, line }) =>
        !byName.has(table) || DISTRIBUTION.some((one) => one.table === table && one.line < line),
    ).map(({ table, line }) => ({ file: FILE, line, what: `${table}: no such table, or twice` }));
    expectNone([...missing, ...wrong]);
  });

  test('spreads each by a column of it that stands in all its keys', () => {
    expectNone(
      DISTRIBUTION.flatMap(({ table, key, line }) => {
        const made = byName.get(table);
        if (key === undefined || made === undefined) return [];
        const without = [made.key, ...made.unique].filter((columns) => !columns.includes(key));
        return without.map((columns) => ({
          file: FILE,
          line,
          what: `${table} is unique by ${columns.join(', ')}, not within one ${key}; ${GUIDE}`,
        }));
      }),
    );
  });

  test("spreads donors' tables by donor_id, beside the donor", () => {
    expectNone(
      DISTRIBUTION.filter(({ table, key, beside }) => {
        const begins = byName.get(table)?.key[0] === 'donor_id';
        const isBeside = key === 'donor_id' && (beside === 'donor' || table === 'donor');
        return begins && !isBeside;
      }).map(({ table, line }) => ({ file: FILE, line, what: `${table} is not beside its donor` })),
    );
  });

  test('lays a table only beside an earlier one with a key of the same type', () => {
    expectNone(
      DISTRIBUTION.filter(({ table, key, beside, line }) => {
        if (beside === undefined) return false;
        const first = DISTRIBUTION.find((one) => one.table === beside);
        const type = typeOf(byName.get(table), key);
        const same = type !== undefined && type === typeOf(byName.get(beside), first?.key);
        return first === undefined || first.line > line || !same;
      }).map(({ table, line }) => ({ file: FILE, line, what: `${table} lies beside no such key` })),
    );
  });
});

/** A table read or changed by the product: in which function, and the whole statement's text. */
interface Query {
  readonly file: string;
  readonly line: number;
  readonly within: string;
  readonly at: number;
  readonly table: string;
  readonly text: string;
  /** The table that the statement reads first; others are joined to it or asked within. */
  readonly first: string;
}

const READS = /^(selectFrom|updateTable|deleteFrom|innerJoin|leftJoin)$/;
const STATEMENT = /^(ExpressionStatement|VariableDeclaration|ReturnStatement|ThrowStatement)$/;
const FROM = /\b(?:from|join|update)\s+([a-z_]+)/gi;

/** Walks down with the statement and the function in which a node stands. */
function queriesOf(source: Source): Query[] {
  const found: (Omit<Query, 'first'> & { readonly statement: SyntaxNode })[] = [];
  const enter = (value: unknown, within: string, statement: SyntaxNode | undefined): void => {
    if (Array.isArray(value)) {
      for (const part of value) enter(part, within, statement);
      return;
    }
    if (value === null || typeof value !== 'object') return;
    const node = value as SyntaxNode;
    const inner = STATEMENT.test(node.type) ? node : statement;
    for (const { table, at } of tablesOf(node)) {
      const whole = inner ?? node;
      const text = source.text.slice(whole.start, whole.end);
      const line = lineAt(source.text, at);
      found.push({ file: source.name, line, at, within, table, text, statement: whole });
    }
    const named = nameOf(node) ?? within;
    for (const part of Object.values(node)) enter(part, named, inner);
  };
  enter(source.body, '', undefined);
  return found.map(({ statement, ...query }) => {
    const together = found.filter((one) => one.statement === statement);
    const [first = query] = together.sort((one, other) => one.at - other.at);
    return { ...query, first: first.table };
  });
}

function nameOf(node: SyntaxNode): string | undefined {
  const isFunction = /^(FunctionDeclaration|MethodDefinition)$/.test(node.type);
  const named = (node.id ?? node.key) as { name?: string } | undefined;
  return isFunction ? named?.name : undefined;
}

/** The tables that the node itself reads or changes: a call of Kysely's, or a text of SQL. */
function tablesOf(node: SyntaxNode): { table: string; at: number }[] {
  if (node.type === 'TemplateElement') {
    const { raw } = node.value as { raw: string };
    if (!/\b(select|update|delete)\b/i.test(raw)) return [];
    return [...raw.matchAll(FROM)]
      .map(({ 1: table = '', index }) => ({ table, at: node.start + index }))
      .filter(({ table }) => byName.has(table));
  }
  if (node.type !== 'CallExpression') return [];
  const callee = node.callee as SyntaxNode;
  const called = (callee.property ?? callee) as SyntaxNode;
  const [first] = node.arguments as SyntaxNode[];
  if (!READS.test(String(called.name))) return [];
  const [table = ''] = String(first?.value ?? '').split(' ');
  return byName.has(table) ? [{ table, at: called.start }] : [];
}

const QUERIES = PRODUCT.filter(({ name }) => name.startsWith('apps/server/src/')).flatMap(
  queriesOf,
);

/** Whether it names the key of its table; for a table that is read first, a join's is not enough. */
function isOfOneShard({ text, first, table }: Query): boolean {
  const key = keyOf.get(table);
  if (key === undefined) return true;
  const named = table === first ? 'where|eb|refTuple' : 'where|eb|refTuple|whereRef|onRef';
  const calls = new RegExp(`\\b(${named})\\(\\s*['"](\\w+\\.)?${key}['"]`);
  const written = new RegExp(`\\b(where|and|on|using)\\b[^;]*\\b${key}\\b`, 'i');
  return calls.test(text) || (/\bsql(<[^`]*>)?`/.test(text) && written.test(text));
}

/** The table whose rows the table's own lie beside: itself, or another. */
function groupOf(table: string): string | undefined {
  const found = DISTRIBUTION.find((one) => one.table === table);
  return found?.key === undefined ? undefined : (found.beside ?? table);
}

function isJoinedApart({ table, first }: Query): boolean {
  const groups = [groupOf(table), groupOf(first)];
  return !groups.includes(undefined) && groups[0] !== groups[1];
}

function locksMany({ table, text }: Query): boolean {
  const key = keyOf.get(table);
  const locks = /\.for(NoKey|Key)?(Update|Share)\(|\bfor (no key |key )?(update|share)\b/i;
  const one = new RegExp(`where\\(\\s*['"](\\w+\\.)?${key}['"],\\s*'='`);
  return key !== undefined && locks.test(text) && !one.test(text);
}

const nameOfQuery = ({ file, within }: Query): string => `${file} ${within}`;

describe('queries', () => {
  test('are read at all', () => {
    expect(QUERIES.length).toBeGreaterThan(60);
    expect(QUERIES.filter(({ within }) => within === '')).toEqual([]);
  });

  test('name the key by which their table is spread', () => {
    expectNone(
      QUERIES.filter((query) => !isOfOneShard(query) && !(nameOfQuery(query) in ACROSS_SHARDS)).map(
        ({ file, line, within, table }) => ({
          file,
          line,
          what:
            `${within} reads ${table} on every shard: name its ${keyOf.get(table)}, or, when` +
            ' nobody waits for it, give the reason in ACROSS_SHARDS of checks/shards.test.ts',
        }),
      ),
    );
  });

  test('join tables that lie together, or a local one', () => {
    expectNone(
      QUERIES.filter((query) => isJoinedApart(query) && !(nameOfQuery(query) in APART)).map(
        ({ file, line, within, table, first }) => ({
          file,
          line,
          what: `${within} reads ${table} with ${first}, which lies elsewhere: ask twice, ${GUIDE}`,
        }),
      ),
    );
  });

  test('lock rows of one shard only, or of a local table', () => {
    expectNone(
      QUERIES.filter((query) => locksMany(query) && !(nameOfQuery(query) in LOCKS_MANY)).map(
        ({ file, line, within }) => ({ file, line, what: `${within} locks on many shards` }),
      ),
    );
  });

  test('that are excepted are so still', () => {
    const names = (queries: readonly Query[]) => new Set(queries.map(nameOfQuery));
    const needless = (list: Readonly<Record<string, string>>, judged: (one: Query) => boolean) =>
      Object.keys(list).filter((name) => !names(QUERIES.filter(judged)).has(name));
    expect(needless(ACROSS_SHARDS, (query) => !isOfOneShard(query))).toEqual([]);
    expect(needless(APART, isJoinedApart)).toEqual([]);
    expect(needless(LOCKS_MANY, locksMany)).toEqual([]);
  });

  test('count no rows that a RETURNING or a command says it has inserted', () => {
    expectNone(sayings(/\bnumInsertedOrUpdatedRows\b|\bROW_COUNT\b|\bGET DIAGNOSTICS\b/));
  });

  test('need no serializable transaction, no recursion and no rollup', () => {
    expectNone(
      sayings(
        /\bsetIsolationLevel\(|\bserializable\b|\bwithRecursive\(|\bWITH RECURSIVE\b|\bGROUPING SETS\b|\bROLLUP\s*\(|\bCUBE\s*\(/i,
      ),
    );
  });
});

/** Where the product's SQL, or its sources outside of comments, say it. */
function sayings(pattern: RegExp): Offence[] {
  const everywhere = new RegExp(pattern.source, `g${pattern.flags}`);
  const sources = PRODUCT.filter(({ name }) => name.startsWith('apps/server/src/'));
  const files = [...sources, ...MIGRATIONS.map((file) => ({ ...file, comments: [] }))];
  return files.flatMap(({ name, text, comments }) =>
    [...text.matchAll(everywhere)]
      .filter(({ index }) => !comments.some(({ start, end }) => start <= index && index < end))
      .map(({ 0: said, index }) => ({
        file: name,
        line: lineAt(text, index),
        what: `says ${said}`,
      })),
  );
}
