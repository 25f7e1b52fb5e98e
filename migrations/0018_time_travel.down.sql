-- Owns taking back 0018_time_travel.up.sql.

DROP INDEX chain.idx_token_events_flags;
DROP INDEX chain.idx_token_events_receiver;
