-- One of a kind is under way at a time. Of what is good for a while alone there is another one as soon as one was sent.
CREATE UNIQUE INDEX message_one_under_way ON message (account_id, kind)
    WHERE state IN ('waiting', 'sending', 'printed') OR (state = 'sent' AND good_until IS NULL);
CREATE INDEX message_urgent ON message (account_id, id)
    WHERE good_until IS NOT NULL AND state IN ('waiting', 'sending');
