-- Messages without a delivery so far, of one contact (src/db/message-list.ts).
CREATE INDEX CONCURRENTLY messages_unrouted_of_contact ON messages (practice_id, contact_id, due_at, arrival) WHERE unrouted;
