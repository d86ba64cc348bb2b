CREATE TABLE gate_quarantine (
  device_id text NOT NULL,
  boot_epoch bigint NOT NULL,
  seq bigint NOT NULL,
  body_sha256 text NOT NULL,
  quarantine_id uuid NOT NULL,
  gate_id uuid NOT NULL,
  because text NOT NULL,
  opened boolean,
  body bytea,
  recorded_at timestamptz NOT NULL,
  PRIMARY KEY (device_id, boot_epoch, seq, body_sha256)
);
COMMENT ON TABLE gate_quarantine IS 'What a gate sent and nobody can take as a use: kept for a person to look at; the body goes when its time is over';
COMMENT ON COLUMN gate_quarantine.device_id IS 'As in receipt';
COMMENT ON COLUMN gate_quarantine.boot_epoch IS 'As in receipt';
COMMENT ON COLUMN gate_quarantine.seq IS 'As in receipt';
COMMENT ON COLUMN gate_quarantine.body_sha256 IS 'SHA-256 of the body, hexadecimal';
COMMENT ON COLUMN gate_quarantine.quarantine_id IS 'UUIDv7 made by us; names it in the audit log';
COMMENT ON COLUMN gate_quarantine.gate_id IS 'The gate';
COMMENT ON COLUMN gate_quarantine.because IS 'other_body, unreadable, unverified, unknown_pass, other_venue, lost_device or unrecordable';
COMMENT ON COLUMN gate_quarantine.opened IS 'Whether it says that the gate opened; none where it cannot be read';
COMMENT ON COLUMN gate_quarantine.body IS 'The bytes as they came: they may hold a code';
COMMENT ON COLUMN gate_quarantine.recorded_at IS 'When it came';
CREATE INDEX gate_quarantine_by_gate ON gate_quarantine (gate_id, quarantine_id);
CREATE TABLE gate_epoch (
  device_id text NOT NULL,
  boot_epoch bigint NOT NULL,
  complete_through bigint NOT NULL,
  is_over boolean NOT NULL,
  PRIMARY KEY (device_id, boot_epoch)
);
COMMENT ON TABLE gate_epoch IS 'How far a device''s running numbers have come without a gap: a state, so that gaps are found without reading everything';
COMMENT ON COLUMN gate_epoch.device_id IS 'As in receipt';
COMMENT ON COLUMN gate_epoch.boot_epoch IS 'As in receipt';
COMMENT ON COLUMN gate_epoch.complete_through IS 'All numbers up to this one have come; -1 for none';
COMMENT ON COLUMN gate_epoch.is_over IS 'The device has started again, and everything of this start has come';
CREATE TABLE offline_use (
  donor_id uuid NOT NULL,
  redemption_id uuid NOT NULL,
  gate_id uuid NOT NULL,
  device_id text NOT NULL,
  boot_epoch bigint NOT NULL,
  seq bigint NOT NULL,
  judged text NOT NULL,
  marks jsonb NOT NULL,
  skew_seconds integer,
  trust_version bigint NOT NULL,
  status_at timestamptz,
  programme_version text NOT NULL,
  recorded_at timestamptz NOT NULL,
  PRIMARY KEY (donor_id, redemption_id)
);
COMMENT ON TABLE offline_use IS 'A use that a gate decided by itself, beside its redemption: what the gate went by, and what the server says of it; append-only';
COMMENT ON COLUMN offline_use.donor_id IS 'Whose use';
COMMENT ON COLUMN offline_use.redemption_id IS 'The use';
COMMENT ON COLUMN offline_use.gate_id IS 'The gate that opened';
COMMENT ON COLUMN offline_use.device_id IS 'As in receipt';
COMMENT ON COLUMN offline_use.boot_epoch IS 'As in receipt';
COMMENT ON COLUMN offline_use.seq IS 'As in receipt';
COMMENT ON COLUMN offline_use.judged IS 'granted, or the reason code by which the server would have refused';
COMMENT ON COLUMN offline_use.marks IS 'What was remarkable, by the gate''s own words and by ours';
COMMENT ON COLUMN offline_use.skew_seconds IS 'How far the phone''s clock was ahead of the gate''s';
COMMENT ON COLUMN offline_use.trust_version IS 'The trust list that the gate held';
COMMENT ON COLUMN offline_use.status_at IS 'When the oldest status list was signed that it went by';
COMMENT ON COLUMN offline_use.programme_version IS 'The programme that it held';
COMMENT ON COLUMN offline_use.recorded_at IS 'When it was recorded';
CREATE INDEX offline_use_doubtful ON offline_use (gate_id, redemption_id) WHERE judged <> 'granted';
CREATE TABLE trip_turn (
  donor_id uuid PRIMARY KEY,
  turn bigint NOT NULL
);
COMMENT ON TABLE trip_turn IS 'Counts what was recorded of a person''s trips, so that of two who pair them at once one looks again';
COMMENT ON COLUMN trip_turn.donor_id IS 'The person whose card it is';
COMMENT ON COLUMN trip_turn.turn IS 'One more with everything that is recorded of the trips';
CREATE TABLE trip_change (
  donor_id uuid NOT NULL,
  change_id uuid NOT NULL,
  redemption_id uuid NOT NULL,
  entry_id uuid,
  recorded_at timestamptz NOT NULL,
  PRIMARY KEY (donor_id, change_id)
);
COMMENT ON TABLE trip_change IS 'A use of the metro that goes with another one than was recorded, because a record came late: its postings were taken back and made anew; append-only';
COMMENT ON COLUMN trip_change.donor_id IS 'Whose use';
COMMENT ON COLUMN trip_change.change_id IS 'UUIDv7 made by us; names it in the audit log';
COMMENT ON COLUMN trip_change.redemption_id IS 'The entry or exit';
COMMENT ON COLUMN trip_change.entry_id IS 'For an exit: the entry that it ends from now on, if one';
COMMENT ON COLUMN trip_change.recorded_at IS 'When it was recorded';
CREATE FUNCTION take_turns(turns jsonb) RETURNS void LANGUAGE plpgsql AS $$
  DECLARE
    fresh integer := 0;
    one integer;
  BEGIN
    FOR one IN INSERT INTO trip_turn (donor_id, turn)
      SELECT donor_id, turn FROM jsonb_populate_recordset(NULL::trip_turn, turns)
      ORDER BY donor_id
      ON CONFLICT (donor_id) DO UPDATE SET turn = EXCLUDED.turn
      WHERE trip_turn.turn = EXCLUDED.turn - 1
      RETURNING 1 LOOP
      fresh := fresh + 1;
    END LOOP;
    IF fresh < jsonb_array_length(turns) THEN
      RAISE EXCEPTION 'trips have changed meanwhile' USING ERRCODE = 'LY007';
    END IF;
  END
$$;
COMMENT ON FUNCTION take_turns(jsonb) IS 'Takes the next turn of persons'' trips; LY007 when somebody else has taken it';
CREATE OR REPLACE FUNCTION record_together(batch jsonb) RETURNS void LANGUAGE plpgsql AS $$
  DECLARE
    fresh integer;
    one integer;
    apart integer;
  BEGIN
    fresh := 0;
    FOR one IN INSERT INTO receipt (device_id, boot_epoch, seq, body_hash, answer, recorded_at)
      SELECT device_id, boot_epoch, seq, body_hash, answer, recorded_at
      FROM jsonb_populate_recordset(NULL::receipt, batch->'receipt')
      ORDER BY device_id, boot_epoch, seq
      ON CONFLICT DO NOTHING RETURNING 1 LOOP
      fresh := fresh + 1;
    END LOOP;
    IF fresh < jsonb_array_length(batch->'receipt') THEN
      RAISE EXCEPTION 'a receipt is known' USING ERRCODE = 'LY006';
    END IF;
    INSERT INTO trip_turn (donor_id, turn)
    SELECT DISTINCT (t->>'donor_id')::uuid, 1
    FROM jsonb_array_elements(batch->'trip_turn') AS t ORDER BY 1
    ON CONFLICT (donor_id) DO UPDATE SET turn = trip_turn.turn + 1;
    fresh := 0;
    FOR one IN INSERT INTO showing (pseudonym, shown_at, seq)
      SELECT pseudonym, shown_at, seq
      FROM jsonb_populate_recordset(NULL::showing, batch->'showing')
      ORDER BY pseudonym, shown_at, seq
      ON CONFLICT DO NOTHING RETURNING 1 LOOP
      fresh := fresh + 1;
    END LOOP;
    IF fresh < jsonb_array_length(batch->'showing') THEN
      RAISE EXCEPTION 'replayed' USING ERRCODE = 'LY001';
    END IF;
    fresh := 0;
    FOR apart IN SELECT DISTINCT (p->>'seconds')::integer
      FROM jsonb_array_elements(batch->'passage') AS p ORDER BY 1 LOOP
      FOR one IN INSERT INTO passage (pseudonym, venue_id, direction, passed_at)
        SELECT pseudonym, venue_id, direction, passed_at
        FROM jsonb_to_recordset(batch->'passage') AS p(pseudonym bytea, venue_id text,
          direction text, passed_at timestamptz, seconds integer)
        WHERE seconds = apart
        ORDER BY pseudonym, venue_id, direction
        ON CONFLICT (pseudonym, venue_id, direction) DO UPDATE SET passed_at = EXCLUDED.passed_at
        WHERE abs(extract(epoch FROM EXCLUDED.passed_at - passage.passed_at)) > apart
        RETURNING 1 LOOP
        fresh := fresh + 1;
      END LOOP;
    END LOOP;
    IF fresh < jsonb_array_length(batch->'passage') THEN
      RAISE EXCEPTION 'passback' USING ERRCODE = 'LY002';
    END IF;
    fresh := 0;
    FOR one IN INSERT INTO daily_entry (donor_id, venue_id, entered_on, ordinal, redemption_id)
      SELECT donor_id, venue_id, entered_on, ordinal, redemption_id
      FROM jsonb_populate_recordset(NULL::daily_entry, batch->'daily_entry')
      ORDER BY donor_id, venue_id, entered_on, ordinal
      ON CONFLICT DO NOTHING RETURNING 1 LOOP
      fresh := fresh + 1;
    END LOOP;
    IF fresh < jsonb_array_length(batch->'daily_entry') THEN
      RAISE EXCEPTION 'the entry of the day is taken' USING ERRCODE = 'LY003';
    END IF;
    fresh := 0;
    FOR one IN INSERT INTO trip_end (donor_id, entry_id, ended_by)
      SELECT donor_id, entry_id, ended_by
      FROM jsonb_populate_recordset(NULL::trip_end, batch->'trip_end')
      ORDER BY donor_id, entry_id
      ON CONFLICT DO NOTHING RETURNING 1 LOOP
      fresh := fresh + 1;
    END LOOP;
    IF fresh < jsonb_array_length(batch->'trip_end') THEN
      RAISE EXCEPTION 'the trip has ended' USING ERRCODE = 'LY004';
    END IF;
    INSERT INTO redemption (donor_id, redemption_id, benefit, venue_id, direction, redeemed_at,
      redeemed_on, pseudonym, entry_id, mark, admitted_by, clerk, reason, code, rule, version,
      waived_fen, to_pay_fen, evidence, reversal_of, recorded_at)
    SELECT donor_id, redemption_id, benefit, venue_id, direction, redeemed_at, redeemed_on,
      pseudonym, entry_id, mark, admitted_by, clerk, reason, code, rule, version, waived_fen,
      to_pay_fen, evidence, reversal_of, recorded_at
    FROM jsonb_populate_recordset(NULL::redemption, batch->'redemption');
    INSERT INTO redemption_lookup (redemption_id, donor_id)
    SELECT redemption_id, donor_id
    FROM jsonb_populate_recordset(NULL::redemption_lookup, batch->'redemption');
    INSERT INTO posting (donor_id, posting_id, redemption_id, benefit, partner_id, redeemed_at,
      month, debit, credit, fare_fen, amount_fen, reversal_of, recorded_at)
    SELECT donor_id, posting_id, redemption_id, benefit, partner_id, redeemed_at, month, debit,
      credit, fare_fen, amount_fen, reversal_of, recorded_at
    FROM jsonb_populate_recordset(NULL::posting, batch->'posting');
    INSERT INTO refusal (refusal_id, donor_id, venue_id, direction, refused_at, code, rule, version,
      skew_seconds, evidence, recorded_at)
    SELECT refusal_id, donor_id, venue_id, direction, refused_at, code, rule, version, skew_seconds,
      evidence, recorded_at
    FROM jsonb_populate_recordset(NULL::refusal, batch->'refusal');
    INSERT INTO audit_leaf (leaf_id, subject, subject_id, body, leaf_hash, recorded_at)
    SELECT leaf_id, subject, subject_id, body, leaf_hash, recorded_at
    FROM jsonb_populate_recordset(NULL::audit_leaf, batch->'audit_leaf');
  END
$$;
CREATE OR REPLACE FUNCTION record_reversal(record jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
  DECLARE
    use jsonb := record->'use';
    found text;
  BEGIN
    INSERT INTO reversal (donor_id, redemption_id, reversal_id)
    VALUES ((use->>'donorId')::uuid, (use->>'reversalOf')::uuid, (use->>'redemptionId')::uuid)
    ON CONFLICT DO NOTHING RETURNING 'new' INTO found;
    IF found IS NULL THEN
      RAISE EXCEPTION 'already reversed' USING ERRCODE = 'LY005';
    END IF;
    IF jsonb_typeof(record->'turn') = 'object' THEN
      PERFORM take_turns(jsonb_build_array(record->'turn'));
    END IF;
    IF jsonb_typeof(record->'openEntry') = 'string' THEN
      found := NULL;
      INSERT INTO trip_end (donor_id, entry_id, ended_by)
      VALUES ((use->>'donorId')::uuid, (record->>'openEntry')::uuid, (use->>'redemptionId')::uuid)
      ON CONFLICT DO NOTHING RETURNING 'new' INTO found;
      IF found IS NULL THEN
        RAISE EXCEPTION 'the trip has ended' USING ERRCODE = 'LY004';
      END IF;
    END IF;
    DELETE FROM daily_entry
    WHERE donor_id = (use->>'donorId')::uuid AND entered_on = (record->>'usedOn')::date
      AND redemption_id = (use->>'reversalOf')::uuid;
    PERFORM append_redemption(use);
    PERFORM append_postings((use->>'donorId')::uuid, record->'postings');
    PERFORM append_leaf(record->'leaf');
    RETURN jsonb_build_object('recorded', true);
  END
$$;
CREATE FUNCTION record_offline(batch jsonb) RETURNS void LANGUAGE plpgsql AS $$
  DECLARE
    fresh integer := 0;
    one integer;
  BEGIN
    FOR one IN INSERT INTO receipt (device_id, boot_epoch, seq, body_hash, answer, recorded_at)
      SELECT device_id, boot_epoch, seq, body_hash, answer, recorded_at
      FROM jsonb_populate_recordset(NULL::receipt, batch->'receipt')
      ORDER BY device_id, boot_epoch, seq
      ON CONFLICT DO NOTHING RETURNING 1 LOOP
      fresh := fresh + 1;
    END LOOP;
    FOR one IN INSERT INTO gate_quarantine (device_id, boot_epoch, seq, body_sha256, quarantine_id,
        gate_id, because, opened, body, recorded_at)
      SELECT device_id, boot_epoch, seq, body_sha256, quarantine_id, gate_id, because, opened, body,
        recorded_at
      FROM jsonb_populate_recordset(NULL::gate_quarantine, batch->'gate_quarantine')
      ORDER BY device_id, boot_epoch, seq, body_sha256
      ON CONFLICT DO NOTHING RETURNING 1 LOOP
      fresh := fresh + 1;
    END LOOP;
    IF fresh < jsonb_array_length(batch->'receipt') + jsonb_array_length(batch->'gate_quarantine')
    THEN
      RAISE EXCEPTION 'a receipt is known' USING ERRCODE = 'LY006';
    END IF;
    PERFORM take_turns(batch->'trip_turn');
    INSERT INTO showing (pseudonym, shown_at, seq)
    SELECT pseudonym, shown_at, seq FROM jsonb_populate_recordset(NULL::showing, batch->'showing')
    ORDER BY pseudonym, shown_at, seq
    ON CONFLICT DO NOTHING;
    INSERT INTO passage (pseudonym, venue_id, direction, passed_at)
    SELECT pseudonym, venue_id, direction, max(passed_at)
    FROM jsonb_populate_recordset(NULL::passage, batch->'passage')
    GROUP BY pseudonym, venue_id, direction
    ORDER BY pseudonym, venue_id, direction
    ON CONFLICT (pseudonym, venue_id, direction)
    DO UPDATE SET passed_at = greatest(passage.passed_at, EXCLUDED.passed_at);
    INSERT INTO daily_entry (donor_id, venue_id, entered_on, ordinal, redemption_id)
    SELECT donor_id, venue_id, entered_on, ordinal, redemption_id
    FROM jsonb_populate_recordset(NULL::daily_entry, batch->'daily_entry')
    ORDER BY donor_id, venue_id, entered_on, ordinal
    ON CONFLICT DO NOTHING;
    fresh := 0;
    FOR one IN INSERT INTO trip_end (donor_id, entry_id, ended_by)
      SELECT donor_id, entry_id, ended_by
      FROM jsonb_populate_recordset(NULL::trip_end, batch->'trip_end')
      ORDER BY donor_id, entry_id
      ON CONFLICT DO NOTHING RETURNING 1 LOOP
      fresh := fresh + 1;
    END LOOP;
    IF fresh < jsonb_array_length(batch->'trip_end') THEN
      RAISE EXCEPTION 'the trip has ended' USING ERRCODE = 'LY004';
    END IF;
    INSERT INTO offline_use (donor_id, redemption_id, gate_id, device_id, boot_epoch, seq, judged,
      marks, skew_seconds, trust_version, status_at, programme_version, recorded_at)
    SELECT donor_id, redemption_id, gate_id, device_id, boot_epoch, seq, judged, marks, skew_seconds,
      trust_version, status_at, programme_version, recorded_at
    FROM jsonb_populate_recordset(NULL::offline_use, batch->'offline_use');
    INSERT INTO trip_change (donor_id, change_id, redemption_id, entry_id, recorded_at)
    SELECT donor_id, change_id, redemption_id, entry_id, recorded_at
    FROM jsonb_populate_recordset(NULL::trip_change, batch->'trip_change');
    INSERT INTO gate_boot (device_id, boot_epoch, boot_id, booted_at, previous_epoch, previous_seq,
      cut_bytes, clock, recorded_at)
    SELECT device_id, boot_epoch, boot_id, booted_at, previous_epoch, previous_seq, cut_bytes, clock,
      recorded_at
    FROM jsonb_populate_recordset(NULL::gate_boot, batch->'gate_boot');
    INSERT INTO redemption (donor_id, redemption_id, benefit, venue_id, direction, redeemed_at,
      redeemed_on, pseudonym, entry_id, mark, admitted_by, clerk, reason, code, rule, version,
      waived_fen, to_pay_fen, evidence, reversal_of, recorded_at)
    SELECT donor_id, redemption_id, benefit, venue_id, direction, redeemed_at, redeemed_on,
      pseudonym, entry_id, mark, admitted_by, clerk, reason, code, rule, version, waived_fen,
      to_pay_fen, evidence, reversal_of, recorded_at
    FROM jsonb_populate_recordset(NULL::redemption, batch->'redemption');
    INSERT INTO redemption_lookup (redemption_id, donor_id)
    SELECT redemption_id, donor_id
    FROM jsonb_populate_recordset(NULL::redemption_lookup, batch->'redemption');
    INSERT INTO posting (donor_id, posting_id, redemption_id, benefit, partner_id, redeemed_at,
      month, debit, credit, fare_fen, amount_fen, reversal_of, recorded_at)
    SELECT donor_id, posting_id, redemption_id, benefit, partner_id, redeemed_at, month, debit,
      credit, fare_fen, amount_fen, reversal_of, recorded_at
    FROM jsonb_populate_recordset(NULL::posting, batch->'posting');
    INSERT INTO refusal (refusal_id, donor_id, venue_id, direction, refused_at, code, rule, version,
      skew_seconds, evidence, recorded_at)
    SELECT refusal_id, donor_id, venue_id, direction, refused_at, code, rule, version, skew_seconds,
      evidence, recorded_at
    FROM jsonb_populate_recordset(NULL::refusal, batch->'refusal');
    INSERT INTO audit_leaf (leaf_id, subject, subject_id, body, leaf_hash, recorded_at)
    SELECT leaf_id, subject, subject_id, body, leaf_hash, recorded_at
    FROM jsonb_populate_recordset(NULL::audit_leaf, batch->'audit_leaf');
  END
$$;
COMMENT ON FUNCTION record_offline(jsonb) IS 'Receipts, uses, refusals, postings and audit leaves of what a gate decided by itself, all or none: a use is never refused for what is taken, since the gate has opened. LY004 trip ended meanwhile, LY006 receipt known, LY007 trips changed meanwhile';
