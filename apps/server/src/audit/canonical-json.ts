/** One text for one value: JSON by RFC 8785. */
import canonicalize from 'canonicalize';

/** The canonical text; throws for what JSON cannot hold. */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new Error('invariant broken: the value has a JSON form');
  return text;
}
