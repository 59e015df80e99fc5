-- Bytewise, so that one index serves the range of a beginning and its order.
CREATE INDEX member_family_key ON member (family_key COLLATE "C", account_id);
CREATE INDEX member_whole_key ON member (whole_key COLLATE "C", account_id);
