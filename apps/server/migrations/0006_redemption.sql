CREATE TABLE redemption (
  donor_id uuid NOT NULL,
  redemption_id uuid NOT NULL,
  benefit text NOT NULL,
  venue_id text NOT NULL,
  direction text,
  redeemed_at timestamptz NOT NULL,
  redeemed_on date NOT NULL,
  pseudonym bytea,
  entry_id uuid,
  mark text,
  admitted_by text NOT NULL,
  clerk text,
  reason text,
  code text NOT NULL,
  rule text NOT NULL,
  version text NOT NULL,
  waived_fen bigint NOT NULL,
  to_pay_fen bigint NOT NULL,
  evidence jsonb NOT NULL,
  reversal_of uuid,
  recorded_at timestamptz NOT NULL,
  PRIMARY KEY (donor_id, redemption_id)
);
COMMENT ON TABLE redemption IS 'A use after which a gate opened, or its reversal; append-only';
COMMENT ON COLUMN redemption.donor_id IS 'Who used the benefit';
COMMENT ON COLUMN redemption.redemption_id IS 'UUIDv7 made by us';
COMMENT ON COLUMN redemption.benefit IS 'ride, clinic or site';
COMMENT ON COLUMN redemption.venue_id IS 'Where: a station, bus line, hospital or site of the programme';
COMMENT ON COLUMN redemption.direction IS 'in or out for the metro';
COMMENT ON COLUMN redemption.redeemed_at IS 'The moment of the use';
COMMENT ON COLUMN redemption.redeemed_on IS 'The city''s day of that moment';
COMMENT ON COLUMN redemption.pseudonym IS 'The pass that was shown; none when staff let the donor in';
COMMENT ON COLUMN redemption.entry_id IS 'For an exit: the entry that it ends';
COMMENT ON COLUMN redemption.mark IS 'exit_without_entry, or none';
COMMENT ON COLUMN redemption.admitted_by IS 'code or staff';
COMMENT ON COLUMN redemption.clerk IS 'Who let the donor in';
COMMENT ON COLUMN redemption.reason IS 'Why: for a manual fallback or a reversal';
COMMENT ON COLUMN redemption.code IS 'Reason code';
COMMENT ON COLUMN redemption.rule IS 'The clause that decided';
COMMENT ON COLUMN redemption.version IS 'The programme''s version';
COMMENT ON COLUMN redemption.waived_fen IS 'What was waived, fen';
COMMENT ON COLUMN redemption.to_pay_fen IS 'What was left to pay, fen';
COMMENT ON COLUMN redemption.evidence IS 'The donation numbers that it rests on';
COMMENT ON COLUMN redemption.reversal_of IS 'The redemption that this one takes back';
COMMENT ON COLUMN redemption.recorded_at IS 'When it was recorded';
CREATE INDEX redemption_by_day ON redemption (donor_id, redeemed_on, benefit);
CREATE INDEX redemption_entry ON redemption (redeemed_at) WHERE direction = 'in';
CREATE TABLE redemption_lookup (
  redemption_id uuid PRIMARY KEY,
  donor_id uuid NOT NULL
);
COMMENT ON TABLE redemption_lookup IS 'Finds the donor of a redemption; distributed by the id';
COMMENT ON COLUMN redemption_lookup.redemption_id IS 'The redemption';
COMMENT ON COLUMN redemption_lookup.donor_id IS 'Whose it is';
CREATE TABLE reversal (
  donor_id uuid NOT NULL,
  redemption_id uuid NOT NULL,
  reversal_id uuid NOT NULL,
  PRIMARY KEY (donor_id, redemption_id)
);
COMMENT ON TABLE reversal IS 'A redemption is taken back once';
COMMENT ON COLUMN reversal.donor_id IS 'Whose it is';
COMMENT ON COLUMN reversal.redemption_id IS 'What is taken back';
COMMENT ON COLUMN reversal.reversal_id IS 'The redemption that takes it back';
CREATE TABLE trip_end (
  donor_id uuid NOT NULL,
  entry_id uuid NOT NULL,
  ended_by uuid NOT NULL,
  PRIMARY KEY (donor_id, entry_id)
);
COMMENT ON TABLE trip_end IS 'An entry ends once: by an exit, by the night''s end or by a reversal';
COMMENT ON COLUMN trip_end.donor_id IS 'Whose trip';
COMMENT ON COLUMN trip_end.entry_id IS 'The entry';
COMMENT ON COLUMN trip_end.ended_by IS 'The exit or the reversal; the entry itself when the night ended it';
CREATE TABLE showing (
  pseudonym bytea NOT NULL,
  shown_at bigint NOT NULL,
  seq integer NOT NULL,
  PRIMARY KEY (pseudonym, shown_at, seq)
);
COMMENT ON TABLE showing IS 'A code that opened a gate: it opens none again';
COMMENT ON COLUMN showing.pseudonym IS 'cti of the pass';
COMMENT ON COLUMN showing.shown_at IS 'iat of the code, seconds since the epoch';
COMMENT ON COLUMN showing.seq IS 'cti of the code, its running number';
CREATE TABLE passage (
  pseudonym bytea NOT NULL,
  venue_id text NOT NULL,
  direction text NOT NULL,
  passed_at timestamptz NOT NULL,
  PRIMARY KEY (pseudonym, venue_id, direction)
);
COMMENT ON TABLE passage IS 'The last passage of a pass in a direction at a station or vehicle: against passback';
COMMENT ON COLUMN passage.pseudonym IS 'cti of the pass, or the donor whom staff let in by document';
COMMENT ON COLUMN passage.venue_id IS 'The station or vehicle';
COMMENT ON COLUMN passage.direction IS 'in or out';
COMMENT ON COLUMN passage.passed_at IS 'When';
CREATE TABLE daily_entry (
  donor_id uuid NOT NULL,
  venue_id text NOT NULL,
  entered_on date NOT NULL,
  ordinal integer NOT NULL,
  redemption_id uuid NOT NULL,
  PRIMARY KEY (donor_id, venue_id, entered_on, ordinal)
);
COMMENT ON TABLE daily_entry IS 'Holds the uses of a day to their number: entries a card and site, uses a printed card';
COMMENT ON COLUMN daily_entry.donor_id IS 'Whose card';
COMMENT ON COLUMN daily_entry.venue_id IS 'The site; printed:<pseudonym> for a printed card';
COMMENT ON COLUMN daily_entry.entered_on IS 'The city''s day';
COMMENT ON COLUMN daily_entry.ordinal IS 'Which entry of the day, from 0';
COMMENT ON COLUMN daily_entry.redemption_id IS 'The use that took it';
CREATE TABLE refusal (
  refusal_id uuid PRIMARY KEY,
  donor_id uuid,
  venue_id text NOT NULL,
  direction text,
  refused_at timestamptz NOT NULL,
  code text NOT NULL,
  rule text,
  version text,
  skew_seconds integer,
  evidence jsonb NOT NULL,
  recorded_at timestamptz NOT NULL
);
COMMENT ON TABLE refusal IS 'A no at a gate or desk; append-only';
COMMENT ON COLUMN refusal.refusal_id IS 'UUIDv7 made by us';
COMMENT ON COLUMN refusal.donor_id IS 'Who, where the code proves it';
COMMENT ON COLUMN refusal.venue_id IS 'Where, as the device called it';
COMMENT ON COLUMN refusal.direction IS 'in or out for the metro';
COMMENT ON COLUMN refusal.refused_at IS 'The moment';
COMMENT ON COLUMN refusal.code IS 'Reason code';
COMMENT ON COLUMN refusal.rule IS 'The clause that decided, where a rule did';
COMMENT ON COLUMN refusal.version IS 'The programme''s version, where a rule decided';
COMMENT ON COLUMN refusal.skew_seconds IS 'How far the phone''s clock was ahead of the gate''s';
COMMENT ON COLUMN refusal.evidence IS 'The donation numbers that it rests on';
COMMENT ON COLUMN refusal.recorded_at IS 'When it was recorded';
CREATE TABLE posting (
  donor_id uuid NOT NULL,
  posting_id uuid NOT NULL,
  redemption_id uuid NOT NULL,
  benefit text NOT NULL,
  partner_id text NOT NULL,
  redeemed_at timestamptz NOT NULL,
  month text NOT NULL,
  debit text NOT NULL,
  credit text NOT NULL,
  fare_fen bigint NOT NULL,
  amount_fen bigint NOT NULL CHECK (amount_fen >= 0 AND fare_fen >= amount_fen),
  reversal_of uuid,
  recorded_at timestamptz NOT NULL,
  PRIMARY KEY (donor_id, posting_id),
  CHECK (debit <> credit)
);
COMMENT ON TABLE posting IS 'The double-entry ledger; append-only';
COMMENT ON COLUMN posting.donor_id IS 'Whose use; the ledger''s exports do not carry it';
COMMENT ON COLUMN posting.posting_id IS 'UUIDv7 made by us';
COMMENT ON COLUMN posting.redemption_id IS 'The use or reversal that is posted';
COMMENT ON COLUMN posting.benefit IS 'ride, clinic or site';
COMMENT ON COLUMN posting.partner_id IS 'Whose statement it belongs to';
COMMENT ON COLUMN posting.redeemed_at IS 'The moment of the use or reversal';
COMMENT ON COLUMN posting.month IS 'YYYY-MM, the city''s month of the use; a reversal keeps that of the use';
COMMENT ON COLUMN posting.debit IS 'The account that is debited';
COMMENT ON COLUMN posting.credit IS 'The account that is credited';
COMMENT ON COLUMN posting.fare_fen IS 'The whole fare or fee, fen';
COMMENT ON COLUMN posting.amount_fen IS 'What moves, fen; 0 for a use that is reported only';
COMMENT ON COLUMN posting.reversal_of IS 'The redemption that is taken back';
COMMENT ON COLUMN posting.recorded_at IS 'When it was posted';
CREATE INDEX posting_by_partner ON posting (partner_id, month);
CREATE TABLE audit_leaf (
  leaf_id uuid PRIMARY KEY,
  subject text NOT NULL,
  subject_id text NOT NULL,
  body text NOT NULL,
  leaf_hash bytea NOT NULL,
  recorded_at timestamptz NOT NULL
);
COMMENT ON TABLE audit_leaf IS 'What was recorded, as a leaf of the audit log (RFC 6962 leaf hash); append-only';
COMMENT ON COLUMN audit_leaf.leaf_id IS 'UUIDv7 made by us';
COMMENT ON COLUMN audit_leaf.subject IS 'redemption, refusal, reversal or settlement';
COMMENT ON COLUMN audit_leaf.subject_id IS 'Its id; partner and month of a settlement';
COMMENT ON COLUMN audit_leaf.body IS 'Canonical JSON of what was recorded; no personal field';
COMMENT ON COLUMN audit_leaf.leaf_hash IS 'SHA-256 of 00 and the body';
COMMENT ON COLUMN audit_leaf.recorded_at IS 'When it was recorded';
CREATE INDEX audit_leaf_by_subject ON audit_leaf (subject_id);
