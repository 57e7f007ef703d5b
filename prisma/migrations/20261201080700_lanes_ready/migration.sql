-- A dispatcher's lanes by the time when each can be taken, so that the next one is found whatever the others wait for
-- (src/db/dispatch-store.ts).
CREATE INDEX CONCURRENTLY channels_ready ON channels (practice_id, method, GREATEST(look_at, lease_until, retry_at))
  WHERE dispatched AND look_at IS NOT NULL;
