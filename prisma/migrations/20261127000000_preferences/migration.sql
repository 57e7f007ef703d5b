-- The kinds of messages a person does not want. A deliverer asks this column as it asks for consent: it is written under
-- the contact's lock, with its evidence.
ALTER TABLE contacts ADD COLUMN declined_kinds text[] NOT NULL DEFAULT '{}';

-- Links to the person's preferences, for as long as the contact has the address that they were sent to.
CREATE TABLE preference_links (
  token_hash text PRIMARY KEY,
  practice_id text NOT NULL,
  contact_id text NOT NULL,
  method text NOT NULL CHECK (method IN ('email', 'sms')),
  address_hash text NOT NULL,
  created_at timestamptz(3) NOT NULL,
  expires_at timestamptz(3) NOT NULL,
  FOREIGN KEY (practice_id, contact_id) REFERENCES contacts (practice_id, id)
);
CREATE INDEX preference_links_contact ON preference_links (practice_id, contact_id);
-- What expired long ago is forgotten.
CREATE INDEX preference_links_expiry ON preference_links (expires_at);
