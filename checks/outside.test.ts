/** Clock, randomness and environment come in at named places and are passed down. */
import { test } from 'vitest';
import { memberName, PRODUCT, type Source, type SyntaxNode, walk } from './source.ts';
import { expectNone, lineAt, type Offence } from './tree.ts';

/** Where the world outside may be read. The web has a clock of its own, one for all its pages. */
const SYSTEM = new Set([
  'apps/gate/src/agent/system.ts',
  'apps/server/src/edge/system.ts',
  'apps/web/src/demo/clock.ts',
  'apps/web/src/lane/system.ts',
]);
const ENVIRONMENT = new Set([
  'apps/gate/src/demo/main.ts',
  'apps/server/src/config.ts',
  'apps/server/src/cli/main.ts',
  'apps/server/src/main.ts',
  'apps/web/vite.config.ts',
]);
const FORBIDDEN_MEMBERS = new Set(['Date.now', 'Math.random', 'Temporal.Now', 'performance.now']);
const FORBIDDEN_NAMES = new Set(['randomUUID', 'randomBytes', 'randomInt', 'getRandomValues']);

function find(sources: readonly Source[], judge: (node: SyntaxNode) => string | undefined) {
  const offences: Offence[] = [];
  for (const source of sources) {
    walk(source, (node) => {
      const what = judge(node);
      if (what === undefined) return;
      offences.push({ file: source.name, line: lineAt(source.text, node.start), what });
    });
  }
  return offences;
}

function readsClockOrRandom(node: SyntaxNode): string | undefined {
  const member = memberName(node);
  if (member !== undefined && FORBIDDEN_MEMBERS.has(member)) return `reads ${member}`;
  if (node.type === 'Identifier' && FORBIDDEN_NAMES.has(String(node.name))) {
    return `uses ${String(node.name)}`;
  }
  const callee = node.callee as SyntaxNode | undefined;
  if (callee?.type !== 'Identifier' || callee.name !== 'Date') return undefined;
  const withoutArguments = (node.arguments as unknown[]).length === 0;
  if (node.type === 'CallExpression') return 'calls Date()';
  return withoutArguments ? 'reads new Date()' : undefined;
}

const inside = PRODUCT.filter(({ name }) => !name.startsWith('bench/') && !SYSTEM.has(name));

test('clock and randomness are read in one place and passed down', () => {
  const pages = (name: string) => name.startsWith('apps/web/');
  expectNone(
    find(inside, readsClockOrRandom).filter(
      ({ file, what }) => !(pages(file) && what === 'reads performance.now'),
    ),
  );
});

test('the environment is read by the configuration only', () => {
  const others = PRODUCT.filter(({ name }) => !ENVIRONMENT.has(name));
  const imported = others.flatMap(({ name, imports }) =>
    imports
      .filter(({ written }) => /^(node:)?process$/.test(written))
      .map(({ written, line }) => ({ file: name, line, what: `imports ${written}` })),
  );
  expectNone([
    ...imported,
    ...find(others, (node) =>
      memberName(node) === 'process.env' ? 'reads process.env' : undefined,
    ),
  ]);
});
