CREATE TABLE pass_freeze (
  donor_id uuid NOT NULL,
  event_id uuid NOT NULL,
  pass_id uuid NOT NULL,
  event text NOT NULL,
  because text NOT NULL,
  reason text NOT NULL,
  recorded_at timestamptz NOT NULL,
  recorded_by text NOT NULL,
  approved_by text,
  approval_id uuid,
  PRIMARY KEY (donor_id, event_id)
);
COMMENT ON TABLE pass_freeze IS 'Whether one pass opens anything, whatever the card does; append-only, the last event of a pass counts';
COMMENT ON COLUMN pass_freeze.donor_id IS 'Whose pass, as in pass';
COMMENT ON COLUMN pass_freeze.event_id IS 'UUIDv7 made by us; sorts by time';
COMMENT ON COLUMN pass_freeze.pass_id IS 'Which pass';
COMMENT ON COLUMN pass_freeze.event IS 'suspended, revoked, reinstated';
COMMENT ON COLUMN pass_freeze.because IS 'lost, cloned, misuse or request';
COMMENT ON COLUMN pass_freeze.reason IS 'Why, in words';
COMMENT ON COLUMN pass_freeze.recorded_at IS 'When it was recorded';
COMMENT ON COLUMN pass_freeze.recorded_by IS 'Who did it or asked for it: a login, owner, or clone-detection';
COMMENT ON COLUMN pass_freeze.approved_by IS 'The second person, where there was one';
COMMENT ON COLUMN pass_freeze.approval_id IS 'The approval by which it was done, where one was needed';
CREATE INDEX pass_freeze_event ON pass_freeze (event_id);
