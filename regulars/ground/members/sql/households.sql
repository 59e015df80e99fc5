-- A household has an account and a number of its own, and no person in it: its members' accounts lead to it.
CREATE TABLE household (
    account_id bigint PRIMARY KEY REFERENCES account (account_id),
    number text NOT NULL
);
GRANT SELECT, INSERT ON household TO regulars_app;
