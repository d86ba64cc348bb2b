CREATE TABLE machine_event (
  machine_id text NOT NULL,
  version integer NOT NULL CHECK (version > 0),
  event_id uuid NOT NULL,
  event text NOT NULL,
  role text NOT NULL,
  partner_id text,
  keys jsonb NOT NULL,
  acted_by text NOT NULL,
  recorded_at timestamptz NOT NULL,
  PRIMARY KEY (machine_id, version)
);
COMMENT ON TABLE machine_event IS 'What happened to a machine client, each time with all that holds from then on; append-only, the last one counts';
COMMENT ON COLUMN machine_event.machine_id IS 'The name by which it signs in, given by the home''s owner';
COMMENT ON COLUMN machine_event.version IS 'From 1; one more than the event before, so that two at once cannot both count';
COMMENT ON COLUMN machine_event.event_id IS 'UUIDv7 made by us; names it in the audit log';
COMMENT ON COLUMN machine_event.event IS 'registered, keys_changed or disabled';
COMMENT ON COLUMN machine_event.role IS 'device, blood_bank or clerk';
COMMENT ON COLUMN machine_event.partner_id IS 'Whose machine; null for the city''s own';
COMMENT ON COLUMN machine_event.keys IS 'Its public keys: a list of JWK with kid and alg; empty when disabled';
COMMENT ON COLUMN machine_event.acted_by IS 'Who did it';
COMMENT ON COLUMN machine_event.recorded_at IS 'When it was recorded';
CREATE TABLE machine_assertion (
  machine_id text NOT NULL,
  jti text NOT NULL,
  ends_at timestamptz NOT NULL,
  PRIMARY KEY (machine_id, jti)
);
COMMENT ON TABLE machine_assertion IS 'Assertions that were used, so that none is used twice; deleted once they have ended';
COMMENT ON COLUMN machine_assertion.machine_id IS 'Who used it';
COMMENT ON COLUMN machine_assertion.jti IS 'Its own name (RFC 7519, 4.1.7)';
COMMENT ON COLUMN machine_assertion.ends_at IS 'From when on it would be refused anyway';
CREATE TABLE machine_token (
  token_hash bytea PRIMARY KEY,
  machine_id text NOT NULL,
  key_id text NOT NULL,
  ends_at timestamptz NOT NULL
);
COMMENT ON TABLE machine_token IS 'Access tokens of machines; deleted once they have ended';
COMMENT ON COLUMN machine_token.token_hash IS 'SHA-256 of the token; the token itself is nowhere';
COMMENT ON COLUMN machine_token.machine_id IS 'Whose it is';
COMMENT ON COLUMN machine_token.key_id IS 'Thumbprint (RFC 7638) of the key by which it was got: it ends with the key';
COMMENT ON COLUMN machine_token.ends_at IS 'From when on it is good no more';
CREATE INDEX machine_token_machine ON machine_token (machine_id);
