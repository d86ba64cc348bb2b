CREATE TABLE ledger_epoch (
  epoch_id uuid PRIMARY KEY,
  recorded_at timestamptz NOT NULL
);
COMMENT ON TABLE ledger_epoch IS 'Names this database''s ledger: one row, of whoever opened it first, and in no backup; so a restored database has another name, by which gates know that it may lack what was acknowledged to them; append-only';
COMMENT ON COLUMN ledger_epoch.epoch_id IS 'UUIDv7 made by us';
COMMENT ON COLUMN ledger_epoch.recorded_at IS 'When it was opened first';
