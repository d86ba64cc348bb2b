/** The tables of gates: who they are, how they are, and what they sent. */
import type { ColumnType } from 'kysely';

type Bytes = Uint8Array;

/** Every such table with its columns. */
export interface GateSchema {
  gate_event: {
    gate_id: string;
    version: number;
    event_id: string;
    event: string;
    venue_id: string;
    name: string | null;
    secret_hash: Bytes | null;
    secret_ends_at: string | null;
    machine_id: string | null;
    reason: string | null;
    acted_by: string;
    recorded_at: string;
  };
  gate_contact: {
    gate_id: string;
    device_id: string;
    contact_at: string;
    sent_at: string;
    waiting: number | null;
    trust_version: number | null;
    status_at: string | null;
    programme_version: string | null;
    gaps: ColumnType<unknown[], string, string>;
  };
  gate_quarantine: {
    device_id: string;
    boot_epoch: number;
    seq: number;
    body_sha256: string;
    quarantine_id: string;
    gate_id: string;
    because: string;
    opened: boolean | null;
    body: Bytes | null;
    recorded_at: string;
  };
  gate_epoch: {
    device_id: string;
    boot_epoch: number;
    complete_through: number;
    is_over: boolean;
  };
  offline_use: {
    donor_id: string;
    redemption_id: string;
    gate_id: string;
    device_id: string;
    boot_epoch: number;
    seq: number;
    judged: string;
    marks: ColumnType<string[], string, string>;
    skew_seconds: number | null;
    trust_version: number;
    status_at: string | null;
    programme_version: string;
    recorded_at: string;
  };
  ledger_epoch: { epoch_id: string; recorded_at: string };
  trip_turn: { donor_id: string; turn: number };
  trip_change: {
    donor_id: string;
    change_id: string;
    redemption_id: string;
    entry_id: string | null;
    recorded_at: string;
  };
  gate_boot: {
    device_id: string;
    boot_epoch: number;
    boot_id: string;
    booted_at: string;
    previous_epoch: number | null;
    previous_seq: number | null;
    cut_bytes: number;
    clock: string;
    recorded_at: string;
  };
}
