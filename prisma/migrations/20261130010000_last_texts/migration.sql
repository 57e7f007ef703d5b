-- Which practice texted a person last from a number: where several send from one, a reply is that practice's
-- (src/db/last-text-store.ts). The address first: what is known of an erased one is found by it.
CREATE TABLE last_texts (
  address_hash text NOT NULL,
  sender text NOT NULL,
  practice_id text NOT NULL REFERENCES practices (id) ON DELETE CASCADE,
  PRIMARY KEY (address_hash, sender)
);

-- Of texts before, only opt-ins kept the number that they left from.
INSERT INTO last_texts (address_hash, sender, practice_id)
SELECT DISTINCT ON (r.address_hash, r.sender) r.address_hash, r.sender, r.practice_id
FROM opt_in_requests r
JOIN deliveries d ON d.id = r.delivery_id AND d.status IN ('sending', 'sent', 'delivered', 'unknown')
WHERE r.method = 'sms'
ORDER BY r.address_hash, r.sender, r.created_at DESC;

-- Whether the text showed the code. Of texts before it is not known, and supposed that they did not: a person who has to
-- name a code is then told it once more.
ALTER TABLE opt_in_requests ADD COLUMN code_shown boolean NOT NULL DEFAULT false;
