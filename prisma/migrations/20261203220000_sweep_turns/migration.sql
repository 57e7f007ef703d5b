-- What is swept takes turns by practice (src/domain/practice-turn.ts): by age alone, one with much kept all others waiting.
DROP INDEX reopenings_turn;
CREATE INDEX reopenings_turn ON reopenings (practice_id, turn_at);
DROP INDEX suppressions_spreading;
CREATE INDEX suppressions_spreading ON suppressions (practice_id, since) WHERE spread_after IS NOT NULL;
DROP INDEX deliveries_expiry;
CREATE INDEX deliveries_expiry ON deliveries (practice_id, not_after) WHERE status = 'queued' AND not_after IS NOT NULL;
