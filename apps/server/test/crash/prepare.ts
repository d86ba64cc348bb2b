/** A home to crash in: donors with a card, and the codes that their phones will show. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { addMonths, dayOf, type Instant } from '@liyu/domain/kernel';
import { readConfig } from '../../src/config.ts';
import type { Core } from '../../src/core.ts';
import { importDonations } from '../../src/donation/import.ts';
import { findDonorByDocument } from '../../src/donor/workflow.ts';
import { system } from '../../src/edge/system.ts';
import { openCore } from '../../src/open-core.ts';
import { showCodes } from '../../src/pass/development-phone.ts';
import { HEADING, instant, lineOf, residentNumber } from '../test-core.ts';

/** A code's life: each is shown so much later than the one before. */
const APART_MS = 10_000;
const MOST_DONORS = 500;
const CODES_EACH = 40;

/** What a gate sends, under its device's name. */
export interface Scan {
  readonly code: string;
  readonly venue: string;
  readonly direction: 'in' | 'out';
  readonly at: string;
  readonly device: { readonly id: string; readonly bootEpoch: number; readonly seq: number };
}

/** Donors' scans, one list a donor in the order of their moments: in and out by turns. */
export async function prepareScans(
  environment: Readonly<Record<string, string>>,
  atLeast: number,
): Promise<Scan[][]> {
  const { core, close } = await openCore(readConfig(environment), system);
  const count = Math.min(MOST_DONORS, Math.ceil(atLeast / CODES_EACH));
  const today = dayOf(core.clock.now(), core.programme.zone);
  const documents = Array.from({ length: count }, (_, ordinal) => residentNumber(ordinal));
  const rows = documents.map((document, ordinal) =>
    lineOf({ number: `D${ordinal}`, document, donatedOn: addMonths(today, -3) }),
  );
  const file = path.join(core.config.home, 'donors.csv');
  writeFileSync(file, `${[HEADING, ...rows].join('\n')}\n`);
  await importDonations(core, file, { dryRun: false, allOrNothing: true });
  const begin = instant(`${today}T08:00:00+08:00`);
  const scans: Scan[][] = [];
  for (const [ordinal, document] of documents.entries()) {
    scans.push(await scansOf(core, document, ordinal, begin, Math.ceil(atLeast / count)));
  }
  await close();
  return scans;
}

async function scansOf(
  core: Core,
  document: string,
  ordinal: number,
  begin: Instant,
  count: number,
): Promise<Scan[]> {
  const donorId = await findDonorByDocument(core.database, core.cipher, document);
  if (donorId === undefined) throw new Error('the donor was imported');
  const stations = [...core.programme.stations.keys()];
  const codes = await showCodes(core, donorId, begin, count);
  return codes.map((code, nth) => ({
    code,
    venue: stations[(ordinal + nth) % stations.length] ?? '',
    direction: nth % 2 === 0 ? 'in' : 'out',
    at: new Date(Date.parse(begin) + nth * APART_MS).toISOString(),
    device: { id: `gate-${ordinal}`, bootEpoch: 1, seq: nth },
  }));
}
