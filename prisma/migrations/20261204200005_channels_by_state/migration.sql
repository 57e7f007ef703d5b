-- A practice's contacts with a channel in some state, in the order of their ids (src/db/contact-list.ts).
CREATE INDEX CONCURRENTLY channels_by_state ON channels (practice_id, state, contact_id COLLATE "C")
  WHERE assigned AND method <> 'fax';
