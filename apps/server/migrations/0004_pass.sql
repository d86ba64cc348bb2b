CREATE TABLE pass (
  donor_id uuid NOT NULL,
  pass_id uuid NOT NULL,
  pseudonym bytea NOT NULL,
  phone_id uuid NOT NULL,
  key_id bytea NOT NULL,
  status_index integer NOT NULL,
  holder_key bytea,
  kind text NOT NULL,
  tier smallint NOT NULL,
  honour boolean NOT NULL,
  begins_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  pass bytea NOT NULL,
  recorded_at timestamptz NOT NULL,
  PRIMARY KEY (donor_id, pass_id)
);
COMMENT ON TABLE pass IS 'A pass that the blood centre signed';
COMMENT ON COLUMN pass.donor_id IS 'Whose it is';
COMMENT ON COLUMN pass.pass_id IS 'UUIDv7 made by us';
COMMENT ON COLUMN pass.pseudonym IS 'The cti claim: 8 random bytes, all that a gate sees of the donor';
COMMENT ON COLUMN pass.phone_id IS 'The binding under which it was made; another phone is another binding';
COMMENT ON COLUMN pass.key_id IS 'The issuer key''s id, 2 bytes';
COMMENT ON COLUMN pass.status_index IS 'Its place in the status list of that key';
COMMENT ON COLUMN pass.holder_key IS 'Public key of the phone, a compressed point of P-256 (SEC 1); none for a printed card';
COMMENT ON COLUMN pass.kind IS 'phone or printed';
COMMENT ON COLUMN pass.tier IS 'The design, 1 to 5';
COMMENT ON COLUMN pass.honour IS 'Whether an honour card stands behind it';
COMMENT ON COLUMN pass.begins_at IS 'From when it is good';
COMMENT ON COLUMN pass.ends_at IS 'The exp claim, exclusive';
COMMENT ON COLUMN pass.pass IS 'The signed bytes';
COMMENT ON COLUMN pass.recorded_at IS 'When it was made';
CREATE TABLE pass_lookup (
  pseudonym bytea PRIMARY KEY,
  donor_id uuid NOT NULL,
  pass_id uuid NOT NULL
);
COMMENT ON TABLE pass_lookup IS 'Finds the donor of a pass; distributed by the pseudonym';
COMMENT ON COLUMN pass_lookup.pseudonym IS 'The cti claim';
COMMENT ON COLUMN pass_lookup.donor_id IS 'Whose pass it is';
COMMENT ON COLUMN pass_lookup.pass_id IS 'Which pass it is';
CREATE TABLE pass_status (
  key_id bytea NOT NULL,
  status_index integer NOT NULL,
  donor_id uuid NOT NULL,
  pass_id uuid NOT NULL,
  ends_at timestamptz NOT NULL,
  status text NOT NULL,
  PRIMARY KEY (key_id, status_index)
);
COMMENT ON TABLE pass_status IS 'The status list: an index is given once, then only its status changes';
COMMENT ON COLUMN pass_status.key_id IS 'The issuer key''s id; an index counts within its list';
COMMENT ON COLUMN pass_status.status_index IS 'Given out at random, so that it tells no order';
COMMENT ON COLUMN pass_status.donor_id IS 'Whose pass it is';
COMMENT ON COLUMN pass_status.pass_id IS 'Which pass it is';
COMMENT ON COLUMN pass_status.ends_at IS 'After it the index need not be listed';
COMMENT ON COLUMN pass_status.status IS 'valid, revoked, suspended';
