/**
 * A core for tests: the real programme, a home of its own, a clock that stands where the test puts
 * it. The database is the embedded one, or PostgreSQL when `LIYU_TEST_POSTGRES` names a server.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Instant, parseInstant } from '@liyu/domain/kernel';
import { readConfig } from '../src/config.ts';
import type { Core } from '../src/core.ts';
import { type ImportReport, importDonations } from '../src/donation/import.ts';
import { residentCheckDigit } from '../src/donor/document.ts';
import { findDonorByDocument } from '../src/donor/workflow.ts';
import { system } from '../src/edge/system.ts';
import { openCore } from '../src/open-core.ts';
import { createMigrated, fillHome } from './database.ts';

/** A core whose clock the test sets. */
export interface TestCore {
  readonly core: Core;
  readonly home: string;
  setNow(instant: string): void;
  /** Imports a donation file made of the rows; dates may be anything up to the clock's day. */
  importRows(rows: readonly TestDonation[], options?: { dryRun?: boolean }): Promise<ImportReport>;
  importText(text: string | Uint8Array, options?: ImportFlags): Promise<ImportReport>;
  donorOf(document: string): Promise<string>;
  /** What a process needs to open the same home and database. */
  readonly environment: Readonly<Record<string, string>>;
  /** Closes the core and leaves home and database to another process, until `close`. */
  release(): Promise<void>;
  close(): Promise<void>;
}

export interface ImportFlags {
  readonly dryRun?: boolean;
  readonly allOrNothing?: boolean;
}

/** A row of the donation file; the rest has defaults. */
export interface TestDonation {
  readonly number: string;
  readonly document: string;
  readonly donatedOn: string;
  readonly name?: string;
  readonly kind?: string;
  readonly amount?: string;
  readonly city?: string;
  readonly phone?: string;
}

export const HEADING =
  'donation_number,name,document_type,document_number,phone,donated_on,kind,amount,city';

/** A resident number that is well-formed and nobody's: the county code is no county's. */
export function residentNumber(ordinal: number): string {
  const first17 = `14019919850101${String(ordinal).padStart(3, '0')}`;
  return first17 + residentCheckDigit(first17);
}

/** A moment of a test; throws when the text is none. */
export function instant(text: string): Instant {
  const parsed = parseInstant(text);
  if (parsed === undefined) throw new Error(`${text} is no moment`);
  return parsed;
}

export function lineOf(row: TestDonation): string {
  const { number, document, donatedOn, name = '测试甲', kind = 'whole_blood' } = row;
  const amount = row.amount ?? (kind === 'whole_blood' ? '200' : '');
  const cells = [number, name, 'resident_id', document, row.phone ?? '', donatedOn, kind, amount];
  return [...cells, row.city ?? ''].join(',');
}

/** Opens a test core; call `close` at the end. */
export async function openTestCore(now = '2026-11-24T08:00:00+08:00'): Promise<TestCore> {
  const home = mkdtempSync(path.join(tmpdir(), 'liyu-test-'));
  const server = process.env.LIYU_TEST_POSTGRES;
  const made = server === undefined ? await fillHome(home) : await createMigrated(server);
  let at = instant(now);
  const environment = {
    LIYU_HOME: home,
    LIYU_MODE: 'development',
    ...(made && { DATABASE_URL: made.url }),
  };
  const config = readConfig(environment);
  const clock = { now: () => at };
  const { core, close } = await openCore(config, {
    clock,
    random: system.random,
    passwordCost: 10,
  });
  let closed: Promise<void> | undefined;
  const release = (): Promise<void> => {
    closed ??= close();
    return closed;
  };
  let files = 0;
  const importText: TestCore['importText'] = (text, flags = {}) => {
    files += 1;
    const file = path.join(home, `donations-${files}.csv`);
    writeFileSync(file, text);
    const { dryRun = false, allOrNothing = false } = flags;
    return importDonations(core, file, { dryRun, allOrNothing });
  };
  return {
    core,
    home,
    setNow: (text) => {
      at = instant(text);
    },
    importText,
    importRows: (rows, flags) =>
      importText(`${[HEADING, ...rows.map(lineOf)].join('\n')}\n`, flags),
    async donorOf(document) {
      const donorId = await findDonorByDocument(core.database, core.cipher, document);
      if (donorId === undefined) throw new Error('the test has not imported this document');
      return donorId;
    },
    environment,
    release,
    async close() {
      await release();
      rmSync(home, { recursive: true });
      await made?.drop();
    },
  };
}
