-- Without a delivery so far: nobody registered the contact, or it has no method that fits (src/db/queue-store.ts).
ALTER TABLE messages ADD COLUMN unrouted boolean NOT NULL DEFAULT false;
