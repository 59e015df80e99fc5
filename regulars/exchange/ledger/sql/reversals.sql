-- How much of what was spent came back, whether with a return or because the redemption was cancelled.
CREATE INDEX entry_reversals ON entry (account_id, reverses) WHERE kind = 'reversal';
