/**
 * Strict JSON of which every value knows its line: no comments, no trailing commas, no key twice.
 * The shape is Zod's; each thing wrong is reported with the line where it stands.
 */
import {
  findNodeAtLocation,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from 'jsonc-parser';
import type { z } from 'zod';
import type { ProgrammeFiles } from './files.ts';
import type { Report } from './problem.ts';

/** The way to a value within a file: keys and indexes. */
export type Path = readonly (string | number)[];

/** A file that has its shape, and the lines of its values. */
export interface JsonFile<T> {
  readonly name: string;
  readonly value: T;
  /** The line of the value at the path, or of the nearest that stands around it. */
  lineAt(path: Path): number;
}

/** Reads a file by its shape; `undefined`, with the reasons reported, when it has another. */
export function readJsonFile<T>(
  files: ProgrammeFiles,
  name: string,
  shape: z.ZodType<T>,
  report: Report,
): JsonFile<T> | undefined {
  const text = files.get(name);
  if (text === undefined) {
    report(name, 1, 'the file is missing');
    return undefined;
  }
  const tree = readTree(name, text, report);
  if (tree === undefined) return undefined;
  const lineAt = (path: Path): number => lineOfOffset(text, nearestNode(tree, path).offset);
  const parsed = shape.safeParse(JSON.parse(text));
  if (parsed.success) return { name, value: parsed.data, lineAt };
  for (const issue of parsed.error.issues) {
    const path = issue.path.filter((step) => typeof step !== 'symbol');
    const key = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
    const where = path.length === 0 ? '' : `${path.join('.')}: `;
    report(name, lineAt([...path, ...key]), `${where}${issue.message}`);
  }
  return undefined;
}

/** The syntax tree; `undefined` when the text is not strict JSON or holds a key twice. */
function readTree(name: string, text: string, report: Report): Node | undefined {
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { disallowComments: true });
  for (const { error, offset } of errors) {
    report(name, lineOfOffset(text, offset), `not JSON: ${printParseErrorCode(error)}`);
  }
  if (tree === undefined || errors.length > 0) return undefined;
  let twice = false;
  for (const [key, offset] of keysTwice(tree)) {
    twice = true;
    report(name, lineOfOffset(text, offset), `the key "${key}" stands here a second time`);
  }
  return twice ? undefined : tree;
}

function keysTwice(node: Node): [string, number][] {
  const found: [string, number][] = [];
  const seen = new Set<string>();
  for (const child of node.children ?? []) {
    const key = child.type === 'property' ? child.children?.[0] : undefined;
    if (key !== undefined) {
      if (seen.has(key.value)) found.push([key.value, key.offset]);
      seen.add(key.value);
    }
    found.push(...keysTwice(child));
  }
  return found;
}

function nearestNode(tree: Node, path: Path): Node {
  for (let length = path.length; length > 0; length -= 1) {
    const node = findNodeAtLocation(tree, path.slice(0, length));
    if (node !== undefined) return node;
  }
  return tree;
}

function lineOfOffset(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}
