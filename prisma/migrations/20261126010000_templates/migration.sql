-- What a practice writes in its own words. A row per save, never changed: the ledger names the version that a person
-- was shown. A row without a text is a return to the shipped words.
CREATE TABLE templates (
  practice_id text NOT NULL REFERENCES practices (id),
  name text NOT NULL,
  method text NOT NULL CHECK (method IN ('email', 'sms', 'fax')),
  locale text NOT NULL,
  version integer NOT NULL,
  subject text,
  body text,
  html text,
  saved_at timestamptz(3) NOT NULL,
  PRIMARY KEY (practice_id, name, method, locale, version)
);

-- The language a person was asked in, the full text behind the link as it was then, and how often a birth date given
-- there was wrong.
ALTER TABLE opt_in_requests ADD COLUMN locale text NOT NULL DEFAULT 'en';
ALTER TABLE opt_in_requests ADD COLUMN page_version text;
ALTER TABLE opt_in_requests ADD COLUMN page_enc text;
ALTER TABLE opt_in_requests ADD COLUMN tries integer NOT NULL DEFAULT 0;

-- Where emails carry only a notice, the message is read behind one of these.
CREATE TABLE message_links (
  token_hash text PRIMARY KEY,
  practice_id text NOT NULL,
  contact_id text NOT NULL,
  delivery_id uuid NOT NULL UNIQUE REFERENCES deliveries (id),
  message_id text NOT NULL,
  created_at timestamptz(3) NOT NULL,
  expires_at timestamptz(3) NOT NULL,
  tries integer NOT NULL DEFAULT 0,
  FOREIGN KEY (practice_id, contact_id) REFERENCES contacts (practice_id, id)
);
CREATE INDEX message_links_contact ON message_links (practice_id, contact_id);
