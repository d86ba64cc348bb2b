/** JSON with one meaning only: two readers of a text with a key twice may see two things in it. */
import { visit } from 'jsonc-parser';

/** The value, or `undefined` when the text is not JSON or an object in it holds a key twice. */
export function parseStrictJson(text: string): unknown {
  const open: Set<string>[] = [];
  let twice = false;
  visit(text, {
    onObjectBegin: () => void open.push(new Set()),
    onObjectEnd: () => void open.pop(),
    onObjectProperty: (key) => {
      twice ||= open.at(-1)?.has(key) === true;
      open.at(-1)?.add(key);
    },
  });
  if (twice) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
