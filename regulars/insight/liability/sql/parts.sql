-- Every movement of points by currency, cohort, month and line: of the calendar months (in UTC) asked for, and of all
-- entries dated from `begin` on. Months are those of the zone of each version. The cohort is the month in which the points
-- were given: of a debit, that of each lot it took from; of an opening, the month in which they were earned elsewhere. What
-- comes back from a hold as a lot of its own is earned anew: it leaves the cohort of its old lot and arrives in its own.
-- A movement without a line, or of a lot that is not there, comes out without one, so that it is noticed. Reading the
-- entries twice is cheaper than keeping them aside. What is made of `parts` follows.
WITH promise (version, zone) AS (
    SELECT * FROM unnest(%(versions)s::int[], %(zones)s::text[])
), way (kind, source, target, line, times) AS (
    SELECT * FROM unnest(
        %(kinds)s::text[], %(sources)s::text[], %(targets)s::text[], %(lines)s::text[], %(times)s::int[])
), moved AS NOT MATERIALIZED (
    SELECT date_trunc('month', at AT TIME ZONE 'UTC')::date AS dated,
        account_id, currency, date_trunc('month', at AT TIME ZONE zone)::date AS month, amount, times, lots,
        line = 'within' AS anew,
        CASE WHEN (kind IN ('opening', 'merge', 'pooling', 'withdrawal', 'unmerge') OR kind = 'reversal' AND lots IS NULL) AND base > 0 THEN date '0001-01-01' + (base - 1)::int END AS earned_on,
        CASE WHEN kind = 'accrual' AND (version || ' ' || rule = ANY (%(given)s::text[])
                OR version || ' ' || rule = ANY (%(either)s::text[]) AND NOT EXISTS (SELECT FROM event
                    WHERE event.account_id = entry.account_id AND event.id = event_id AND type = 'purchase'))
            THEN 'given' ELSE line END AS line
    FROM entry LEFT JOIN promise USING (version) LEFT JOIN way USING (kind, source, target)
    WHERE at < %(until)s AND at >= %(since)s
        AND (line IS DISTINCT FROM 'within' OR kind = 'release' AND available_on IS NOT NULL)
        AND (at >= %(begin)s OR date_trunc('month', at AT TIME ZONE 'UTC')::date = ANY (%(months)s::date[]))
), parts AS (
    SELECT account_id, dated, currency, coalesce(date_trunc('month', earned_on)::date, month) AS cohort, month,
        CASE WHEN anew THEN 'arrived' ELSE line END AS line, CASE WHEN anew THEN 1 ELSE times END * amount AS points
    FROM moved
    WHERE lots IS NULL OR anew
    UNION ALL
    SELECT moved.account_id, dated, moved.currency, date_trunc('month', lot.earned_on)::date, month,
        CASE WHEN anew THEN 'sent' ELSE line END, CASE WHEN anew THEN 1 ELSE times END * lots[place + 1]
    FROM moved CROSS JOIN LATERAL generate_series(1, cardinality(lots), 2) AS place
    LEFT JOIN lot
        ON lot.account_id = moved.account_id AND lot.currency = moved.currency AND lot.seq = moved.lots[place]
    WHERE lots IS NOT NULL
)
