-- Messages by an outcome that few of them have, in the order in which they were stored (src/db/message-list.ts).
CREATE INDEX CONCURRENTLY deliveries_outcomes ON deliveries (practice_id, status, arrival)
  WHERE purpose = 'content' AND status IN ('failed', 'unknown', 'expired', 'cancelled', 'suppressed');
