CREATE TABLE claim (
  donor_id uuid NOT NULL,
  claim_id uuid NOT NULL,
  certificate_number text NOT NULL,
  identified_by text NOT NULL,
  claimed_by text NOT NULL,
  seen text,
  claimed_at timestamptz NOT NULL,
  PRIMARY KEY (donor_id, claim_id)
);
COMMENT ON TABLE claim IS 'A donor has claimed the card and, with it, the honour certificate; append-only';
COMMENT ON COLUMN claim.donor_id IS 'Whose card';
COMMENT ON COLUMN claim.claim_id IS 'UUIDv7 made by us; sorts by time';
COMMENT ON COLUMN claim.certificate_number IS 'Of the honour certificate: year, twelve random digits, check digit';
COMMENT ON COLUMN claim.identified_by IS 'phone (document and one-time code), donation (also its number and the name), counter';
COMMENT ON COLUMN claim.claimed_by IS 'Who acted: the donor, or the clerk at the counter';
COMMENT ON COLUMN claim.seen IS 'At a counter: how the clerk saw who it was, in words';
COMMENT ON COLUMN claim.claimed_at IS 'When it was recorded';
CREATE TABLE certificate_number (
  certificate_number text PRIMARY KEY,
  donor_id uuid NOT NULL,
  claim_id uuid NOT NULL
);
COMMENT ON TABLE certificate_number IS 'Makes a certificate''s number unique across donors, and finds it; distributed by the number';
COMMENT ON COLUMN certificate_number.certificate_number IS 'The number';
COMMENT ON COLUMN certificate_number.donor_id IS 'Whose certificate it is';
COMMENT ON COLUMN certificate_number.claim_id IS 'The claim with which it was given';
CREATE TABLE phone_binding (
  donor_id uuid NOT NULL,
  binding_id uuid NOT NULL,
  phone_id uuid NOT NULL,
  bound_at timestamptz NOT NULL,
  PRIMARY KEY (donor_id, binding_id)
);
COMMENT ON TABLE phone_binding IS 'The card was bound to a phone, or moved to another; append-only, the last one holds';
COMMENT ON COLUMN phone_binding.donor_id IS 'Whose card';
COMMENT ON COLUMN phone_binding.binding_id IS 'UUIDv7 made by us; sorts by time';
COMMENT ON COLUMN phone_binding.phone_id IS 'The session of the donor on that phone; its passes carry the same';
COMMENT ON COLUMN phone_binding.bound_at IS 'When it was recorded';
CREATE TABLE card_printing (
  donor_id uuid NOT NULL,
  printing_id uuid NOT NULL,
  pass_id uuid NOT NULL,
  printed_by text NOT NULL,
  seen text NOT NULL,
  printed_at timestamptz NOT NULL,
  PRIMARY KEY (donor_id, printing_id)
);
COMMENT ON TABLE card_printing IS 'A printed pass was handed out at a counter; append-only';
COMMENT ON COLUMN card_printing.donor_id IS 'Whose card';
COMMENT ON COLUMN card_printing.printing_id IS 'UUIDv7 made by us; sorts by time';
COMMENT ON COLUMN card_printing.pass_id IS 'The pass; a second print of it is the same one';
COMMENT ON COLUMN card_printing.printed_by IS 'The clerk';
COMMENT ON COLUMN card_printing.seen IS 'How the clerk saw who it was, in words';
COMMENT ON COLUMN card_printing.printed_at IS 'When it was recorded';
