-- Erasing a person empties the mailbox of their requests, sent or not: so both are in the index.
CREATE INDEX code_requests_by_mailbox ON code_requests (mailbox_hash, created_at);
DROP INDEX code_requests_mailbox;
