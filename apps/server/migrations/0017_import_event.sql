CREATE TABLE import_event (
  import_id uuid NOT NULL,
  ordinal integer NOT NULL,
  event text NOT NULL,
  body jsonb NOT NULL,
  recorded_at timestamptz NOT NULL,
  PRIMARY KEY (import_id, ordinal)
);
COMMENT ON TABLE import_event IS 'What became of an import, step by step; append-only';
COMMENT ON COLUMN import_event.import_id IS 'UUIDv7 made by us; that of donation_import when it was kept';
COMMENT ON COLUMN import_event.ordinal IS 'Order in the import; the ending always has the largest, so that there is one';
COMMENT ON COLUMN import_event.event IS 'received, started, encoding, done, refused, failed or interrupted';
COMMENT ON COLUMN import_event.body IS 'received: file, size, options, source, by; done: the report; refused: code and texts';
COMMENT ON COLUMN import_event.recorded_at IS 'When it happened';
