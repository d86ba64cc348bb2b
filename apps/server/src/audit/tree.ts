/**
 * The arithmetic of the Merkle tree (RFC 9162 section 2.1, the tree of RFC 6962). Pure: it knows
 * hashes and places, neither leaves' contents nor a database.
 */
import { createHash } from 'node:crypto';

/** A SHA-256 hash, 32 bytes. */
export type Hash = Uint8Array;

/** Bytes of a hash. */
export const HASH_BYTES = 32;

const LEAF_PREFIX = Uint8Array.of(0);
const NODE_PREFIX = Uint8Array.of(1);

/** The hash of the tree without a leaf: SHA-256 of nothing (2.1.1). */
export const EMPTY_ROOT: Hash = createHash('sha256').digest();

/** The hash of a leaf: SHA-256 of 00 and its body (2.1.1). */
export function hashLeaf(body: string | Uint8Array): Hash {
  return createHash('sha256').update(LEAF_PREFIX).update(body).digest();
}

/** The hash of an inner node: SHA-256 of 01 and its two children (2.1.1). */
export function hashNode(left: Hash, right: Hash): Hash {
  return createHash('sha256').update(NODE_PREFIX).update(left).update(right).digest();
}

/** Whether two hashes are the same. */
export function isSameHash(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}

/**
 * What must be kept of a tree so that it can grow: the roots of its full subtrees, the widest
 * first, one for each bit that is set in its size.
 */
export interface Frontier {
  readonly size: number;
  readonly hashes: readonly Hash[];
}

/** The frontier of the tree without a leaf. */
export const EMPTY_FRONTIER: Frontier = { size: 0, hashes: [] };

/** The frontier after one leaf more. */
export function growFrontier(frontier: Frontier, leafHash: Hash): Frontier {
  const hashes = [...frontier.hashes];
  let node = leafHash;
  for (let width = 1; hasBit(frontier.size, width); width *= 2) {
    const left = hashes.pop();
    if (left === undefined) throw new Error('invariant broken: a hash for each bit of the size');
    node = hashNode(left, node);
  }
  return { size: frontier.size + 1, hashes: [...hashes, node] };
}

/** The root of the tree with this frontier (2.1.1). */
export function rootOfFrontier({ hashes }: Frontier): Hash {
  const last = hashes.at(-1);
  if (last === undefined) return EMPTY_ROOT;
  return hashes.slice(0, -1).reduceRight((right, left) => hashNode(left, right), last);
}

/** Whether the size is made of so many hashes: one for each bit that is set. */
export function frontierLength(size: number): number {
  let length = 0;
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) length += rest % 2;
  return length;
}

/** The bit of the power of two; sizes may pass 32 bits, so no bit operators. */
function hasBit(size: number, width: number): boolean {
  return Math.floor(size / width) % 2 === 1;
}

/** The largest power of two that is smaller than the size, which is at least 2 (2.1.1). */
export function splitOf(size: number): number {
  let split = 1;
  while (split * 2 < size) split *= 2;
  return split;
}

/**
 * A tree in memory, 64 bytes a leaf: the root and every path at any size that it has reached, in
 * logarithmic time.
 */
export class HashTree {
  /** `levels[k]` holds the hashes of the full subtrees of 2^k leaves, from the left. */
  readonly #levels: HashColumn[] = [new HashColumn()];

  /** How many leaves it has. */
  get size(): number {
    return this.#levels[0]?.length ?? 0;
  }

  /** Appends a leaf by its hash. */
  append(leafHash: Hash): void {
    let node = leafHash;
    for (let level = 0; ; level += 1) {
      const column = this.#levels[level] ?? new HashColumn();
      this.#levels[level] = column;
      column.push(node);
      if (column.length % 2 === 1) return;
      node = hashNode(column.at(column.length - 2), node);
    }
  }

  /** MTH(D[begin:end]) of 2.1.1, where `begin` is a multiple of the width that holds the range. */
  rootOf(begin: number, end: number): Hash {
    const size = end - begin;
    if (begin < 0 || size < 0 || end > this.size) throw new RangeError('beyond the tree');
    if (size === 0) return EMPTY_ROOT;
    const level = Math.log2(size);
    if (Number.isInteger(level)) return this.#columnOf(level).at(begin / size);
    const split = splitOf(size);
    return hashNode(this.rootOf(begin, begin + split), this.rootOf(begin + split, end));
  }

  /** The frontier that the tree had at the size. */
  frontierAt(size: number): Frontier {
    const hashes: Hash[] = [];
    let begin = 0;
    let width = 1;
    while (width * 2 <= size) width *= 2;
    for (; width >= 1; width /= 2) {
      if (!hasBit(size, width)) continue;
      hashes.push(this.rootOf(begin, begin + width));
      begin += width;
    }
    return { size, hashes };
  }

  #columnOf(level: number): HashColumn {
    const column = this.#levels[level];
    if (column === undefined) throw new Error('invariant broken: a full subtree has its level');
    return column;
  }
}

/** Hashes one after another in one growing buffer. */
class HashColumn {
  #bytes = Buffer.alloc(HASH_BYTES * 16);
  length = 0;

  push(hash: Hash): void {
    if ((this.length + 1) * HASH_BYTES > this.#bytes.length) {
      this.#bytes = Buffer.concat([this.#bytes], this.#bytes.length * 2);
    }
    this.#bytes.set(hash, this.length * HASH_BYTES);
    this.length += 1;
  }

  at(index: number): Hash {
    return this.#bytes.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES);
  }
}
