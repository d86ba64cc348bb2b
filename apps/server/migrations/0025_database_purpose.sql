CREATE TABLE database_purpose (
  purpose text PRIMARY KEY,
  recorded_at timestamptz NOT NULL
);
COMMENT ON TABLE database_purpose IS 'What the database is for: one row, of whoever opened it first; append-only';
COMMENT ON COLUMN database_purpose.purpose IS 'development or production';
COMMENT ON COLUMN database_purpose.recorded_at IS 'When it was opened first';
