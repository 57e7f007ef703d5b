-- Wrong birth dates are counted for the channel, whichever link or booking they came by: a fresh link is no fresh budget.
ALTER TABLE channels ADD COLUMN identity_tries integer NOT NULL DEFAULT 0;

-- Of the newest link: what was tried before it, staff forgave by sending it.
UPDATE channels ch SET identity_tries = r.tries
FROM (
  SELECT DISTINCT ON (practice_id, contact_id, method) practice_id, contact_id, method, epoch, tries
  FROM opt_in_requests ORDER BY practice_id, contact_id, method, epoch DESC, created_at DESC
) r
WHERE r.practice_id = ch.practice_id AND r.contact_id = ch.contact_id AND r.method = ch.method AND r.epoch = ch.epoch;

ALTER TABLE opt_in_requests DROP COLUMN tries;
