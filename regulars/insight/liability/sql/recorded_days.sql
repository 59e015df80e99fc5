-- By day and store what was recorded (purchases and returns, purchases less returns in minor units) beside what the till
-- told last, with what explains a difference: what was recorded after the till told its total, and what is set aside.
-- What came back stands in the outcome of a return: one of all that was left tells no amount.
-- The first row comes in any case, so that it brings the counts over all days; `shown` says whether it is asked for.
WITH told AS (
    SELECT DISTINCT ON (day, store) day, store, told_at, receipts, net
    FROM till_total
    WHERE day BETWEEN %(first)s AND %(last)s
    ORDER BY day, store, told_at DESC
), happened AS (
    SELECT (occurred_at AT TIME ZONE %(zone)s)::date AS day, store, recorded_at,
        CASE type WHEN 'purchase' THEN net ELSE
            -(SELECT sum(one::bigint) FROM jsonb_array_elements_text(outcome -> 'returned') AS one) END AS net
    FROM event
    WHERE type IN ('purchase', 'return') AND occurred_at >= %(since)s AND occurred_at < %(until)s
), recorded AS (
    SELECT happened.day, happened.store, count(*) AS receipts, sum(happened.net)::bigint AS net,
        count(*) FILTER (WHERE recorded_at > told_at) AS late,
        coalesce(sum(happened.net) FILTER (WHERE recorded_at > told_at), 0)::bigint AS late_net
    FROM happened LEFT JOIN told ON told.day = happened.day AND told.store = happened.store
    GROUP BY happened.day, happened.store
), aside AS (
    SELECT (occurred_at AT TIME ZONE %(zone)s)::date AS day, store, count(*) AS events
    FROM quarantine
    WHERE released_at IS NULL AND type IN ('purchase', 'return', '')
        AND occurred_at >= %(since)s AND occurred_at < %(until)s
    GROUP BY day, store
), compared AS (
    SELECT day, store, coalesce(recorded.receipts, 0) AS receipts, coalesce(recorded.net, 0) AS net,
        told.receipts AS told, told.net AS told_net, told_at, coalesce(late, 0) AS late,
        coalesce(late_net, 0) AS late_net, coalesce(events, 0) AS aside,
        told.receipts <> coalesce(recorded.receipts, 0) OR told.net <> coalesce(recorded.net, 0) AS differs
    FROM recorded FULL JOIN told USING (day, store) FULL JOIN aside USING (day, store)
), counted AS (
    SELECT *, %(every)s OR coalesce(differs, false) OR aside > 0 AS shown,
        count(*) OVER () AS days, count(differs) OVER () AS told_days, count(*) FILTER (WHERE differs) OVER () AS differing,
        coalesce(sum(told_net - net) OVER (), 0)::bigint AS missing_net
    FROM compared
), placed AS (
    SELECT *, row_number() OVER (ORDER BY shown DESC, day DESC, store) AS place FROM counted
)
SELECT shown, days, told_days, differing, missing_net,
    day, store, receipts, net, told, told_net, told_at, late, late_net, aside
FROM placed
WHERE place = 1 OR shown AND place <= %(most)s
ORDER BY place
