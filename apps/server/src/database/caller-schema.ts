/** The tables of those who call: logins of staff with their sessions, machines with their tokens. */
import type { ColumnType } from 'kysely';

type Bytes = Uint8Array;

/** Every such table with its columns. */
export interface CallerSchema {
  access_look: {
    donor_id: string;
    look_id: string;
    looked_by: string;
    role: string;
    partner_id: string | null;
    what: string;
    reason: string | null;
    looked_at: string;
  };
  login: {
    login_name: string;
    login_id: string;
    role: string;
    partner_id: string | null;
    recorded_at: string;
  };
  login_event: {
    login_name: string;
    event_id: string;
    event: string;
    acted_by: string;
    recorded_at: string;
  };
  login_password: { login_name: string; event_id: string; password_hash: string };
  session: {
    session_hash: Bytes;
    login_name: string;
    password_event_id: string | null;
    opened_at: string;
    seen_at: string;
    stepped_up_until: string | null;
    ended_at: string | null;
  };
  sign_in_try: { subject: Bytes; tries: number; counted_until: string };
  machine_event: {
    machine_id: string;
    version: number;
    event_id: string;
    event: string;
    role: string;
    partner_id: string | null;
    keys: ColumnType<unknown[], string, string>;
    acted_by: string;
    recorded_at: string;
  };
  login_subject: {
    subject_hash: Bytes;
    version: number;
    event_id: string;
    login_name: string;
    acted_by: string;
    recorded_at: string;
  };
  machine_assertion: { machine_id: string; jti: string; ends_at: string };
  machine_token: { token_hash: Bytes; machine_id: string; key_id: string; ends_at: string };
}
