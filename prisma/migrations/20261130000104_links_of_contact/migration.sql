-- A contact’s unsubscribe links, when it is merged or erased.
CREATE INDEX CONCURRENTLY unsubscribe_links_contact ON unsubscribe_links (practice_id, contact_id) WHERE contact_id IS NOT NULL;
