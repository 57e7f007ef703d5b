-- Replies that staff have dealt with, oldest first: they may be deleted after as long as their practice says.
CREATE INDEX CONCURRENTLY inbound_messages_handled ON inbound_messages (practice_id, handled_at)
  WHERE handled_at IS NOT NULL AND (NOT doubtful OR resolved_as IS NOT NULL);
