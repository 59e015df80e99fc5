-- What `more_pots` asks of new rows holds for all of them.
ALTER TABLE balance
    VALIDATE CONSTRAINT balance_held_check,
    VALIDATE CONSTRAINT balance_forfeited_check,
    VALIDATE CONSTRAINT balance_check;
