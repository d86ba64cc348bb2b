/**
 * Trips that two have recorded at the same moment, each before it could see the other: found at the
 * night's end and put right, as a late record would be.
 */
import type { Instant } from '@liyu/domain/kernel';
import { nightEndOf } from '@liyu/domain/redemption';
import type { Core } from '../core.ts';
import { findPerson } from '../donor/workflow.ts';
import { loadTrips } from './gate-facts.ts';
import { storeOffline } from './gate-store.ts';
import { pairScans, tripRows } from './gate-trips.ts';
import { leafRow, rowsOf } from './scan-record.ts';
import { hasLoneExit, type StoredUse } from './store.ts';

/** True when an exit that went with no entry is there for this one: then they go together now. */
export async function mendTrip(core: Core, entry: StoredUse): Promise<boolean> {
  const person = await findPerson(core.database, entry.donor_id);
  const enteredAt = entry.redeemed_at as Instant;
  const until = nightEndOf(enteredAt, core.programme);
  if (!(await hasLoneExit(core.database, person.donorIds, enteredAt, until))) return false;
  const around = { persons: [person], moments: [enteredAt] };
  const facts = await loadTrips(core, around);
  const paired = pairScans(core, [], around, facts);
  if (![...paired.entryOf.values()].includes(entry.redemption_id)) return false;
  const { leaves, ...rows } = tripRows(core, around, paired, new Map(), facts);
  const nothing = { offline_use: [], gate_boot: [], gate_quarantine: [] };
  const all = { ...rowsOf([]), ...nothing, ...rows, audit_leaf: leaves.map(leafRow) };
  // Changed meanwhile: the next turn of the night's end looks again.
  await storeOffline(core.database, all, []);
  return true;
}
