-- Contacts that messages still move to (src/db/joining.ts).
CREATE INDEX CONCURRENTLY contacts_joining ON contacts (practice_id, id) WHERE joining <> '{}';
