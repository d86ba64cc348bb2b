CREATE TABLE card_freeze (
  donor_id uuid NOT NULL,
  event_id uuid NOT NULL,
  event text NOT NULL,
  because text NOT NULL,
  reason text NOT NULL,
  recorded_at timestamptz NOT NULL,
  recorded_by text NOT NULL,
  approved_by text,
  approval_id uuid,
  PRIMARY KEY (donor_id, event_id)
);
COMMENT ON TABLE card_freeze IS 'Whether a card opens anything, whatever the donations earn; append-only, the last event but an appeal counts';
COMMENT ON COLUMN card_freeze.donor_id IS 'Whose card';
COMMENT ON COLUMN card_freeze.event_id IS 'UUIDv7 made by us; sorts by time';
COMMENT ON COLUMN card_freeze.event IS 'suspended, revoked, reinstated, appealed';
COMMENT ON COLUMN card_freeze.because IS 'death, misuse, request or lost';
COMMENT ON COLUMN card_freeze.reason IS 'Why, in words';
COMMENT ON COLUMN card_freeze.recorded_at IS 'When it was recorded';
COMMENT ON COLUMN card_freeze.recorded_by IS 'Who did it or asked for it: a login, or owner';
COMMENT ON COLUMN card_freeze.approved_by IS 'The second person, where there was one';
COMMENT ON COLUMN card_freeze.approval_id IS 'The approval by which it was done, where one was needed';
CREATE INDEX card_freeze_event ON card_freeze (event_id);
