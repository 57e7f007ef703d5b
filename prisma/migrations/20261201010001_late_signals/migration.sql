CREATE INDEX CONCURRENTLY rejected_signals_waiting ON rejected_signals (waits_for_key, id) WHERE waits_for_key IS NOT NULL;
