/**
 * The last contact with the server, on the disk: so that a restart knows how far off the machine's
 * clock is and since when, and which ledger the spool's receipts speak of.
 */
import type { Contact, CorrectedClock } from './corrected-clock.ts';
import type { Disk } from './disk.ts';
import type { DiskWatch } from './disk-watch.ts';
import { readSmallFile, writeSmallFile } from './small-file.ts';

/** What is kept. */
export interface KeptContact extends Contact {
  readonly ledger: string | null;
}

/** Keeps the contact of one gate. */
export interface ContactKeeper {
  readonly ledger: string | null;
  /** Durably; rejects with a `DiskFault`. */
  setLedger(ledger: string): Promise<void>;
  /** Writes the contact down where it tells something new. */
  keep(): Promise<void>;
}

const NAME = 'contact';
/** The same drift is written down again after so long. */
const REPEAT_MILLISECONDS = 600_000;
/** The server's clock is often told in whole seconds. */
const DRIFT_MILLISECONDS = 2000;

/** What the run before has kept; `null` where that is nothing, or not readable. */
export async function readContact(disk: Disk, watch: DiskWatch): Promise<KeptContact | null> {
  const kept = await watch.run(() => readSmallFile(disk, NAME));
  return (kept as KeptContact | undefined) ?? null;
}

/** Goes on from what was kept. */
export function createContactKeeper(
  disk: Disk,
  watch: DiskWatch,
  clock: CorrectedClock,
  kept: KeptContact | null,
): ContactKeeper {
  let written = kept;

  async function write(ledger: string | null): Promise<void> {
    const { lastContact } = clock;
    if (lastContact === null) return;
    const now = { ...lastContact, ledger };
    await writeSmallFile(disk, NAME, now);
    written = now;
  }

  return {
    get ledger() {
      return written?.ledger ?? null;
    },
    setLedger: write,
    async keep() {
      const { lastContact } = clock;
      if (lastContact === null || (written !== null && tellsTheSame(written, lastContact))) return;
      await watch.run(() => write(written?.ledger ?? null));
    },
  };
}

function tellsTheSame(written: Contact, now: Contact): boolean {
  const drift = (one: Contact) => one.serverAt - one.wallAt;
  return (
    now.serverAt - written.serverAt < REPEAT_MILLISECONDS &&
    Math.abs(drift(now) - drift(written)) < DRIFT_MILLISECONDS
  );
}
