-- `message_one_under_way` stands in its place.
DROP INDEX IF EXISTS message_under_way;
