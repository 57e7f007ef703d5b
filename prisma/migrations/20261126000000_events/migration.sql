-- What happened, for the practice's own systems: ids only, kept for 30 days.
--
-- `turn` makes a place in this list final. Transactions commit in another order than they begin, so a reader that went
-- by `seq` could pass an event that is not committed yet. A reader here goes by (turn, seq) and stops before
-- pg_snapshot_xmin(), the oldest transaction that still runs:
--   * Nothing is skipped. turn >= the writer's own transaction id, so an event below xmin is of a transaction that ended;
--     and whatever becomes visible later is of a transaction >= xmin, and has its turn there or beyond.
--   * What followed something comes after it. Whoever waited for a row until T had committed has a turn >= T's: at that
--     moment the newest transaction that ended (xmax - 1) is T or a later one. Between equal turns `seq` decides.
-- The ids grow for ever within one cluster. After a restore from a dump into another cluster, where they begin anew:
-- UPDATE events SET turn = 0; UPDATE webhook_endpoints SET after_turn = 0.
CREATE TABLE events (
  seq bigserial PRIMARY KEY,
  id uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
  practice_id text NOT NULL,
  type text NOT NULL,
  at timestamptz(3) NOT NULL,
  contact_id text,
  -- Of `reply.received`: the reply's.
  message_id text,
  method text,
  reason text,
  turn bigint NOT NULL DEFAULT GREATEST(
    pg_current_xact_id()::text::bigint, pg_snapshot_xmax(pg_current_snapshot())::text::bigint - 1)
);
-- Whoever wants few types among many events finds them without reading the others.
CREATE INDEX events_feed ON events (practice_id, type, turn, seq);

-- Triggers write the events, so that no way of changing a state can forget one: in the same transaction, once for each
-- change. They are row triggers with a condition, not statement triggers with transition tables: most updates of these
-- tables (leases, times to look) change no state and then cost nothing, where a statement trigger would copy every row.
-- `at` is the service's own time where a column holds it; nowhere is it before what the row itself knows.

CREATE FUNCTION note_delivery() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- A report of its arrival may be faster than the provider's answer, or be the answer that was missing: it left, then.
  IF TG_OP = 'UPDATE' AND NEW.status = 'delivered' AND OLD.status <> 'sent' THEN
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

-- Opt-ins and answers are deliveries too; their events are the channel's. Cancelled and suppressed have no event: they
-- are the practice's own doing, and what an erasure leaves behind.
CREATE TRIGGER deliveries_stored AFTER INSERT ON deliveries FOR EACH ROW
  WHEN (NEW.purpose = 'content' AND NEW.status IN ('sent', 'delivered', 'failed', 'expired', 'unknown'))
  EXECUTE FUNCTION note_delivery();
CREATE TRIGGER deliveries_moved AFTER UPDATE OF status ON deliveries FOR EACH ROW
  WHEN (NEW.purpose = 'content' AND NEW.status IS DISTINCT FROM OLD.status
    AND NEW.status IN ('sent', 'delivered', 'failed', 'expired', 'unknown'))
  EXECUTE FUNCTION note_delivery();

-- An opt-in counts as sent each time it leaves, also again, also when the answer was faster than the provider's word.
-- The contact's row was written first, with the time of the change: what was sent at another time was only taken over
-- from a record that was merged. An erased contact's channels fall back to `not_sent`, and one that nobody registered
-- has no other state: neither has an event.
CREATE FUNCTION note_channel() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  changed_at timestamptz;
BEGIN
  SELECT updated_at INTO changed_at FROM contacts WHERE practice_id = NEW.practice_id AND id = NEW.contact_id;
  IF NEW.last_sent_at IS DISTINCT FROM OLD.last_sent_at AND NEW.last_sent_at = changed_at THEN
    INSERT INTO events (practice_id, type, at, contact_id, method, reason)
    VALUES (NEW.practice_id, 'optin.sent', changed_at, NEW.contact_id, NEW.method,
            CASE WHEN NEW.state = 'sent' THEN NEW.reason END);
  END IF;
  -- A channel that failed may fail again, for another reason.
  IF NEW.state IN ('accepted', 'declined', 'revoked', 'failed')
     AND ((NEW.state, NEW.epoch) IS DISTINCT FROM (OLD.state, OLD.epoch)
       OR (NEW.state = 'failed' AND NEW.reason IS DISTINCT FROM OLD.reason)) THEN
    INSERT INTO events (practice_id, type, at, contact_id, method, reason)
    VALUES (NEW.practice_id, 'optin.' || NEW.state, changed_at, NEW.contact_id, NEW.method, NEW.reason);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER channels_moved AFTER UPDATE OF state, reason, epoch, last_sent_at ON channels FOR EACH ROW
  WHEN ((NEW.state, NEW.epoch, NEW.reason, NEW.last_sent_at)
    IS DISTINCT FROM (OLD.state, OLD.epoch, OLD.reason, OLD.last_sent_at))
  EXECUTE FUNCTION note_channel();

CREATE FUNCTION note_suspension() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO events (practice_id, type, at, reason)
  VALUES (NEW.id, 'practice.suspended', now(), NEW.suspended_reason);
  RETURN NULL;
END $$;
CREATE TRIGGER practices_suspended AFTER UPDATE OF suspended_reason ON practices FOR EACH ROW
  WHEN (OLD.suspended_reason IS NULL AND NEW.suspended_reason IS NOT NULL)
  EXECUTE FUNCTION note_suspension();

-- The reason of a reply is what was understood of it (`yes`, `stop`, `unclear`, …), never its text.
CREATE FUNCTION note_reply() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO events (practice_id, type, at, contact_id, message_id, method, reason)
  VALUES (NEW.practice_id, 'reply.received', NEW.received_at, NEW.contact_id, NEW.id::text, NEW.method, NEW.meaning);
  RETURN NULL;
END $$;
CREATE TRIGGER inbound_messages_stored AFTER INSERT ON inbound_messages FOR EACH ROW
  EXECUTE FUNCTION note_reply();

-- Where a practice wants its events posted, up to where they were, and how that goes.
CREATE TABLE webhook_endpoints (
  id uuid PRIMARY KEY,
  practice_id text NOT NULL REFERENCES practices (id),
  url text NOT NULL,
  -- Empty: every type, also those that are still to come.
  types text[] NOT NULL DEFAULT '{}',
  secret_enc text NOT NULL,
  -- Signs too until then, while the receiver changes over.
  previous_secret_enc text,
  previous_until timestamptz(3),
  state text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'disabled')),
  reason text,
  -- The last event that was taken.
  after_turn bigint NOT NULL,
  after_seq bigint NOT NULL,
  -- Attempts that failed since the last one that did not.
  failures integer NOT NULL DEFAULT 0,
  failing_since timestamptz(3),
  retry_at timestamptz(3),
  -- Somebody was told that there is something to post, or is at it.
  woken_at timestamptz(3),
  last_attempt_at timestamptz(3),
  last_success_at timestamptz(3),
  last_result text,
  created_at timestamptz(3) NOT NULL
);
CREATE INDEX webhook_endpoints_practice ON webhook_endpoints (practice_id, id);
