-- Wrong birth dates at the links of notices count for the channel too; what was tried at a link before counts on. The
-- column of the links is no longer written.
UPDATE channels ch SET identity_tries = GREATEST(ch.identity_tries, l.tries)
FROM (SELECT practice_id, contact_id, max(tries) AS tries FROM message_links WHERE tries > 0 AND expires_at > now() GROUP BY 1, 2) l
WHERE l.practice_id = ch.practice_id AND l.contact_id = ch.contact_id AND ch.method = 'email';
