-- The ids that were merged into a contact.
CREATE INDEX CONCURRENTLY contacts_aliases ON contacts (practice_id, merged_into) WHERE merged_into IS NOT NULL;
