-- How many entries there are in all, by the numbers of the accounts: entries and tier moves of an account are numbered
-- together, without a gap, and never taken away. And how many of them are dated on or after an instant.
SELECT
    (SELECT coalesce(sum(seq), 0) FROM standing) - (SELECT count(*) FROM tier_move),
    (SELECT count(*) FROM entry WHERE at >= %(begin)s)
