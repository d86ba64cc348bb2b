/** Three donors at a gate, for tests of redemptions: annual, honour, and a card that ends soon. */
import { WHOLE_CITY } from '../src/access/caller.ts';
import { showCodes } from '../src/pass/development-phone.ts';
import { type ScanAnswer, scan, type Visit } from '../src/redemption/workflow.ts';
import { instant, openTestCore, residentNumber, type TestCore } from './test-core.ts';

/** Gave on 2026-03-10. */
export const ANNUAL = residentNumber(1);
/** Gave 20 counts before 2020. */
export const HONOUR = residentNumber(2);
/** Gave on 2025-12-01. */
export const ENDING = residentNumber(3);
const NOON = '2026-11-24T12:00:00+08:00';

/** Where and how a code is used. */
export interface GateUse {
  readonly venue: string;
  readonly direction?: 'in' | 'out';
  readonly visit?: Visit;
}

/** A city with the three donors. */
export interface TestGate {
  readonly city: TestCore;
  /** A fresh code of the donor, shown at the moment. */
  codeOf(document: string, at: string): Promise<string>;
  /** Shows a fresh code and scans it at the same moment. */
  use(document: string, at: string, use: GateUse): Promise<ScanAnswer>;
}

/** A moment of the test's day, or of another. */
export const at = (time: string, day = '2026-11-24'): string => `${day}T${time}+08:00`;

/** Opens a city with the three donors; close `city` at the end. */
export async function openTestGate(): Promise<TestGate> {
  const city = await openTestCore(NOON);
  await city.importRows([
    { number: 'A1', document: ANNUAL, donatedOn: '2026-03-10' },
    ...Array.from({ length: 10 }, (_, index) => ({
      number: `H${index}`,
      document: HONOUR,
      donatedOn: `20${10 + index}-05-05`,
      amount: '400',
    })),
    { number: 'E1', document: ENDING, donatedOn: '2025-12-01' },
  ]);
  const codeOf = async (document: string, moment: string): Promise<string> => {
    city.setNow(moment);
    const donorId = await city.donorOf(document);
    const [code] = await showCodes(city.core, donorId, instant(moment), 1);
    if (code === undefined) throw new Error('one code was asked for');
    return code;
  };
  return {
    city,
    codeOf,
    async use(document, moment, { venue, ...more }) {
      const code = await codeOf(document, moment);
      return scan(city.core, WHOLE_CITY, { code, venue, at: instant(moment), ...more });
    },
  };
}
