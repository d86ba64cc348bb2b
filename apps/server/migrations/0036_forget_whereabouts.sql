CREATE FUNCTION forget_uses(batch jsonb) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  DECLARE
    gone integer := 0;
    one integer;
    shown bytea[];
    ids uuid[];
    donors uuid[];
  BEGIN
    ids := ARRAY(SELECT redemption_id FROM jsonb_to_recordset(batch->'uses')
      AS u(donor_id uuid, redemption_id uuid));
    donors := ARRAY(SELECT DISTINCT donor_id FROM jsonb_to_recordset(batch->'uses')
      AS u(donor_id uuid, redemption_id uuid));
    shown := ARRAY(SELECT pseudonym FROM redemption
      WHERE donor_id = ANY (donors) AND redemption_id = ANY (ids) AND pseudonym IS NOT NULL);
    INSERT INTO use_count (counted_on, venue_id, benefit, direction, code, admitted_by, reversed,
      uses, waived_fen, to_pay_fen)
    SELECT redeemed_on, venue_id, benefit, coalesce(direction, ''), code, admitted_by,
      reversal_of IS NOT NULL, count(*), sum(waived_fen), sum(to_pay_fen)
    FROM redemption WHERE donor_id = ANY (donors) AND redemption_id = ANY (ids)
    GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 1, 2, 3, 4, 5, 6, 7
    ON CONFLICT (counted_on, venue_id, benefit, direction, code, admitted_by, reversed)
    DO UPDATE SET uses = use_count.uses + EXCLUDED.uses,
      waived_fen = use_count.waived_fen + EXCLUDED.waived_fen,
      to_pay_fen = use_count.to_pay_fen + EXCLUDED.to_pay_fen;
    INSERT INTO use_count (counted_on, venue_id, benefit, direction, code, admitted_by, reversed,
      uses, waived_fen, to_pay_fen)
    SELECT r.refused_on, refusal.venue_id, '', coalesce(refusal.direction, ''), refusal.code, '',
      false, count(*), 0, 0
    FROM jsonb_to_recordset(batch->'refusals') AS r(refusal_id uuid, refused_on date)
    JOIN refusal ON refusal.refusal_id = r.refusal_id
    GROUP BY 1, 2, 4, 5 ORDER BY 1, 2, 4, 5
    ON CONFLICT (counted_on, venue_id, benefit, direction, code, admitted_by, reversed)
    DO UPDATE SET uses = use_count.uses + EXCLUDED.uses;
    INSERT INTO posting (donor_id, posting_id, redemption_id, benefit, partner_id, redeemed_at,
      month, debit, credit, fare_fen, amount_fen, reversal_of, recorded_at)
    SELECT posting_id, posting_id, redemption_id, benefit, partner_id, redeemed_at, month, debit,
      credit, fare_fen, amount_fen, reversal_of, recorded_at
    FROM posting WHERE donor_id = ANY (donors) AND redemption_id = ANY (ids);
    DELETE FROM posting WHERE donor_id = ANY (donors) AND redemption_id = ANY (ids);
    DELETE FROM offline_use WHERE donor_id = ANY (donors) AND redemption_id = ANY (ids);
    DELETE FROM trip_change WHERE donor_id = ANY (donors) AND redemption_id = ANY (ids);
    DELETE FROM sighting WHERE pseudonym = ANY (shown) AND redemption_id = ANY (ids);
    DELETE FROM daily_entry WHERE donor_id = ANY (donors) AND redemption_id = ANY (ids);
    DELETE FROM trip_end WHERE donor_id = ANY (donors) AND entry_id = ANY (ids);
    DELETE FROM reversal WHERE donor_id = ANY (donors) AND reversal_id = ANY (ids);
    DELETE FROM redemption_lookup WHERE redemption_id = ANY (ids);
    DELETE FROM redemption WHERE donor_id = ANY (donors) AND redemption_id = ANY (ids);
    DELETE FROM refusal WHERE refusal_id = ANY (ARRAY(SELECT refusal_id
      FROM jsonb_to_recordset(batch->'refusals') AS r(refusal_id uuid)));
    INSERT INTO whereabouts_deletion (deletion_id, recorded_before, uses, refusals, leaves,
      leaf_digest, rule, deleted_by, recorded_at)
    SELECT deletion_id, recorded_before, uses, refusals, leaves, leaf_digest, rule, deleted_by,
      recorded_at
    FROM jsonb_populate_record(NULL::whereabouts_deletion, batch->'deletion');
    FOR one IN UPDATE audit_leaf SET body = NULL,
      deletion_id = (batch->'deletion'->>'deletion_id')::uuid
      WHERE leaf_id = ANY (ARRAY(SELECT leaf_id
        FROM jsonb_to_recordset(batch->'leaves') AS l(leaf_id uuid)))
      AND body IS NOT NULL AND subject IN ('redemption', 'reversal', 'refusal', 'night_end',
        'offline_use', 'trip_change')
      RETURNING 1 LOOP
      gone := gone + 1;
    END LOOP;
    IF gone <> jsonb_array_length(batch->'leaves') THEN
      RAISE EXCEPTION 'a leaf was forgotten meanwhile' USING ERRCODE = 'LY008';
    END IF;
    INSERT INTO audit_leaf (leaf_id, subject, subject_id, body, leaf_hash, recorded_at)
    SELECT leaf_id, subject, subject_id, body, leaf_hash, recorded_at
    FROM jsonb_populate_record(NULL::audit_leaf, batch->'leaf');
  END
$$;
COMMENT ON FUNCTION forget_uses(jsonb) IS 'Deletes uses and refusals, takes the donor off their postings and the bodies off their leaves, adds them to use_count, and records all that with a leaf of its own; all or none. LY008 a leaf was forgotten meanwhile';
CREATE FUNCTION forget_answers(before timestamptz) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  DECLARE
    gone integer := 0;
    one integer;
  BEGIN
    FOR one IN UPDATE receipt SET answer = NULL WHERE recorded_at < before AND answer IS NOT NULL
      RETURNING 1 LOOP
      gone := gone + 1;
    END LOOP;
    UPDATE quarantine SET body = NULL WHERE recorded_at < before AND body IS NOT NULL;
    UPDATE gate_quarantine SET body = NULL WHERE recorded_at < before AND body IS NOT NULL;
    RETURN gone;
  END
$$;
COMMENT ON FUNCTION forget_answers(timestamptz) IS 'Takes the answers off receipts and the bodies out of quarantine that were recorded before; names and hashes stay, so that a scan sent again is known';
CREATE FUNCTION forget_showings(shown_before timestamptz, passed_before timestamptz) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  DECLARE
    gone integer := 0;
    one integer;
  BEGIN
    FOR one IN DELETE FROM showing WHERE shown_at < extract(epoch FROM shown_before) RETURNING 1 LOOP
      gone := gone + 1;
    END LOOP;
    FOR one IN DELETE FROM passage WHERE passed_at < passed_before RETURNING 1 LOOP
      gone := gone + 1;
    END LOOP;
    RETURN gone;
  END
$$;
COMMENT ON FUNCTION forget_showings(timestamptz, timestamptz) IS 'Deletes showings whose code is long stale, and passages after which the way may be gone again';
