-- Whether every channel of a contact is settled, so that those who are not are found without reading the others
-- (src/domain/gate.ts, `isSettled`). Written with each change of consent.
ALTER TABLE contacts ADD COLUMN settled boolean NOT NULL DEFAULT false;
UPDATE contacts c SET settled = true
WHERE registered AND erased_at IS NULL AND merged_into IS NULL
  AND EXISTS (SELECT 1 FROM channels ch WHERE ch.practice_id = c.practice_id AND ch.contact_id = c.id AND ch.assigned)
  AND NOT EXISTS (
    SELECT 1 FROM channels ch WHERE ch.practice_id = c.practice_id AND ch.contact_id = c.id AND ch.assigned
      AND ch.method <> 'fax' AND NOT (ch.state = 'waived' OR ch.state = 'accepted' AND ch.doubt IS NULL));

-- Lists are in the order of ids, letter by letter, whatever the database's own order is.
CREATE INDEX contacts_listed ON contacts (practice_id, id COLLATE "C") WHERE erased_at IS NULL AND merged_into IS NULL;
CREATE INDEX contacts_unsettled ON contacts (practice_id, id COLLATE "C")
  WHERE NOT settled AND erased_at IS NULL AND merged_into IS NULL;
