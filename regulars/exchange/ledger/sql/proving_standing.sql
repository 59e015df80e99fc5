-- What the standing says in its columns and its state, beside the entries and moves it came from. A check that is null
-- does not apply. `levels` knows the tiers of every version by their place, as a later version may rename them. Where
-- tiers follow a balance, progress is that; which of the published versions an account came under last is not known here.
WITH numbered AS (
    SELECT account_id, seq FROM entry WHERE account_id BETWEEN %(first)s AND %(last)s
    UNION ALL
    SELECT account_id, seq FROM tier_move WHERE account_id BETWEEN %(first)s AND %(last)s
), counted AS (
    SELECT account_id, count(*) AS rows, count(DISTINCT seq) AS numbers, max(seq) AS seq FROM numbered GROUP BY account_id
), levels AS (
    SELECT * FROM unnest(%(level_versions)s::int[], %(level_places)s::int[], %(level_ids)s::text[]) AS l (version, place, id)
), follows AS (
    SELECT * FROM unnest(%(followed)s::text[], %(waiting_counts)s::bool[]) AS f (currency, waiting)
), moved AS (
    SELECT DISTINCT ON (account_id) account_id, target, until_on, levels.place
    FROM tier_move
    LEFT JOIN levels ON levels.version = tier_move.version AND levels.id = tier_move.target
    WHERE account_id BETWEEN %(first)s AND %(last)s
    ORDER BY account_id, seq DESC
), debts AS (
    SELECT account_id, jsonb_object_agg(currency, points) AS owed
    FROM (
        SELECT account_id, currency, sum(CASE source WHEN 'debt' THEN amount ELSE -amount END) AS points
        FROM entry
        WHERE account_id BETWEEN %(first)s AND %(last)s AND 'debt' IN (source, target)
        GROUP BY account_id, currency
        HAVING sum(CASE source WHEN 'debt' THEN amount ELSE -amount END) <> 0
    ) AS per_currency
    GROUP BY account_id
), kept AS (
    SELECT account_id, seq, tier, tier_until, progress, last_on, state, (state -> 'tier' ->> 0)::int AS place,
        nullif((state -> 'tier' ->> 1)::int, 0) AS until_day,
        CASE jsonb_typeof(state -> 'progress') WHEN 'string' THEN -- packed: a day, its figure, a day, its figure ...
            (SELECT coalesce(sum(figure::bigint), 0)
             FROM jsonb_array_elements_text((state ->> 'progress')::jsonb) WITH ORDINALITY AS one (figure, number)
             WHERE mod(number, 2) = 0 AND number / 2 > coalesce((state ->> 'head')::int, 0))
        ELSE
            (SELECT coalesce(sum((day ->> 1)::bigint), 0)
             FROM jsonb_array_elements(state -> 'progress') WITH ORDINALITY AS one (day, number)
             WHERE number > coalesce((state ->> 'head')::int, 0))
        END AS counts,
        (SELECT jsonb_object_agg(key, value -> 'debt') FROM jsonb_each(state -> 'purses')
         WHERE value -> 'debt' <> '0') AS owed
    FROM standing
    WHERE account_id BETWEEN %(first)s AND %(last)s
)
SELECT account_id, 'standing: ' || what, should, is_now
FROM counted FULL JOIN kept k USING (account_id)
LEFT JOIN moved m USING (account_id)
LEFT JOIN debts d USING (account_id)
LEFT JOIN LATERAL (
    SELECT array_agg(DISTINCT CASE WHEN currency = '' THEN k.counts ELSE (
        SELECT coalesce(sum(available + CASE WHEN waiting THEN pending ELSE 0 END), 0)
        FROM balance b WHERE b.account_id = k.account_id AND b.currency = follows.currency
    ) END) AS may
    FROM follows
) p ON true
CROSS JOIN LATERAL (SELECT ARRAY[
    counted.rows IS NULL OR counted.rows = counted.seq AND counted.numbers = counted.seq,
    coalesce(counted.seq, 0) IS NOT DISTINCT FROM k.seq,
    k.seq = (k.state ->> 'seq')::bigint,
    EXISTS (SELECT FROM levels WHERE levels.id = k.tier AND levels.place = k.place) OR k.account_id IS NULL,
    CASE WHEN m.target IS NULL THEN k.place = 0 ELSE m.target = k.tier END,
    k.account_id IS NULL OR m.until_on IS NOT DISTINCT FROM k.tier_until,
    k.tier_until IS NOT DISTINCT FROM date '0001-01-01' + (k.until_day - 1),
    k.progress = ANY (p.may),
    k.last_on = date '0001-01-01' + (greatest((k.state ->> 'day')::int, 1) - 1),
    k.account_id IS NULL OR d.owed IS NOT DISTINCT FROM k.owed
] AS holds) AS judged
CROSS JOIN LATERAL (VALUES
    (1, 'numbers without gaps', counted.seq::text, counted.numbers || ' in ' || counted.rows || ' rows'),
    (2, 'seq', coalesce(counted.seq, 0)::text, k.seq::text),
    (3, 'seq in the state', k.seq::text, k.state ->> 'seq'),
    (4, 'tier and its place', 'a tier at place ' || k.place, k.tier),
    (5, 'tier', coalesce(m.target, 'the first'), k.tier),
    (6, 'tier until', m.until_on::text, k.tier_until::text),
    (7, 'tier until in the state', k.tier_until::text, (date '0001-01-01' + (k.until_day - 1))::text),
    (8, 'progress', array_to_string(p.may, ' or '), k.progress::text),
    (9, 'last day', (date '0001-01-01' + (greatest((k.state ->> 'day')::int, 1) - 1))::text, k.last_on::text),
    (10, 'debt', d.owed::text, k.owed::text)
) AS one (place, what, should, is_now)
WHERE false = ANY (holds) AND NOT holds[one.place]
ORDER BY account_id, one.place
LIMIT %(most)s
