-- Where each attempt went that was given back or tried again: what is said of it late is about that address. An attempt
-- whose id nobody knows is counted too, as ''; an address that was not kept is ''. Rows from before have fewer addresses
-- than ids until their next attempt ends: what is missing reads as '' (no UPDATE of a table that everybody writes to).
ALTER TABLE deliveries ADD COLUMN IF NOT EXISTS earlier_addresses text[] NOT NULL DEFAULT '{}';
