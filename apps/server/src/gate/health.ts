/** How the gates are: who they are, when each was heard of, what it holds and what is missing. */
import { type Instant, secondsOf } from '@liyu/domain/kernel';
import type { Core } from '../core.ts';
import type { Gap } from '../redemption/workflow.ts';
import { type GateState, stateOf } from './gate.ts';
import {
  countQuarantine,
  findGate,
  loadContacts,
  loadDoubtful,
  loadGates,
  loadQuarantine,
  type QuarantinedRecord,
} from './store.ts';

/** A gate as the operator sees it. Ages and skew in seconds. */
export interface GateHealth {
  readonly id: string;
  readonly venue: string;
  readonly name: string | null;
  readonly state: GateState;
  readonly reason: string | null;
  readonly clientId: string | null;
  readonly lastContactAt: string | null;
  /** How far the gate's clock was ahead of ours then, the way of the message included. */
  readonly clockSkewSeconds: number | null;
  /** Records that were still to be sent then. */
  readonly waiting: number | null;
  readonly lists: {
    readonly trust: number | null;
    readonly status: string | null;
    readonly programme: string | null;
  } | null;
  /** How old the oldest status list that it holds is now. */
  readonly statusAgeSeconds: number | null;
  readonly gaps: readonly Gap[];
  /** Records that were kept aside. */
  readonly quarantined: number;
}

/** All gates, the first added first. */
export async function listGates(core: Core): Promise<GateHealth[]> {
  const now = core.clock.now();
  const gates = await loadGates(core.database);
  const contacts = await loadContacts(core.database);
  const quarantined = await countQuarantine(core.database);
  return gates.map((gate) => {
    const contact = contacts.get(gate.gateId);
    return {
      id: gate.gateId,
      venue: gate.venueId,
      name: gate.name,
      state: stateOf(gate),
      reason: gate.reason,
      clientId: gate.machineId,
      lastContactAt: contact?.contactAt ?? null,
      clockSkewSeconds: contact === undefined ? null : between(contact.contactAt, contact.sentAt),
      waiting: contact?.waiting ?? null,
      lists: contact?.lists ?? null,
      statusAgeSeconds: contact?.lists.status ? between(contact.lists.status, now) : null,
      gaps: contact?.gaps ?? [],
      quarantined: quarantined.get(gate.gateId) ?? 0,
    };
  });
}

/** What people are to look at. */
export interface LookedAt {
  readonly records: readonly QuarantinedRecord[];
  /** Uses in good faith that the server would have refused. */
  readonly uses: readonly {
    readonly redemptionId: string;
    readonly judged: string;
    readonly marks: readonly string[];
    readonly bootEpoch: number;
    readonly seq: number;
    readonly recordedAt: string;
  }[];
}

const PAGE = 100;

/** The gate's latest records to look at, those before one of them; `undefined` for no gate. */
export async function listQuarantine(
  core: Core,
  gateId: string,
  before: string | undefined,
): Promise<LookedAt | undefined> {
  if ((await findGate(core.database, gateId)) === undefined) return undefined;
  const uses = await loadDoubtful(core.database, gateId, PAGE);
  return {
    records: await loadQuarantine(core.database, gateId, before, PAGE),
    uses: uses.map((row) => ({
      redemptionId: row.redemption_id,
      judged: row.judged,
      marks: row.marks,
      bootEpoch: row.boot_epoch,
      seq: row.seq,
      recordedAt: row.recorded_at,
    })),
  };
}

/** Seconds from one moment to another. */
function between(from: string, to: string): number {
  return secondsOf(to as Instant) - secondsOf(from as Instant);
}
