CREATE FUNCTION record_together(batch jsonb) RETURNS void LANGUAGE plpgsql AS $$
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
COMMENT ON FUNCTION record_together(jsonb) IS 'Receipts, uses, refusals, postings and audit leaves of many scans, all or none, as rows by table; enforces what must be unique, decides nothing. LY001 replayed, LY002 passback, LY003 entry of the day taken, LY004 trip ended, LY006 receipt known';
DROP FUNCTION record_redemption(jsonb);
DROP FUNCTION record_refusal(jsonb);
DROP FUNCTION take_receipt(jsonb);
