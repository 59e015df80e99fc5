-- The pots of every account and currency as the entries leave them, beside the balance that is kept.
WITH ends AS (
    SELECT account_id, currency, source, target, sum(amount) AS points
    FROM entry
    WHERE account_id BETWEEN %(first)s AND %(last)s
    GROUP BY account_id, currency, source, target
), rebuilt AS (
    SELECT account_id, currency, pot, sum(moved) AS points
    FROM ends CROSS JOIN LATERAL (VALUES (source, -points), (target, points)) AS one (pot, moved)
    GROUP BY account_id, currency, pot
), expected AS (
    SELECT held.account_id, held.currency, pot, coalesce(points, 0) AS points
    FROM (SELECT DISTINCT account_id, currency FROM ends) AS held
    CROSS JOIN unnest(ARRAY[
        'available', 'pending', 'debt', 'issued', 'redeemed', 'expired', 'held', 'forfeited', 'transit'
    ]) AS pot
    LEFT JOIN rebuilt USING (account_id, currency, pot)
), found AS (
    SELECT account_id, currency, pot, points
    FROM balance CROSS JOIN LATERAL (VALUES
        ('available', available), ('pending', pending), ('debt', debt), ('issued', issued), ('redeemed', redeemed),
        ('expired', expired), ('held', held), ('forfeited', forfeited), ('transit', transit)
    ) AS one (pot, points)
    WHERE account_id BETWEEN %(first)s AND %(last)s
)
SELECT account_id, 'balance of ' || currency || ': ' || pot, expected.points::text, found.points::text
FROM expected FULL JOIN found USING (account_id, currency, pot)
WHERE expected.points IS DISTINCT FROM found.points
ORDER BY 1, 2
LIMIT %(most)s
