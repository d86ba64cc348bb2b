import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  EMPTY_FRONTIER,
  EMPTY_ROOT,
  frontierLength,
  growFrontier,
  type Hash,
  HashTree,
  hashLeaf,
  rootOfFrontier,
} from './tree.ts';
import { consistencyPath, inclusionPath, isConsistent, isIncluded } from './tree-path.ts';

const sha256 = (...parts: Uint8Array[]): Buffer =>
  createHash('sha256').update(Buffer.concat(parts)).digest();

/** RFC 9162, 2.1.1, to the letter, and sharing nothing with the code. */
function naiveRoot(bodies: readonly string[]): Buffer {
  const [first] = bodies;
  if (first === undefined) return sha256();
  if (bodies.length === 1) return sha256(Buffer.of(0), Buffer.from(first));
  let k = 1;
  while (k * 2 < bodies.length) k *= 2;
  return sha256(Buffer.of(1), naiveRoot(bodies.slice(0, k)), naiveRoot(bodies.slice(k)));
}

const bodiesOf = (size: number): string[] => Array.from({ length: size }, (_, at) => `leaf ${at}`);

function treeOf(bodies: readonly string[]): HashTree {
  const tree = new HashTree();
  for (const body of bodies) tree.append(hashLeaf(body));
  return tree;
}

const hex = (hash: Hash): string => Buffer.from(hash).toString('hex');
const SMALL = 130;
const ALL = bodiesOf(SMALL);
const TREE = treeOf(ALL);
const ROOTS = Array.from({ length: SMALL + 1 }, (_, size) => naiveRoot(ALL.slice(0, size)));
const rootAt = (size: number): Hash => ROOTS[size] ?? EMPTY_ROOT;
const leafAt = (index: number): Hash => hashLeaf(ALL[index] ?? '');

test('the vectors of RFC 6962 implementations', () => {
  expect(hex(EMPTY_ROOT)).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  expect(hex(hashLeaf(''))).toBe(
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  );
});

test('roots of all sizes to 130: tree, frontier and the naive definition agree', () => {
  let frontier = EMPTY_FRONTIER;
  for (let size = 0; size <= SMALL; size += 1) {
    const expected = hex(rootAt(size));
    expect(hex(TREE.rootOf(0, size))).toBe(expected);
    expect(hex(rootOfFrontier(frontier))).toBe(expected);
    expect(frontier.hashes).toHaveLength(frontierLength(size));
    expect(TREE.frontierAt(size).hashes.map(hex)).toEqual(frontier.hashes.map(hex));
    if (size < SMALL) frontier = growFrontier(frontier, leafAt(size));
  }
});

describe('inclusion', () => {
  test('holds for every leaf of every size to 130, for no other leaf, index or size', () => {
    for (let size = 1; size <= SMALL; size += 1) {
      for (let index = 0; index < size; index += 1) {
        const path = inclusionPath(TREE, index, size);
        const root = rootAt(size);
        expect(isIncluded(leafAt(index), index, size, path, root)).toBe(true);
        expect(isIncluded(leafAt(index + 1), index, size, path, root)).toBe(false);
        expect(isIncluded(leafAt(index), (index + 1) % size, size, path, root)).toBe(size === 1);
        expect(isIncluded(leafAt(index), index, size, path, rootAt(size - 1))).toBe(false);
        expect(isIncluded(leafAt(index), index, size, [...path, root], root)).toBe(false);
        expect(isIncluded(leafAt(index), index, size, path.slice(1), root)).toBe(size === 1);
      }
    }
  });

  test('is not asked beyond the tree', () => {
    for (const [index, size] of [
      [0, 0],
      [3, 3],
      [-1, 3],
      [0.5, 3],
      [0, SMALL + 1],
    ] as const) {
      expect(() => inclusionPath(TREE, index, size)).toThrow(RangeError);
    }
  });
});

describe('consistency', () => {
  test('holds for every pair of sizes to 130, and for no other root', () => {
    for (let size = 1; size <= SMALL; size += 1) {
      for (let before = 1; before <= size; before += 1) {
        const path = consistencyPath(TREE, before, size);
        const earlier = { size: before, root: rootAt(before) };
        const later = { size, root: rootAt(size) };
        const other = rootAt(0);
        expect(isConsistent(earlier, later, path)).toBe(true);
        expect(isConsistent({ ...earlier, root: other }, later, path)).toBe(false);
        expect(isConsistent(earlier, { ...later, root: other }, path)).toBe(false);
        expect(isConsistent(earlier, later, [...path, other])).toBe(false);
        if (path.length > 0) expect(isConsistent(earlier, later, path.slice(0, -1))).toBe(false);
      }
    }
  });

  test('a smaller tree does not follow a bigger one, nor any tree the empty one', () => {
    const [small, big] = [5, 9].map((size) => ({ size, root: rootAt(size) }));
    if (small === undefined || big === undefined) throw new Error('two trees');
    const path = consistencyPath(TREE, 5, 9);
    expect(isConsistent(small, big, path)).toBe(true);
    expect(isConsistent(big, small, path)).toBe(false);
    expect(isConsistent(big, small, [])).toBe(false);
    expect(isConsistent({ size: 0, root: EMPTY_ROOT }, big, [])).toBe(false);
    expect(isConsistent({ size: 1.5, root: small.root }, big, path)).toBe(false);
  });

  test('a tree with another past is not consistent', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: SMALL }), fc.nat(), fc.nat(), (size, a, b) => {
        const before = 1 + (a % (size - 1));
        const changed = b % before;
        const forged = treeOf(ALL.map((body, at) => (at === changed ? 'forged' : body)));
        const earlier = { size: before, root: rootAt(before) };
        const later = { size, root: forged.rootOf(0, size) };
        const path = consistencyPath(forged, before, size);
        return !isConsistent(earlier, later, path);
      }),
      { numRuns: 300 },
    );
  });

  test('is not asked beyond the tree', () => {
    for (const [before, size] of [
      [0, 3],
      [4, 3],
      [1, SMALL + 1],
    ] as const) {
      expect(() => consistencyPath(TREE, before, size)).toThrow(RangeError);
    }
  });
});

test('bigger trees: any size, leaf and earlier size', () => {
  const bodies = bodiesOf(3_000);
  const tree = treeOf(bodies);
  fc.assert(
    fc.property(fc.integer({ min: 131, max: 3_000 }), fc.nat(), fc.nat(), (size, a, b) => {
      const root = naiveRoot(bodies.slice(0, size));
      const index = a % size;
      const before = 1 + (b % size);
      const earlier = { size: before, root: naiveRoot(bodies.slice(0, before)) };
      expect(hex(tree.rootOf(0, size))).toBe(hex(root));
      const leaf = hashLeaf(bodies[index] ?? '');
      expect(isIncluded(leaf, index, size, inclusionPath(tree, index, size), root)).toBe(true);
      const path = consistencyPath(tree, before, size);
      expect(isConsistent(earlier, { size, root }, path)).toBe(true);
    }),
    { numRuns: 60 },
  );
});
