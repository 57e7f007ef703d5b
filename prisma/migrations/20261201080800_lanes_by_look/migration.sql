-- Lanes by the time to look at them: those that contacts' own workflows take apart from the dispatchers', which may be very
-- many after a pause.
CREATE INDEX CONCURRENTLY channels_by_look ON channels (dispatched, look_at) WHERE look_at IS NOT NULL;
