/** Reads the product's books in plain SQL, past all of its own code, when a day is over. */
import type { Evidence, StationFact } from './checkers/evidence.ts';
import { rightsOf } from './checkers/rights.ts';
import { storiesOf } from './checkers/story.ts';
import type { City } from './world/city.ts';
import type { CityDatabase, Rows } from './world/city-database.ts';
import type { Outcome } from './world/world.ts';

/** Everything that checkers are given. */
export async function readEvidence(city: City, outcome: Outcome): Promise<Evidence> {
  const { engine } = city;
  const { facts } = outcome.truth;
  const gateOf = (device: unknown): string => {
    const name = String(device).split('/').at(-1) ?? '';
    return outcome.devices.get(name) ?? outcome.gates.get(name) ?? name;
  };
  return {
    facts,
    stories: storiesOf(facts, outcome.sent),
    rights: rightsOf(facts),
    ...(await readReceipts(engine, gateOf)),
    ...(await readUses(engine)),
    sent: outcome.sent,
    waiting: outcome.waiting,
    statements: outcome.statements,
    stations: stationsOf(city),
    unpaid: new Set(
      [...city.programme.sites.values()].filter(({ settled }) => !settled).map(({ id }) => id),
    ),
  };
}

async function readReceipts(engine: CityDatabase, gateOf: (device: unknown) => string) {
  const receipts = await engine.read(
    `SELECT device_id, boot_epoch, seq, answer ->> 'redemptionId' AS use_id,
            answer ->> 'refusalId' AS refusal_id, answer ->> 'outcome' AS outcome
       FROM receipt WHERE device_id <> 'server'`,
  );
  const kept = await engine.read('SELECT device_id, boot_epoch, seq FROM gate_quarantine');
  const nameOf = (row: Rows[number]) => ({
    gate: gateOf(row.device_id),
    epoch: Number(row.boot_epoch),
    seq: Number(row.seq),
  });
  return {
    receipts: receipts
      .filter((row) => row.outcome !== 'quarantined')
      .map((row) => ({
        ...nameOf(row),
        redemptionId: row.use_id as string | null,
        refusalId: row.refusal_id as string | null,
      })),
    quarantined: kept.map(nameOf),
    gaps: [] as Evidence['gaps'],
  };
}

async function readUses(engine: CityDatabase) {
  const uses = await engine.read('SELECT * FROM redemption');
  // A record that came late may have paired an entry and an exit anew.
  const changes = await engine.read('SELECT * FROM trip_change ORDER BY change_id');
  const pairs = new Map(changes.map((row) => [row.redemption_id, row.entry_id]));
  const refusals = await engine.read('SELECT * FROM refusal');
  const postings = await engine.read('SELECT * FROM posting');
  const hex = (bytes: unknown): string | null =>
    bytes instanceof Uint8Array ? Buffer.from(bytes).toString('hex') : null;
  const text = (value: unknown): string => String(value);
  const textOrNull = (value: unknown): string | null =>
    value === null || value === undefined ? null : String(value);
  return {
    uses: uses.map((row) => ({
      id: text(row.redemption_id),
      pass: hex(row.pseudonym),
      venue: text(row.venue_id),
      way: textOrNull(row.direction),
      at: Date.parse(text(row.redeemed_at)),
      entryId: textOrNull(
        pairs.has(row.redemption_id) ? pairs.get(row.redemption_id) : row.entry_id,
      ),
      reversalOf: textOrNull(row.reversal_of),
      benefit: text(row.benefit),
      code: text(row.code),
      rule: text(row.rule),
      version: text(row.version),
      waivedFen: Number(row.waived_fen),
    })),
    refusals: refusals.map((row) => ({
      id: text(row.refusal_id),
      venue: text(row.venue_id),
      at: Date.parse(text(row.refused_at)),
      code: text(row.code),
    })),
    postings: postings.map((row) => ({
      id: text(row.posting_id),
      redemptionId: text(row.redemption_id),
      partner: text(row.partner_id),
      month: text(row.month),
      debit: text(row.debit),
      credit: text(row.credit),
      fareFen: Number(row.fare_fen),
      amountFen: Number(row.amount_fen),
      reversalOf: textOrNull(row.reversal_of),
    })),
  };
}

function stationsOf({ programme }: City): StationFact[] {
  return [...programme.stations.values()].map(({ id, line, metres, interchange }) => ({
    id,
    line,
    partner: programme.lines.get(line)?.partner ?? line,
    metres,
    meets: interchange,
  }));
}
