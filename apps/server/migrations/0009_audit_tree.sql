CREATE TABLE audit_entry (
  tree_index bigint PRIMARY KEY CHECK (tree_index BETWEEN 0 AND 9007199254740991),
  leaf_id uuid NOT NULL,
  leaf_hash bytea NOT NULL
);
COMMENT ON TABLE audit_entry IS 'The order of the leaves in the Merkle tree, from 0 without a gap; append-only';
COMMENT ON COLUMN audit_entry.tree_index IS 'Its place in the tree; counted by the sequencer, never by the database';
COMMENT ON COLUMN audit_entry.leaf_id IS 'The leaf that stands there';
COMMENT ON COLUMN audit_entry.leaf_hash IS 'SHA-256 of 00 and the body of the leaf (RFC 9162, 2.1.1)';
CREATE TABLE audit_entry_lookup (
  leaf_id uuid PRIMARY KEY,
  tree_index bigint NOT NULL
);
COMMENT ON TABLE audit_entry_lookup IS 'Makes the place of a leaf unique; distributed by the leaf; append-only';
COMMENT ON COLUMN audit_entry_lookup.leaf_id IS 'The leaf';
COMMENT ON COLUMN audit_entry_lookup.tree_index IS 'Where it stands in the tree';
CREATE TABLE audit_checkpoint (
  checkpoint_number bigint PRIMARY KEY CHECK (checkpoint_number > 0),
  tree_size bigint NOT NULL CHECK (tree_size > 0),
  note text NOT NULL,
  frontier bytea NOT NULL,
  made_at timestamptz NOT NULL
);
COMMENT ON TABLE audit_checkpoint IS 'Signed heads of the tree, numbered from 1 without a gap; append-only';
COMMENT ON COLUMN audit_checkpoint.checkpoint_number IS 'One more than the checkpoint before; it is signed too, so that a missing one shows';
COMMENT ON COLUMN audit_checkpoint.tree_size IS 'How many leaves the tree had';
COMMENT ON COLUMN audit_checkpoint.note IS 'The signed text: C2SP signed-note and tlog-checkpoint';
COMMENT ON COLUMN audit_checkpoint.frontier IS 'Hashes of the full subtrees, 32 bytes each, the widest first: the next checkpoint goes on from here';
COMMENT ON COLUMN audit_checkpoint.made_at IS 'When it was signed';
