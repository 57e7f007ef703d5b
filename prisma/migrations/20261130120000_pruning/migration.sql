-- Old rows are found by their age (src/db/prune.ts).
CREATE INDEX queue_samples_age ON queue_samples (at);
CREATE INDEX message_links_expiry ON message_links (expires_at);
