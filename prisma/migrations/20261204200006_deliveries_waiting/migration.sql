-- … and those that a message waits for (src/db/contact-list.ts).
CREATE INDEX CONCURRENTLY deliveries_waiting ON deliveries (practice_id, contact_id COLLATE "C", due_at)
  WHERE status = 'queued' AND purpose = 'content';
