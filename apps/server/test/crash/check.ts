/**
 * What must hold afterwards, asked of the database in plain SQL. Nothing of the product's own
 * queries is used here, so that what is wrong in them shows.
 */
import { createHash } from 'node:crypto';
import type { Answer } from './load.ts';

/** Runs one statement, and answers its rows. */
export type Ask = <Row>(text: string) => Promise<Row[]>;

/** What was acknowledged. */
export interface Acknowledged {
  readonly scans: ReadonlyMap<string, Answer>;
  /** Rows by the name of the file. */
  readonly files: ReadonlyMap<string, number>;
}

/** Every breach, in words. */
export async function findBreaches(ask: Ask, acknowledged: Acknowledged): Promise<string[]> {
  return [
    ...(await lostScans(ask, acknowledged.scans)),
    ...(await lostFiles(ask, acknowledged.files)),
    ...(await brokenRules(ask)),
    ...(await brokenLog(ask)),
  ];
}

/** An acknowledged scan has its receipt, with that answer, and its use or refusal. */
async function lostScans(ask: Ask, scans: Acknowledged['scans']): Promise<string[]> {
  const receipts = await ask<{ name: string; redemption: string | null; refusal: string | null }>(
    `select device_id || '/' || boot_epoch || '/' || seq as name,
       answer->>'redemptionId' as redemption, answer->>'refusalId' as refusal
     from receipt`,
  );
  const stored = await ask<{ id: string }>(
    'select redemption_id::text as id from redemption union all select refusal_id::text from refusal',
  );
  const ids = new Set(stored.map(({ id }) => id));
  const byName = new Map(receipts.map((receipt) => [receipt.name, receipt]));
  return [...scans].flatMap(([name, { redemptionId, refusalId }]) => {
    const receipt = byName.get(name);
    if (receipt === undefined) return [`${name} was acknowledged and has no receipt`];
    if (receipt.redemption !== redemptionId || receipt.refusal !== refusalId) {
      return [`${name} was answered otherwise than its receipt says`];
    }
    const id = redemptionId ?? refusalId ?? '';
    return ids.has(id) ? [] : [`${name} was acknowledged as ${id}, which is not stored`];
  });
}

/** An acknowledged file is in, with all its rows, once. */
async function lostFiles(ask: Ask, files: Acknowledged['files']): Promise<string[]> {
  const counted = await ask<{ file: string; rows: string }>(
    `select 'file-' || substr(split_part(donation_number, '-', 1), 2) || '.csv' as file,
       count(*)::text as rows
     from donation where donation_number like 'F%' group by 1`,
  );
  const byFile = new Map(counted.map(({ file, rows }) => [file, Number(rows)]));
  return [...files].flatMap(([file, rows]) => {
    const found = byFile.get(file) ?? 0;
    return found === rows ? [] : [`${file} was taken in with ${rows} rows; there are ${found}`];
  });
}

/** What must return no row, and what each row would be. */
const NEVER: Readonly<Record<string, string>> = {
  'a receipt without its use or refusal': `
    select device_id || '/' || boot_epoch || '/' || seq as what from receipt
    where not exists (select from redemption
      where redemption_id::text = receipt.answer->>'redemptionId')
    and not exists (select from refusal where refusal_id::text = receipt.answer->>'refusalId')`,
  'a use or refusal without its receipt, or with two': `
    select id as what from (
      select redemption_id::text as id from redemption where reversal_of is null
      union all select refusal_id::text from refusal) as stored
    left join (select coalesce(answer->>'redemptionId', answer->>'refusalId') as answered
      from receipt) as receipts on answered = id
    group by id having count(answered) <> 1`,
  'two uses of one donor at one moment': `
    select donor_id || ' ' || redeemed_at as what from redemption where reversal_of is null
    group by donor_id, redeemed_at having count(*) > 1`,
  'a use without its look-up': `
    select redemption_id::text as what from redemption left join redemption_lookup
      using (redemption_id, donor_id) where redemption_lookup.donor_id is null`,
  'an exit whose entry it has not ended': `
    select redemption_id::text as what from redemption as use where entry_id is not null
    and not exists (select from trip_end
      where trip_end.entry_id = use.entry_id and ended_by = use.redemption_id)`,
  'a use or refusal without its leaf in the audit log, or with two': `
    select id as what from (select redemption_id::text as id from redemption
      union all select refusal_id::text from refusal) as stored
    left join audit_leaf on subject_id = id and subject in ('redemption', 'reversal', 'refusal')
    group by id having count(subject_id) <> 1`,
  'a use whose postings are not what was waived': `
    select redemption_id::text as what from redemption as use left join posting
      using (donor_id, redemption_id)
    where not exists (select from trip_end
      where trip_end.entry_id = use.redemption_id and ended_by = use.redemption_id)
    group by use.donor_id, redemption_id, use.waived_fen
    having coalesce(sum(amount_fen), 0) <> use.waived_fen`,
  'a posting without its use': `
    select posting_id::text as what from posting left join redemption
      using (donor_id, redemption_id) where redemption.donor_id is null`,
  'an account that does not balance with the others': `
    select 'the ledger' as what from (
      select debit as account, amount_fen as fen from posting
      union all select credit, 0 - amount_fen from posting) as sides having sum(fen) <> 0`,
  'half an import': `
    select import_id::text as what from donation_import left join donation using (import_id)
    group by import_id, imported having count(donation_number) <> imported`,
  'a donation whose import is not recorded': `
    select donation_number as what from donation left join donation_import using (import_id)
    where donation_import.import_id is null`,
  'a donation whose number is not taken, or two of one number': `
    select donation_number as what from donation left join donation_number as taken
      using (donation_number, donor_id)
    group by donation_number having count(taken.donor_id) <> 1`,
  'a donor without a document, or a document without its donor': `
    select coalesce(donor.donor_id, document_lookup.donor_id)::text as what
    from donor full join document_lookup using (donor_id)
    where donor.donor_id is null or document_lookup.donor_id is null`,
};

async function brokenRules(ask: Ask): Promise<string[]> {
  const breaches: string[] = [];
  for (const [name, text] of Object.entries(NEVER)) {
    for (const { what } of await ask<{ what: string }>(text)) breaches.push(`${name}: ${what}`);
  }
  return breaches;
}

/** The log holds: hashes, places without a gap, and the root that the last checkpoint signs. */
async function brokenLog(ask: Ask): Promise<string[]> {
  const leaves = await ask<{ place: string; body: string; hash: string; entry: string }>(
    `select tree_index::text as place, body, encode(leaf.leaf_hash, 'hex') as hash,
       encode(entry.leaf_hash, 'hex') as entry
     from audit_leaf as leaf left join audit_entry as entry using (leaf_id) order by tree_index`,
  );
  const [checkpoint] = await ask<{ size: string; note: string }>(
    `select tree_size::text as size, note from audit_checkpoint
     order by checkpoint_number desc limit 1`,
  );
  const breaches = leaves.flatMap(({ place, body, hash, entry }, at) => {
    if (Number(place ?? -1) !== at)
      return [`the leaf at ${at} of the audit log stands at ${place}`];
    const computed = sha256(Buffer.from([0]), Buffer.from(body)).toString('hex');
    const holds = computed === hash && hash === entry;
    return holds ? [] : [`the leaf at ${at} of the audit log does not have its hash`];
  });
  if (checkpoint === undefined) return [...breaches, 'the audit log has no checkpoint'];
  const hashes = leaves
    .slice(0, Number(checkpoint.size))
    .map(({ hash }) => Buffer.from(hash, 'hex'));
  const signed = checkpoint.note.split('\n')[2];
  const root = rootOf(hashes).toString('base64');
  return root === signed ? breaches : [...breaches, `the log's root is ${root}, not ${signed}`];
}

/** The Merkle tree hash of RFC 9162, 2.1.1. */
function rootOf(hashes: readonly Buffer[]): Buffer {
  if (hashes.length <= 1) return hashes[0] ?? sha256();
  let left = 1;
  while (left * 2 < hashes.length) left *= 2;
  return sha256(Buffer.from([1]), rootOf(hashes.slice(0, left)), rootOf(hashes.slice(left)));
}

function sha256(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}
