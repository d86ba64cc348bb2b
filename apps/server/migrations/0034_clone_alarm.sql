CREATE TABLE clone_alarm (
  donor_id uuid NOT NULL,
  alarm_id uuid NOT NULL,
  pass_id uuid NOT NULL,
  finding text NOT NULL,
  earlier_id uuid NOT NULL,
  later_id uuid NOT NULL,
  seconds integer NOT NULL,
  metres integer,
  rule text NOT NULL,
  suspended boolean NOT NULL,
  recorded_at timestamptz NOT NULL,
  PRIMARY KEY (donor_id, alarm_id)
);
COMMENT ON TABLE clone_alarm IS 'Two uses of a pass that cannot be one phone''s; append-only, without the places';
COMMENT ON COLUMN clone_alarm.donor_id IS 'Whose pass';
COMMENT ON COLUMN clone_alarm.alarm_id IS 'UUIDv7 made by us; sorts by time';
COMMENT ON COLUMN clone_alarm.pass_id IS 'The pass';
COMMENT ON COLUMN clone_alarm.finding IS 'seq_repeated, seq_disordered, shown_elsewhere or too_fast';
COMMENT ON COLUMN clone_alarm.earlier_id IS 'The use that gates saw first';
COMMENT ON COLUMN clone_alarm.later_id IS 'The other one';
COMMENT ON COLUMN clone_alarm.seconds IS 'Between them';
COMMENT ON COLUMN clone_alarm.metres IS 'Between their places, where it is known';
COMMENT ON COLUMN clone_alarm.rule IS 'The clause by whose limits it was judged';
COMMENT ON COLUMN clone_alarm.suspended IS 'Whether the pass was suspended for it; false when it was frozen already or has ended';
COMMENT ON COLUMN clone_alarm.recorded_at IS 'When it was recorded';
CREATE INDEX clone_alarm_id ON clone_alarm (alarm_id);
