CREATE TABLE donation_import (
  import_id uuid PRIMARY KEY,
  file_name text NOT NULL,
  imported integer NOT NULL,
  unchanged integer NOT NULL,
  conflicts integer NOT NULL,
  rejected integer NOT NULL,
  recorded_at timestamptz NOT NULL
);
COMMENT ON TABLE donation_import IS 'One file taken in';
COMMENT ON COLUMN donation_import.import_id IS 'UUIDv7 made by us';
COMMENT ON COLUMN donation_import.file_name IS 'The name of the file, without its folder';
COMMENT ON COLUMN donation_import.imported IS 'Rows that were new';
COMMENT ON COLUMN donation_import.unchanged IS 'Rows that were known with the same facts';
COMMENT ON COLUMN donation_import.conflicts IS 'Rows whose number is known with other facts';
COMMENT ON COLUMN donation_import.rejected IS 'Rows that are no well-formed donation';
COMMENT ON COLUMN donation_import.recorded_at IS 'When it was taken in';
CREATE TABLE donation (
  donor_id uuid NOT NULL,
  donation_number text NOT NULL,
  donated_on date NOT NULL,
  kind text NOT NULL,
  amount integer NOT NULL,
  unit text,
  city text NOT NULL,
  in_city boolean NOT NULL,
  site text,
  import_id uuid NOT NULL,
  recorded_at timestamptz NOT NULL,
  PRIMARY KEY (donor_id, donation_number)
);
COMMENT ON TABLE donation IS 'A gift as recorded; append-only';
COMMENT ON COLUMN donation.donor_id IS 'Who gave';
COMMENT ON COLUMN donation.donation_number IS 'ISBT 128 donation identification number or the centre''s own';
COMMENT ON COLUMN donation.donated_on IS 'Civil day of the gift';
COMMENT ON COLUMN donation.kind IS 'whole_blood, apheresis_platelets, stem_cells, other_component';
COMMENT ON COLUMN donation.amount IS 'Millilitres of whole blood, treatment units of platelets, else 0';
COMMENT ON COLUMN donation.unit IS 'ml, treatment_unit or none';
COMMENT ON COLUMN donation.city IS 'The city as the file calls it; empty means the programme''s own';
COMMENT ON COLUMN donation.in_city IS 'Whether it was given in the programme''s city';
COMMENT ON COLUMN donation.site IS 'Where in the city, as the file says';
COMMENT ON COLUMN donation.import_id IS 'The file that brought it';
COMMENT ON COLUMN donation.recorded_at IS 'When it was recorded';
CREATE TABLE donation_number (
  donation_number text PRIMARY KEY,
  donor_id uuid NOT NULL,
  facts_hash bytea NOT NULL
);
COMMENT ON TABLE donation_number IS 'Makes a donation number unique across donors; distributed by the number';
COMMENT ON COLUMN donation_number.donation_number IS 'The number';
COMMENT ON COLUMN donation_number.donor_id IS 'Who gave';
COMMENT ON COLUMN donation_number.facts_hash IS 'Keyed hash of the facts: the same number with other facts is a conflict';
