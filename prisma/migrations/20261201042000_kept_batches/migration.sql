-- Frozen calls that still hold addresses and texts: those of calls under way, and what a lost answer left.
CREATE INDEX CONCURRENTLY batches_kept ON batches (created_at) WHERE payload_enc <> '';
