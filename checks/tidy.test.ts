/** The tree stays tidy: sizes, first words, names, promises, nothing left for later. */
import path from 'node:path';
import { describe, test } from 'vitest';
import { PRODUCT, SOURCES, type Source, type SyntaxNode } from './source.ts';
import { expectNone, FILES, findAll, isTest, lineAt, NAMES, type Offence } from './tree.ts';

const CODE = /\.(tsx?|css|sql)$/;
const MOST_LINES = 400;
const MOST_LINES_OF_A_MODULE = 300;
/** A name that says nothing: what stands in such a file belongs to a noun. */
const BANNED_NAMES = new Set(['util', 'utils', 'common', 'helper', 'helpers', 'types', 'misc']);
/** Split, so that this file does not find itself. */
const LATER = new RegExp(['TO', 'DO|FIX', 'ME'].join(''));
const SKIPPED = /\b(describe|it|test|suite)(\.\w+)*\.(only|skip|todo|fails)\b/;

function longerThan(names: (name: string) => boolean, most: number): Offence[] {
  return FILES.filter(({ name, lines }) => names(name) && lines.length - 1 > most).map(
    ({ name, lines }) => ({ file: name, line: most + 1, what: `has ${lines.length - 1} lines` }),
  );
}

describe('files', () => {
  test('have at most 400 lines', () => {
    expectNone(longerThan((name) => CODE.test(name), MOST_LINES));
  });

  test('have at most 300 lines when they are modules of the product', () => {
    const modules = new Set(PRODUCT.map(({ name }) => name));
    expectNone(longerThan((name) => modules.has(name), MOST_LINES_OF_A_MODULE));
  });

  test('and folders are named for what they hold', () => {
    expectNone(
      NAMES.filter((name) =>
        name.split('/').some((part) => BANNED_NAMES.has(part.split('.')[0] ?? '')),
      ).map((name) => ({ file: name, line: 1, what: 'has a name that says nothing' })),
    );
  });
});

test('every module opens with a comment that says what it is for', () => {
  const opens = ({ comments, text }: Source) => text.startsWith('/*') && comments[0]?.start === 0;
  expectNone(
    SOURCES.filter((source) => !opens(source) && !isTestOfProduct(source.name)).map(({ name }) => ({
      file: name,
      line: 1,
      what: 'does not open with a comment',
    })),
  );
});

/** A test beside the code says by its names what it is for. */
function isTestOfProduct(name: string): boolean {
  return /\.test\.tsx?$/.test(name) && !name.startsWith('checks/');
}

/** The function, class or interface that the statement exports, if it exports one. */
function exportedBy(statement: SyntaxNode): SyntaxNode | undefined {
  if (!/^Export(Named|Default)Declaration$/.test(statement.type)) return undefined;
  const declaration = statement.declaration as SyntaxNode | null | undefined;
  const kinds = ['FunctionDeclaration', 'ClassDeclaration', 'TSInterfaceDeclaration'];
  return declaration && kinds.includes(declaration.type) ? declaration : undefined;
}

function hasDocstring({ comments, text }: Source, statement: SyntaxNode): boolean {
  const before = comments.findLast(({ end }) => end <= statement.start);
  if (before === undefined || !text.startsWith('/**', before.start)) return false;
  return text.slice(before.end, statement.start).trim() === '';
}

test('every exported function, class and interface says what it promises', () => {
  const named = (node: SyntaxNode) => (node.id as { name?: string } | null)?.name ?? 'default';
  const promising = PRODUCT.filter(({ name }) => /^(packages|apps\/server)\//.test(name));
  expectNone(
    promising.flatMap((source) =>
      source.body.flatMap((statement) => {
        const exported = exportedBy(statement);
        if (exported === undefined || hasDocstring(source, statement)) return [];
        const line = lineAt(source.text, statement.start);
        return [{ file: source.name, line, what: `${named(exported)} has no docstring` }];
      }),
    ),
  );
});

test('nothing is left for later in a comment', () => {
  expectNone(findAll(FILES, LATER, (found) => `says ${found}`));
});

test('no test is left out, and none runs alone', () => {
  const tests = FILES.filter(({ name }) => isTest(name) && path.extname(name) !== '.md');
  expectNone(findAll(tests, SKIPPED, (found) => `says ${found}`));
});
