/** The tables as the queries see them; the migrations are the truth, with a comment a column. */
import type { DonationNumber } from '@liyu/domain/donation';
import type { ColumnType } from 'kysely';
import type { CallerSchema } from './caller-schema.ts';
import type { ClaimSchema } from './claim-schema.ts';
import type { GateSchema } from './gate-schema.ts';
import type { WhereaboutsSchema } from './whereabouts-schema.ts';

/** A JSON column: read as a value, written as JSON text. */
type Json<T> = ColumnType<T, string, string>;
type Bytes = Uint8Array;

/** Every table with its columns. */
export interface Schema extends CallerSchema, ClaimSchema, GateSchema, WhereaboutsSchema {
  donor: {
    donor_id: string;
    name: Bytes;
    born_on: Bytes;
    phone: Bytes | null;
    recorded_at: string;
  };
  identity_document: {
    donor_id: string;
    document_id: string;
    document_type: string;
    document_number: Bytes;
    recorded_at: string;
  };
  document_lookup: { document_hash: Bytes; donor_id: string; person_hash: Bytes };
  phone_lookup: { phone_hash: Bytes; donor_id: string };
  donation_import: {
    import_id: string;
    file_name: string;
    imported: number;
    unchanged: number;
    conflicts: number;
    rejected: number;
    recorded_at: string;
  };
  import_event: {
    import_id: string;
    ordinal: number;
    event: string;
    body: Json<unknown>;
    recorded_at: string;
  };
  import_revert: {
    import_id: string;
    revert_id: string;
    reason: string;
    recorded_at: string;
    recorded_by: string;
    approval_id: string | null;
  };
  donation_revert: {
    donor_id: string;
    donation_number: string;
    import_id: string;
    revert_id: string;
    recorded_at: string;
  };
  donation: {
    donor_id: string;
    donation_number: string;
    donated_on: string;
    kind: string;
    amount: number;
    unit: string | null;
    city: string;
    in_city: boolean;
    site: string | null;
    import_id: string;
    recorded_at: string;
  };
  donation_correction: {
    donor_id: string;
    correction_id: string;
    donation_number: string;
    correction: string;
    reason: string;
    recorded_at: string;
    recorded_by: string | null;
    approval_id: string | null;
  };
  approval: {
    approval_id: string;
    kind: string;
    asked_by: string;
    asked_at: string;
    reason: string;
    body: Json<unknown>;
    effect: Json<unknown>;
  };
  approval_decision: {
    approval_id: string;
    asked_by: string;
    outcome: string;
    decided_by: string;
    decided_at: string;
    reason: string | null;
    next_id: string | null;
  };
  donor_change: {
    donor_id: string;
    change_id: string;
    document_id: string | null;
    document_ended: boolean;
    phone_changed: boolean;
    reason: string;
    recorded_at: string;
    recorded_by: string;
  };
  card_freeze: {
    donor_id: string;
    event_id: string;
    event: string;
    because: string;
    reason: string;
    recorded_at: string;
    recorded_by: string;
    approved_by: string | null;
    approval_id: string | null;
  };
  donor_merge: {
    donor_id: string;
    event_id: string;
    event: string;
    merge_id: string;
    into_donor_id: string;
    reason: string;
    recorded_at: string;
    recorded_by: string;
    approval_id: string | null;
  };
  merge_lookup: { merge_id: string; donor_id: string };
  person_lookup: { donor_id: string; person_id: string; donor_ids: Json<string[]> };
  donation_number: { donation_number: string; donor_id: string; facts_hash: Bytes };
  card: { donor_id: string; card_number: string; recorded_at: string };
  card_number: { card_number: string; donor_id: string };
  card_event: {
    donor_id: string;
    event_id: string;
    event: string;
    kind: string;
    valid_from: string;
    valid_through: string | null;
    because: Json<string[]>;
    recorded_at: string;
  };
  pass: {
    donor_id: string;
    pass_id: string;
    pseudonym: Bytes;
    phone_id: string;
    key_id: Bytes;
    status_index: number;
    holder_key: Bytes | null;
    kind: string;
    tier: number;
    honour: boolean;
    begins_at: string;
    ends_at: string;
    pass: Bytes;
    recorded_at: string;
  };
  pass_lookup: { pseudonym: Bytes; donor_id: string; pass_id: string };
  pass_status: {
    key_id: Bytes;
    status_index: number;
    donor_id: string;
    pass_id: string;
    ends_at: string;
    status: string;
  };
  pass_status_event: {
    key_id: Bytes;
    status_index: number;
    version: number;
    status: string;
    changed_at: string;
  };
  receipt: {
    device_id: string;
    boot_epoch: number;
    seq: number;
    body_hash: Bytes;
    answer: Json<unknown | null>;
    recorded_at: string;
  };
  quarantine: {
    quarantine_id: string;
    device_id: string;
    boot_epoch: number;
    seq: number;
    body_hash: Bytes;
    body: Json<unknown>;
    recorded_at: string;
  };
  redemption: {
    donor_id: string;
    redemption_id: string;
    benefit: string;
    venue_id: string;
    direction: string | null;
    redeemed_at: string;
    redeemed_on: string;
    pseudonym: Bytes | null;
    entry_id: string | null;
    mark: string | null;
    admitted_by: string;
    clerk: string | null;
    reason: string | null;
    code: string;
    rule: string;
    version: string;
    waived_fen: number;
    to_pay_fen: number;
    evidence: Json<DonationNumber[]>;
    reversal_of: string | null;
    recorded_at: string;
  };
  redemption_lookup: { redemption_id: string; donor_id: string };
  reversal: { donor_id: string; redemption_id: string; reversal_id: string };
  trip_end: { donor_id: string; entry_id: string; ended_by: string };
  daily_entry: {
    donor_id: string;
    venue_id: string;
    entered_on: string;
    ordinal: number;
    redemption_id: string;
  };
  refusal: {
    refusal_id: string;
    donor_id: string | null;
    venue_id: string;
    direction: string | null;
    refused_at: string;
    code: string;
    rule: string | null;
    version: string | null;
    skew_seconds: number | null;
    evidence: Json<DonationNumber[]>;
    recorded_at: string;
  };
  posting: {
    donor_id: string;
    posting_id: string;
    redemption_id: string;
    benefit: string;
    partner_id: string;
    redeemed_at: string;
    month: string;
    debit: string;
    credit: string;
    fare_fen: number;
    amount_fen: number;
    reversal_of: string | null;
    recorded_at: string;
  };
  showing: { pseudonym: Bytes; shown_at: number; seq: number };
  passage: { pseudonym: Bytes; venue_id: string; direction: string; passed_at: string };
  audit_leaf: {
    leaf_id: string;
    subject: string;
    subject_id: string;
    body: string | null;
    leaf_hash: Bytes;
    recorded_at: string;
    deletion_id: string | null;
  };
  audit_entry: { tree_index: number; leaf_id: string; leaf_hash: Bytes };
  audit_entry_lookup: { leaf_id: string; tree_index: number };
  audit_checkpoint: {
    checkpoint_number: number;
    tree_size: number;
    note: string;
    frontier: Bytes;
    made_at: string;
  };
  settlement: {
    partner_id: string;
    month: string;
    closed_at: string;
    total_fen: number;
    ledger_checkpoint: Json<{ postings: number; sha256: string }>;
  };
  database_purpose: { purpose: string; recorded_at: string };
  settlement_posting: { partner_id: string; posting_id: string; month: string };
}
