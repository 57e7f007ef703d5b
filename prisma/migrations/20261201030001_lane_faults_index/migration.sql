-- Counted for the metrics; hardly ever is there one.
CREATE INDEX CONCURRENTLY channels_fault ON channels (practice_id) WHERE fault IS NOT NULL;
