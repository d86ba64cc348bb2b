CREATE TABLE donor_change (
  donor_id uuid NOT NULL,
  change_id uuid NOT NULL,
  document_id uuid,
  document_ended boolean NOT NULL,
  phone_changed boolean NOT NULL,
  reason text NOT NULL,
  recorded_at timestamptz NOT NULL,
  recorded_by text NOT NULL,
  PRIMARY KEY (donor_id, change_id)
);
COMMENT ON TABLE donor_change IS 'A donor has another document or telephone number; append-only, without either';
COMMENT ON COLUMN donor_change.donor_id IS 'Whose';
COMMENT ON COLUMN donor_change.change_id IS 'UUIDv7 made by us';
COMMENT ON COLUMN donor_change.document_id IS 'The document that is known from then on, if one was added';
COMMENT ON COLUMN donor_change.document_ended IS 'Whether a document recorded by mistake finds nobody any more';
COMMENT ON COLUMN donor_change.phone_changed IS 'Whether the telephone number is another one';
COMMENT ON COLUMN donor_change.reason IS 'Why, in words';
COMMENT ON COLUMN donor_change.recorded_at IS 'When it was recorded';
COMMENT ON COLUMN donor_change.recorded_by IS 'Who changed it: a login, or owner';
CREATE INDEX donor_change_id ON donor_change (change_id);
