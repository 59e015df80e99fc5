-- Where every account leads, and since when, beside the last of its events that let it lead somewhere, or be its own again; that the
-- one it leads to, or came from, is among those that it was ever one with; and that each of these was so with all of them.
WITH turns AS (
    SELECT account_id, id, type, recorded_at, (attributes ->> '_counterpart')::bigint AS counterpart
    FROM event
    WHERE account_id BETWEEN %(first)s AND %(last)s
        AND type IN ('merge out', 'merge in', 'unmerge in', 'household joined', 'member joined', 'household left')
), expected AS (
    SELECT DISTINCT ON (account_id) account_id,
        CASE type WHEN 'merge out' THEN counterpart WHEN 'household joined' THEN counterpart END AS leads_to,
        CASE type WHEN 'merge out' THEN 'merged' WHEN 'household joined' THEN 'household' END AS leads_why,
        CASE WHEN type IN ('merge out', 'household joined') THEN recorded_at END AS leads_since
    FROM turns
    WHERE type IN ('merge out', 'unmerge in', 'household joined', 'household left')
    ORDER BY account_id, id DESC
), met AS (
    SELECT account_id, array_agg(DISTINCT counterpart) AS kin FROM turns GROUP BY account_id
), found AS (
    SELECT account_id, kind, leads_to, leads_why, leads_since, kin FROM account WHERE account_id BETWEEN %(first)s AND %(last)s
)
SELECT account_id, 'account: ' || what, should, is_now
FROM found
LEFT JOIN expected e USING (account_id)
LEFT JOIN met USING (account_id)
LEFT JOIN LATERAL (
    SELECT one.id, other.kin
    FROM unnest(found.kin) AS one (id) LEFT JOIN account other ON other.account_id = one.id
    WHERE other.account_id IS NULL
        OR NOT ((other.kin || other.account_id) @> (found.kin || found.account_id) AND other.kin <@ (found.kin || found.account_id))
    ORDER BY one.id
    LIMIT 1
) AS stranger ON true
CROSS JOIN LATERAL (VALUES
    ('leads to', e.leads_to::text, found.leads_to::text, e.leads_to IS DISTINCT FROM found.leads_to),
    ('leads why', e.leads_why, found.leads_why, e.leads_why IS DISTINCT FROM found.leads_why),
    ('leads since', e.leads_since::text, found.leads_since::text, e.leads_since IS DISTINCT FROM found.leads_since),
    ('kin', met.kin::text, found.kin::text, NOT found.kin @> coalesce(met.kin, '{}')),
    ('kin of ' || stranger.id, stranger.kin::text, found.kin::text, stranger.id IS NOT NULL)
) AS one (what, should, is_now, wrong)
WHERE wrong
ORDER BY account_id, what
LIMIT %(most)s
