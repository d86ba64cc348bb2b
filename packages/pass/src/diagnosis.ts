/**
 * Why bytes or a text are not well-formed, for the people who have to find out: looked for only once
 * they have been refused. It decides nothing.
 */
import { firstOutsideBase45 } from './base45.ts';
import type { CborValue } from './cbor.ts';
import { decodeCbor } from './cbor.ts';

/** What keeps a text from being canonical base45. */
export function diagnoseBase45(text: string, start: number): string {
  const at = firstOutsideBase45(text, start);
  if (at >= 0) {
    const isLower = /[a-z]/.test(text.charAt(at));
    return `not base45: character ${at} is ${isLower ? 'lower case' : 'not of its alphabet'}`;
  }
  const length = text.length - start;
  if (length % 3 === 1) return `not base45: ${length} characters are no whole groups`;
  return 'not base45: a group overflows';
}

/**
 * What keeps bytes from being one deterministic CBOR value, with those in their headers and payloads;
 * undefined where nothing does, so that it is the format which they miss.
 */
export function diagnoseCbor(bytes: Uint8Array): string | undefined {
  const decoded = decodeCbor(bytes);
  return 'malformed' in decoded ? decoded.malformed : diagnoseValue(decoded.value);
}

/** An array is taken for a COSE_Sign1, whose first and third element are CBOR in byte strings. */
function diagnoseValue(value: CborValue): string | undefined {
  if (value instanceof Map) {
    for (const inner of value.values()) {
      const why = diagnoseValue(inner);
      if (why !== undefined) return why;
    }
  }
  if (!Array.isArray(value)) return undefined;
  for (const [at, name] of [
    [0, 'header'],
    [2, 'payload'],
  ] as const) {
    const inner: unknown = value[at];
    const why = inner instanceof Uint8Array ? diagnoseCbor(inner) : undefined;
    if (why !== undefined) return `${name}: ${why}`;
  }
  return undefined;
}
