-- After `parts`: what each account has left of every currency and cohort, by the lines of its movements, beside what its
-- lots have left, and what of them is held.
, counted AS (
    SELECT account_id, currency, cohort, sum(CASE WHEN line = ANY (%(into)s::text[]) THEN points
        WHEN line = ANY (%(out)s::text[]) THEN -points ELSE 0 END) AS points,
        count(*) FILTER (WHERE line IS NULL OR month IS NULL) AS nowhere
    FROM parts
    GROUP BY account_id, currency, cohort
), held AS (
    SELECT account_id, purse.key AS currency, (part ->> 0)::bigint AS seq, (part ->> 1)::bigint AS points
    FROM standing
    CROSS JOIN LATERAL jsonb_each(state -> 'purses') AS purse
    CROSS JOIN LATERAL jsonb_array_elements(purse.value -> 'holds') AS hold
    CROSS JOIN LATERAL jsonb_array_elements(hold -> 3) AS part
    WHERE account_id BETWEEN %(first)s AND %(last)s
), there AS (
    SELECT account_id, currency, date_trunc('month', earned_on)::date AS cohort, sum(points) AS points
    FROM (
        SELECT account_id, currency, earned_on, remaining AS points
        FROM lot WHERE account_id BETWEEN %(first)s AND %(last)s
        UNION ALL
        SELECT account_id, currency, earned_on, points FROM held JOIN lot USING (account_id, currency, seq)
        WHERE lot.account_id BETWEEN %(first)s AND %(last)s
    ) AS one
    GROUP BY 1, 2, 3
)
SELECT account_id, currency, to_char(cohort, 'YYYY-MM'), coalesce(there.points, 0), coalesce(counted.points, 0),
    coalesce(nowhere, 0)
FROM there FULL JOIN counted USING (account_id, currency, cohort)
WHERE coalesce(there.points, 0) <> coalesce(counted.points, 0) OR nowhere > 0
ORDER BY account_id, currency, cohort
