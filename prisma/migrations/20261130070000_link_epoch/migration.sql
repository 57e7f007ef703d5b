-- A link to a message holds for one epoch of the address that its notice went to: a mailbox that was left and came back
-- finds it closed. Null: from before; such a link is bound by its delivery's address alone, and ends within 30 days.
ALTER TABLE message_links ADD COLUMN epoch INTEGER;
