-- Every entry by itself, beside its event, and beside the accrual that it takes back. A check that is null does not apply.
WITH moved AS MATERIALIZED (
    SELECT account_id, seq, at, event_id, version, currency, kind, source, target, amount, rule, granted, shares, lots,
        available_on, expires_on, reverses
    FROM entry
    WHERE account_id BETWEEN %(first)s AND %(last)s
), ways (kind, source, target, by_event, by_lots) AS (VALUES
    ('accrual', 'issued', 'pending', true, false),
    ('accrual', 'issued', 'available', true, false),
    ('activation', 'pending', 'available', NULL, true),
    ('lapse', 'pending', 'expired', false, true),
    ('repayment', 'available', 'debt', NULL, true),
    ('redemption', 'available', 'redeemed', true, true),
    ('expiry', 'available', 'expired', NULL, true),
    ('hold', 'available', 'held', true, true),
    ('capture', 'held', 'redeemed', true, true),
    ('release', 'held', 'available', NULL, true),
    ('reversal', 'redeemed', 'available', true, true),
    ('transfer', 'available', 'transit', true, true),
    ('transfer', 'pending', 'transit', true, true),
    ('transfer', 'transit', 'debt', true, false),
    ('transfer', 'transit', 'available', true, false),
    ('transfer', 'transit', 'pending', true, false),
    ('transfer', 'debt', 'transit', true, false),
    ('merge', 'available', 'transit', true, true),
    ('merge', 'pending', 'transit', true, true),
    ('merge', 'transit', 'debt', true, false),
    ('merge', 'transit', 'available', true, false),
    ('merge', 'transit', 'pending', true, false),
    ('merge', 'debt', 'transit', true, false),
    ('pooling', 'available', 'transit', true, true),
    ('pooling', 'pending', 'transit', true, true),
    ('pooling', 'transit', 'debt', true, false),
    ('pooling', 'transit', 'available', true, false),
    ('pooling', 'transit', 'pending', true, false),
    ('pooling', 'debt', 'transit', true, false),
    ('unmerge', 'available', 'transit', true, true),
    ('unmerge', 'pending', 'transit', true, true),
    ('unmerge', 'transit', 'debt', true, false),
    ('unmerge', 'transit', 'available', true, true),
    ('unmerge', 'transit', 'pending', true, true),
    ('unmerge', 'debt', 'transit', true, false),
    ('unmerge', 'debt', 'available', true, true),
    ('unmerge', 'issued', 'available', true, true),
    ('unmerge', 'issued', 'pending', true, true),
    ('adjustment', 'issued', 'available', true, false),
    ('adjustment', 'available', 'issued', true, true),
    ('forfeiture', 'available', 'forfeited', true, true),
    ('forfeiture', 'pending', 'forfeited', true, true),
    ('opening', 'issued', 'available', true, false),
    ('opening', 'issued', 'pending', true, false),
    ('opening', 'debt', 'issued', true, false),
    ('withdrawal', 'available', 'issued', true, true),
    ('withdrawal', 'pending', 'issued', true, true),
    ('withdrawal', 'expired', 'issued', true, false),
    ('withdrawal', 'issued', 'expired', true, false),
    ('withdrawal', 'issued', 'pending', true, true),
    ('withdrawal', 'issued', 'debt', true, false),
    ('withdrawal', 'debt', 'issued', true, false),
    ('withdrawal', 'debt', 'available', true, true),
    ('withdrawal', 'issued', 'available', true, true),
    ('clawback', 'pending', 'issued', true, true),
    ('clawback', 'available', 'issued', true, true),
    ('clawback', 'held', 'issued', true, true),
    ('clawback', 'debt', 'issued', true, false)
), taken_back AS (
    SELECT account_id, reverses AS seq, sum(amount) AS points
    FROM moved
    WHERE kind IN ('clawback', 'reversal')
    GROUP BY account_id, reverses
)
SELECT m.account_id, 'entry ' || m.seq || ': ' || what, should, is_now
FROM moved m
LEFT JOIN ways w USING (kind, source, target)
LEFT JOIN event e ON e.account_id = m.account_id AND e.id = m.event_id
LEFT JOIN moved o ON o.account_id = m.account_id AND o.seq = m.reverses
LEFT JOIN taken_back b ON b.account_id = m.account_id AND b.seq = m.seq
CROSS JOIN LATERAL (SELECT
    CASE WHEN m.lots IS NOT NULL THEN
        (SELECT sum(m.lots[place + 1]) FROM generate_series(1, cardinality(m.lots), 2) AS place) END AS lots,
    CASE WHEN m.shares IS NOT NULL THEN (SELECT sum(share) FROM unnest(m.shares) AS share) END AS shares,
    -- What was bought or spent before its member was merged into this one is told by the event, as it was there.
    -- A gift that another day or purchase had kept may be a lot that came along since.
    (m.kind IN ('clawback', 'reversal') AND m.reverses IS NULL OR m.kind = 'clawback' AND o.kind IN ('merge', 'pooling'))
        AND coalesce(e.outcome ? 'origin', false) AS elsewhere,
    -- What a hold would have given back for longer, if an opening had been told as it is now, is a lot of its own.
    -- So is what came back to a member while they were merged, of lots that no account of theirs had given.
    (m.kind = 'withdrawal' AND m.source = 'issued' OR m.kind = 'unmerge' AND m.source IN ('issued', 'transit'))
        AND m.target IN ('available', 'pending') AND m.lots IS NULL AND m.available_on IS NOT NULL AS anew
) AS summed
CROSS JOIN LATERAL (SELECT ARRAY[
    w.kind IS NOT NULL,
    m.version = ANY (%(versions)s::int[]),
    w.by_event = (m.event_id IS NOT NULL),
    m.event_id IS NULL OR e.id IS NOT NULL,
    m.at IN (e.occurred_at, e.recorded_at),  -- an event told too late counts as of the day of recording
    e.version = m.version,
    CASE WHEN w.by_lots AND NOT (elsewhere AND m.kind = 'reversal' OR anew) THEN m.amount END IS NOT DISTINCT FROM summed.lots,
    CASE WHEN m.kind IN ('accrual', 'clawback') THEN m.amount END IS NOT DISTINCT FROM summed.shares,
    CASE WHEN m.kind = 'accrual' THEN m.granted >= m.amount ELSE m.granted = m.amount END,
    CASE m.kind WHEN 'accrual' THEN coalesce(m.version || ' ' || m.rule = ANY (%(rules)s::text[]), false)
        WHEN 'clawback' THEN m.rule IS NOT DISTINCT FROM o.rule OR elsewhere
        WHEN 'adjustment' THEN m.rule IS NOT NULL WHEN 'forfeiture' THEN m.rule IS NOT NULL
        WHEN 'redemption' THEN m.rule IS NULL OR m.version || ' ' || m.rule = ANY (%(rewards)s::text[])
        WHEN 'hold' THEN m.rule IS NULL OR m.version || ' ' || m.rule = ANY (%(rewards)s::text[])
        -- What was promised is handed over by a later version too.
        WHEN 'capture' THEN m.rule IS NULL OR m.rule = ANY (%(reward_ids)s::text[])
        WHEN 'release' THEN m.rule IS NULL OR m.event_id IS NOT NULL AND m.rule = ANY (%(reward_ids)s::text[])
        WHEN 'reversal' THEN m.rule IS NOT DISTINCT FROM o.rule OR elsewhere ELSE m.rule IS NULL END,
    (m.source IN ('issued', 'transit') AND m.target IN ('available', 'pending') AND m.kind NOT IN ('unmerge', 'withdrawal')
        OR m.kind = 'reversal' AND elsewhere
        OR anew
        OR m.kind = 'activation' AND m.event_id IS NOT NULL
        OR m.kind = 'release' AND m.event_id IS NULL AND m.expires_on IS NOT NULL) = (m.available_on IS NOT NULL),
    m.available_on IS NOT NULL OR m.expires_on IS NULL,
    elsewhere OR CASE m.kind WHEN 'clawback' THEN coalesce(o.kind = 'accrual' AND o.currency = m.currency AND o.seq < m.seq, false)
        WHEN 'reversal'
        THEN coalesce(o.kind IN ('redemption', 'capture') AND o.currency = m.currency AND o.seq < m.seq, false)
        WHEN 'adjustment' THEN m.reverses IS NULL OR coalesce(o.currency = m.currency AND o.seq < m.seq, false)
        ELSE m.reverses IS NULL END,
    b.points <= m.amount
] AS holds) AS judged
CROSS JOIN LATERAL (VALUES
    (1, 'kind and pots', 'one of the ways that points move', m.kind || ' ' || m.source || ' ' || m.target),
    (2, 'version', 'a published one', m.version::text),
    (3, 'caused by an event', w.by_event::text, (m.event_id IS NOT NULL)::text),
    (4, 'event', 'one recorded for this account', m.event_id::text),
    (5, 'at', e.occurred_at::text, m.at::text),
    (6, 'version of its event', e.version::text, m.version::text),
    (7, 'sum of lots', CASE WHEN w.by_lots AND NOT (elsewhere AND m.kind = 'reversal' OR anew) THEN m.amount END::text, summed.lots::text),
    (8, 'sum of shares', CASE WHEN m.kind IN ('accrual', 'clawback') THEN m.amount END::text, summed.shares::text),
    (9, 'granted', CASE WHEN m.kind = 'accrual' THEN 'at least ' ELSE '' END || m.amount, m.granted::text),
    (10, 'rule', CASE WHEN m.kind IN ('accrual', 'redemption', 'hold') THEN 'one of its version' ELSE o.rule END, m.rule),
    (11, 'available on', CASE WHEN m.available_on IS NULL THEN 'a day' END, m.available_on::text),
    (12, 'expires on', NULL, m.expires_on::text),
    (13, 'takes back', CASE m.kind WHEN 'clawback' THEN 'an accrual before it' WHEN 'reversal' THEN 'what was spent before it' END, m.reverses::text),
    (14, 'taken back in all', 'at most ' || m.amount, b.points::text)
) AS one (place, what, should, is_now)
WHERE false = ANY (holds) AND NOT holds[place]
ORDER BY m.account_id, m.seq, place
LIMIT %(most)s
