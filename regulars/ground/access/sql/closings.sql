-- The months that were closed: asked by every look at the books, and a handful among all that was ever done.
CREATE INDEX audit_closings ON audit (id) WHERE act = 'month_closed';
