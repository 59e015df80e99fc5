-- What visitors typed who asked for a link, for minutes alone: `told` is emptied as soon as it was looked up, and the row
-- stays for as long as it counts against the client, of which a keyed digest is kept.
CREATE TABLE link_asked (
    id uuid PRIMARY KEY,
    told text NOT NULL,
    client bytea NOT NULL,
    asked_at timestamptz NOT NULL,
    answered_at timestamptz
);
CREATE INDEX link_asked_client ON link_asked (client, asked_at);
CREATE INDEX link_asked_open ON link_asked (asked_at) WHERE answered_at IS NULL;

GRANT SELECT, INSERT, UPDATE, DELETE ON link_asked TO regulars_app;
