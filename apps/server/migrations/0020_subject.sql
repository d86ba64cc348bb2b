CREATE TABLE login_subject (
  subject_hash bytea NOT NULL,
  version integer NOT NULL CHECK (version > 0),
  event_id uuid NOT NULL,
  login_name text NOT NULL,
  acted_by text NOT NULL,
  recorded_at timestamptz NOT NULL,
  PRIMARY KEY (subject_hash, version)
);
COMMENT ON TABLE login_subject IS 'Which login a person of an identity provider signs in to; append-only, the last one counts';
COMMENT ON COLUMN login_subject.subject_hash IS 'Blind index (HMAC-SHA-256) of the issuer and its subject';
COMMENT ON COLUMN login_subject.version IS 'From 1; one more than the link before, so that two at once cannot both count';
COMMENT ON COLUMN login_subject.event_id IS 'UUIDv7 made by us; names it in the audit log';
COMMENT ON COLUMN login_subject.login_name IS 'The login';
COMMENT ON COLUMN login_subject.acted_by IS 'Who linked them';
COMMENT ON COLUMN login_subject.recorded_at IS 'When it was recorded';
