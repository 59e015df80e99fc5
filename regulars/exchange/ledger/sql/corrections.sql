-- What somebody corrected of which movement: asked by every return of points and of purchases.
CREATE INDEX entry_corrections ON entry (account_id, reverses) WHERE kind = 'adjustment' AND reverses IS NOT NULL;
