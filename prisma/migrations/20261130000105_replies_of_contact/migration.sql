-- A contact’s replies, when they are exported, merged or erased.
CREATE INDEX CONCURRENTLY inbound_messages_contact ON inbound_messages (practice_id, contact_id) WHERE contact_id IS NOT NULL;
