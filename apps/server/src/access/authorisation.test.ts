/** Generated from the OpenAPI document and the table of roles: every operation, every caller. */
import { createHash } from 'node:crypto';
import { afterAll, describe, expect, test } from 'vitest';
import { openTestCore, residentNumber } from '../../test/test-core.ts';
import { buildHttp } from '../edge/http.ts';
import {
  addLogin,
  changePassword,
  disableLogin,
  endSession,
  findLogin,
  openSession,
  stepUp,
} from '../login/workflow.ts';
import type { Caller } from './caller.ts';
import { PUBLIC_ROUTES } from './public.ts';
import {
  findReach,
  OPERATIONS,
  type Operation,
  ROLES,
  type Role,
  type Rule,
  STAFF_ROLES,
} from './roles.ts';
import { NOBODY_ID, OWN, requestsOf, type Sent, THEIR } from './test/requests.ts';

const NOW = '2026-11-24T12:00:00+08:00';
const PASSWORD = 'the sun over the river';
const TOKEN = 'the-home-owner-shows-this';
const OWN_PAGE = { 'sec-fetch-site': 'same-origin' };
const OF_PARTNER: readonly Role[] = ['partner_lead', 'clerk', 'device', 'lost_device'];

const city = await openTestCore(NOW);
await city.importRows([
  { number: 'A1', document: residentNumber(1), donatedOn: '2026-03-10' },
  { number: 'A2', document: residentNumber(2), donatedOn: '2026-03-11' },
]);
const donorId = await city.donorOf(residentNumber(1));
const otherDonorId = await city.donorOf(residentNumber(2));
const core = { ...city.core, config: { ...city.core.config, mode: 'production' as const } };
/** Callers without a login: the header names one of `OTHERS`. */
const OTHERS = new Map<string, Caller>();
const server = await buildHttp({
  core,
  token: TOKEN,
  open: false,
  logLevel: 'silent',
  checkAnswers: true,
  ways: [async ({ headers }) => OTHERS.get(String(headers['x-caller-of-test']))],
});
afterAll(async () => {
  await server.close();
  await city.close();
});

interface OpenApi {
  readonly paths: Record<string, Record<string, { 'x-operation'?: Operation }>>;
}
const document: OpenApi = (await server.inject('/api/openapi.json')).json();
const ROUTES = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, { 'x-operation': operation }]) => ({
    name: `${method.toUpperCase()} ${path}`,
    method: method.toUpperCase() as 'GET' | 'POST',
    path,
    operation,
  })),
);
const REQUESTS = requestsOf({ donorId, otherDonorId, password: PASSWORD });
const GUARDED = ROUTES.filter((route) => route.operation !== undefined);
type Route = (typeof ROUTES)[number];

describe('no route is forgotten', () => {
  test('every operation of the document has a sample request', () => {
    const missing = GUARDED.filter(({ name }) => REQUESTS[name] === undefined);
    const help = missing.map(
      ({ name }) => `access/test/requests.ts: add '${name}': { body, answers: STATUS }`,
    );
    expect(help, help.join('\n')).toEqual([]);
  });

  test('every sample request has its operation', () => {
    const names = new Set(ROUTES.map(({ name }) => name));
    expect(Object.keys(REQUESTS).filter((name) => !names.has(name))).toEqual([]);
  });

  test('what reaches one partner or one donor says what is another’s', () => {
    const scoped = GUARDED.filter(({ operation }) =>
      Object.values((OPERATIONS[operation as Operation] as Rule).may).some((it) => it !== 'city'),
    );
    const missing = scoped.filter(({ name }) => REQUESTS[name]?.foreign === undefined);
    const help = missing.map(
      ({ name }) => `access/test/requests.ts: '${name}' needs foreign: { theirs, nobodys } or null`,
    );
    expect(help, help.join('\n')).toEqual([]);
  });

  test('a route without operation is public, and says why', () => {
    const open = ROUTES.filter(({ operation }) => operation === undefined);
    const names = open.map(({ method, path }) => `${method} ${path.replace(/\{(\w+)\}/g, ':$1')}`);
    expect(names.filter((name) => !(name in PUBLIC_ROUTES))).toEqual([]);
  });
});

/** Every request comes from an address of its own: the limits by address are tested elsewhere. */
let requests = 0;

/** What is sent for the route, with the caller's headers. */
async function send(
  { name, method, path }: Route,
  headers: Record<string, string>,
  more: Sent = {},
): Promise<{ status: number; code: string | undefined; body: string }> {
  const { params, query, body }: Sent = { ...REQUESTS[name], ...more };
  const named = path.replace(/\{(\w+)\}/g, (_, key: string) => params?.[key] ?? NOBODY_ID);
  const url = query === undefined ? named : `${named}?${new URLSearchParams(query)}`;
  const payload = method === 'GET' ? {} : { payload: body ?? {} };
  requests += 1;
  const remoteAddress = `10.1.${requests >> 8}.${requests & 255}`;
  const response = await server.inject({ method, url, headers, remoteAddress, ...payload });
  const isProblem = String(response.headers['content-type']).includes('problem+json');
  return {
    status: response.statusCode,
    code: isProblem ? (response.json() as { code: string }).code : undefined,
    body: response.body,
  };
}

const STATES = [
  'fresh',
  'stepped_up',
  'expired',
  'idle',
  'signed_out',
  'disabled',
  'password_changed',
] as const;
type State = (typeof STATES)[number];

/** Logins for every staff role: one that is good, one disabled, one with a newer password. */
async function addLogins(role: Role, partner: string): Promise<void> {
  const of = OF_PARTNER.includes(role) ? { partner } : {};
  for (const kind of ['good', 'disabled', 'changed']) {
    const name = nameOf(role, partner, kind);
    const added = await addLogin(core, { name, role, ...of, password: PASSWORD }, 'owner');
    if ('refused' in added) throw new Error(`${name}: ${added.refused}`);
  }
  shown.set(nameOf(role, partner, 'changed'), await passwordOf(nameOf(role, partner, 'changed')));
  await changePassword(core, nameOf(role, partner, 'changed'), 'another password', 'owner');
  await disableLogin(core, nameOf(role, partner, 'disabled'), 'owner');
}

const shown = new Map<string, string | null>();
const nameOf = (role: Role, partner: string, kind: string) =>
  `${role}.${partner}.${kind}`.toLowerCase();
const passwordOf = async (name: string) => (await findLogin(core, name))?.passwordEventId ?? null;

for (const role of STAFF_ROLES) {
  for (const { partner } of [OWN, THEIR]) await addLogins(role, partner);
}
for (const role of ROLES.filter((one) => !STAFF_ROLES.includes(one as never))) {
  for (const { partner } of [OWN, THEIR]) {
    OTHERS.set(`${role}.${partner}`, otherCaller(role, partner));
  }
}

function otherCaller(role: Role, partner: string): Caller {
  if (role === 'donor') {
    const session = { sessionId: NOBODY_ID, identifiedBy: 'phone' } as const;
    return { kind: 'donor', id: donorId, role, donorId, ...session };
  }
  const of = OF_PARTNER.includes(role) ? { partner } : {};
  return { kind: 'machine', id: `machine-of-${partner}`, role, ...of };
}

/** A new session of the role's login in the state, as the headers of a page of ours. */
async function sessionOf(role: Role, partner: string, state: State) {
  const kind = state === 'disabled' ? state : state === 'password_changed' ? 'changed' : 'good';
  const name = nameOf(role, partner, kind);
  const login = await findLogin(core, name);
  if (login === undefined) throw new Error(`no login ${name}`);
  const openedAt: Partial<Record<State, string>> = {
    expired: '2026-11-24T00:00:00+08:00',
    idle: '2026-11-24T11:30:00+08:00',
  };
  city.setNow(openedAt[state] ?? NOW);
  const { cookie } = await openSession(core, login, shown.get(name) ?? login.passwordEventId);
  if (state === 'stepped_up') await stepUp(core, cookie, PASSWORD, '10.0.0.1');
  if (state === 'signed_out') await endSession(core, cookie);
  if (state === 'expired') await keepAwake(cookie);
  city.setNow(NOW);
  return { cookie: `__Host-liyu=${cookie}`, ...OWN_PAGE };
}

/** Uses the session until a moment ago, so that only its age can end it. */
async function keepAwake(cookie: string): Promise<void> {
  await core.database
    .updateTable('session')
    .set({ seen_at: '2026-11-24T03:59:00.000Z' })
    .where('session_hash', '=', createHash('sha256').update(cookie).digest())
    .execute();
}

/** What the table says of a live caller: the code of the refusal, or that he may. */
function expectedCode(role: Role, operation: Operation, isSteppedUp: boolean): string | undefined {
  const reach = findReach(role, operation);
  if (reach === undefined || (reach === 'self' && role !== 'donor')) return 'not_allowed';
  const { stepUp: needed } = OPERATIONS[operation] as Rule;
  return needed && !isSteppedUp ? 'step_up_needed' : undefined;
}

const CASES = GUARDED.map((route) => ({ route, operation: route.operation as Operation }));
const NOT_SIGNED_IN = (await send(CASES[0]?.route as Route, {})).body;

function expectRefusal(answer: Awaited<ReturnType<typeof send>>, code: string): void {
  expect(answer).toMatchObject({ status: code === 'not_signed_in' ? 401 : 403, code });
}

describe.each(CASES)('$route.name ($operation)', ({ route, operation }) => {
  const good = REQUESTS[route.name]?.answers ?? 0;

  test('nobody, and a wrong secret, are not known', async () => {
    for (const headers of [{}, { authorization: 'Bearer wrong' }, { cookie: '__Host-liyu=x' }]) {
      expect(await send(route, headers)).toMatchObject({ status: 401, body: NOT_SIGNED_IN });
    }
  });

  test('the owner of the home may', async () => {
    const { status } = await send(route, { authorization: `Bearer ${TOKEN}` });
    expect([401, 403]).not.toContain(status);
  });

  const staff = STAFF_ROLES.flatMap((role) => STATES.map((state) => ({ role, state })));
  test.each(staff)('$role, $state', async ({ role, state }) => {
    const answer = await send(route, await sessionOf(role, OWN.partner, state));
    if (!['fresh', 'stepped_up'].includes(state)) {
      expect(answer).toMatchObject({ status: 401, body: NOT_SIGNED_IN });
      return;
    }
    const refusal = expectedCode(role, operation, state === 'stepped_up');
    if (refusal === undefined) expect(answer.status).toBe(good);
    else expectRefusal(answer, refusal);
  });

  const others = [...OTHERS].filter(([name]) => !name.endsWith(`.${THEIR.partner}`));
  test.each(others)('%s', async (name, caller) => {
    const answer = await send(route, { 'x-caller-of-test': name });
    const { role } = caller as { role: Role };
    const refusal = expectedCode(role, operation, false);
    if (refusal === undefined) expect(answer.status).toBe(good);
    else expectRefusal(answer, refusal);
  });

  const changing = route.method === 'GET' ? [] : STAFF_ROLES;
  test.each(changing)('%s, from a foreign page', async (role) => {
    const headers = await sessionOf(role, OWN.partner, 'stepped_up');
    const foreign = await send(route, { ...headers, 'sec-fetch-site': 'cross-site' });
    expectRefusal(foreign, 'foreign_page');
  });
});

/** Ids and moments that every answer has of its own. */
const plain = (body: string): string =>
  body.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'ID');

describe('what is another’s answers as what nobody has', () => {
  const scoped = CASES.flatMap(({ route, operation }) =>
    ROLES.filter((role) => ['partner', 'self'].includes(findReach(role, operation) ?? '')).map(
      (role) => ({ name: route.name, role, route }),
    ),
  ).filter(({ name }) => REQUESTS[name]?.foreign);
  const headersOf = async (role: Role, partner: string): Promise<Record<string, string>> =>
    OTHERS.has(`${role}.${partner}`)
      ? { 'x-caller-of-test': `${role}.${partner}` }
      : sessionOf(role, partner, 'stepped_up');

  test.each(scoped)('$name as $role', async ({ role, route, name }) => {
    const { foreign } = REQUESTS[name] ?? {};
    if (!foreign) throw new Error('filtered before');
    const theirs = await send(route, await headersOf(role, OWN.partner), foreign.theirs);
    const nobodys = await send(route, await headersOf(role, OWN.partner), foreign.nobodys);
    expect({ ...theirs, body: plain(theirs.body) }).toEqual({
      ...nobodys,
      body: plain(nobodys.body),
    });
    const own = await send(route, await headersOf(role, OWN.partner));
    expect(plain(own.body)).not.toBe(plain(nobodys.body));
    if (role === 'donor') return;
    const swapped = await send(route, await headersOf(role, THEIR.partner));
    expect({ ...swapped, body: plain(swapped.body) }).toEqual({
      ...nobodys,
      body: plain(nobodys.body),
    });
  });
});

test('at least 500 combinations of operation and caller were tried', () => {
  expect(CASES.length * (3 + STAFF_ROLES.length * STATES.length + 3)).toBeGreaterThan(500);
});

describe('a route that nobody may have thought of', () => {
  test.each([
    ['/api/v1/forgotten', {}, /names no operation/],
    ['/healthz-of-operators', {}, /names no operation/],
    ['/api/v1/open', { config: { operation: 'settle' as const } }, undefined],
  ])('%s', async (url, options, refused) => {
    const other = await buildHttp({
      core,
      token: TOKEN,
      open: false,
      logLevel: 'silent',
      checkAnswers: false,
    });
    const add = () => other.get(url, options, async () => ({}));
    if (refused === undefined) expect(add).not.toThrow();
    else expect(add).toThrow(refused);
    await other.close();
  });
});
