-- The latest event of an account: the next one gets a higher id, so that ids are the order in which they were recorded.
ALTER TABLE standing ADD COLUMN last_event uuid;
