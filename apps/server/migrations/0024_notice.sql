CREATE TABLE notice (
  notice_id uuid PRIMARY KEY,
  event_key text NOT NULL UNIQUE,
  kind text NOT NULL,
  donor_id uuid,
  body bytea,
  urgent boolean NOT NULL,
  state text NOT NULL,
  tries smallint NOT NULL,
  failure text,
  due_at timestamptz NOT NULL,
  expires_at timestamptz,
  recorded_at timestamptz NOT NULL
);
COMMENT ON TABLE notice IS 'What a donor is to be told, written with what it tells of; a queue, not distributed';
COMMENT ON COLUMN notice.notice_id IS 'UUIDv7 made by us; the channels get it, so that they can drop a repetition';
COMMENT ON COLUMN notice.event_key IS 'The event; it is told once';
COMMENT ON COLUMN notice.kind IS 'Which text';
COMMENT ON COLUMN notice.donor_id IS 'Whom; null for a one-time code, which goes to a number';
COMMENT ON COLUMN notice.body IS 'Encrypted values of the text; null once there is nothing more to send';
COMMENT ON COLUMN notice.urgent IS 'Goes before the others';
COMMENT ON COLUMN notice.state IS 'waiting, sent, failed, expired, not_wanted, no_address';
COMMENT ON COLUMN notice.tries IS 'How often it was tried';
COMMENT ON COLUMN notice.failure IS 'Why the last try failed, without anything personal';
COMMENT ON COLUMN notice.due_at IS 'When it is to be tried; while somebody tries, when another may';
COMMENT ON COLUMN notice.expires_at IS 'From when it is worth nothing; null for never';
COMMENT ON COLUMN notice.recorded_at IS 'When it was written';
CREATE INDEX notice_due ON notice (urgent DESC, due_at) WHERE state = 'waiting';
CREATE TABLE notice_choice (
  donor_id uuid PRIMARY KEY,
  channel text NOT NULL,
  language text NOT NULL,
  email bytea,
  recorded_at timestamptz NOT NULL
);
COMMENT ON TABLE notice_choice IS 'How a donor wants to be told; a state. Who has none gets SMS in Chinese';
COMMENT ON COLUMN notice_choice.donor_id IS 'Who chose';
COMMENT ON COLUMN notice_choice.channel IS 'sms, email or none';
COMMENT ON COLUMN notice_choice.language IS 'zh or en';
COMMENT ON COLUMN notice_choice.email IS 'Encrypted address; null when none is given';
COMMENT ON COLUMN notice_choice.recorded_at IS 'When it was chosen';
