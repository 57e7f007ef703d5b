-- A contact's rejected signals, when it is merged or erased.
CREATE INDEX CONCURRENTLY rejected_signals_contact ON rejected_signals (practice_id, contact_id);
