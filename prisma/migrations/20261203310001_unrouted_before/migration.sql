UPDATE messages m SET unrouted = true
WHERE NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.practice_id = m.practice_id AND d.message_id = m.id);
