-- What `leading` asks of new rows holds for all of them.
ALTER TABLE account
    VALIDATE CONSTRAINT account_check,
    VALIDATE CONSTRAINT account_leads_why_check,
    VALIDATE CONSTRAINT account_check1;
