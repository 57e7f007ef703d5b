-- cancelled_at says of every message that it was cancelled as a whole, no longer only of one without deliveries: what comes
-- back unsent goes by it (src/db/message-store.ts). Of messages cancelled before, those that may still have something to
-- come back; the others have nothing left that could leave.
UPDATE messages m SET cancelled_at = now()
FROM deliveries c
WHERE c.status = 'cancelled' AND c.reason = 'cancelled by the practice' AND c.purpose = 'content'
  AND m.practice_id = c.practice_id AND m.id = c.message_id AND m.cancelled_at IS NULL
  AND EXISTS (SELECT FROM deliveries d WHERE d.practice_id = m.practice_id AND d.message_id = m.id
              AND d.status IN ('queued', 'sending', 'unknown', 'sent'));
