CREATE TABLE phone_lookup (
  phone_hash bytea NOT NULL,
  donor_id uuid NOT NULL,
  PRIMARY KEY (phone_hash, donor_id)
);
COMMENT ON TABLE phone_lookup IS 'Finds donors by telephone, which several may share; distributed by the hash';
COMMENT ON COLUMN phone_lookup.phone_hash IS 'Blind index (HMAC-SHA-256) of the number as it is dialled';
COMMENT ON COLUMN phone_lookup.donor_id IS 'Whose number it is';
