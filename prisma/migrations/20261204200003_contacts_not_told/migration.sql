-- … and those with consent that was never announced, the oldest first.
CREATE INDEX CONCURRENTLY contacts_not_told ON contacts (practice_id, updated_at) WHERE version > announced_version;
