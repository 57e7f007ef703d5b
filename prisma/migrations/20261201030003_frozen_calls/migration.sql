-- Frozen calls that still hold their addresses and texts: those under way, and those whose worker ended before it could empty
-- them, which the sweeper finds by their age.
CREATE INDEX CONCURRENTLY batches_kept ON batches (created_at) WHERE payload_enc <> '';
