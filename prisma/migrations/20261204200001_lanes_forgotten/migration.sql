-- Forgotten contacts take turns by practice (src/db/sweep-store.ts): by age alone, one with many kept all others waiting.
CREATE INDEX CONCURRENTLY channels_forgotten ON channels (practice_id, GREATEST(look_at, retry_at, woken_at))
  WHERE NOT dispatched AND look_at IS NOT NULL;
