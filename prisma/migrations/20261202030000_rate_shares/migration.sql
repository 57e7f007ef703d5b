-- A practice has a second share of a provider's rate, for messages that nobody waits for (src/domain/rate-share.ts): one
-- with few to send waited behind all that another had asked for at once.
ALTER TABLE urgent_shares RENAME TO rate_shares;
ALTER TABLE rate_shares ADD COLUMN kind text NOT NULL DEFAULT 'urgent' CHECK (kind IN ('urgent', 'ordinary'));
ALTER TABLE rate_shares ALTER COLUMN kind DROP DEFAULT;
ALTER TABLE rate_shares DROP CONSTRAINT urgent_shares_pkey, ADD PRIMARY KEY (practice_id, provider, kind);
