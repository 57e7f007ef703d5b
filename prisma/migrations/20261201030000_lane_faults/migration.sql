-- Why nothing of a lane can be claimed: an error of ours about this one contact, by its name, without any value. It is tried
-- again when `retry_at` has come, and taken away once that works.
ALTER TABLE channels ADD COLUMN fault text;
