-- Names are found as people type them: folded by the application (`folding.py`), in either order. Bytewise, so that one
-- index serves the range of a beginning and its order.
DROP INDEX member_family_name, member_whole_name;
ALTER TABLE member ADD COLUMN family_key text NOT NULL DEFAULT '', ADD COLUMN whole_key text NOT NULL DEFAULT '';
CREATE INDEX member_family_key ON member (family_key COLLATE "C", account_id);
CREATE INDEX member_whole_key ON member (whole_key COLLATE "C", account_id);
