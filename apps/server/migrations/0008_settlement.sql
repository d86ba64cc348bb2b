CREATE TABLE settlement (
  partner_id text NOT NULL,
  month text NOT NULL,
  closed_at timestamptz NOT NULL,
  total_fen bigint NOT NULL,
  ledger_checkpoint jsonb NOT NULL,
  PRIMARY KEY (partner_id, month)
);
COMMENT ON TABLE settlement IS 'A closed month of a partner; never changes';
COMMENT ON COLUMN settlement.partner_id IS 'Who is owed';
COMMENT ON COLUMN settlement.month IS 'YYYY-MM';
COMMENT ON COLUMN settlement.closed_at IS 'When it was closed';
COMMENT ON COLUMN settlement.total_fen IS 'What is owed, fen';
COMMENT ON COLUMN settlement.ledger_checkpoint IS 'How many postings it holds and the SHA-256 over them';
CREATE TABLE settlement_posting (
  partner_id text NOT NULL,
  posting_id uuid NOT NULL,
  month text NOT NULL,
  PRIMARY KEY (partner_id, posting_id)
);
COMMENT ON TABLE settlement_posting IS 'Which postings a closed month holds: a posting is settled once';
COMMENT ON COLUMN settlement_posting.partner_id IS 'Who is owed';
COMMENT ON COLUMN settlement_posting.posting_id IS 'The posting';
COMMENT ON COLUMN settlement_posting.month IS 'The closed month that holds it';
