CREATE FUNCTION take_receipt(sent jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
  DECLARE
    taken text;
    known receipt%ROWTYPE;
  BEGIN
    INSERT INTO receipt (device_id, boot_epoch, seq, body_hash, answer, recorded_at)
    VALUES (sent->>'deviceId', (sent->>'bootEpoch')::bigint, (sent->>'seq')::bigint,
      decode(sent->>'bodyHash', 'hex'), sent->'answer', (sent->>'recordedAt')::timestamptz)
    ON CONFLICT DO NOTHING RETURNING device_id INTO taken;
    IF taken IS NOT NULL THEN
      RETURN NULL;
    END IF;
    SELECT * INTO known FROM receipt
    WHERE device_id = sent->>'deviceId' AND boot_epoch = (sent->>'bootEpoch')::bigint
      AND seq = (sent->>'seq')::bigint;
    IF known.body_hash = decode(sent->>'bodyHash', 'hex') THEN
      RETURN jsonb_build_object('known', known.answer);
    END IF;
    INSERT INTO quarantine (quarantine_id, device_id, boot_epoch, seq, body_hash, body, recorded_at)
    VALUES ((sent->>'quarantineId')::uuid, sent->>'deviceId', (sent->>'bootEpoch')::bigint,
      (sent->>'seq')::bigint, decode(sent->>'bodyHash', 'hex'), sent->'body',
      (sent->>'recordedAt')::timestamptz);
    RETURN jsonb_build_object('quarantined', true);
  END
$$;
COMMENT ON FUNCTION take_receipt(jsonb) IS 'Takes what a device sent once: null when it is new, the known answer when it is the same again, else quarantine';
CREATE FUNCTION append_leaf(leaf jsonb) RETURNS void LANGUAGE sql AS $$
  INSERT INTO audit_leaf (leaf_id, subject, subject_id, body, leaf_hash, recorded_at)
  VALUES ((leaf->>'leafId')::uuid, leaf->>'subject', leaf->>'subjectId', leaf->>'body',
    decode(leaf->>'leafHash', 'hex'), (leaf->>'recordedAt')::timestamptz)
$$;
COMMENT ON FUNCTION append_leaf(jsonb) IS 'Appends one leaf to the audit log';
CREATE FUNCTION append_postings(owner uuid, postings jsonb) RETURNS void LANGUAGE sql AS $$
  INSERT INTO posting (donor_id, posting_id, redemption_id, benefit, partner_id, redeemed_at, month,
    debit, credit, fare_fen, amount_fen, reversal_of, recorded_at)
  SELECT owner, (p->>'postingId')::uuid, (p->>'redemptionId')::uuid, p->>'benefit', p->>'partner',
    (p->>'redeemedAt')::timestamptz, p->>'month', p->>'debit', p->>'credit',
    (p->>'fareFen')::bigint, (p->>'amountFen')::bigint, (p->>'reversalOf')::uuid,
    (p->>'recordedAt')::timestamptz
  FROM jsonb_array_elements(postings) AS p
$$;
COMMENT ON FUNCTION append_postings(uuid, jsonb) IS 'Appends postings of one donor''s use to the ledger';
CREATE FUNCTION append_redemption(use jsonb) RETURNS void LANGUAGE sql AS $$
  INSERT INTO redemption (donor_id, redemption_id, benefit, venue_id, direction, redeemed_at,
    redeemed_on, pseudonym, entry_id, mark, admitted_by, clerk, reason, code, rule, version,
    waived_fen, to_pay_fen, evidence, reversal_of, recorded_at)
  VALUES ((use->>'donorId')::uuid, (use->>'redemptionId')::uuid, use->>'benefit', use->>'venueId',
    use->>'direction', (use->>'redeemedAt')::timestamptz, (use->>'redeemedOn')::date,
    decode(use->>'pseudonym', 'hex'), (use->>'entryId')::uuid, use->>'mark', use->>'admittedBy',
    use->>'clerk', use->>'reason', use->>'code', use->>'rule', use->>'version',
    (use->>'waivedFen')::bigint, (use->>'toPayFen')::bigint, use->'evidence',
    (use->>'reversalOf')::uuid, (use->>'recordedAt')::timestamptz);
  INSERT INTO redemption_lookup (redemption_id, donor_id)
  VALUES ((use->>'redemptionId')::uuid, (use->>'donorId')::uuid)
$$;
COMMENT ON FUNCTION append_redemption(jsonb) IS 'Appends one use, and its look-up';
CREATE FUNCTION record_redemption(record jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
  DECLARE
    receipt_answer jsonb;
    use jsonb := record->'use';
    found text;
    taken jsonb;
  BEGIN
    receipt_answer := take_receipt(record->'sent');
    IF receipt_answer IS NOT NULL THEN
      RETURN receipt_answer;
    END IF;
    IF jsonb_typeof(record->'showing') = 'object' THEN
      INSERT INTO showing (pseudonym, shown_at, seq)
      VALUES (decode(use->>'pseudonym', 'hex'), (record->'showing'->>'shownAt')::bigint,
        (record->'showing'->>'seq')::integer)
      ON CONFLICT DO NOTHING RETURNING 'new' INTO found;
      IF found IS NULL THEN
        RAISE EXCEPTION 'replayed' USING ERRCODE = 'LY001';
      END IF;
    END IF;
    IF jsonb_typeof(record->'passage') = 'object' THEN
      found := NULL;
      INSERT INTO passage (pseudonym, venue_id, direction, passed_at)
      VALUES (decode(record->'passage'->>'key', 'hex'), use->>'venueId',
        record->'passage'->>'direction',
        (use->>'redeemedAt')::timestamptz)
      ON CONFLICT (pseudonym, venue_id, direction) DO UPDATE SET passed_at = EXCLUDED.passed_at
      WHERE abs(extract(epoch FROM EXCLUDED.passed_at - passage.passed_at))
        > (record->'passage'->>'seconds')::integer
      RETURNING 'passed' INTO found;
      IF found IS NULL THEN
        RAISE EXCEPTION 'passback' USING ERRCODE = 'LY002';
      END IF;
    END IF;
    FOR taken IN SELECT * FROM jsonb_array_elements(record->'entriesOfDay') LOOP
      found := NULL;
      INSERT INTO daily_entry (donor_id, venue_id, entered_on, ordinal, redemption_id)
      VALUES ((use->>'donorId')::uuid, taken->>'venueId', (use->>'redeemedOn')::date,
        (taken->>'ordinal')::integer, (use->>'redemptionId')::uuid)
      ON CONFLICT DO NOTHING RETURNING 'new' INTO found;
      IF found IS NULL THEN
        RAISE EXCEPTION 'the entry of the day is taken' USING ERRCODE = 'LY003';
      END IF;
    END LOOP;
    IF use->>'entryId' IS NOT NULL THEN
      found := NULL;
      INSERT INTO trip_end (donor_id, entry_id, ended_by)
      VALUES ((use->>'donorId')::uuid, (use->>'entryId')::uuid, (use->>'redemptionId')::uuid)
      ON CONFLICT DO NOTHING RETURNING 'new' INTO found;
      IF found IS NULL THEN
        RAISE EXCEPTION 'the trip has ended' USING ERRCODE = 'LY004';
      END IF;
    END IF;
    PERFORM append_redemption(use);
    PERFORM append_postings((use->>'donorId')::uuid, record->'postings');
    PERFORM append_leaf(record->'leaf');
    RETURN jsonb_build_object('recorded', true);
  END
$$;
COMMENT ON FUNCTION record_redemption(jsonb) IS 'Receipt, use, postings and audit leaf, all or none; enforces what must be unique, decides nothing. LY001 replayed, LY002 passback, LY003 entry of the day taken, LY004 trip ended';
CREATE FUNCTION record_refusal(record jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
  DECLARE
    receipt_answer jsonb;
    refusal jsonb := record->'refusal';
  BEGIN
    receipt_answer := take_receipt(record->'sent');
    IF receipt_answer IS NOT NULL THEN
      RETURN receipt_answer;
    END IF;
    INSERT INTO refusal (refusal_id, donor_id, venue_id, direction, refused_at, code, rule, version,
      skew_seconds, evidence, recorded_at)
    VALUES ((refusal->>'refusalId')::uuid, (refusal->>'donorId')::uuid, refusal->>'venueId',
      refusal->>'direction', (refusal->>'refusedAt')::timestamptz, refusal->>'code',
      refusal->>'rule', refusal->>'version', (refusal->>'skewSeconds')::integer,
      refusal->'evidence', (refusal->>'recordedAt')::timestamptz);
    PERFORM append_leaf(record->'leaf');
    RETURN jsonb_build_object('recorded', true);
  END
$$;
COMMENT ON FUNCTION record_refusal(jsonb) IS 'Receipt, refusal and audit leaf, all or none';
CREATE FUNCTION record_reversal(record jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
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
COMMENT ON FUNCTION record_reversal(jsonb) IS 'Takes a use back once: reversal, postings and audit leaf, all or none; frees the entry of the day. LY004 trip ended meanwhile, LY005 already reversed';
CREATE FUNCTION record_night_end(record jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
  DECLARE
    found text;
  BEGIN
    INSERT INTO trip_end (donor_id, entry_id, ended_by)
    VALUES ((record->>'donorId')::uuid, (record->>'entryId')::uuid, (record->>'entryId')::uuid)
    ON CONFLICT DO NOTHING RETURNING 'new' INTO found;
    IF found IS NULL THEN
      RETURN jsonb_build_object('recorded', false);
    END IF;
    PERFORM append_postings((record->>'donorId')::uuid, record->'postings');
    PERFORM append_leaf(record->'leaf');
    RETURN jsonb_build_object('recorded', true);
  END
$$;
COMMENT ON FUNCTION record_night_end(jsonb) IS 'Ends an entry without an exit at the end of its night, once';
