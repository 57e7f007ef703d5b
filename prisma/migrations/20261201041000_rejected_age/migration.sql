-- Signals that could not be taken are listed for a month, then deleted by the sweeper.
CREATE INDEX CONCURRENTLY rejected_signals_age ON rejected_signals (received_at);
