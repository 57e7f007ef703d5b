-- What makes a yes, or shows a message, is sealed with its row (src/db/link-seal.ts): a token's plain hash, which anybody
-- can make, is not enough any more. `npm run migrate` seals the rows that are there once, when it brings this column; a
-- row without a seal is refused after that.
ALTER TABLE opt_in_requests ADD COLUMN token_enc text;
ALTER TABLE message_links ADD COLUMN token_enc text;
ALTER TABLE preference_links ADD COLUMN token_enc text;
