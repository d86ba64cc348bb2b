CREATE TABLE pass_status_event (
  key_id bytea NOT NULL,
  status_index integer NOT NULL,
  version integer NOT NULL CHECK (version > 0),
  status text NOT NULL,
  changed_at timestamptz NOT NULL,
  PRIMARY KEY (key_id, status_index, version)
);
COMMENT ON TABLE pass_status_event IS 'A change of a pass''s status, so that gates get what has changed, and a use is judged by what held then; append-only';
COMMENT ON COLUMN pass_status_event.key_id IS 'As in pass_status';
COMMENT ON COLUMN pass_status_event.status_index IS 'As in pass_status';
COMMENT ON COLUMN pass_status_event.version IS 'From 1; one more at every change of this pass';
COMMENT ON COLUMN pass_status_event.status IS 'The status from then on; before the first it was valid';
COMMENT ON COLUMN pass_status_event.changed_at IS 'When; 1970 for changes of the time before this table';
CREATE INDEX pass_status_event_by_moment ON pass_status_event (key_id, changed_at);
INSERT INTO pass_status_event (key_id, status_index, version, status, changed_at)
SELECT key_id, status_index, 1, status, timestamptz '1970-01-01 00:00:00+00'
FROM pass_status WHERE status <> 'valid';
