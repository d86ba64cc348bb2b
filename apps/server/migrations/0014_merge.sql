CREATE TABLE donor_merge (
  donor_id uuid NOT NULL,
  event_id uuid NOT NULL,
  event text NOT NULL,
  merge_id uuid NOT NULL,
  into_donor_id uuid NOT NULL,
  reason text NOT NULL,
  recorded_at timestamptz NOT NULL,
  recorded_by text NOT NULL,
  approval_id uuid,
  PRIMARY KEY (donor_id, event_id)
);
COMMENT ON TABLE donor_merge IS 'Two donors are one person, or are two after all; append-only, the last event of a donor counts';
COMMENT ON COLUMN donor_merge.donor_id IS 'Who is merged into the other';
COMMENT ON COLUMN donor_merge.event_id IS 'UUIDv7 made by us; sorts by time';
COMMENT ON COLUMN donor_merge.event IS 'merged or undone';
COMMENT ON COLUMN donor_merge.merge_id IS 'The merging event; an undoing names the one that it undoes';
COMMENT ON COLUMN donor_merge.into_donor_id IS 'Whose card lives on';
COMMENT ON COLUMN donor_merge.reason IS 'Why, in words';
COMMENT ON COLUMN donor_merge.recorded_at IS 'When it was recorded';
COMMENT ON COLUMN donor_merge.recorded_by IS 'Who asked: a login, or owner';
COMMENT ON COLUMN donor_merge.approval_id IS 'The approval by which it was done; none on the command line of development';
CREATE INDEX donor_merge_into ON donor_merge (into_donor_id);
CREATE INDEX donor_merge_event ON donor_merge (event_id);
CREATE TABLE merge_lookup (
  merge_id uuid PRIMARY KEY,
  donor_id uuid NOT NULL
);
COMMENT ON TABLE merge_lookup IS 'Finds a merge by its id; distributed by the id';
COMMENT ON COLUMN merge_lookup.merge_id IS 'The merge';
COMMENT ON COLUMN merge_lookup.donor_id IS 'Who was merged';
CREATE TABLE person_lookup (
  donor_id uuid PRIMARY KEY,
  person_id uuid NOT NULL,
  donor_ids jsonb NOT NULL
);
COMMENT ON TABLE person_lookup IS 'Who a donor is by now: a fold of donor_merge, for those who were ever merged; distributed by the donor';
COMMENT ON COLUMN person_lookup.donor_id IS 'A donor as recorded';
COMMENT ON COLUMN person_lookup.person_id IS 'The donor whose card lives on, under whose id the person is kept';
COMMENT ON COLUMN person_lookup.donor_ids IS 'All donors who are this person';
