-- deliveries_by_status has its rows too.
DROP INDEX deliveries_outcomes;
