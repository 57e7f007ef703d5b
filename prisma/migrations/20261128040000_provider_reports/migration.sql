-- Reports of a provider come late, twice and out of order, and about attempts that were given back since.
ALTER TABLE deliveries ADD COLUMN report_order bigint;
ALTER TABLE deliveries ADD COLUMN earlier_ids text[] NOT NULL DEFAULT '{}';

-- An address that the provider bars is barred for every practice that has it.
CREATE INDEX channels_mailbox ON channels (address_hash) WHERE method = 'email' AND address_hash IS NOT NULL;

-- A picture without words is no empty text.
ALTER TABLE inbound_messages ADD COLUMN media_count integer NOT NULL DEFAULT 0;

-- As before, but a delivery that failed after it was sent, and then arrived all the same, was sent once.
CREATE OR REPLACE FUNCTION note_delivery() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- A report of its arrival may be faster than the provider's answer, or be the answer that was missing: it left, then.
  IF TG_OP = 'UPDATE' AND NEW.status = 'delivered' AND OLD.status <> 'sent'
     AND NOT (OLD.status = 'failed' AND OLD.sent_at IS NOT NULL) THEN
    INSERT INTO events (practice_id, type, at, contact_id, message_id, method)
    VALUES (NEW.practice_id, 'message.sent', COALESCE(NEW.sent_at, NEW.delivered_at, now()),
            NEW.contact_id, NEW.message_id, NEW.method);
  END IF;
  INSERT INTO events (practice_id, type, at, contact_id, message_id, method, reason)
  VALUES (NEW.practice_id, 'message.' || NEW.status,
          CASE NEW.status
            WHEN 'sent' THEN COALESCE(NEW.sent_at, now())
            WHEN 'delivered' THEN COALESCE(NEW.delivered_at, now())
            WHEN 'expired' THEN GREATEST(now(), NEW.created_at, NEW.not_after)
            ELSE GREATEST(now(), NEW.created_at, NEW.claimed_at, NEW.sent_at)
          END,
          NEW.contact_id, NEW.message_id, NEW.method, NEW.reason);
  RETURN NULL;
END $$;
