-- The rights of the server's role where it is not the owner of the tables: what is append-only can be
-- read and added to, by nobody changed. Run it as the owner, after the first migration:
--   psql "$OWNER_URL" -v role=liyu_app -f grants.sql
-- Tables of later migrations are append-only for the role until this file says otherwise.
GRANT USAGE ON SCHEMA public TO :"role";
GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA public TO :"role";
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT ON TABLES TO :"role";
REVOKE INSERT ON kysely_migration, kysely_migration_lock FROM :"role";
-- What is a state and not a record: a pass's status, the last passage, the places of a day, who is
-- signed in, how often a password was tried, assertions and tokens of machines until they end, one-time
-- codes, notices and how to be told, what a gate last said of itself.
GRANT UPDATE ON pass_status, passage, sighting, session, sign_in_try, gate_contact, gate_epoch TO :"role";
GRANT UPDATE ON trip_turn TO :"role";
GRANT DELETE ON daily_entry, sign_in_try, machine_assertion, machine_token TO :"role";
GRANT UPDATE ON one_time_code, allowance, donor_session, notice, notice_choice TO :"role";
GRANT DELETE ON one_time_code, allowance, donor_session, notice TO :"role";
-- A telephone number changes. The right to change a column is also what it takes to hold a donor's row.
GRANT UPDATE (phone) ON donor TO :"role";
GRANT DELETE ON phone_lookup TO :"role";
-- A document that was recorded by mistake finds nobody any more; its record stays.
GRANT DELETE ON document_lookup TO :"role";
-- Who a donor is by now: a fold of his merges, kept for the scan.
GRANT UPDATE ON person_lookup TO :"role";
-- The numbers of an import that is taken back are free again; the donations stay.
GRANT DELETE ON donation_number TO :"role";
-- Who was where is deleted on schedule by functions of the owner's, which record what they delete.
REVOKE ALL ON FUNCTION forget_uses(jsonb), forget_answers(timestamptz), forget_showings(timestamptz, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION forget_uses(jsonb), forget_answers(timestamptz), forget_showings(timestamptz, timestamptz) TO :"role";
