CREATE INDEX missing_purchase_answered ON missing_purchase (answered_at) WHERE answered_at IS NOT NULL;
