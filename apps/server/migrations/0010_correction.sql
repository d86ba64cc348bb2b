CREATE TABLE donation_correction (
  donor_id uuid NOT NULL,
  correction_id uuid NOT NULL,
  donation_number text NOT NULL,
  correction text NOT NULL,
  reason text NOT NULL,
  recorded_at timestamptz NOT NULL,
  PRIMARY KEY (donor_id, correction_id)
);
COMMENT ON TABLE donation_correction IS 'What was found out about a donation later; append-only, the last one counts';
COMMENT ON COLUMN donation_correction.donor_id IS 'Who gave';
COMMENT ON COLUMN donation_correction.correction_id IS 'UUIDv7 made by us; sorts by time';
COMMENT ON COLUMN donation_correction.donation_number IS 'The donation; its record stays as it was';
COMMENT ON COLUMN donation_correction.correction IS 'voided (still counts) or mistake (does not count)';
COMMENT ON COLUMN donation_correction.reason IS 'Why, in words';
COMMENT ON COLUMN donation_correction.recorded_at IS 'When it was recorded';
