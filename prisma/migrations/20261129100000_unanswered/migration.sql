-- Why a reply got no answer of ours, and what the provider itself did with the number at that word: stopped it, or freed
-- it. A number that the provider has stopped gets nothing that we send.
ALTER TABLE inbound_messages
  ADD COLUMN unanswered text CHECK (unanswered IN ('stopped_at_provider', 'said_today', 'unheeded')),
  ADD COLUMN provider_stopped boolean;
UPDATE inbound_messages SET provider_stopped = true WHERE answered = 'provider';
UPDATE inbound_messages SET provider_stopped = false WHERE meaning = 'start';
