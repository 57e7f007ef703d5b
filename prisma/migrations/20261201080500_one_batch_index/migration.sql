-- deliveries_of_batch finds those that are `sending` too: a call has a hundred at most.
DROP INDEX deliveries_batch;
