CREATE TABLE access_look (
  donor_id uuid NOT NULL,
  look_id uuid NOT NULL,
  looked_by text NOT NULL,
  role text NOT NULL,
  partner_id text,
  what text NOT NULL,
  reason text,
  looked_at timestamptz NOT NULL,
  PRIMARY KEY (donor_id, look_id)
);
COMMENT ON TABLE access_look IS 'Who looked at a donor; append-only';
COMMENT ON COLUMN access_look.donor_id IS 'At whom';
COMMENT ON COLUMN access_look.look_id IS 'UUIDv7 made by us; sorts by time';
COMMENT ON COLUMN access_look.looked_by IS 'Who: a login, a machine, or the owner of the home';
COMMENT ON COLUMN access_look.role IS 'What he was for then; owner for the owner';
COMMENT ON COLUMN access_look.partner_id IS 'Of which partner; null for the city''s own people';
COMMENT ON COLUMN access_look.what IS 'search, read, reveal, standing, decide, admit or effect (of an act)';
COMMENT ON COLUMN access_look.reason IS 'Why, where it was asked for';
COMMENT ON COLUMN access_look.looked_at IS 'When';
