-- An erasure looks through the practice's bookings: row-level security keeps the indexes over lists of ids unused.
CREATE INDEX CONCURRENTLY booking_sessions_practice ON booking_sessions (practice_id);
