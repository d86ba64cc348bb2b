/** The tables of donors who claim, sign in and are told: part of the schema. */

type Bytes = Uint8Array;

/** Every table with its columns. */
export interface ClaimSchema {
  claim: {
    donor_id: string;
    claim_id: string;
    certificate_number: string;
    identified_by: string;
    claimed_by: string;
    seen: string | null;
    claimed_at: string;
  };
  certificate_number: { certificate_number: string; donor_id: string; claim_id: string };
  phone_binding: { donor_id: string; binding_id: string; phone_id: string; bound_at: string };
  card_printing: {
    donor_id: string;
    printing_id: string;
    pass_id: string;
    printed_by: string;
    seen: string;
    printed_at: string;
  };
  one_time_code: {
    phone_hash: Bytes;
    code_id: string;
    code_hash: Bytes;
    tries_left: number;
    expires_at: string;
  };
  allowance: { subject: Bytes; used: number; counted_until: string };
  donor_session: {
    session_hash: Bytes;
    session_id: string;
    donor_id: string;
    identified_by: string;
    opened_at: string;
    seen_at: string;
  };
  notice: {
    notice_id: string;
    event_key: string;
    kind: string;
    donor_id: string | null;
    body: Bytes | null;
    urgent: boolean;
    state: string;
    tries: number;
    failure: string | null;
    due_at: string;
    expires_at: string | null;
    recorded_at: string;
  };
  notice_choice: {
    donor_id: string;
    channel: string;
    language: string;
    email: Bytes | null;
    recorded_at: string;
  };
}
