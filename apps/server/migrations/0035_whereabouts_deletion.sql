CREATE TABLE whereabouts_deletion (
  deletion_id uuid PRIMARY KEY,
  recorded_before timestamptz NOT NULL,
  uses integer NOT NULL,
  refusals integer NOT NULL,
  leaves integer NOT NULL,
  leaf_digest text NOT NULL,
  rule text NOT NULL,
  deleted_by text NOT NULL,
  recorded_at timestamptz NOT NULL
);
COMMENT ON TABLE whereabouts_deletion IS 'It was deleted by schedule who was where: how much, and of which leaves; append-only';
COMMENT ON COLUMN whereabouts_deletion.deletion_id IS 'UUIDv7 made by us';
COMMENT ON COLUMN whereabouts_deletion.recorded_before IS 'Only what was recorded before this moment';
COMMENT ON COLUMN whereabouts_deletion.uses IS 'Uses and reversals that are gone';
COMMENT ON COLUMN whereabouts_deletion.refusals IS 'Refusals that are gone';
COMMENT ON COLUMN whereabouts_deletion.leaves IS 'Leaves of the audit log whose bodies are gone';
COMMENT ON COLUMN whereabouts_deletion.leaf_digest IS 'SHA-256 over the hashes of these leaves, hexadecimal, each on a line, in the order of the tree';
COMMENT ON COLUMN whereabouts_deletion.rule IS 'The clause that says how long they are kept';
COMMENT ON COLUMN whereabouts_deletion.deleted_by IS 'Who: schedule, or owner';
COMMENT ON COLUMN whereabouts_deletion.recorded_at IS 'When';
CREATE TABLE use_count (
  counted_on date NOT NULL,
  venue_id text NOT NULL,
  benefit text NOT NULL,
  direction text NOT NULL,
  code text NOT NULL,
  admitted_by text NOT NULL,
  reversed boolean NOT NULL,
  uses bigint NOT NULL,
  waived_fen bigint NOT NULL,
  to_pay_fen bigint NOT NULL,
  PRIMARY KEY (counted_on, venue_id, benefit, direction, code, admitted_by, reversed)
);
COMMENT ON TABLE use_count IS 'What remains of uses and refusals of which it was forgotten whose they were; a state that only grows';
COMMENT ON COLUMN use_count.counted_on IS 'The city''s day';
COMMENT ON COLUMN use_count.venue_id IS 'Where';
COMMENT ON COLUMN use_count.benefit IS 'ride, clinic or site; empty for a refusal';
COMMENT ON COLUMN use_count.direction IS 'in or out; empty where there is none';
COMMENT ON COLUMN use_count.code IS 'Reason code; granted for a use';
COMMENT ON COLUMN use_count.admitted_by IS 'code or staff; empty for a refusal';
COMMENT ON COLUMN use_count.reversed IS 'Whether these are reversals';
COMMENT ON COLUMN use_count.uses IS 'How many';
COMMENT ON COLUMN use_count.waived_fen IS 'What they waived together, fen';
COMMENT ON COLUMN use_count.to_pay_fen IS 'What was left to pay together, fen';
ALTER TABLE audit_leaf ALTER COLUMN body DROP NOT NULL;
ALTER TABLE audit_leaf ADD COLUMN deletion_id uuid;
COMMENT ON COLUMN audit_leaf.body IS 'Canonical JSON of what was recorded; no personal field; none once it was deleted by schedule';
COMMENT ON COLUMN audit_leaf.deletion_id IS 'The deletion that took the body; its hash stays';
CREATE INDEX audit_leaf_deletion ON audit_leaf (deletion_id) WHERE deletion_id IS NOT NULL;
CREATE INDEX audit_leaf_whereabouts ON audit_leaf (leaf_id) WHERE body IS NOT NULL AND subject IN ('redemption', 'reversal', 'refusal');
ALTER TABLE receipt ALTER COLUMN answer DROP NOT NULL;
COMMENT ON COLUMN receipt.answer IS 'What was answered; the same scan sent again gets the same answer; none once it was deleted by schedule';
CREATE INDEX receipt_recorded ON receipt USING brin (recorded_at);
ALTER TABLE quarantine ALTER COLUMN body DROP NOT NULL;
COMMENT ON COLUMN quarantine.body IS 'The other body: it holds a code, no person''s name; none once it was deleted by schedule';
