-- Every tier move beside the one before it and beside its event. A check that is null does not apply.
WITH levels AS (
    SELECT * FROM unnest(%(level_versions)s::int[], %(level_places)s::int[], %(level_ids)s::text[]) AS l (version, place, id)
), moved AS (
    SELECT m.*, left_one.place AS from_place, reached.place AS to_place,
        lag(m.target) OVER (PARTITION BY account_id ORDER BY seq) AS before
    FROM tier_move m
    LEFT JOIN levels left_one ON left_one.version = m.version AND left_one.id = m.source
    LEFT JOIN levels reached ON reached.version = m.version AND reached.id = m.target
    WHERE account_id BETWEEN %(first)s AND %(last)s
)
SELECT m.account_id, 'tier move ' || m.seq || ': ' || what, should, is_now
FROM moved m
LEFT JOIN event e ON e.account_id = m.account_id AND e.id = m.event_id
CROSS JOIN LATERAL (SELECT ARRAY[
    CASE WHEN m.before IS NULL THEN EXISTS (SELECT FROM levels WHERE levels.id = m.source AND levels.place = 0)
        ELSE m.source = m.before END,
    CASE m.why WHEN 'reached' THEN m.to_place > m.from_place WHEN 'renewed' THEN m.to_place = m.from_place
        WHEN 'grace' THEN m.to_place = m.from_place WHEN 'fell' THEN m.to_place < m.from_place
        WHEN 'undone' THEN m.to_place <= m.from_place WHEN 'set' THEN m.to_place IS NOT NULL
        WHEN 'merged' THEN m.to_place IS NOT NULL WHEN 'unmerged' THEN m.to_place IS NOT NULL
        WHEN 'joined' THEN m.to_place IS NOT NULL WHEN 'left' THEN m.to_place IS NOT NULL
        WHEN 'opened' THEN m.to_place > 0 WHEN 'withdrawn' THEN m.to_place IS NOT NULL
        WHEN 'version' THEN m.to_place IS NOT NULL AND m.from_place IS DISTINCT FROM m.to_place ELSE false END,
    m.event_id IS NULL OR e.id IS NOT NULL,
    m.at IN (e.occurred_at, e.recorded_at),  -- an event told too late counts as of the day of recording
    e.version = m.version
] AS holds) AS judged
CROSS JOIN LATERAL (VALUES
    (1, 'from', 'where the move before it led', m.source),
    (2, 'why', 'what fits from ' || m.source || ' to ' || m.target, m.why),
    (3, 'event', 'one recorded for this account', m.event_id::text),
    (4, 'at', e.occurred_at::text, m.at::text),
    (5, 'version of its event', e.version::text, m.version::text)
) AS one (place, what, should, is_now)
WHERE false = ANY (holds) AND NOT holds[place]
ORDER BY m.account_id, m.seq, place
LIMIT %(most)s
