-- What members told of purchases they missed is personal, and is dropped some time after its answer.
GRANT DELETE ON missing_purchase TO regulars_app;
