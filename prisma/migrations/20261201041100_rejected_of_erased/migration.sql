-- Signals for erased contacts that were kept with their words: only the fact stays (src/db/rejected-signals.ts).
UPDATE rejected_signals r
SET payload_enc = '', reason = 'there is no such practice, or the contact was erased',
    signal = CASE WHEN signal IN ('sendMessage', 'acceptChannel', 'revokeChannel') THEN signal ELSE '' END
FROM contacts c LEFT JOIN contacts stands ON stands.practice_id = c.practice_id AND stands.id = c.merged_into
WHERE c.practice_id = r.practice_id AND c.id = r.contact_id AND r.payload_enc <> ''
  AND (c.erased_at IS NOT NULL OR stands.erased_at IS NOT NULL);
