CREATE TABLE donor (
  donor_id uuid PRIMARY KEY,
  name bytea NOT NULL,
  born_on bytea NOT NULL,
  phone bytea,
  recorded_at timestamptz NOT NULL
);
COMMENT ON TABLE donor IS 'A person who has given; personal fields are encrypted';
COMMENT ON COLUMN donor.donor_id IS 'UUIDv7 made by us';
COMMENT ON COLUMN donor.name IS 'Encrypted name';
COMMENT ON COLUMN donor.born_on IS 'Encrypted civil day of birth';
COMMENT ON COLUMN donor.phone IS 'Encrypted telephone number, as first recorded';
COMMENT ON COLUMN donor.recorded_at IS 'When the donor was first recorded';
CREATE TABLE identity_document (
  donor_id uuid NOT NULL,
  document_id uuid NOT NULL,
  document_type text NOT NULL,
  document_number bytea NOT NULL,
  recorded_at timestamptz NOT NULL,
  PRIMARY KEY (donor_id, document_id)
);
COMMENT ON TABLE identity_document IS 'A document by which a donor is known; a donor may have several';
COMMENT ON COLUMN identity_document.donor_id IS 'Whose it is';
COMMENT ON COLUMN identity_document.document_id IS 'UUIDv7 made by us';
COMMENT ON COLUMN identity_document.document_type IS 'resident_id, passport, ...';
COMMENT ON COLUMN identity_document.document_number IS 'Encrypted number';
COMMENT ON COLUMN identity_document.recorded_at IS 'When it was recorded';
CREATE TABLE document_lookup (
  document_hash bytea PRIMARY KEY,
  donor_id uuid NOT NULL,
  person_hash bytea NOT NULL
);
COMMENT ON TABLE document_lookup IS 'Finds a donor by document; distributed by the hash';
COMMENT ON COLUMN document_lookup.document_hash IS 'Blind index (HMAC-SHA-256) of the number';
COMMENT ON COLUMN document_lookup.donor_id IS 'Whose it is';
COMMENT ON COLUMN document_lookup.person_hash IS 'Blind index of type, name and day of birth: a number under another name is a conflict';
