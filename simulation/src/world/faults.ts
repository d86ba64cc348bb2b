/**
 * Every kind of fault that the world does to the product, and how often each has happened. A kind
 * that never happens over many seeds shows nothing: the command says so.
 */

/** The kinds, each with what happens. */
export const FAULTS = {
  gate_killed: 'a gate’s agent ends at some step of what it is doing; its disk keeps all writes',
  power_lost: 'a gate loses power: bytes that were not synced are lost',
  write_torn: 'of the last write before the power went only a part is on the disk',
  disk_full: 'the disk takes no more bytes',
  disk_broken: 'the disk answers EIO',
  sync_slow: 'the disk takes seconds to sync',
  gate_cut_off: 'a gate has no network, up to five hours',
  gate_stolen: 'a gate is taken away and sends forged records with its key',
  poison: 'a gate sends a record that nobody can read',
  peers_cut_off: 'the gates of a station do not reach each other',
  clock_drifts: 'a gate’s clock runs fast or slow',
  clock_back: 'a gate’s clock is set back',
  clock_lost: 'a gate starts with a clock that is hours off, and without network',
  request_lost: 'an upload never arrives',
  request_doubled: 'an upload arrives twice',
  request_late: 'an upload arrives long after it was sent, after later ones',
  answer_lost: 'the server did it, and its answer never arrives',
  server_restarted: 'the server is away for some minutes, and starts anew',
  transaction_broken: 'the database goes down in the middle of a transaction',
  server_restored: 'the server is put back to a backup',
  lists_late: 'lists stay hours old for a gate that uploads all the same',
  list_old: 'a cache between answers with an older list',
  phone_wrong: 'a phone’s clock is off',
  phone_lost: 'a phone is lost, and somebody else shows its codes',
  screenshot: 'a code is shown a second time from a picture',
  relay: 'a code is shown at two stations at once',
  pass_cut_out: 'the pass is cut out of a code and shown alone',
  printed_at_gate: 'a printed card is shown at a gate without staff',
  donor_died: 'a donor has died, and the card is still shown',
  record_mistaken: 'a donation was recorded by mistake and is corrected',
  donation_late: 'a donation comes in late',
  import_twice: 'a donation file is taken in twice',
  use_reversed: 'a use is taken back',
} as const;

/** A kind of fault. */
export type Fault = keyof typeof FAULTS;

/** Counts by kind. */
export type FaultCounts = Readonly<Record<Fault, number>>;

/** Counts faults; the same counter serves the whole world of a seed. */
export interface FaultCounter {
  count(fault: Fault): void;
  readonly counts: FaultCounts;
}

/** A counter at nought. */
export function createFaultCounter(): FaultCounter {
  const counts = noFaults();
  return {
    counts,
    count(fault) {
      counts[fault] += 1;
    },
  };
}

/** All kinds, none of them seen. */
export function noFaults(): Record<Fault, number> {
  return Object.fromEntries(Object.keys(FAULTS).map((fault) => [fault, 0])) as Record<
    Fault,
    number
  >;
}

/** Adds the second to the first. */
export function addFaults(sum: Record<Fault, number>, more: FaultCounts): void {
  for (const fault of Object.keys(sum) as Fault[]) sum[fault] += more[fault];
}
