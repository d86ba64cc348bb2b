CREATE TABLE sighting (
  pseudonym bytea NOT NULL,
  redemption_id uuid NOT NULL,
  shown_at bigint,
  seq integer,
  venue_id text NOT NULL,
  direction text,
  seen_at timestamptz NOT NULL,
  unsynced boolean NOT NULL,
  judged boolean NOT NULL,
  recorded_at timestamptz NOT NULL,
  PRIMARY KEY (pseudonym, redemption_id)
);
COMMENT ON TABLE sighting IS 'A use by a code, as far as it tells a clone; a state that is forgotten with the use';
COMMENT ON COLUMN sighting.pseudonym IS 'cti of the pass';
COMMENT ON COLUMN sighting.redemption_id IS 'The use';
COMMENT ON COLUMN sighting.shown_at IS 'iat of the code, seconds since the epoch; none on a printed card';
COMMENT ON COLUMN sighting.seq IS 'cti of the code, its running number; none on a printed card';
COMMENT ON COLUMN sighting.venue_id IS 'Where';
COMMENT ON COLUMN sighting.direction IS 'in or out for the metro';
COMMENT ON COLUMN sighting.seen_at IS 'When, by the gate''s clock';
COMMENT ON COLUMN sighting.unsynced IS 'Whether that clock had not been set for long';
COMMENT ON COLUMN sighting.judged IS 'Whether it was compared with the others of its pass';
COMMENT ON COLUMN sighting.recorded_at IS 'When it was recorded';
CREATE INDEX sighting_unjudged ON sighting (recorded_at) WHERE NOT judged;
CREATE FUNCTION record_sightings(sightings jsonb) RETURNS void LANGUAGE sql AS $$
  INSERT INTO sighting (pseudonym, redemption_id, shown_at, seq, venue_id, direction, seen_at,
    unsynced, judged, recorded_at)
  SELECT pseudonym, redemption_id, shown_at, seq, venue_id, direction, seen_at, unsynced, false,
    recorded_at
  FROM jsonb_populate_recordset(NULL::sighting, sightings)
$$;
COMMENT ON FUNCTION record_sightings(jsonb) IS 'Appends what uses by code tell of clones, as rows; called in the statement that records the uses';
