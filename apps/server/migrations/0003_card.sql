CREATE TABLE card (
  donor_id uuid PRIMARY KEY,
  card_number text NOT NULL,
  recorded_at timestamptz NOT NULL
);
COMMENT ON TABLE card IS 'A donor''s one card; what it is worth follows from the donations';
COMMENT ON COLUMN card.donor_id IS 'Whose it is';
COMMENT ON COLUMN card.card_number IS 'Twelve random digits, shown on the card';
COMMENT ON COLUMN card.recorded_at IS 'When it was made';
CREATE TABLE card_number (
  card_number text PRIMARY KEY,
  donor_id uuid NOT NULL
);
COMMENT ON TABLE card_number IS 'Makes a card number unique across donors; distributed by the number';
COMMENT ON COLUMN card_number.card_number IS 'The number';
COMMENT ON COLUMN card_number.donor_id IS 'Whose card it is';
CREATE TABLE card_event (
  donor_id uuid NOT NULL,
  event_id uuid NOT NULL,
  event text NOT NULL,
  kind text NOT NULL,
  valid_from date NOT NULL,
  valid_through date,
  because jsonb NOT NULL,
  recorded_at timestamptz NOT NULL,
  PRIMARY KEY (donor_id, event_id)
);
COMMENT ON TABLE card_event IS 'What happened to a card; append-only, the last one is its state';
COMMENT ON COLUMN card_event.donor_id IS 'Whose card';
COMMENT ON COLUMN card_event.event_id IS 'UUIDv7 made by us; sorts by time';
COMMENT ON COLUMN card_event.event IS 'issued, extended, begun_again, upgraded, corrected, withdrawn';
COMMENT ON COLUMN card_event.kind IS 'annual or honour';
COMMENT ON COLUMN card_event.valid_from IS 'First day of the unbroken validity';
COMMENT ON COLUMN card_event.valid_through IS 'Last valid day; none for life';
COMMENT ON COLUMN card_event.because IS 'The donation numbers that earned it';
COMMENT ON COLUMN card_event.recorded_at IS 'When it was recorded';
