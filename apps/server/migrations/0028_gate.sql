CREATE TABLE gate_event (
  gate_id uuid NOT NULL,
  version integer NOT NULL CHECK (version > 0),
  event_id uuid NOT NULL,
  event text NOT NULL,
  venue_id text NOT NULL,
  name text,
  secret_hash bytea,
  secret_ends_at timestamptz,
  machine_id text,
  reason text,
  acted_by text NOT NULL,
  recorded_at timestamptz NOT NULL,
  PRIMARY KEY (gate_id, version)
);
COMMENT ON TABLE gate_event IS 'What happened to a gate, each time with all that holds from then on; append-only, the last one counts';
COMMENT ON COLUMN gate_event.gate_id IS 'UUIDv7 made by us';
COMMENT ON COLUMN gate_event.version IS 'From 1; one more than the event before, so that two at once cannot both count';
COMMENT ON COLUMN gate_event.event_id IS 'UUIDv7 made by us; names it in the audit log';
COMMENT ON COLUMN gate_event.event IS 'added, secret_made, enrolled or revoked';
COMMENT ON COLUMN gate_event.venue_id IS 'Where it stands: a station, bus line, hospital or site of the programme';
COMMENT ON COLUMN gate_event.name IS 'What the operator calls it, such as its place in the hall';
COMMENT ON COLUMN gate_event.secret_hash IS 'SHA-256 of the one-time secret by which a device enrols; the secret itself is nowhere';
COMMENT ON COLUMN gate_event.secret_ends_at IS 'From when on the secret is good no more';
COMMENT ON COLUMN gate_event.machine_id IS 'The machine client that the device is, another one at every enrolment';
COMMENT ON COLUMN gate_event.reason IS 'Why the device was revoked';
COMMENT ON COLUMN gate_event.acted_by IS 'Who did it';
COMMENT ON COLUMN gate_event.recorded_at IS 'When it was recorded';
CREATE TABLE gate_contact (
  gate_id uuid PRIMARY KEY,
  device_id text NOT NULL,
  contact_at timestamptz NOT NULL,
  sent_at timestamptz NOT NULL,
  waiting integer,
  trust_version bigint,
  status_at timestamptz,
  programme_version text,
  gaps jsonb NOT NULL
);
COMMENT ON TABLE gate_contact IS 'The last that a gate said of itself: a state, replaced at every contact';
COMMENT ON COLUMN gate_contact.gate_id IS 'The gate';
COMMENT ON COLUMN gate_contact.device_id IS 'The machine client that sent it';
COMMENT ON COLUMN gate_contact.contact_at IS 'When, by the server''s clock';
COMMENT ON COLUMN gate_contact.sent_at IS 'When, by the gate''s clock';
COMMENT ON COLUMN gate_contact.waiting IS 'Records that were still to be sent';
COMMENT ON COLUMN gate_contact.trust_version IS 'The trust list that it holds';
COMMENT ON COLUMN gate_contact.status_at IS 'When the oldest status list that it holds was signed';
COMMENT ON COLUMN gate_contact.programme_version IS 'The programme that it holds';
COMMENT ON COLUMN gate_contact.gaps IS 'Running numbers that have not come: a list of bootEpoch, from, to';
CREATE TABLE gate_boot (
  device_id text NOT NULL,
  boot_epoch bigint NOT NULL,
  boot_id uuid NOT NULL,
  booted_at timestamptz NOT NULL,
  previous_epoch bigint,
  previous_seq bigint,
  cut_bytes bigint NOT NULL,
  clock text NOT NULL,
  recorded_at timestamptz NOT NULL,
  PRIMARY KEY (device_id, boot_epoch)
);
COMMENT ON TABLE gate_boot IS 'A start of a gate''s device, from which a lost end of its spool is known; append-only';
COMMENT ON COLUMN gate_boot.device_id IS 'As in receipt';
COMMENT ON COLUMN gate_boot.boot_epoch IS 'As in receipt';
COMMENT ON COLUMN gate_boot.boot_id IS 'UUIDv7 made by us; names it in the audit log';
COMMENT ON COLUMN gate_boot.booted_at IS 'When, by the gate''s clock';
COMMENT ON COLUMN gate_boot.previous_epoch IS 'The start before, if there was one';
COMMENT ON COLUMN gate_boot.previous_seq IS 'The last running number of the start before';
COMMENT ON COLUMN gate_boot.cut_bytes IS 'Bytes at the end of the spool that were no whole record';
COMMENT ON COLUMN gate_boot.clock IS 'synced or unsynced';
COMMENT ON COLUMN gate_boot.recorded_at IS 'When it was recorded';
