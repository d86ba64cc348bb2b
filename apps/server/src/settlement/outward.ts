/**
 * What leaves the house about uses names nothing by which two partners' files could be joined: riders
 * have a pseudonym a partner and month, and what several partners have lines of, ids of each one's.
 */
import { dayOf, type Instant, startOfDay } from '@liyu/domain/kernel';
import { isShare, type StatementLine } from '@liyu/domain/settlement';
import type { Core } from '../core.ts';

/**
 * The line as the partner gets it. A use at one partner keeps the id that its gate was told. Of a
 * trip over several each has a line: its ids are keyed, and of a reversal, which all of them have
 * at one moment, the day is said.
 */
export function outwardLine(core: Core, partner: string, line: StatementLine): StatementLine {
  if (!isShare(line)) return line;
  const { zone } = core.programme;
  const keyed = (id: string) => keyedId(core, 'partner-use', `${partner}/${id}`);
  const { reversalOf, redeemedAt } = line;
  return {
    ...line,
    postingId: keyed(line.postingId),
    redemptionId: keyed(line.redemptionId),
    reversalOf: reversalOf && keyed(reversalOf),
    redeemedAt:
      reversalOf === null ? redeemedAt : startOfDay(dayOf(redeemedAt as Instant, zone), zone),
  };
}

/** The rider's pseudonym at the partner in the month: another one elsewhere, and next month. */
export function outwardRider(core: Core, partner: string, month: string, personId: string): string {
  return keyedId(core, 'partner-rider', `${partner}/${month}/${personId}`);
}

/** 122 bits of a keyed hash in the form of a UUID (version 8, RFC 9562). */
function keyedId(core: Core, domain: string, text: string): string {
  const bytes = Buffer.from(core.cipher.blindIndex(domain, text)).subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-');
}
