-- Nothing was ever written here: webhooks are remembered by their ids alone.
ALTER TABLE webhook_events DROP COLUMN payload_enc;
