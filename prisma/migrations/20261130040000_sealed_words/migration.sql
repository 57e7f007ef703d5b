-- What people wrote is sealed: what a message is about in its caller's words, why the operator paused a practice, and what
-- a key is for. What is in `about`, `paused_reason` and `label` from before is moved by `npm run admin -- reencrypt`,
-- which has the keys; it also takes away why a channel was waived, which the ledger holds, sealed.
ALTER TABLE messages ADD COLUMN about_enc text;
ALTER TABLE practices ADD COLUMN pause_note_enc text;
ALTER TABLE api_keys ADD COLUMN label_enc text;
-- They can be taken back for ten seconds, and may hold why a channel was waived.
DELETE FROM undos WHERE before #>> '{channel,state}' = 'waived';
