CREATE TABLE login (
  login_name text PRIMARY KEY,
  login_id uuid NOT NULL,
  role text NOT NULL,
  partner_id text,
  recorded_at timestamptz NOT NULL
);
COMMENT ON TABLE login IS 'An account by which a person of staff signs in; append-only, never renamed nor deleted';
COMMENT ON COLUMN login.login_name IS 'Its name, lower case';
COMMENT ON COLUMN login.login_id IS 'UUIDv7 made by us; names it in the audit log';
COMMENT ON COLUMN login.role IS 'What it may do: see the table of roles';
COMMENT ON COLUMN login.partner_id IS 'Whose venues, uses and statements it reaches; null for the city''s own people';
COMMENT ON COLUMN login.recorded_at IS 'When it was added';
CREATE TABLE login_event (
  login_name text NOT NULL,
  event_id uuid NOT NULL,
  event text NOT NULL,
  acted_by text NOT NULL,
  recorded_at timestamptz NOT NULL,
  PRIMARY KEY (login_name, event_id)
);
COMMENT ON TABLE login_event IS 'What happened to a login; append-only';
COMMENT ON COLUMN login_event.login_name IS 'The login';
COMMENT ON COLUMN login_event.event_id IS 'UUIDv7 made by us; sorts by time';
COMMENT ON COLUMN login_event.event IS 'password_set or disabled';
COMMENT ON COLUMN login_event.acted_by IS 'Who did it';
COMMENT ON COLUMN login_event.recorded_at IS 'When it was recorded';
CREATE TABLE login_password (
  login_name text NOT NULL,
  event_id uuid NOT NULL,
  password_hash text NOT NULL,
  PRIMARY KEY (login_name, event_id)
);
COMMENT ON TABLE login_password IS 'The passwords of logins, the last one counts; append-only, and never in the audit log';
COMMENT ON COLUMN login_password.login_name IS 'The login';
COMMENT ON COLUMN login_password.event_id IS 'The event by which it was set';
COMMENT ON COLUMN login_password.password_hash IS 'scrypt with its parameters and salt';
CREATE TABLE session (
  session_hash bytea PRIMARY KEY,
  login_name text NOT NULL,
  password_event_id uuid,
  opened_at timestamptz NOT NULL,
  seen_at timestamptz NOT NULL,
  stepped_up_until timestamptz,
  ended_at timestamptz
);
COMMENT ON TABLE session IS 'A login that is signed in on one browser; a state';
COMMENT ON COLUMN session.session_hash IS 'SHA-256 of the cookie; the cookie itself is stored nowhere';
COMMENT ON COLUMN session.login_name IS 'Who signed in';
COMMENT ON COLUMN session.password_event_id IS 'The password that was shown; another one ends the session. Null when signed in elsewhere';
COMMENT ON COLUMN session.opened_at IS 'When it was opened';
COMMENT ON COLUMN session.seen_at IS 'When it was last used, to the minute';
COMMENT ON COLUMN session.stepped_up_until IS 'Until when the password counts as just shown';
COMMENT ON COLUMN session.ended_at IS 'When it was signed out; null while open';
CREATE TABLE sign_in_try (
  subject bytea PRIMARY KEY,
  tries int NOT NULL,
  counted_until timestamptz NOT NULL
);
COMMENT ON TABLE sign_in_try IS 'How often a password was tried lately, by name and by address; a state';
COMMENT ON COLUMN sign_in_try.subject IS 'Blind index (HMAC-SHA-256) of the name or address, known or not';
COMMENT ON COLUMN sign_in_try.tries IS 'Tries since the count began';
COMMENT ON COLUMN sign_in_try.counted_until IS 'When the count begins anew';
