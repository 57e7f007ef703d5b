-- The deliveries of a frozen call, also finished ones: when it is repeated, and when the last of them is deleted.
CREATE INDEX CONCURRENTLY deliveries_of_batch ON deliveries (batch_id) WHERE batch_id IS NOT NULL;
