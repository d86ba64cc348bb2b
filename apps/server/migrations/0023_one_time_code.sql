CREATE TABLE one_time_code (
  phone_hash bytea PRIMARY KEY,
  code_id uuid NOT NULL,
  code_hash bytea NOT NULL,
  tries_left smallint NOT NULL,
  expires_at timestamptz NOT NULL
);
COMMENT ON TABLE one_time_code IS 'The last code asked for with a telephone number, known or not; a state';
COMMENT ON COLUMN one_time_code.phone_hash IS 'Blind index of the number';
COMMENT ON COLUMN one_time_code.code_id IS 'Which code; another one ends the one before';
COMMENT ON COLUMN one_time_code.code_hash IS 'Blind index (HMAC-SHA-256) of the code under its id; the code is stored nowhere';
COMMENT ON COLUMN one_time_code.tries_left IS 'How many tries it still takes';
COMMENT ON COLUMN one_time_code.expires_at IS 'From when it is good no more';
CREATE TABLE allowance (
  subject bytea PRIMARY KEY,
  used integer NOT NULL,
  counted_until timestamptz NOT NULL
);
COMMENT ON TABLE allowance IS 'How often something was done lately that is allowed so often; a state';
COMMENT ON COLUMN allowance.subject IS 'Blind index of what is counted: a number, an address, a donor';
COMMENT ON COLUMN allowance.used IS 'How often since the count began';
COMMENT ON COLUMN allowance.counted_until IS 'When the count begins anew';
CREATE TABLE donor_session (
  session_hash bytea PRIMARY KEY,
  session_id uuid NOT NULL,
  donor_id uuid NOT NULL,
  identified_by text NOT NULL,
  opened_at timestamptz NOT NULL,
  seen_at timestamptz NOT NULL
);
COMMENT ON TABLE donor_session IS 'A donor who is signed in on a phone; a state';
COMMENT ON COLUMN donor_session.session_hash IS 'SHA-256 of the cookie; the cookie itself is stored nowhere';
COMMENT ON COLUMN donor_session.session_id IS 'Names the phone on which it is';
COMMENT ON COLUMN donor_session.donor_id IS 'Who is signed in';
COMMENT ON COLUMN donor_session.identified_by IS 'phone, or donation when the number was not on record before';
COMMENT ON COLUMN donor_session.opened_at IS 'When it was opened';
COMMENT ON COLUMN donor_session.seen_at IS 'When it was last used, to the hour';
