-- Messages of a practice by status, in the order in which they were stored (src/db/message-list.ts).
CREATE INDEX CONCURRENTLY deliveries_by_status ON deliveries (practice_id, status, arrival) WHERE purpose = 'content';
