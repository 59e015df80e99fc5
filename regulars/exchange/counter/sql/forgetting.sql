-- What members told of purchases they missed is personal, and is dropped some time after its answer.
CREATE INDEX missing_purchase_answered ON missing_purchase (answered_at) WHERE answered_at IS NOT NULL;

GRANT DELETE ON missing_purchase TO regulars_app;
