/** The TypeScript sources as syntax: what they import, export, name and say. */
import path from 'node:path';
import { parseSync } from 'vite';
import { FILES, isTest, lineAt, type TreeFile } from './tree.ts';

/** A node of the syntax tree; only what the checks read is typed. */
export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [part: string]: unknown;
}

/** One import: what is written, and the file it means where it is one of ours. */
export interface SourceImport {
  readonly written: string;
  readonly target: string | undefined;
  readonly line: number;
}

/** A parsed source file. */
export interface Source extends TreeFile {
  readonly body: readonly SyntaxNode[];
  readonly comments: readonly SyntaxNode[];
  readonly imports: readonly SourceImport[];
}

const PACKAGES: Readonly<Record<string, string>> = {
  '@liyu/domain': 'packages/domain/src',
  '@liyu/pass': 'packages/pass/src',
  '@liyu/gate': 'apps/gate/src',
  '@liyu/server': 'apps/server/src',
  '@liyu/web': 'apps/web/src',
  '@liyu/bench': 'bench/src',
  '@liyu/simulation': 'simulation/src',
};

/** The file or folder in the tree that an import means, or `undefined` for what is installed. */
function targetOf(file: string, written: string): string | undefined {
  if (written.startsWith('.')) return path.posix.join(path.posix.dirname(file), written);
  const [scope, name, ...rest] = written.split('/');
  const folder = PACKAGES[`${scope}/${name}`];
  return folder === undefined ? undefined : path.posix.join(folder, ...rest);
}

function parse(file: TreeFile): Source {
  const parsed = parseSync(file.name, file.text);
  const fault = parsed.errors[0];
  if (fault !== undefined) throw new Error(`${file.name}: ${fault.message}`);
  const { staticImports, staticExports, dynamicImports } = parsed.module;
  const written = [
    ...staticImports.map(({ moduleRequest }) => moduleRequest),
    ...staticExports.flatMap(({ entries }) => entries.map((entry) => entry.moduleRequest)),
    ...dynamicImports.map(({ moduleRequest: { start, end } }) => ({
      value: file.text.slice(start + 1, end - 1),
      start,
    })),
  ].filter((request) => request !== null && request !== undefined);
  return {
    ...file,
    body: parsed.program.body as unknown as SyntaxNode[],
    comments: parsed.comments as unknown as SyntaxNode[],
    imports: written.map(({ value, start }) => ({
      written: value,
      target: targetOf(file.name, value),
      line: lineAt(file.text, start),
    })),
  };
}

/** All TypeScript sources. */
export const SOURCES: readonly Source[] = FILES.filter(({ name }) => /\.tsx?$/.test(name)).map(
  parse,
);

/** The sources that are not tests. */
export const PRODUCT: readonly Source[] = SOURCES.filter(({ name }) => !isTest(name));

/** Calls `visit` with every node of the source. */
export function walk(source: Source, visit: (node: SyntaxNode) => void): void {
  const enter = (value: unknown): void => {
    if (Array.isArray(value)) {
      for (const part of value) enter(part);
    } else if (value !== null && typeof value === 'object') {
      if (typeof (value as SyntaxNode).type === 'string') visit(value as SyntaxNode);
      for (const part of Object.values(value)) enter(part);
    }
  };
  enter(source.body);
}

/** `Date.now` for that member access; `undefined` for every other node. */
export function memberName(node: SyntaxNode): string | undefined {
  if (node.type !== 'MemberExpression') return undefined;
  const { object, property } = node as unknown as { object: SyntaxNode; property: SyntaxNode };
  if (object.type !== 'Identifier' || property.type !== 'Identifier') return undefined;
  return `${String(object.name)}.${String(property.name)}`;
}

/** The words of a name: `citySignature` and `city_signature` have the same two. */
export function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .split(/[^A-Za-z]+/)
    .filter((word) => word !== '')
    .map((word) => word.toLowerCase());
}
