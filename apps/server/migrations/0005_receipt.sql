CREATE TABLE receipt (
  device_id text NOT NULL,
  boot_epoch bigint NOT NULL,
  seq bigint NOT NULL,
  body_hash bytea NOT NULL,
  answer jsonb NOT NULL,
  recorded_at timestamptz NOT NULL,
  PRIMARY KEY (device_id, boot_epoch, seq)
);
COMMENT ON TABLE receipt IS 'What a device sent, once; distributed by the device';
COMMENT ON COLUMN receipt.device_id IS 'The gate, desk or server that saw the donor';
COMMENT ON COLUMN receipt.boot_epoch IS 'How often the device has started, kept on its disk';
COMMENT ON COLUMN receipt.seq IS 'Running number since that start';
COMMENT ON COLUMN receipt.body_hash IS 'SHA-256 of what was sent';
COMMENT ON COLUMN receipt.answer IS 'What was answered; the same scan sent again gets the same answer';
COMMENT ON COLUMN receipt.recorded_at IS 'When it was taken in';
CREATE TABLE quarantine (
  quarantine_id uuid PRIMARY KEY,
  device_id text NOT NULL,
  boot_epoch bigint NOT NULL,
  seq bigint NOT NULL,
  body_hash bytea NOT NULL,
  body jsonb NOT NULL,
  recorded_at timestamptz NOT NULL
);
COMMENT ON TABLE quarantine IS 'A receipt''s key with another body: kept for a person to look at';
COMMENT ON COLUMN quarantine.quarantine_id IS 'UUIDv7 made by us';
COMMENT ON COLUMN quarantine.device_id IS 'As in receipt';
COMMENT ON COLUMN quarantine.boot_epoch IS 'As in receipt';
COMMENT ON COLUMN quarantine.seq IS 'As in receipt';
COMMENT ON COLUMN quarantine.body_hash IS 'SHA-256 of the other body';
COMMENT ON COLUMN quarantine.body IS 'The other body: it holds a code, no person''s name';
COMMENT ON COLUMN quarantine.recorded_at IS 'When it came';
