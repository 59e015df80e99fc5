-- What is held of every lot, as holds took it and captures and releases answered, beside the holds in the standing.
WITH expected AS (
    SELECT account_id, currency, lots[place] AS seq,
        sum(lots[place + 1] * CASE WHEN target = 'held' THEN 1 ELSE -1 END) AS points
    FROM entry CROSS JOIN LATERAL generate_series(1, cardinality(lots), 2) AS place
    WHERE account_id BETWEEN %(first)s AND %(last)s AND 'held' IN (source, target)
    GROUP BY account_id, currency, lots[place]
    HAVING sum(lots[place + 1] * CASE WHEN target = 'held' THEN 1 ELSE -1 END) <> 0
), found AS (
    SELECT account_id, purse.key AS currency, (part ->> 0)::bigint AS seq, sum((part ->> 1)::bigint) AS points
    FROM standing
    CROSS JOIN LATERAL jsonb_each(state -> 'purses') AS purse
    CROSS JOIN LATERAL jsonb_array_elements(purse.value -> 'holds') AS hold
    CROSS JOIN LATERAL jsonb_array_elements(hold -> 3) AS part
    WHERE account_id BETWEEN %(first)s AND %(last)s
    GROUP BY account_id, purse.key, part ->> 0
)
SELECT account_id, 'lot ' || seq || ' of ' || currency || ': held', expected.points::text, found.points::text
FROM expected FULL JOIN found USING (account_id, currency, seq)
WHERE expected.points IS DISTINCT FROM found.points
ORDER BY account_id, currency, seq
LIMIT %(most)s
