CREATE TABLE import_revert (
  import_id uuid PRIMARY KEY,
  revert_id uuid NOT NULL,
  reason text NOT NULL,
  recorded_at timestamptz NOT NULL,
  recorded_by text NOT NULL,
  approval_id uuid
);
COMMENT ON TABLE import_revert IS 'An import taken back as a whole, once; append-only';
COMMENT ON COLUMN import_revert.import_id IS 'The import';
COMMENT ON COLUMN import_revert.revert_id IS 'UUIDv7 made by us; sorts by time';
COMMENT ON COLUMN import_revert.reason IS 'Why, in words';
COMMENT ON COLUMN import_revert.recorded_at IS 'When it was taken back';
COMMENT ON COLUMN import_revert.recorded_by IS 'Who asked for it';
COMMENT ON COLUMN import_revert.approval_id IS 'The second person''s approval, where one was needed';
CREATE TABLE donation_revert (
  donor_id uuid NOT NULL,
  donation_number text NOT NULL,
  import_id uuid NOT NULL,
  revert_id uuid NOT NULL,
  recorded_at timestamptz NOT NULL,
  PRIMARY KEY (donor_id, donation_number, import_id)
);
COMMENT ON TABLE donation_revert IS 'The donations of imports taken back: they count no more; append-only';
COMMENT ON COLUMN donation_revert.donor_id IS 'Who gave';
COMMENT ON COLUMN donation_revert.donation_number IS 'The number; it is free again';
COMMENT ON COLUMN donation_revert.import_id IS 'The import that had brought it';
COMMENT ON COLUMN donation_revert.revert_id IS 'That of import_revert';
COMMENT ON COLUMN donation_revert.recorded_at IS 'When it was taken back';
ALTER TABLE donation DROP CONSTRAINT donation_pkey;
ALTER TABLE donation ADD CONSTRAINT donation_pkey PRIMARY KEY (donor_id, donation_number, import_id);
