-- The purchases and returns of one day and store, the latest first; what came back as its outcome says.
SELECT id, account_id, type, source, external_id, occurred_at, recorded_at,
    CASE type WHEN 'purchase' THEN net ELSE
        -(SELECT sum(one::bigint) FROM jsonb_array_elements_text(outcome -> 'returned') AS one)::bigint END
FROM event
WHERE type IN ('purchase', 'return') AND store = %(store)s AND occurred_at >= %(since)s AND occurred_at < %(until)s
ORDER BY occurred_at DESC, id DESC
LIMIT %(most)s
