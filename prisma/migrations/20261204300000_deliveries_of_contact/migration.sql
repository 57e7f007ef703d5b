-- A contact's deliveries: when it is merged, erased or exported, when its old ones are deleted, and by status in the order
-- in which they leave (src/db/message-list.ts).
CREATE INDEX CONCURRENTLY deliveries_of_contact ON deliveries (practice_id, contact_id, status, due_at, arrival);
