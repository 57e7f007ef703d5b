-- Those of a practice, in the order in which they were stored (src/db/message-list.ts).
CREATE INDEX CONCURRENTLY messages_unrouted ON messages (practice_id, arrival) WHERE unrouted;
