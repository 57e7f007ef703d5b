-- What leaves a lane that is closed to content (requests, answers, codes) is found without reading past all that waits.
-- Alone in its file, and built while others write (src/db/migrate.ts).
CREATE INDEX CONCURRENTLY deliveries_unbound ON deliveries (practice_id, contact_id, method, due_at, arrival)
  WHERE status = 'queued' AND purpose <> 'content';
