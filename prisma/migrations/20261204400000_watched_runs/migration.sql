-- Dispatchers and webhook endpoints have runs that are ended and started again, as contacts have.
ALTER TABLE restarted_runs ADD COLUMN workflow_id text;
ALTER TABLE restarted_runs ALTER COLUMN contact_id DROP NOT NULL;
-- When the sweeper told the dispatcher, since it last looked: each new message moves `woken_at`.
ALTER TABLE dispatchers ADD COLUMN told_again_at timestamptz(3);
