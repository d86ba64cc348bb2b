CREATE INDEX pass_status_by_donor ON pass_status (donor_id);
