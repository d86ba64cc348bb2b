/** A number that several people's documents share names nobody, until its type is said. */
import { expect, test } from 'vitest';
import { openTestCore } from '../../test/test-core.ts';
import { findDonorByDocument } from './workflow.ts';

test('two people, one number: refused without the type, right with it', async () => {
  const city = await openTestCore();
  const heading =
    'donation_number,name,document_type,document_number,born_on,donated_on,kind,amount';
  await city.importText(
    [
      heading,
      'P1,甲,passport,12345678,1980-01-01,2026-01-01,whole_blood,200',
      'T1,乙,taiwan_permit,12345678,1990-01-01,2026-01-01,whole_blood,200',
    ].join('\n'),
  );
  const { database, cipher } = city.core;
  await expect(findDonorByDocument(database, cipher, '12345678')).rejects.toThrow(/several people/);
  const first = await findDonorByDocument(database, cipher, '12345678', 'passport');
  const second = await findDonorByDocument(database, cipher, '12345678', 'taiwan_permit');
  await city.close();
  expect(new Set([first, second, undefined]).size).toBe(3);
});
