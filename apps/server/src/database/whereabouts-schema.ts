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
}
