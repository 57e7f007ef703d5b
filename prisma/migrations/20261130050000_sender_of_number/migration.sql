-- Every opt-in by text asks whether its number may be shared.
CREATE INDEX practice_senders_value ON practice_senders (kind, value);
