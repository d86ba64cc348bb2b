/**
 * Judges checkpoints against the tree that was built anew. Pure. A root that does not hold tells
 * between which two checkpoints the log was rewritten, even when every hash was rewritten with it.
 */
import { splitHashes } from './checkpoint.ts';
import type { Problem } from './judge-log.ts';
import type { LogKey } from './log-key.ts';
import { type Checkpoint, openCheckpoint } from './note.ts';
import type { StoredCheckpoint } from './store.ts';
import { type HashTree, isSameHash } from './tree.ts';
import { consistencyPath, isConsistent } from './tree-path.ts';

/** What is known after the checkpoints so far. */
interface Sofar {
  readonly number: number;
  /** The last one whose signature holds. */
  readonly signed: Checkpoint | undefined;
  /** The size of the last one whose root holds. */
  readonly goodSize: number;
  /** Whether a root has failed: all later ones fail by the same cause. */
  readonly hasFailed: boolean;
}

/** Takes checkpoints in order, page by page, and answers the problems of each page. */
export class CheckpointJudge {
  readonly #key: LogKey;
  readonly #tree: HashTree;
  #sofar: Sofar = { number: 0, signed: undefined, goodSize: 0, hasFailed: false };

  constructor(key: LogKey, tree: HashTree) {
    this.#key = key;
    this.#tree = tree;
  }

  /** The problems of the next checkpoints. */
  judge(page: readonly StoredCheckpoint[]): Problem[] {
    return page.flatMap((stored) => this.#judgeOne(stored));
  }

  #judgeOne(stored: StoredCheckpoint): Problem[] {
    const { number: before, signed } = this.#sofar;
    const missing =
      stored.number === before + 1
        ? []
        : [{ where: `checkpoint ${before + 1}`, what: `missing before ${stored.number}` }];
    this.#sofar = { ...this.#sofar, number: stored.number };
    const where = `checkpoint ${stored.number}`;
    const said = openCheckpoint(this.#key, stored.note);
    if ('wrong' in said) return [...missing, { where, what: said.wrong }];
    const wrong = judgeColumns(stored, said);
    if (wrong.length === 0) {
      this.#sofar = { ...this.#sofar, signed: said };
      wrong.push(...this.#judgeRoot(stored, said, signed));
    }
    return [...missing, ...wrong.map((what) => ({ where, what }))];
  }

  #judgeRoot(
    stored: StoredCheckpoint,
    said: Checkpoint,
    earlier: Checkpoint | undefined,
  ): string[] {
    const tree = this.#tree;
    if (earlier !== undefined && said.size <= earlier.size) {
      return [`its size ${said.size} is not above ${earlier.size}, that of the one before`];
    }
    if (said.size > tree.size) {
      return [`its size is ${said.size}, but the tree ends before index ${tree.size}`];
    }
    const frontier = Buffer.concat(tree.frontierAt(said.size).hashes);
    const { goodSize, hasFailed } = this.#sofar;
    if (!isSameHash(said.root, tree.rootOf(0, said.size))) {
      this.#sofar = { ...this.#sofar, hasFailed: true };
      if (hasFailed) return [];
      const range = `index ${goodSize} to ${said.size - 1}`;
      return [`its root is not that of the leaves: look at ${range}`];
    }
    this.#sofar = { ...this.#sofar, goodSize: said.size };
    const wrong = isSameHash(frontier, stored.frontier)
      ? []
      : [`its frontier is not that of the tree (${splitHashes(stored.frontier).length} hashes)`];
    if (earlier === undefined || hasFailed) return wrong;
    const path = consistencyPath(tree, earlier.size, said.size);
    if (isConsistent(earlier, said, path)) return wrong;
    return [...wrong, `not consistent with checkpoint ${earlier.number}`];
  }
}

/** The columns repeat what is signed. */
function judgeColumns(stored: StoredCheckpoint, said: Checkpoint): string[] {
  const columns = [
    ['number', stored.number, said.number],
    ['size', stored.size, said.size],
    ['moment', stored.madeAt, said.madeAt],
  ] as const;
  return columns
    .filter(([, column, signed]) => column !== signed)
    .map(([name, column, signed]) => `its ${name} is ${column}, signed is ${signed}`);
}
