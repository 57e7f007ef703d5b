-- Which number of ours a text was written to: a provider stops a pair of numbers, not a person.
ALTER TABLE inbound_messages ADD COLUMN receiver_hash text;
