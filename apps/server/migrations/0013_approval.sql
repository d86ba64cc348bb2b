CREATE TABLE approval (
  approval_id uuid PRIMARY KEY,
  kind text NOT NULL,
  asked_by text NOT NULL,
  asked_at timestamptz NOT NULL,
  reason text NOT NULL,
  body jsonb NOT NULL,
  effect jsonb NOT NULL
);
COMMENT ON TABLE approval IS 'What somebody wants done that a second person must look at first; append-only';
COMMENT ON COLUMN approval.approval_id IS 'UUIDv7 made by us';
COMMENT ON COLUMN approval.kind IS 'What is to be done: correction, ...';
COMMENT ON COLUMN approval.asked_by IS 'Who asks: a login, or owner';
COMMENT ON COLUMN approval.asked_at IS 'When';
COMMENT ON COLUMN approval.reason IS 'Why, in words';
COMMENT ON COLUMN approval.body IS 'What exactly: donation numbers and donors'' ids, no personal field';
COMMENT ON COLUMN approval.effect IS 'Who would gain or lose what, as it was when it was asked';
CREATE TABLE approval_decision (
  approval_id uuid PRIMARY KEY,
  asked_by text NOT NULL,
  outcome text NOT NULL,
  decided_by text NOT NULL CHECK (decided_by <> asked_by),
  decided_at timestamptz NOT NULL,
  reason text,
  next_id uuid
);
COMMENT ON TABLE approval_decision IS 'What a second person said, once; append-only';
COMMENT ON COLUMN approval_decision.approval_id IS 'What was asked';
COMMENT ON COLUMN approval_decision.asked_by IS 'Who asked, from approval: nobody decides on his own';
COMMENT ON COLUMN approval_decision.outcome IS 'approved, refused, or changed_meanwhile: the effect was another by then, and it is asked anew';
COMMENT ON COLUMN approval_decision.decided_by IS 'Who decided';
COMMENT ON COLUMN approval_decision.decided_at IS 'When';
COMMENT ON COLUMN approval_decision.reason IS 'Why, in words; a refusal has one';
COMMENT ON COLUMN approval_decision.next_id IS 'For changed_meanwhile: what is asked instead';
ALTER TABLE donation_correction ADD COLUMN recorded_by text;
ALTER TABLE donation_correction ADD COLUMN approval_id uuid;
COMMENT ON COLUMN donation_correction.correction IS 'voided (still counts), mistake (does not count) or restored (counts as recorded)';
COMMENT ON COLUMN donation_correction.recorded_by IS 'Who corrected: a login, or owner; none in records from before this column';
COMMENT ON COLUMN donation_correction.approval_id IS 'The approval by which it was done, where one was needed';
CREATE INDEX donation_correction_id ON donation_correction (correction_id);
