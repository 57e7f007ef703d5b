-- A contact's deliveries, when it is merged, erased or exported, and when its old ones are deleted.
CREATE INDEX CONCURRENTLY deliveries_contact ON deliveries (practice_id, contact_id);
