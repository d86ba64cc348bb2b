-- Spreads the tables over a Citus cluster (12 or 13): see docs/cluster.md. Run it once, as the owner, on
-- the coordinator, after the migrations and before the first donor:
--   psql "$OWNER_URL" -v ON_ERROR_STOP=1 -f distribute.sql
-- Every table of the migrations stands here exactly once; checks/shards.test.ts holds it. A table is
-- spread by a column of its own keys, or stays on the coordinator: "-- local: TABLE, why".

-- One donor's rows lie together.
SELECT create_distributed_table('donor', 'donor_id', colocate_with => 'none');
SELECT create_distributed_table('identity_document', 'donor_id', colocate_with => 'donor');
SELECT create_distributed_table('donation', 'donor_id', colocate_with => 'donor');
SELECT create_distributed_table('donation_correction', 'donor_id', colocate_with => 'donor');
SELECT create_distributed_table('donation_revert', 'donor_id', colocate_with => 'donor');
SELECT create_distributed_table('card', 'donor_id', colocate_with => 'donor');
SELECT create_distributed_table('card_event', 'donor_id', colocate_with => 'donor');
SELECT create_distributed_table('pass', 'donor_id', colocate_with => 'donor');
SELECT create_distributed_table('redemption', 'donor_id', colocate_with => 'donor');
SELECT create_distributed_table('reversal', 'donor_id', colocate_with => 'donor');
SELECT create_distributed_table('trip_end', 'donor_id', colocate_with => 'donor');
SELECT create_distributed_table('daily_entry', 'donor_id', colocate_with => 'donor');
SELECT create_distributed_table('posting', 'donor_id', colocate_with => 'donor');
SELECT create_distributed_table('offline_use', 'donor_id', colocate_with => 'donor');
SELECT create_distributed_table('trip_turn', 'donor_id', colocate_with => 'donor');
SELECT create_distributed_table('trip_change', 'donor_id', colocate_with => 'donor');
SELECT create_distributed_table('donor_change', 'donor_id', colocate_with => 'donor');
SELECT create_distributed_table('card_freeze', 'donor_id', colocate_with => 'donor');
SELECT create_distributed_table('pass_freeze', 'donor_id', colocate_with => 'donor');
SELECT create_distributed_table('clone_alarm', 'donor_id', colocate_with => 'donor');
SELECT create_distributed_table('donor_merge', 'donor_id', colocate_with => 'donor');
SELECT create_distributed_table('person_lookup', 'donor_id', colocate_with => 'donor');
SELECT create_distributed_table('claim', 'donor_id', colocate_with => 'donor');
SELECT create_distributed_table('phone_binding', 'donor_id', colocate_with => 'donor');
SELECT create_distributed_table('card_printing', 'donor_id', colocate_with => 'donor');
SELECT create_distributed_table('access_look', 'donor_id', colocate_with => 'donor');
SELECT create_distributed_table('notice_choice', 'donor_id', colocate_with => 'donor');

-- What is found, or is unique, whoever the donor is: each by its own key.
SELECT create_distributed_table('document_lookup', 'document_hash', colocate_with => 'none');
SELECT create_distributed_table('phone_lookup', 'phone_hash', colocate_with => 'none');
SELECT create_distributed_table('donation_number', 'donation_number', colocate_with => 'none');
SELECT create_distributed_table('card_number', 'card_number', colocate_with => 'none');
SELECT create_distributed_table('certificate_number', 'certificate_number', colocate_with => 'none');
SELECT create_distributed_table('merge_lookup', 'merge_id', colocate_with => 'none');
SELECT create_distributed_table('redemption_lookup', 'redemption_id', colocate_with => 'none');
-- The index, because the key of a status list has millions of them.
SELECT create_distributed_table('pass_status', 'status_index', colocate_with => 'none');
SELECT create_distributed_table('pass_status_event', 'status_index', colocate_with => 'pass_status');

-- One pass's look-up, showings and passages lie together.
SELECT create_distributed_table('pass_lookup', 'pseudonym', colocate_with => 'none');
SELECT create_distributed_table('showing', 'pseudonym', colocate_with => 'pass_lookup');
SELECT create_distributed_table('passage', 'pseudonym', colocate_with => 'pass_lookup');
SELECT create_distributed_table('sighting', 'pseudonym', colocate_with => 'pass_lookup');

-- What devices send, and what nobody is known for.
SELECT create_distributed_table('receipt', 'device_id', colocate_with => 'none');
SELECT create_distributed_table('gate_quarantine', 'device_id', colocate_with => 'receipt');
SELECT create_distributed_table('gate_epoch', 'device_id', colocate_with => 'receipt');
SELECT create_distributed_table('gate_boot', 'device_id', colocate_with => 'receipt');
SELECT create_distributed_table('refusal', 'refusal_id', colocate_with => 'none');
SELECT create_distributed_table('quarantine', 'quarantine_id', colocate_with => 'none');

-- What donors sign in by, for a while.
SELECT create_distributed_table('one_time_code', 'phone_hash', colocate_with => 'none');
SELECT create_distributed_table('allowance', 'subject', colocate_with => 'none');
SELECT create_distributed_table('donor_session', 'session_hash', colocate_with => 'none');

-- A partner's statements.
SELECT create_distributed_table('settlement', 'partner_id', colocate_with => 'none');
SELECT create_distributed_table('settlement_posting', 'partner_id', colocate_with => 'settlement');

-- The audit log.
SELECT create_distributed_table('audit_leaf', 'leaf_id', colocate_with => 'none');
SELECT create_distributed_table('audit_entry_lookup', 'leaf_id', colocate_with => 'audit_leaf');
SELECT create_distributed_table('audit_entry', 'tree_index', colocate_with => 'none');

-- local: audit_checkpoint, one a minute at most
-- local: whereabouts_deletion, some a day
-- local: use_count, a few a place and day
-- local: donation_import, one a file; imports wait for one another on it
-- local: import_event, a few a file
-- local: import_revert, one a file at most
-- local: approval, some a day
-- local: approval_decision, some a day
-- local: database_purpose, one row
-- local: login, the staff
-- local: login_event, the staff
-- local: login_password, the staff
-- local: login_subject, the staff
-- local: session, the staff
-- local: sign_in_try, the staff
-- local: ledger_epoch, one row
-- local: gate_event, some a year of each gate
-- local: gate_contact, one row a gate
-- local: machine_event, the machines
-- local: machine_assertion, deleted once they have ended
-- local: machine_token, deleted once they have ended
-- local: notice, a queue
