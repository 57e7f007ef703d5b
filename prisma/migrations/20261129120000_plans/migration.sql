-- What leaves a lane that is closed to content (requests, answers, codes) is found without reading past all that waits.
CREATE INDEX deliveries_unbound ON deliveries (practice_id, contact_id, method, due_at, arrival)
  WHERE status = 'queued' AND purpose <> 'content';
