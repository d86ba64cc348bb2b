/** A broken invariant is a bug: it throws. Expected refusals never pass through here. */
export function assert(condition: boolean, invariant: string): asserts condition {
  if (!condition) throw new Error(`invariant broken: ${invariant}`);
}

/** The entry of a table that must hold the key; a missing one is a bug, named in the message. */
export function getFrom<K, V>(table: ReadonlyMap<K, V>, key: K, what: string): V {
  const found = table.get(key);
  if (found === undefined) throw new Error(`invariant broken: no ${what} ${String(key)}`);
  return found;
}
