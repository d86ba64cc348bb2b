/** How a command answers: one JSON document, or indented lines for people. */
import type { CommandContext } from './context.ts';

/** Prints the answer as `--json` says. */
export function printAnswer(
  context: CommandContext,
  options: { readonly json?: true },
  answer: unknown,
): void {
  context.print(options.json ? JSON.stringify(answer, null, 2) : lines(answer, '').join('\n'));
}

function lines(value: unknown, indent: string): string[] {
  if (value === null || typeof value !== 'object') return [`${indent}${String(value)}`];
  return Object.entries(value).flatMap(([key, part]) => {
    const name = Array.isArray(value) ? '-' : `${key}:`;
    if (part === null || typeof part !== 'object') return [`${indent}${name} ${part ?? ''}`];
    return [`${indent}${name}`, ...lines(part, `${indent}  `)];
  });
}
