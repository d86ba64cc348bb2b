/** Which part of the house may know which: imports go one way. */
import path from 'node:path';
import { describe, test } from 'vitest';
import { PRODUCT, SOURCES, type Source } from './source.ts';
import { expectNone, isTest, type Offence } from './tree.ts';

/** A donation's straight way: a folder knows those before it. */
const DOMAIN_ORDER = [
  'kernel',
  'programme',
  'donation',
  'standing',
  'card',
  'benefit',
  'redemption',
  'ledger',
  'settlement',
];
const DOMAIN = 'packages/domain/src/';
const PASS = 'packages/pass/src/';
const SERVER = 'apps/server/src/';
const WEB = 'apps/web/';

type Judge = (source: Source, target: string | undefined, written: string) => string | undefined;

function judgeImports(sources: readonly Source[], judge: Judge): Offence[] {
  return sources.flatMap((source) =>
    source.imports.flatMap(({ written, target, line }) => {
      const what = judge(source, target, written);
      return what === undefined ? [] : [{ file: source.name, line, what }];
    }),
  );
}

function within(folder: string, sources: readonly Source[] = PRODUCT): Source[] {
  return sources.filter(({ name }) => name.startsWith(folder));
}

/** The folder below `base` in which the file stands; empty for a file directly in it. */
function folderOf(base: string, name: string): string {
  const [first = '', ...rest] = name.slice(base.length).split('/');
  return rest.length === 0 && first.includes('.') ? '' : first;
}

describe('domain', () => {
  test('imports nothing but itself: no package, no Node, no app', () => {
    expectNone(
      judgeImports(within(DOMAIN), (_source, target, written) =>
        target?.startsWith(DOMAIN) ? undefined : `imports ${written}`,
      ),
    );
  });

  test('every folder has its place in the order', () => {
    expectNone(
      within(DOMAIN)
        .filter(({ name }) => !DOMAIN_ORDER.includes(folderOf(DOMAIN, name)))
        .map(({ name }) => ({ file: name, line: 1, what: 'stands in no folder of the order' })),
    );
  });

  test('a folder knows only those before it, and through their index', () => {
    expectNone(
      judgeImports(within(DOMAIN), ({ name }, target, written) => {
        if (target === undefined) return undefined;
        const from = folderOf(DOMAIN, name);
        const to = folderOf(DOMAIN, target);
        if (from === to) return undefined;
        if (DOMAIN_ORDER.indexOf(to) > DOMAIN_ORDER.indexOf(from)) return `${from} imports ${to}`;
        return target.endsWith('/index.ts') ? undefined : `imports ${written} past its index`;
      }),
    );
  });
});

test('pass imports nothing but itself; Node only in crypto-node.ts', () => {
  expectNone(
    judgeImports(within(PASS), ({ name }, target, written) => {
      if (target?.startsWith(PASS)) return undefined;
      const mayKnowNode = name === `${PASS}crypto-node.ts` && written.startsWith('node:');
      return mayKnowNode ? undefined : `imports ${written}`;
    }),
  );
});

test('the tests of the packages import no app but the loader of programmes', () => {
  expectNone(
    judgeImports(within('packages/', SOURCES), (_source, target, written) => {
      if (!target?.startsWith('apps/')) return undefined;
      return target.startsWith(`${SERVER}programme/`) ? undefined : `imports ${written}`;
    }),
  );
});

test('web never imports the server, nor the server the web', () => {
  expectNone([
    ...judgeImports(within(WEB, SOURCES), ({ name }, target, written) =>
      target?.startsWith('apps/server/') && !isTest(name) ? `imports ${written}` : undefined,
    ),
    ...judgeImports(within('apps/server/', SOURCES), (_source, target, written) =>
      target?.startsWith(WEB) ? `imports ${written}` : undefined,
    ),
  ]);
});

/** What a gate's core is made of: it runs in a browser and in a simulation as well. */
const GATE_CORE = /^apps\/gate\/src\/((spool|lists)\/)?[a-z0-9-]+\.ts$/;
const GATE_EDGE = new Set(['apps/gate/src/node-disk.ts', 'apps/gate/src/main.ts']);

test("a gate's core imports itself, domain and pass only: no Node, no package", () => {
  const core = PRODUCT.filter(({ name }) => GATE_CORE.test(name) && !GATE_EDGE.has(name));
  expectNone(
    judgeImports(core, (_source, target, written) => {
      if (target?.startsWith('packages/')) {
        return written.endsWith('/node') ? `imports ${written}` : undefined;
      }
      return target !== undefined && GATE_CORE.test(target) ? undefined : `imports ${written}`;
    }),
  );
});

test('a gate knows domain and pass, and no other app', () => {
  expectNone(
    judgeImports(within('apps/gate/'), (_source, target, written) => {
      const isForeign = target?.startsWith('apps/') && !target.startsWith('apps/gate/');
      return isForeign ? `imports ${written}` : undefined;
    }),
  );
});

test('the product imports neither bench nor checks nor tests', () => {
  expectNone(
    judgeImports([...within('packages/'), ...within('apps/')], (_source, target, written) => {
      if (target === undefined) return undefined;
      const foreign = /^(bench|simulation)\//.test(target) || isTest(target);
      return foreign ? `imports ${written}` : undefined;
    }),
  );
});

describe('server', () => {
  test("a noun never imports another noun's store", () => {
    expectNone(
      judgeImports(within(SERVER), ({ name }, target, written) => {
        if (target === undefined || path.posix.basename(target) !== 'store.ts') return undefined;
        const own = folderOf(SERVER, name) === folderOf(SERVER, target);
        return own ? undefined : `imports ${written}`;
      }),
    );
  });

  test('routes never import a store', () => {
    expectNone(
      judgeImports(
        within(SERVER).filter(({ name }) => name.endsWith('/routes.ts')),
        (_source, target, written) =>
          target?.endsWith('/store.ts') ? `imports ${written}` : undefined,
      ),
    );
  });

  test('a store knows neither its own workflow nor any routes', () => {
    expectNone(
      judgeImports(
        within(SERVER).filter(({ name }) => name.endsWith('/store.ts')),
        ({ name }, target, written) => {
          const workflow = path.posix.join(path.posix.dirname(name), 'workflow.ts');
          const wrong = target === workflow || target?.endsWith('/routes.ts');
          return wrong ? `imports ${written}` : undefined;
        },
      ),
    );
  });

  test('only the edge puts routes together', () => {
    expectNone(
      judgeImports(within(SERVER), ({ name }, target, written) =>
        target?.endsWith('/routes.ts') && name !== `${SERVER}edge/http.ts`
          ? `imports ${written}`
          : undefined,
      ),
    );
  });
});
