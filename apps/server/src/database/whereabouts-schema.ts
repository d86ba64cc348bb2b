/** The tables that guard passes, and that let whereabouts be forgotten: part of the schema. */

/** Every table with its columns. */
export interface WhereaboutsSchema {
  pass_freeze: {
    donor_id: string;
    event_id: string;
    pass_id: string;
    event: string;
    because: string;
    reason: string;
    recorded_at: string;
    recorded_by: string;
    approved_by: string | null;
    approval_id: string | null;
  };
  sighting: {
    pseudonym: Uint8Array;
    redemption_id: string;
    shown_at: number | null;
    seq: number | null;
    venue_id: string;
    direction: string | null;
    seen_at: string;
    unsynced: boolean;
    judged: boolean;
    recorded_at: string;
  };
  clone_alarm: {
    donor_id: string;
    alarm_id: string;
    pass_id: string;
    finding: string;
    earlier_id: string;
    later_id: string;
    seconds: number;
    metres: number | null;
    rule: string;
    suspended: boolean;
    recorded_at: string;
  };
  whereabouts_deletion: {
    deletion_id: string;
    recorded_before: string;
    uses: number;
    refusals: number;
    leaves: number;
    leaf_digest: string;
    rule: string;
    deleted_by: string;
    recorded_at: string;
  };
  use_count: {
    counted_on: string;
    venue_id: string;
    benefit: string;
    direction: string;
    code: string;
    admitted_by: string;
    reversed: boolean;
    uses: number;
    waived_fen: number;
    to_pay_fen: number;
  };
}
