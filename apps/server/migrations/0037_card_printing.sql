COMMENT ON COLUMN card_printing.pass_id IS 'The pass; the next one that is printed for the donor ends it';
