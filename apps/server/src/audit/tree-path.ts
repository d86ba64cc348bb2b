/**
 * What convinces somebody who has only roots: that a leaf stands in a tree (RFC 9162, 2.1.3), and
 * that a tree only grew (2.1.4). Pure.
 */
import { type Hash, type HashTree, hashNode, isSameHash, splitOf } from './tree.ts';

/** The nodes that lead from the leaf to the root of the tree of that size (2.1.3.1). */
export function inclusionPath(tree: HashTree, index: number, size: number): Hash[] {
  if (!isPlace(index) || index >= size || size > tree.size) throw new RangeError('no such leaf');
  const walk = (begin: number, end: number): Hash[] => {
    if (end - begin === 1) return [];
    const middle = begin + splitOf(end - begin);
    return index < middle
      ? [...walk(begin, middle), tree.rootOf(middle, end)]
      : [...walk(middle, end), tree.rootOf(begin, middle)];
  };
  return walk(0, size);
}

/** Whether the path leads from the leaf at the index to the root of that size (2.1.3.2). */
export function isIncluded(
  leafHash: Hash,
  index: number,
  size: number,
  path: readonly Hash[],
  root: Hash,
): boolean {
  if (!isPlace(index) || !isPlace(size) || index >= size) return false;
  let place = index;
  let last = size - 1;
  let node = leafHash;
  for (const sibling of path) {
    if (last === 0) return false;
    if (place % 2 === 1 || place === last) {
      node = hashNode(sibling, node);
      while (place % 2 === 0 && place !== 0) [place, last] = [place / 2, Math.floor(last / 2)];
    } else {
      node = hashNode(node, sibling);
    }
    [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
  }
  return last === 0 && isSameHash(node, root);
}

/** The nodes that show the tree of `before` leaves within that of `size` (2.1.4.1). */
export function consistencyPath(tree: HashTree, before: number, size: number): Hash[] {
  if (!isPlace(before) || before === 0 || before > size || size > tree.size) {
    throw new RangeError('no such trees');
  }
  const walk = (kept: number, begin: number, end: number, isWhole: boolean): Hash[] => {
    if (kept === end - begin) return isWhole ? [] : [tree.rootOf(begin, end)];
    const split = splitOf(end - begin);
    const middle = begin + split;
    return kept <= split
      ? [...walk(kept, begin, middle, isWhole), tree.rootOf(middle, end)]
      : [...walk(kept - split, middle, end, false), tree.rootOf(begin, middle)];
  };
  return walk(before, 0, size, true);
}

/** A tree as a checkpoint tells it. */
export interface Head {
  readonly size: number;
  readonly root: Hash;
}

/** Whether the path shows that the later tree begins with the earlier one (2.1.4.2). */
export function isConsistent(earlier: Head, later: Head, path: readonly Hash[]): boolean {
  if (!isPlace(earlier.size) || !isPlace(later.size)) return false;
  if (earlier.size === 0 || earlier.size > later.size) return false;
  if (earlier.size === later.size) return path.length === 0 && isSameHash(earlier.root, later.root);
  const [first, ...rest] = isPowerOfTwo(earlier.size) ? [earlier.root, ...path] : path;
  if (first === undefined) return false;
  let place = earlier.size - 1;
  let last = later.size - 1;
  while (place % 2 === 1) [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
  let old = first;
  let grown = first;
  for (const node of rest) {
    if (last === 0) return false;
    if (place % 2 === 1 || place === last) {
      old = hashNode(node, old);
      grown = hashNode(node, grown);
      while (place % 2 === 0 && place !== 0) [place, last] = [place / 2, Math.floor(last / 2)];
    } else {
      grown = hashNode(grown, node);
    }
    [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
  }
  return last === 0 && isSameHash(old, earlier.root) && isSameHash(grown, later.root);
}

function isPlace(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function isPowerOfTwo(size: number): boolean {
  return Number.isInteger(Math.log2(size));
}
