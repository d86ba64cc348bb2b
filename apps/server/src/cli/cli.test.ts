/** The command line as people call it: one JSON document, exit status, and a running server. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startServer } from '../../test/server-process.ts';
import { HEADING, lineOf, residentNumber } from '../../test/test-core.ts';

const MAIN = path.resolve(import.meta.dirname, 'main.ts');
let home: string;
let file: string;

interface Run {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

function liyu(...argv: string[]): Promise<Run> {
  return liyuWith(undefined, ...argv);
}

/** Runs it with a standard input; left out, it stays open and nothing comes. */
function liyuWith(input: string | undefined, ...argv: string[]): Promise<Run> {
  const child = spawn(process.execPath, [MAIN, ...argv], {
    env: { PATH: process.env.PATH, LIYU_HOME: home },
  });
  if (input !== undefined) child.stdin.end(input);
  let out = '';
  let err = '';
  child.stdout.on('data', (text: Buffer) => {
    out += text.toString();
  });
  child.stderr.on('data', (text: Buffer) => {
    err += text.toString();
  });
  return new Promise((resolve) => {
    child.on('close', (status) => resolve({ status, out, err }));
  });
}

beforeAll(() => {
  home = mkdtempSync(path.join(tmpdir(), 'liyu-cli-'));
  file = path.join(home, 'donations.csv');
  const rows = [
    { number: 'A1', document: residentNumber(1), donatedOn: '2026-03-10' },
    { number: 'A2', document: residentNumber(2), donatedOn: '2026-02-30' },
  ];
  writeFileSync(file, [HEADING, ...rows.map(lineOf)].join('\n'));
});
afterAll(() => rmSync(home, { recursive: true }));

test('done with row errors is 1, and standard output is one JSON document', async () => {
  const { status, out } = await liyu('import', file, '--json');
  expect(status).toBe(1);
  expect(JSON.parse(out)).toMatchObject({
    rows: 2,
    imported: 1,
    unchanged: 0,
    conflicts: 0,
    rejected: [{ row: 3, column: 'donated_on', code: 'date_malformed' }],
    encoding: 'utf-8',
  });
});

describe('wrong usage is 2 and says why on standard error only', () => {
  test.each([
    [['frobnicate'], /unknown command/],
    [['import'], /missing required argument/],
    [['import', '/no/such/file.csv'], /无法读取 .*\n.*cannot read/],
    [['import', 'FILE', '--encoding', 'latin1'], /--encoding/],
    [['standing', '--summary', '--on', '2026-02-30'], /--on: 2026-02-30/],
    [['standing'], /--document or --summary/],
    [['standing', '--summary', '--on', '1979-12-31'], /--on: 1979-12-31 is before/],
    [['standing', '--summary', '--known-at', '2126-01-01T00:00:00Z'], /--known-at/],
    [['sample-donors', '--census', '2026-11-23', '--out', '/no/such/x.csv'], /ENOENT/],
    [['correct', '--donation', 'A1', '--void', '--reason', ' '], /--reason: is empty/],
    [['correct', '--donation', 'A1', '--void', '--reason', residentNumber(1)], /--reason: holds/],
    [['decide', '--document', 'x', '--benefit', 'bread'], /--benefit/],
    [
      ['decide', '--document', 'x', '--benefit', 'clinic', '--hospital', 'H01'],
      /--level and --fee/,
    ],
    [['scan', '--code', 'x', '--venue', 'metro-demo', '--at', 'noon'], /--at: noon/],
    [['scan', '--code', 'x', '--venue', 'metro-demo', '--direction', 'up'], /--direction/],
    [['settle', '--partner', 'metro-2', '--month', '2026-13'], /--month/],
    [['settle', '--partner', 'metro-2', '--month', '0000-01'], /--month/],
    [['settle', '--partner', 'nobody', '--month', '2026-11'], /--partner/],
    [['reverse', '7', '--reason', 'x'], /ID/],
    [['list', 'everything'], /WHAT/],
    [['login', 'add', '--name', 'x1', '--role', 'boss'], /--role: one of/],
    [['login', 'disable', '--name', 'nobody'], /--name: there is no such login/],
  ])('%j', async (argv, message) => {
    const { status, out, err } = await liyu(...argv);
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toMatch(message);
  });
});

test('the fixed ids of the programme are listed', async () => {
  const ids = async (what: string): Promise<string[]> =>
    (JSON.parse((await liyu('list', what, '--json')).out) as { id: string }[]).map(({ id }) => id);
  expect(await ids('lines')).toEqual(
    expect.arrayContaining(['metro-1', 'metro-2', 'bus-regular', 'bus-tourist']),
  );
  const hospitals = await ids('hospitals');
  expect([hospitals.length, hospitals[0], hospitals.at(-1)]).toEqual([54, 'H01', 'H54']);
  expect(await ids('venues')).toContain('metro-demo');
  expect(await ids('sites')).toEqual(expect.arrayContaining(['jinci-museum', 'botanical-garden']));
  expect(await ids('partners')).toEqual(
    expect.arrayContaining(['metro-1', 'metro-2', 'bus', 'H07', 'jinci-museum']),
  );
});

test('decide answers with code, rule, version, evidence and reasons; a refusal is 1', async () => {
  const ask = (...more: string[]) =>
    liyu('decide', '--document', residentNumber(1), '--on', '2026-11-24', '--json', ...more);
  const clinic = ['--benefit', 'clinic', '--hospital', 'H01', '--level', 'general'];
  const yes = await ask(...clinic, '--fee', '1000', '--insured', '250');
  expect(yes.status).toBe(0);
  expect(JSON.parse(yes.out)).toMatchObject({
    granted: true,
    code: 'granted',
    version: '2026-06-09',
    waivedFen: 750,
    toPayFen: 0,
    evidence: ['A1'],
  });
  const no = await ask('--benefit', 'site', '--site', 'botanical-garden');
  expect(no.status).toBe(1);
  expect(JSON.parse(no.out)).toMatchObject({ granted: false, code: 'honour_only' });
});

/** A login with a password from standard input, and one whose password is made. */
async function addLoginsAndSignIn(address: string): Promise<void> {
  const signIn = async (name: string, password: string): Promise<number> => {
    const body = JSON.stringify({ name, password });
    const headers = { 'content-type': 'application/json' };
    return (await fetch(`${address}/api/v1/sessions`, { method: 'POST', headers, body })).status;
  };
  const given = 'the sun over the river';
  const clerk = ['login', 'add', '--name', 'clerk-1', '--role', 'clerk', '--partner', 'bus'];
  const added = await liyuWith(`${given}\nmore\n`, ...clerk, '--json');
  expect(JSON.parse(added.out)).toMatchObject({ name: 'clerk-1', role: 'clerk', partner: 'bus' });
  expect(added.out + added.err).not.toContain(given);
  expect(await signIn('clerk-1', given)).toBe(200);
  const made = await liyu('login', 'add', '--name', 'auditor-1', '--role', 'auditor', '--json');
  const { password } = JSON.parse(made.out) as { password: string };
  expect(await signIn('auditor-1', password)).toBe(200);
  expect((await liyu('login', 'disable', '--name', 'auditor-1')).status).toBe(0);
  expect(await signIn('auditor-1', password)).toBe(401);
  const short = await liyuWith('too short\n', 'login', 'password', '--name', 'clerk-1');
  expect([short.status, short.out]).toEqual([2, '']);
  expect(short.err).toMatch(/password has 12 characters/);
}

test('while a server has the home, commands run in it; dead or stopped, it frees the home', async () => {
  const server = await startServer(home, { LIYU_SAMPLE: '0' });
  const record = path.join(home, 'server.json');
  expect(statSync(record).mode & 0o777).toBe(0o600);
  expect(JSON.parse(readFileSync(record, 'utf8'))).toMatchObject({ address: server.address });
  const code = await liyu('code', '--document', residentNumber(1), '--json');
  const scan = await liyu(
    'scan',
    '--code',
    (JSON.parse(code.out) as { code: string }).code,
    '--venue',
    'metro-demo',
    '--json',
  );
  expect([code.status, scan.status]).toEqual([0, 0]);
  expect(JSON.parse(scan.out)).toMatchObject({ open: true });
  const missing = await liyu('standing', '--document', residentNumber(9), '--json');
  expect(missing.status).toBe(1);
  expect(JSON.parse(missing.out)).toMatchObject({ code: 'unknown_document' });
  const nowhere = ['sample-donors', '--census', '2026-11-23', '--out', '/no/such/folder/x.csv'];
  expect((await liyu(...nowhere)).status).toBe(2);
  expect((await liyu('list', 'lines', '--json')).status).toBe(0);
  await addLoginsAndSignIn(server.address);
  expect(server.child.exitCode).toBe(null);
  await server.kill();
  const after = await liyu('settle', '--partner', 'metro-2', '--month', '2026-11', '--json');
  expect(after.status).toBe(0);
  const again = await startServer(home, { LIYU_SAMPLE: '0' });
  expect(await again.stop()).toBe(0);
});

test('the table of roles is listed', async () => {
  const { out } = await liyu('list', 'roles', '--json');
  const settle = (JSON.parse(out) as { operation: string }[]).find(
    ({ operation }) => operation === 'settle',
  );
  expect(settle).toMatchObject({
    text: { en: 'see and close the month of a partner' },
    may: { finance: 'city', partner_lead: 'partner' },
    stepUp: false,
  });
});
