/** Another document or telephone number: found by it from then on, and nobody else's taken. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runLiyu } from '../../test/command.ts';
import { openStaffServer, type Signed, type StaffServer } from '../../test/staff.ts';
import { openTestCore, residentNumber, type TestCore } from '../../test/test-core.ts';
import { verifyAudit } from '../audit/workflow.ts';
import { findDonorByDocument, findDonorsByPhone, findPhone, phoneHash } from './workflow.ts';

const FIRST = residentNumber(1);
const OTHER = residentNumber(2);
let city: TestCore;
let staff: StaffServer;
let li: Signed;
let id: string;

beforeAll(async () => {
  city = await openTestCore('2026-11-24T12:00:00+08:00');
  await city.importRows([
    { number: 'A1', document: FIRST, donatedOn: '2026-05-05', phone: '13800000001' },
    { number: 'B1', document: OTHER, donatedOn: '2026-05-05' },
  ]);
  id = await city.donorOf(FIRST);
  staff = await openStaffServer(city);
  li = await staff.signIn('li', 'operator');
});
afterAll(async () => {
  await staff.close();
  await city.close();
});

const change = (body: object) =>
  li.post(`/donors/${id}/changes`, { reason: 'shown at the counter', ...body });
const found = (number: string) => findDonorByDocument(city.core.database, city.core.cipher, number);
const passport = { documentType: 'passport', documentNumber: 'E12345678' };

test('only after the password was shown again', async () => {
  expect((await change({ document: passport })).body.code).toBe('step_up_needed');
  await li.stepUp();
});

test('a further document finds the donor, and so does the one before; a preview keeps nothing', async () => {
  const preview = await change({ document: passport, preview: true });
  expect(preview.body).toMatchObject({ documentAdded: true, documentEnded: false, kept: false });
  expect(await found('E12345678')).toBe(undefined);
  expect((await change({ document: passport })).body.kept).toBe(true);
  expect([await found('E12345678'), await found(FIRST)]).toEqual([id, id]);
  expect((await change({ document: passport })).body.code).toBe('known_by_it');
  const heading =
    'donation_number,name,document_type,document_number,born_on,donated_on,kind,amount';
  const row = 'A2,测试甲,passport,E12345678,1985-01-01,2026-11-23,whole_blood,200';
  expect(await city.importText(`${heading}\n${row}\n`)).toMatchObject({ imported: 1 });
  const { answer } = await runLiyu(city, ['standing', '--document', FIRST]);
  expect(answer).toMatchObject({ counts: { city: '2' } });
});

test('a document that was a mistake finds nobody; another person’s is refused', async () => {
  const right = { documentType: 'resident_id', documentNumber: residentNumber(3) };
  const theirs = { documentType: 'resident_id', documentNumber: OTHER };
  const taken = await change({ document: theirs });
  expect([taken.status, taken.body.code]).toEqual([409, 'belongs_to_another']);
  const mistaken = await change({ document: right, mistaken: theirs });
  expect(mistaken.body.code).toBe('not_their_document');
  expect(await found(residentNumber(3))).toBe(undefined);
  const wrong = { documentType: 'resident_id', documentNumber: FIRST };
  const done = await change({ document: right, mistaken: wrong });
  expect(done.body).toMatchObject({ documentAdded: true, documentEnded: true });
  expect([await found(FIRST), await found(residentNumber(3))]).toEqual([undefined, id]);
  const rows = await city.core.database
    .selectFrom('identity_document')
    .select('document_id')
    .where('donor_id', '=', id)
    .execute();
  expect(rows).toHaveLength(3);
  const born = { documentType: 'resident_id', documentNumber: '11010519491231002X' };
  expect((await change({ document: born })).body.code).toBe('born_on_differs');
  const malformed = { documentType: 'resident_id', documentNumber: '140199198501010000' };
  expect((await change({ document: malformed })).body.code).toBe('document_malformed');
});

test('another telephone number: found by it, and by the one before no more', async () => {
  const { database, cipher } = city.core;
  const by = (phone: string) => findDonorsByPhone(database, phoneHash(cipher, phone));
  expect((await change({ phone: '13800000002' })).body).toMatchObject({ phoneChanged: true });
  expect(await findPhone(database, cipher, id)).toBe('13800000002');
  expect([await by('13800000001'), await by('13800000002')]).toEqual([[], [id]]);
});

test('what is malformed names the field; the command says the option', async () => {
  expect((await change({})).body.errors[0].pointer).toBe('/document');
  expect((await change({ phone: 'none' })).body.errors[0].pointer).toBe('/phone');
  const run = (...more: string[]) =>
    runLiyu(city, ['change', '--donor', id, '--reason', 'shown', ...more]);
  expect((await run()).notes).toBe('--document-number or --phone is needed');
  expect((await run('--document-number', 'E1')).notes).toMatch(/^--document-type and/);
  const type = ['--document-type', 'passport'];
  const { status, answer } = await run(...type, '--document-number', 'E87654321');
  expect([status, answer.kept]).toEqual([0, true]);
  expect(await found('E87654321')).toBe(id);
});

test('no number stands in the audit log, which speaks of every change', async () => {
  expect(await verifyAudit(city.core)).toMatchObject({ ok: true, problems: [] });
  const leaves = await city.core.database.selectFrom('audit_leaf').select('body').execute();
  const all = leaves.map(({ body }) => body).join('\n');
  for (const number of [FIRST, OTHER, 'E12345678', '13800000002'])
    expect(all).not.toContain(number);
});
