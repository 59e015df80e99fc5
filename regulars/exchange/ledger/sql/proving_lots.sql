-- Every credit is a lot, and so is what a hold that lapsed gives back for longer; what later entries took from it or
-- opened of it, and the days they gave it, beside the lot that is kept.
WITH moved AS MATERIALIZED (
    SELECT account_id, currency, seq, at, kind, source, target, amount, base, lots, available_on, expires_on, version,
        available_on IS NOT NULL AND kind <> 'activation' AS gives
    FROM entry
    WHERE account_id BETWEEN %(first)s AND %(last)s AND (lots IS NOT NULL OR available_on IS NOT NULL)
), touched AS (
    SELECT account_id, currency, lots[place] AS seq,
        sum(lots[place + 1] * CASE WHEN kind IN ('activation', 'capture') OR kind = 'clawback' AND source = 'held' THEN 0
            WHEN kind IN ('release', 'reversal') OR kind = 'unmerge' AND target <> 'transit'
                OR kind = 'withdrawal' AND target IN ('available', 'pending') THEN -1 ELSE 1 END) AS took,
        bool_or(kind = 'activation') AS opened,
        (array_agg(available_on ORDER BY moved.seq DESC) FILTER (WHERE available_on IS NOT NULL))[1] AS available_on,
        (array_agg(expires_on ORDER BY moved.seq DESC) FILTER (WHERE expires_on IS NOT NULL))[1] AS expires_on
    FROM moved CROSS JOIN LATERAL generate_series(1, cardinality(lots), 2) AS place
    WHERE NOT gives
    GROUP BY account_id, currency, lots[place]
), given AS (
    SELECT account_id, currency, seq, amount, amount - coalesce(took, 0) AS remaining,
        target = 'pending' AND NOT coalesce(opened, false) AS pending,
        CASE WHEN kind IN ('opening', 'merge', 'pooling', 'reversal', 'withdrawal', 'unmerge') THEN date '0001-01-01' + (base - 1)::int
            ELSE (at AT TIME ZONE zone)::date END AS earned_on,
        coalesce(touched.available_on, moved.available_on) AS available_on,
        coalesce(touched.expires_on, moved.expires_on) AS expires_on, moved.version
    FROM moved
    JOIN unnest(%(versions)s::int[], %(zones)s::text[]) AS promise (version, zone) USING (version)
    LEFT JOIN touched USING (account_id, currency, seq)
    WHERE gives
), expected AS (
    SELECT * FROM given
    UNION ALL  -- debited or opened, and never given
    SELECT account_id, currency, seq, 0, -coalesce(took, 0), false, NULL, NULL, NULL, NULL
    FROM touched WHERE NOT EXISTS (
        SELECT FROM given
        WHERE given.account_id = touched.account_id AND given.currency = touched.currency AND given.seq = touched.seq)
), found AS (
    SELECT account_id, currency, seq, amount, remaining, pending, earned_on, available_on, expires_on, version
    FROM lot
    WHERE account_id BETWEEN %(first)s AND %(last)s
)
SELECT account_id, 'lot ' || seq || ' of ' || currency || ': ' || field, should, is_now
FROM expected FULL JOIN found USING (account_id, currency, seq)
CROSS JOIN LATERAL (VALUES
    ('amount', expected.amount::text, found.amount::text),
    ('remaining', expected.remaining::text, found.remaining::text),
    ('pending', expected.pending::text, found.pending::text),
    ('earned on', expected.earned_on::text, found.earned_on::text),
    ('available on', expected.available_on::text, found.available_on::text),
    ('expires on', expected.expires_on::text, found.expires_on::text),
    ('version', expected.version::text, found.version::text)
) AS one (field, should, is_now)
WHERE (expected.amount, expected.remaining, expected.pending, expected.earned_on, expected.available_on,
       expected.expires_on, expected.version)
    IS DISTINCT FROM (found.amount, found.remaining, found.pending, found.earned_on, found.available_on,
       found.expires_on, found.version)
    AND should IS DISTINCT FROM is_now
ORDER BY account_id, currency, seq, field
LIMIT %(most)s
