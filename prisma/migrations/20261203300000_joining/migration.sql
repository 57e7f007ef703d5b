-- Ids that were merged into the contact and whose messages have not all moved yet (src/db/joining.ts): until then no
-- content leaves its lanes.
ALTER TABLE contacts ADD COLUMN joining text[] NOT NULL DEFAULT '{}';
