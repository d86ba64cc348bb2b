/** What a batch of a gate's records writes: judged together, as rows by table. */
import { findVenue, type Venue } from '@liyu/domain/programme';
import type { GateBoot } from '@liyu/domain/redemption';
import { parseCode } from '@liyu/pass';
import { leafOfRow } from '../audit/leaf.ts';
import type { Core } from '../core.ts';
import { loadPassFacts, loadUseFacts } from './gate-facts.ts';
import { judgeUse, type OfflineUse, refusalOf, sentOf } from './gate-judge.ts';
import type { ReadRecord, SendingDevice } from './gate-record.ts';
import {
  type OpenPerson,
  type ProvenScan,
  prove,
  proveAdmission,
  type ScanRead,
} from './gate-signed.ts';
import { aroundScans, pairScans, storedOf, type TripRows, tripRows } from './gate-trips.ts';
import type { Use } from './scan-record.ts';
import { leafRow, type RefusalRecord, receiptRow, rowsOf, sightingsOf } from './scan-record.ts';
import type { StoredUse } from './store.ts';

/** Why a record is kept aside. */
export type Aside =
  /** Something else came under its name. */
  | 'other_body'
  | 'unreadable'
  /** The gate opened, and no key of ours signed what it was shown. */
  | 'unverified'
  /** Signed by us, for a pass that is not recorded here: after a restore. */
  | 'unknown_pass'
  /** Whom staff let in by hand, nobody knows. */
  | 'unknown_person'
  /** Of another place than where the gate was put up. */
  | 'other_venue'
  /** The device was revoked, or another one has its place. */
  | 'lost_device'
  | 'unrecordable';

/** Judging the record ended in a fault of its own. */
export class Unrecordable extends Error {
  readonly read: ReadRecord;

  constructor(read: ReadRecord, cause: unknown) {
    super('the record cannot be judged', { cause });
    this.read = read;
  }
}

/** What is to be judged. */
export interface Batch {
  readonly fresh: readonly ReadRecord[];
  /** Other bodies under known names; `isKept`: it is in quarantine already. */
  readonly others: readonly { readonly read: ReadRecord; readonly isKept: boolean }[];
  readonly aside: ReadonlyMap<ReadRecord, Aside>;
  readonly openPerson: OpenPerson;
}

/** What is to be stored; no rows where there is nothing to store. */
export interface BatchPlan {
  readonly rows: object | undefined;
  /** What the uses tell of clones. */
  readonly sightings: readonly object[];
  readonly because: ReadonlyMap<ReadRecord, Aside>;
  /** Of the uses, by the record's name. */
  readonly redemptionIds: ReadonlyMap<string, string>;
}

/** Judges a batch. Throws `Unrecordable`, or a fault of the database. */
export async function planBatch(
  core: Core,
  device: SendingDevice,
  { fresh, others, aside, openPerson }: Batch,
): Promise<BatchPlan> {
  const because = new Map<ReadRecord, Aside>(others.map(({ read }) => [read, 'other_body']));
  const venue = findVenue(core.programme, device.venueId);
  const scans: ScanRead[] = [];
  const boots: ReadRecord[] = [];
  for (const read of fresh) {
    const why = aside.get(read) ?? reasonAside(device, venue, read);
    if (why !== undefined) because.set(read, why);
    else if (read.says?.kind === 'boot') boots.push(read);
    else scans.push(read as ScanRead);
  }
  const judged = venue && (await judgeScans(core, device, venue, scans, openPerson));
  for (const [read, why] of judged?.unproven ?? []) because.set(read, why);
  const keep = [...because.keys()].filter(
    (read) => !others.some((other) => other.read === read && other.isKept),
  );
  const isNothing = fresh.length === 0 && keep.length === 0;
  const kept = keep.map((read) => quarantineRow(core, device, read, because.get(read)));
  const booted = boots.map((read) => bootRow(core, device, read));
  const receipts = [...boots, ...fresh.filter((read) => because.has(read))];
  return {
    because,
    sightings: sightingsOf((judged?.uses ?? []).map(({ record }) => record)),
    redemptionIds: new Map(
      (judged?.uses ?? []).map(({ record: { sent, use } }) => [
        `${sent.bootEpoch}/${sent.seq}`,
        use.redemptionId,
      ]),
    ),
    rows: isNothing ? undefined : allRows(core, device, { judged, kept, booted, receipts }),
  };
}

function reasonAside(
  { isLost, venueId }: SendingDevice,
  venue: Venue | undefined,
  { says }: ReadRecord,
): Aside | undefined {
  if (isLost) return 'lost_device';
  if (says === undefined) return 'unreadable';
  if (says.kind === 'boot') return undefined;
  return venue === undefined || says.venue !== venueId ? 'other_venue' : undefined;
}

interface Judged {
  readonly uses: readonly OfflineUse[];
  readonly refusals: readonly RefusalRecord[];
  readonly trips: TripRows | undefined;
  readonly unproven: ReadonlyMap<ReadRecord, Aside>;
}

async function judgeScans(
  core: Core,
  device: SendingDevice,
  venue: Venue,
  scans: readonly ScanRead[],
  openPerson: OpenPerson,
): Promise<Judged> {
  const passes = scans.flatMap(({ says }) => {
    const code = parseCode(says.code);
    if ('malformed' in code) return [];
    const { cti, kid, scope } = code.pass.claims;
    return [{ cti, kid, index: scope.statusIndex }];
  });
  const passFacts = await loadPassFacts(core, passes);
  const unproven = new Map<ReadRecord, Aside>();
  const opened: ProvenScan[] = [];
  const refusals: RefusalRecord[] = [];
  for (const read of scans) {
    const isByHand = read.says.opened && read.says.admission !== undefined;
    const proven = isByHand
      ? await proveAdmission(core, read, openPerson)
      : await prove(core, venue, read, passFacts).catch((cause: unknown) => {
          throw new Unrecordable(read, cause);
        });
    if (!read.says.opened) {
      const who = typeof proven === 'string' ? undefined : proven;
      refusals.push(refusalOf(core, device, venue, read, who));
    } else if (typeof proven === 'string') unproven.set(read, proven);
    else opened.push(proven);
  }
  return { ...(await judgeOpened(core, device, venue, opened)), refusals, unproven };
}

async function judgeOpened(
  core: Core,
  device: SendingDevice,
  venue: Venue,
  opened: readonly ProvenScan[],
): Promise<Pick<Judged, 'uses' | 'trips'>> {
  if (opened.length === 0) return { uses: [], trips: undefined };
  const facts = await loadUseFacts(core, venue, opened);
  const isMetro = venue.kind === 'metro';
  const around = aroundScans(opened);
  const paired = pairScans(core, isMetro ? opened : [], around, facts.trips);
  const stored = new Map<string, StoredUse>(
    facts.trips.uses.map((use) => [use.redemption_id, use]),
  );
  const made = new Map<string, Use>();
  const uses: OfflineUse[] = [];
  const inOrder = isMetro ? paired.inOrder : opened.map((scan) => ({ id: '', scan }));
  for (const { id, scan } of inOrder) {
    try {
      const entry = stored.get(paired.entryOf.get(id) ?? '');
      const judged = judgeUse(core, device, venue, scan, entry, facts);
      stored.set(id, storedOf(judged.record.use));
      made.set(id, judged.record.use);
      uses.push(judged);
    } catch (cause) {
      throw new Unrecordable(scan.read, cause);
    }
  }
  if (!isMetro) return { uses, trips: undefined };
  return { uses, trips: tripRows(core, around, paired, made, facts.trips) };
}

interface Rows {
  readonly judged: Judged | undefined;
  readonly kept: readonly KeptRow[];
  readonly booted: readonly KeptRow[];
  readonly receipts: readonly ReadRecord[];
}

/** A row with its leaf. */
interface KeptRow {
  readonly row: object;
  readonly leaf: ReturnType<typeof leafOfRow>;
}

function allRows(core: Core, device: SendingDevice, parts: Rows): object {
  const { judged, kept, booted, receipts } = parts;
  const uses = judged?.uses ?? [];
  const trips = judged?.trips;
  const rows = rowsOf([...uses.map(({ record }) => record), ...(judged?.refusals ?? [])]);
  const sent = receipts.map((read) => receiptRow(sentOf(core, device, read)));
  const leaves = [...kept, ...booted, ...uses].map(({ leaf }) => leaf);
  return {
    ...rows,
    receipt: [...rows.receipt, ...sent],
    trip_turn: trips?.trip_turn ?? [],
    trip_end: trips?.trip_end ?? [],
    trip_change: trips?.trip_change ?? [],
    posting: [...rows.posting, ...(trips?.posting ?? [])],
    offline_use: uses.map(({ row }) => row),
    gate_boot: booted.map(({ row }) => row),
    gate_quarantine: kept.map(({ row }) => row),
    audit_leaf: [...rows.audit_leaf, ...[...leaves, ...(trips?.leaves ?? [])].map(leafRow)],
  };
}

/** The leaf says which bytes were kept, and not the bytes, which may hold anything. */
function quarantineRow(
  core: Core,
  device: SendingDevice,
  read: ReadRecord,
  because: Aside | undefined,
): KeptRow {
  const said = {
    device_id: device.deviceId,
    boot_epoch: read.bootEpoch,
    seq: read.seq,
    body_sha256: read.bodyHash,
    quarantine_id: core.newId(),
    gate_id: device.gateId,
    because,
    opened: read.says?.kind === 'scan' ? read.says.opened : null,
    recorded_at: core.clock.now(),
  };
  const body = `\\x${Buffer.from(read.body).toString('hex')}`;
  const leaf = leafOfRow(core, 'gate_quarantine', said.quarantine_id, said);
  return { row: { ...said, body }, leaf };
}

function bootRow(core: Core, device: SendingDevice, read: ReadRecord): KeptRow {
  const { at, previous, cutBytes, clock } = read.says as GateBoot;
  const row = {
    device_id: device.deviceId,
    boot_epoch: read.bootEpoch,
    boot_id: core.newId(),
    booted_at: at,
    previous_epoch: previous?.bootEpoch ?? null,
    previous_seq: previous?.lastSeq ?? null,
    cut_bytes: cutBytes,
    clock,
    recorded_at: core.clock.now(),
  };
  return { row, leaf: leafOfRow(core, 'gate_boot', row.boot_id, row) };
}
